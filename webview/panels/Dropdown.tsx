/** A button of the toolbar that opens a list below it: led through by arrows, closed by Escape, by a choice, or by going elsewhere. */
import { useLayoutEffect, useRef, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'

export interface Choice {
  readonly name: string
  /** Beside it, quietly: keys, or what it is good for. */
  readonly hint?: string
  /** Of what can be on or off; the list stays open. */
  readonly checked?: boolean
  readonly act: () => void
}

interface Properties {
  readonly name: ReactNode
  readonly title: string
  readonly open: boolean
  readonly show: (open: boolean) => void
  readonly choices: readonly Choice[]
}

export function Dropdown({ name, title, open, show, choices }: Properties): ReactElement {
  const list = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const [menu, at] = [list.current, button.current?.getBoundingClientRect()]
    if (!open || !menu || !at) return
    menu.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - menu.offsetWidth - 8))}px`
    menu.style.top = `${at.bottom + 3}px`
    menu.querySelector('button')?.focus()
  }, [open])
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Escape') {
      show(false)
      button.current?.focus()
    } else if (by !== 0) buttons[(buttons.indexOf(document.activeElement as HTMLButtonElement) + by + buttons.length) % buttons.length]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <span className="dropdown" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) show(false) }}>
      <button ref={button} type="button" aria-haspopup="menu" aria-expanded={open} onClick={() => show(!open)} title={title}>{name}</button>
      {open && (
        <div ref={list} className="menu" role="menu" aria-label={title} onKeyDown={onKeyDown}>
          {choices.map((one) => (
            <button key={one.name} type="button" role={one.checked === undefined ? 'menuitem' : 'menuitemcheckbox'} aria-checked={one.checked} onClick={() => { if (one.checked === undefined) { show(false); button.current?.focus() } one.act() }}>
              <span>{one.checked === undefined ? '' : <span className="tick" aria-hidden="true">{one.checked ? '✓' : ''}</span>}{one.name}</span>
              {one.hint !== undefined && <span className="quiet">{one.hint}</span>}
            </button>
          ))}
        </div>
      )}
    </span>
  )
}
