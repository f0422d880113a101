/** The menu on an element: what can be asked of it. */
import { useEffect, useRef, type ReactElement } from 'react'
import type { Box } from '../../core/diagram/diagram.ts'
import { send } from '../host.ts'
import { openFailure, openMigration, openReach, openTrace, select, useStore } from '../store.ts'
import { propose, startJoining } from '../gestures.ts'
import { movable } from './flow.ts'
import { joinable } from './Thread.tsx'

export interface MenuAt {
  readonly x: number
  readonly y: number
  readonly box: Box
}

const machines: ReadonlySet<string> = new Set(['server', 'vm', 'container', 'switch', 'router', 'external'])
const fallible: ReadonlySet<string> = new Set(['server', 'switch', 'router'])
const stacks: ReadonlySet<string> = new Set(['server', 'vm', 'container', 'router', 'external'])

export function Menu({ at: { x, y, box }, close }: { readonly at: MenuAt; readonly close: () => void }): ReactElement {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.querySelector('button')?.focus(), [])
  const from = useStore((state) => state.trace.from)
  const items: readonly (readonly [string, string, () => void])[] = [
    ...(movable(box) ? [['Simulate migration…', 'M', () => void openMigration(box.id)] as const, ['Move to…', 'Shift+M', () => startJoining('move', box.id)] as const] : []),
    ...(stacks.has(box.kind) ? [['Trace from here', 'T', () => openTrace(box.id)] as const, ['Whom it reaches', 'R', () => openReach(box.id)] as const] : []),
    ...(stacks.has(box.kind) && from !== undefined && from !== box.id ? [[`Trace from ${from} to here`, '', () => openTrace(from, box.id)] as const] : []),
    ...(fallible.has(box.kind) ? [['What if it failed?', 'X', () => openFailure(box.id)] as const] : []),
    ['Show in text', 'O', () => send({ kind: 'reveal', id: box.id, focus: true })],
    ...(joinable(box.kind) ? [['Connect to…', 'C', () => startJoining('connect', box.id)] as const] : []),
    ...(box.kind === 'server' || box.kind === 'bridge' || box.kind === 'router' ? [['Tunnel to…', 'Shift+C', () => startJoining('tunnel', box.id)] as const] : []),
    ['Rename…', 'F2', () => void propose({ kind: 'rename', id: box.id })],
    ...(machines.has(box.kind) ? [['Duplicate…', 'Ctrl+D', () => void propose({ kind: 'duplicate', id: box.id })] as const] : []),
    ['Delete…', 'Del', () => void propose({ kind: 'delete', id: box.id })],
    ['Inspect', 'Enter', () => { select(box.id); useStore.setState({ panel: 'inspector' }) }],
  ]
  const move = (by: number): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
    buttons[(now + by + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div
      ref={list} className="menu" role="menu" style={{ left: Math.min(x, window.innerWidth - 240), top: Math.min(y, window.innerHeight - 290) }} onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) close() }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') close()
        else if (event.key === 'ArrowDown') move(1)
        else if (event.key === 'ArrowUp') move(-1)
      }}
    >
      {items.map(([name, keys, act]) => <button key={name} type="button" role="menuitem" onClick={() => { close(); act() }}><span>{name}</span><kbd>{keys}</kbd></button>)}
    </div>
  )
}
