/** What can be added: dragged to its place, or put on what is chosen by a click or the keyboard; and what joins parts. */
import { useRef, type KeyboardEvent, type ReactElement } from 'react'
import type { AddKind } from '../../core/protocol.ts'
import { addPart, linkChosen, startJoining } from '../gestures.ts'
import { Icon } from '../nodes/icons.tsx'
import { useStore } from '../store.ts'
import { t, word } from '../l10n.ts'

export const dragType = 'application/x-underlay-part'

const parts: readonly (readonly [AddKind, string])[] = [
  ['server', t('Server')], ['vm', t('VM')], ['container', t('Container')], ['bridge', t('Bridge')], ['switch', t('Switch')], ['router', t('Router')], ['external', t('External')], ['network', t('Network')], ['storage', t('Storage')], ['tenant', t('Tenant')],
]

/** What joins parts is dragged to one end; the other is chosen then. */
export const joiners = { connect: [t('Cable'), 'C', 'M3 5v3a2 2 0 0 0 2 2h6a2 2 0 0 1 2 2v1M3 2v3M13 13v1'], tunnel: [t('Tunnel'), 'Shift+C', 'M2 13V9a6 6 0 0 1 12 0v4M5 13V9.500a3 3 0 0 1 6 0V13'] } as const
export type Joiner = keyof typeof joiners

const Drawn = ({ path }: { readonly path: string }): ReactElement => (
  <svg className="icon" width={18} height={18} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.2} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d={path} /></svg>
)

/** What was dropped on a box, or on the ground. */
export function drop(what: string, on: string | undefined): void {
  if (what === 'connect' || what === 'tunnel') startJoining(what, on)
  else if (what === 'link-many') linkChosen()
  else void addPart(what as AddKind, on)
}

export function Palette(): ReactElement {
  const bar = useRef<HTMLDivElement>(null)
  const says = useStore((state) => state.shown?.says)
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll('button') ?? [])]
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const to = event.key === 'ArrowDown' ? now + 1 : event.key === 'ArrowUp' ? now - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? -1 : undefined
    if (to === undefined) return
    buttons.at(to % buttons.length)?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  const cannot = says && t('In {0} this can only be changed in the text', word(says.title))
  const gives = (gesture: string): boolean => says?.gestures?.includes(gesture) ?? true
  const tool = (key: string, name: string, title: string, able: boolean, icon: ReactElement, act: () => void): ReactElement => (
    <button
      key={key} type="button" tabIndex={key === 'server' ? 0 : -1} draggable={able} aria-disabled={!able} title={able ? title : cannot}
      onDragStart={(event) => { event.dataTransfer.setData(dragType, key); event.dataTransfer.effectAllowed = 'copy' }} onClick={({ detail, currentTarget }) => {
        if (!able) return
        act()
        // Whoever pressed Enter goes on in the picture.
        if (detail === 0) currentTarget.closest<HTMLElement>('.canvas')?.focus({ preventScroll: true })
      }}
    >
      {icon}<span>{name}</span>
    </button>
  )
  return (
    <div ref={bar} className="palette" role="toolbar" aria-label={t('Add')} aria-orientation="vertical" onKeyDown={onKeyDown}>
      {parts.map(([kind, name]) => tool(kind, name, t('Add: {0}. Drag it to its place, or click to put it on what is chosen (A)', name), gives('add') && (says?.adds?.includes(kind) ?? true), <Icon kind={kind} size={18} />, () => void addPart(kind, useStore.getState().selected)))}
      {(Object.keys(joiners) as Joiner[]).map((kind) => {
        const [name, keys, path] = joiners[kind]
        return tool(kind, name, t('{0}: drag it to one end, or click; then choose the other ({1})', name, keys), gives(kind), <Drawn path={path} />, () => startJoining(kind, useStore.getState().selected))
      })}
      {tool('link-many', t('Links'), t('Link many by pattern (B)'), gives('link-many'), <Drawn path="M3 3v10M13 3v10M3 3l10 5M3 8h10M3 13l10-5" />, linkChosen)}
    </div>
  )
}
