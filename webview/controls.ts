/** Buttons, fields and choices in VS Code's own look. The only importer of the UI toolkit: its successor is this one file away. */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodeTextField } from '@vscode/webview-ui-toolkit'
import { createElement, useEffect, useRef, type ReactElement, type ReactNode } from 'react'

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField())

interface ButtonProps {
  readonly onClick: () => void
  readonly primary?: boolean
  readonly disabled?: boolean
  readonly label?: string
  readonly title?: string
  readonly children: ReactNode
}
export const Button = ({ onClick, primary = false, disabled = false, label, title, children }: ButtonProps): ReactElement =>
  createElement('vscode-button', { onClick, appearance: primary ? 'primary' : 'secondary', disabled: disabled || undefined, 'aria-label': label, title }, children)

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly onChange: (value: string) => void
}
/** The toolkit's elements speak through DOM events, which React hands on by a reference only. */
export function Choice({ label, value, options, onChange }: ChoiceProps): ReactElement {
  const ref = useRef<HTMLSelectElement>(null)
  useEffect(() => {
    const element = ref.current
    const changed = (): void => onChange(element?.value ?? '')
    element?.addEventListener('change', changed)
    return () => element?.removeEventListener('change', changed)
  }, [onChange])
  // Options that come later, or a choice that was only a command, leave the toolkit's own value behind.
  useEffect(() => {
    const timer = setTimeout(() => { if (ref.current && ref.current.value !== value) ref.current.value = value }, 0)
    return () => clearTimeout(timer)
  }, [value, options])
  return createElement('vscode-dropdown', { ref, 'aria-label': label, value, class: 'choice' }, options.map(([key, text]) =>
    createElement('vscode-option', { key, value: key, selected: key === value || undefined }, text)))
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  readonly autofocus?: boolean
  readonly onInput: (value: string) => void
  readonly onEnter?: () => void
}
export function Field({ label, value, placeholder, autofocus = false, onInput, onEnter }: FieldProps): ReactElement {
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const element = ref.current
    const typed = (): void => onInput(element?.value ?? '')
    element?.addEventListener('input', typed)
    return () => element?.removeEventListener('input', typed)
  }, [onInput])
  // The toolkit calls every field "Text field" when it is put in; its own name comes after.
  useEffect(() => ref.current?.setAttribute('aria-label', label), [label])
  useEffect(() => {
    if (autofocus) setTimeout(() => ref.current?.focus(), 0)
  }, [autofocus])
  return createElement('vscode-text-field', {
    ref, 'aria-label': label, value, placeholder, class: 'field',
    onKeyDown: (event: { key: string }) => void (event.key === 'Enter' && onEnter?.()),
  })
}

interface CheckProps {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}
export function Check({ label, checked, onChange }: CheckProps): ReactElement {
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const element = ref.current
    const changed = (): void => onChange(element?.checked === true)
    element?.addEventListener('change', changed)
    return () => element?.removeEventListener('change', changed)
  }, [onChange])
  return createElement('vscode-checkbox', { ref, checked: checked || undefined }, label)
}
