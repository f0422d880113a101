/** A box: a machine with its name and addresses, or a group that holds others under a header. */
import type { NodeProps } from '@xyflow/react'
import { memo, type CSSProperties, type ReactElement } from 'react'
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

/** Units that a letter takes at most, in the head and below it: whatever may be wider than its box is cut. */
const [letter, smallLetter] = [8.6, 6.9]

/** What the head has beside its name. */
const beside = ({ holds, mark, badge }: Box): number => 44 + (holds > 0 ? 30 : 0) + (mark?.word === undefined ? 0 : 18 + mark.word.length * 8) + (badge ? 34 : 0)

/** `far`: only what can be made out from afar is there; what is merely hidden would still be laid out with every frame. */
export const Head = ({ box, group = false, far = false, width }: { readonly box: Box; readonly group?: boolean; readonly far?: boolean; readonly width?: number }): ReactElement => (
  <div className="head">
    {!far && <Fold box={box} group={group} />}
    {!(far && box.closed) && <Icon kind={box.kind} />}
    <span className={width !== undefined && beside(box) + box.label.length * letter > width ? 'label long' : 'label'} title={box.label}>{box.label}</span>
    <Lock id={box.id} />
    {box.holds > 0 && <span className="holds">{box.holds}</span>}
    {box.mark?.word !== undefined && <span className={`mark-word ${box.mark.look}`}>{box.mark.word}</span>}
    {box.badge && <BadgeMark badge={box.badge} />}
  </div>
)

function Drawn({ data: { box, group, closed, far, above }, width = box.width }: NodeProps<Data>): ReactElement {
  const selected = useStore((state) => state.selected === box.id || state.also.includes(box.id))
  const fits = useStore((state) => dropStateOf(state.migration, state.panel, box.id))
  const classes = ['box', `kind-${box.kind}`, group ? 'group' : 'leaf', closed ? 'closed' : '', above ? 'words-above' : '', box.derived ? 'derived' : '', box.color === undefined ? '' : 'owned', box.ghost ? 'ghost' : '', selected ? 'chosen' : '', fits ?? '', box.mark?.look ?? ''].filter((name) => name !== '').join(' ')
  const all = box.details.reduce((sum, detail) => sum + detail.length + 2, 0)
  return (
    <div className={classes} style={{ ...(box.color !== undefined && { borderLeftColor: box.color }), ...fitting(box, width, group || closed) }}>
      <Head box={box} group={group} far={far} width={width} />
      {!far && box.details.length > 0 && <div className={group ? 'details inline' : 'details'}>{box.details.map((detail, i) => <span key={i} className={width < (group ? all : detail.length) * smallLetter + 20 ? 'long' : undefined}>{detail}</span>)}</div>}
    </div>
  )
}

/** From afar names are as large as they are far away, as long as they fit; short ones are no larger than their neighbours. */
function fitting(box: Box, width: number, large: boolean): CSSProperties {
  const room = width - 24 - (large ? (box.holds > 0 ? 60 : 0) + (box.badge ? 60 : 0) : beside(box) - 44)
  // A custom property, which the style sheet reads; React's type of styles knows none.
  return { '--fitting': `${Math.max(6, Math.floor(room / (Math.max(5, box.label.length) * 0.7)))}px` } as CSSProperties
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
