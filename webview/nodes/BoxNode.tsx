/** A box: a machine with its name and addresses, or a group that holds others under a header. */
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo, type ReactElement } from 'react'
import type { Badge, Box } from '../../core/diagram/diagram.ts'
import type { BoxNode as Data } from '../canvas/flow.ts'
import { lockedIds } from '../positions.ts'
import { fold, useStore } from '../store.ts'
import { Icon } from './icons.tsx'
import { t } from '../l10n.ts'

const marks = { error: '✕', warning: '!', information: 'i', hint: '·' } as const

export const BadgeMark = ({ badge }: { readonly badge: Badge }): ReactElement => (
  <span className={`badge ${badge.severity}`} title={badge.messages.join('\n') + (badge.count > badge.messages.length ? `\nand ${badge.count - badge.messages.length} more` : '')}>
    {marks[badge.severity]}{badge.count > 1 ? ` ${badge.count}` : ''}
  </span>
)

/** Its place is locked: nothing moves it. */
function Lock({ id }: { readonly id: string }): ReactElement | null {
  const locked = useStore((state) => lockedIds(state.shown).has(id))
  return locked ? <svg className="lock" width="11" height="12" viewBox="0 0 11 12" role="img" aria-label={t('locked in its place')}><path d="M2 5.5h7v5.5h-7z M3.5 5.5v-2a2 2 0 0 1 4 0v2" fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinejoin="round" /></svg> : null
}

/** Closes a box that holds others, or opens it. The keyboard has Z. */
const Fold = ({ box, group }: { readonly box: Box; readonly group: boolean }): ReactElement | null => (!group && !box.closed ? null : (
  <button
    type="button" className="fold nodrag" tabIndex={-1} aria-expanded={group} aria-label={`${group ? 'Close' : 'Open'} ${box.label}`} title={group ? t('Close it: show only what it holds in all (Z)') : t('Open it (Z)')}
    onClick={(event) => { event.stopPropagation(); void fold([box.id], group) }} onMouseDown={(event) => event.stopPropagation()}
  >{group ? '▾' : '▸'}</button>
))

export const Head = ({ box, group = false }: { readonly box: Box; readonly group?: boolean }): ReactElement => (
  <div className="head">
    <Fold box={box} group={group} />
    <Icon kind={box.kind} />
    <span className="label" title={box.label}>{box.label}</span>
    <Lock id={box.id} />
    {box.holds > 0 && <span className="holds">{box.holds}</span>}
    {box.mark?.word !== undefined && <span className={`mark-word ${box.mark.look}`}>{box.mark.word}</span>}
    {box.badge && <BadgeMark badge={box.badge} />}
  </div>
)

function Drawn({ data: { box, group, closed, above } }: NodeProps<Data>): ReactElement {
  const selected = useStore((state) => state.selected === box.id || state.also.includes(box.id))
  const fits = useStore((state) => dropStateOf(state.migration, state.panel, box.id))
  const classes = ['box', `kind-${box.kind}`, group ? 'group' : 'leaf', closed ? 'closed' : '', above ? 'words-above' : '', box.derived ? 'derived' : '', box.color === undefined ? '' : 'owned', box.ghost ? 'ghost' : '', selected ? 'chosen' : '', fits ?? '', box.mark?.look ?? ''].filter((name) => name !== '').join(' ')
  return (
    <div className={classes} style={box.color === undefined ? undefined : { borderLeftColor: box.color }}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Head box={box} group={group} />
      {box.details.length > 0 && <div className={group ? 'details inline' : 'details'}>{box.details.map((detail, i) => <span key={i}>{detail}</span>)}</div>}
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  )
}

/** While a migration is being chosen, hosts show whether the guest can go there. */
function dropStateOf(migration: ReturnType<typeof useStore.getState>['migration'], panel: string | undefined, id: string): string | undefined {
  if (!migration || (panel !== 'migration' && !migration.held)) return undefined
  if (migration.vm === id) return 'moving'
  const target = migration.targets?.find(({ host }) => host === id)
  if (!target) return undefined
  const worst = target.preflight.some(({ status }) => status === 'warn')
  return `${target.feasible ? (worst ? 'may' : 'can') : 'cannot'}${migration.to === id ? ' aimed' : ''}`
}

export const BoxNode = memo(Drawn)
