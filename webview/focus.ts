/** The keyboard's place: what opens over the picture or beside it gives it back when it closes. */
import { useLayoutEffect, type KeyboardEvent, type RefObject } from 'react'
import { useStore } from './store.ts'

/** The picture, or in it what is chosen. */
function focusPicture(): void {
  const at = document.querySelector<HTMLElement>('.react-flow__node:has(> .box.chosen)') ?? document.querySelector<HTMLElement>('.canvas')
  at?.focus({ preventScroll: true })
}

const nobodyHasIt = (): boolean => document.activeElement === null || document.activeElement === document.body

/** Whoever had the keyboard before it came into this area has it again, once the area is gone with the keyboard in it. */
export function useReturn(area: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    let before: Element | null = document.activeElement
    const enter = ({ relatedTarget }: FocusEvent): void => {
      if (relatedTarget instanceof HTMLElement && !element.contains(relatedTarget)) before = relatedTarget
    }
    element.addEventListener('focusin', enter)
    return () => {
      element.removeEventListener('focusin', enter)
      // Just before it is taken out of the page; whether anything else wants the keyboard is known a moment later.
      if (!element.contains(document.activeElement)) return
      setTimeout(() => {
        if (!nobodyHasIt()) return
        // Another box may have been chosen meanwhile: going back to the first would choose that again.
        const { selected } = useStore.getState()
        const left = before?.matches('.react-flow__node') === true && selected !== undefined && before.getAttribute('data-id') !== selected
        if (!left && before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus({ preventScroll: true })
        else focusPicture()
      }, 0)
    }
  }, [area])
}

/** F6 leads from the picture into the open panel, Shift+F6 back; beyond that they are the editor's own. */
export function leadToPanel(event: KeyboardEvent): void {
  if (event.key !== 'F6' || event.ctrlKey || event.metaKey || event.altKey) return
  const panel = document.querySelector<HTMLElement>('.panel')
  const inside = panel?.contains(event.target as Node) === true
  if (!panel || inside !== event.shiftKey) return
  if (inside) focusPicture()
  else panel.focus()
  event.preventDefault()
  event.stopPropagation()
}
