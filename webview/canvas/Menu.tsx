/** The menu on an element, on several, on a line or on the ground: what can be asked there. */
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react'
import type { Box } from '../../core/diagram/diagram.ts'
import type { Gesture } from '../../core/protocol.ts'
import { send } from '../host.ts'
import { chosenOf, enter, fold, layOutAgain, openFailure, openMigration, openReach, openTrace, select, useStore } from '../store.ts'
import { openPlans } from '../plans.ts'
import { guestsAmong, openMoves, swapOf } from '../moves.ts'
import { copyChosen, linkChosen, paste, propose, proposeForChosen, startJoining } from '../gestures.ts'
import { keeping, lockedIds, toggleLock } from '../positions.ts'
import { openNetworks } from '../views.ts'
import { movable } from './flow.ts'
import { keyNames, t, word } from '../l10n.ts'
import { joinable } from './Thread.tsx'

export interface MenuAt {
  readonly x: number
  readonly y: number
  /** A box's id, a line's, or undefined: the ground. */
  readonly id: string | undefined
}

/** `needs`: the gesture that the file's language must be able to answer. */
type Item = readonly [name: string, keys: string, act: () => void, needs?: Gesture['kind']]

const machines: ReadonlySet<string> = new Set(['server', 'vm', 'container', 'switch', 'router', 'external'])
/** What can be emptied for its maintenance. */
const emptied: ReadonlySet<string> = new Set(['server', 'rack', 'site'])
const stacks: ReadonlySet<string> = new Set(['server', 'vm', 'container', 'router', 'external'])

function itemsOfBox(box: Box, from: string | undefined): readonly Item[] {
  const inspect: Item = [t('Inspect'), 'Enter', () => { select(box.id); useStore.setState({ panel: 'inspector' }) }]
  // What is there no longer can only be looked at.
  if (box.ghost) return [inspect]
  return [
    ...(movable(box) ? [[t('Simulate migration…'), 'M', () => void openMigration(box.id)] as const, [t('Move to…'), 'Shift+M', () => startJoining('move', box.id), 'move'] as const] : []),
    ...(emptied.has(box.kind) ? [[t('Empty it…'), '', () => openPlans(box.id)] as const] : []),
    ...(stacks.has(box.kind) ? [[t('Trace from here'), 'T', () => openTrace(box.id)] as const, [t('Whom it reaches'), 'R', () => openReach(box.id)] as const] : []),
    ...(stacks.has(box.kind) && from !== undefined && from !== box.id ? [[t('Trace from {0} to here', from), '', () => openTrace(from, box.id)] as const] : []),
    ...(stacks.has(box.kind) || ['switch', 'bridge', 'device', 'network'].includes(box.kind) ? [[t('Who hears its broadcasts'), 'N', () => { select(box.id); openNetworks() }] as const] : []),
    ...(machines.has(box.kind) ? [[t('What if it failed?'), 'X', () => openFailure(box.id)] as const] : []),
    [t('Show in text'), 'O', () => send({ kind: 'reveal', id: box.id, focus: true })],
    ...(joinable(box.kind) ? [[t('Connect to…'), 'C', () => startJoining('connect', box.id), 'connect'] as const] : []),
    ...(box.kind === 'server' || box.kind === 'bridge' || box.kind === 'router' ? [[t('Tunnel to…'), 'Shift+C', () => startJoining('tunnel', box.id), 'tunnel'] as const] : []),
    [t('Rename…'), 'F2', () => void propose({ kind: 'rename', id: box.id })],
    ...(machines.has(box.kind) ? [[t('Duplicate…'), 'Ctrl+D', () => void propose({ kind: 'duplicate', id: box.id }), 'duplicate'] as const] : []),
    ...(box.closed ? [[t('Open'), 'Z', () => void fold([box.id], false)] as const] : useStore.getState().shown?.diagram.boxes.some(({ parent }) => parent === box.id) ? [[t('Close'), 'Z', () => void fold([box.id], true)] as const, [t('Show only this'), 'E', () => enter(box.id)] as const] : []),
    ...itemsOfPlaces([box.id]),
    [t('Delete…'), 'Del', () => void propose({ kind: 'delete', id: box.id })],
    inspect,
  ]
}

/** Where positions are kept: hold what is chosen there, or let it find a place again. */
function itemsOfPlaces(ids: readonly string[]): readonly Item[] {
  const { shown } = useStore.getState()
  if (!keeping(shown)) return [[t('Lay out again'), 'Shift+L', () => layOutAgain(ids)]]
  const locked = lockedIds(shown)
  return [[ids.every((id) => locked.has(id)) ? t('Unlock its place') : t('Lock in its place'), 'K', () => toggleLock(ids)], [t('Lay out again'), 'Shift+L', () => layOutAgain(ids)]]
}

const itemsOfLine = (id: string): readonly Item[] => [
  [t('Show in text'), 'O', () => send({ kind: 'reveal', id, focus: true })],
  ...(id.startsWith('link:') ? [[t('What if it failed?'), 'X', () => openFailure(id)] as const] : []),
  [t('Rename…'), 'F2', () => void propose({ kind: 'rename', id })],
  [t('Delete…'), 'Del', () => void propose({ kind: 'delete', id })],
  [t('Inspect'), 'Enter', () => { select(id); useStore.setState({ panel: 'inspector' }) }],
]

function itemsOfGuests(ids: readonly string[]): readonly Item[] {
  const [guests, swap] = [guestsAmong(ids), swapOf(ids)]
  return [
    ...(guests.length > 1 ? [[t('Simulate moving them…'), 'M', () => openMoves(guests.map((vm) => ({ vm, to: undefined })))] as const] : []),
    ...(swap ? [[t('Simulate swapping their hosts…'), '', () => openMoves(swap)] as const] : []),
  ]
}

const itemsOfSeveral = (ids: readonly string[]): readonly Item[] => [
  ...itemsOfGuests(ids),
  [t('Link by pattern…'), 'B', linkChosen, 'link-many'],
  ...(ids.length === 2 ? [[t('Connect the two…'), '', () => void propose({ kind: 'connect', from: ids[0] ?? '', to: ids[1] ?? '' }), 'connect'] as const, [t('Tunnel between the two…'), '', () => void propose({ kind: 'tunnel', from: ids[0] ?? '', to: ids[1] ?? '' }), 'tunnel'] as const] : []),
  [t('Duplicate…'), 'Ctrl+D', () => proposeForChosen('duplicate'), 'copy'],
  [t('Copy'), 'Ctrl+C', copyChosen],
  ...itemsOfPlaces(ids),
  [t('Delete…'), 'Del', () => proposeForChosen('delete')],
]

const itemsOfGround = (): readonly Item[] => [
  [t('Paste…'), 'Ctrl+V', paste, 'copy'],
  [t('Add…'), 'A', () => document.querySelector<HTMLElement>('.palette button')?.focus()],
  [t('Link by pattern…'), 'B', linkChosen, 'link-many'],
  [t('Even out the servers…'), '', () => openPlans()],
  [t('What the file names'), 'I', () => useStore.setState({ selected: undefined, also: [], panel: 'inspector' })],
  [t('Show everything'), 'F', () => useStore.setState((state) => ({ fit: state.fit + 1 }))],
  [t('Lay out again'), 'L', layOutAgain],
]

export function Menu({ at: { x, y, id }, close }: { readonly at: MenuAt; readonly close: () => void }): ReactElement {
  const list = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 240, height: 0 })
  useEffect(() => {
    const before = document.activeElement
    list.current?.querySelector('button')?.focus()
    return () => {
      // Whoever had the keyboard has it again, unless what was chosen took it.
      if (document.activeElement !== null && document.activeElement !== document.body) return
      if (before instanceof HTMLElement && before !== document.body) before.focus({ preventScroll: true })
    }
  }, [])
  useLayoutEffect(() => {
    const rect = list.current?.getBoundingClientRect()
    if (rect) setSize({ width: rect.width, height: rect.height })
  }, [])
  const from = useStore((state) => state.trace.from)
  const says = useStore((state) => state.shown?.says)
  const cannot = says && t('In {0} this can only be changed in the text', word(says.title))
  const diagram = useStore((state) => state.shown?.diagram)
  const several = chosenOf(useStore.getState())
  const box = diagram?.boxes.find((one) => one.id === id)
  const items = id === undefined ? itemsOfGround() : several.length > 1 && several.includes(id) ? itemsOfSeveral(several) : box ? itemsOfBox(box, from) : itemsOfLine(id)
  const move = (by: number): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
    buttons[(now + by + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div
      ref={list} className="menu" role="menu" style={{ left: Math.max(4, Math.min(x, window.innerWidth - size.width - 4)), top: Math.max(4, Math.min(y, window.innerHeight - size.height - 4)) }} onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) close() }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') close()
        else if (event.key === 'ArrowDown') move(1)
        else if (event.key === 'ArrowUp') move(-1)
      }}
    >
      {items.map(([name, keys, act, needs]) => { const able = needs === undefined || (says?.gestures?.includes(needs) ?? true); return <button key={name} type="button" role="menuitem" aria-disabled={!able} title={able ? undefined : cannot} onClick={() => { if (!able) return; close(); act() }}><span>{name}</span><kbd>{keyNames(keys)}</kbd></button> })}
    </div>
  )
}
