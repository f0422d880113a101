/** What can be added: dragged to its place, or put on what is chosen by a click or the keyboard. */
import { useRef, type KeyboardEvent, type ReactElement } from 'react'
import type { AddKind } from '../../core/protocol.ts'
import { addPart } from '../gestures.ts'
import { Icon } from '../nodes/icons.tsx'
import { useStore } from '../store.ts'

export const dragType = 'application/x-underlay-part'

const parts: readonly (readonly [AddKind, string])[] = [
  ['server', 'Server'], ['vm', 'VM'], ['container', 'Container'], ['bridge', 'Bridge'], ['switch', 'Switch'], ['router', 'Router'], ['external', 'External'], ['network', 'Network'], ['storage', 'Storage'],
]

export function Palette(): ReactElement {
  const bar = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll('button') ?? [])]
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const to = event.key === 'ArrowDown' ? now + 1 : event.key === 'ArrowUp' ? now - 1 : undefined
    if (to === undefined) return
    buttons[(to + buttons.length) % buttons.length]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={bar} className="palette" role="toolbar" aria-label="Add" aria-orientation="vertical" onKeyDown={onKeyDown}>
      {parts.map(([kind, name], i) => (
        <button
          key={kind} type="button" tabIndex={i === 0 ? 0 : -1} draggable title={`Add a ${name.toLowerCase()}: drag it to its place, or click to put it on what is chosen (A)`}
          onDragStart={(event) => { event.dataTransfer.setData(dragType, kind); event.dataTransfer.effectAllowed = 'copy' }}
          onClick={() => void addPart(kind, useStore.getState().selected)}
        >
          <Icon kind={kind} size={18} /><span>{name}</span>
        </button>
      ))}
    </div>
  )
}
