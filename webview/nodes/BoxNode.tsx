/** A box: a machine with its name and addresses, or a group that holds others under a header. */
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo, type ReactElement } from 'react'
import type { Badge, Box } from '../../core/diagram/diagram.ts'
import type { BoxNode as Data } from '../canvas/flow.ts'
import { useStore } from '../store.ts'
import { Icon } from './icons.tsx'

const marks = { error: '✕', warning: '!', information: 'i', hint: '·' } as const

export const BadgeMark = ({ badge }: { readonly badge: Badge }): ReactElement => (
  <span className={`badge ${badge.severity}`} title={badge.messages.join('\n') + (badge.count > badge.messages.length ? `\nand ${badge.count - badge.messages.length} more` : '')}>
    {marks[badge.severity]}{badge.count > 1 ? ` ${badge.count}` : ''}
  </span>
)

export const Head = ({ box }: { readonly box: Box }): ReactElement => (
  <div className="head">
    <Icon kind={box.kind} />
    <span className="label" title={box.label}>{box.label}</span>
    {box.holds > 0 && <span className="holds">{box.holds}</span>}
    {box.badge && <BadgeMark badge={box.badge} />}
  </div>
)

function Drawn({ data: { box, group, closed, above } }: NodeProps<Data>): ReactElement {
  const selected = useStore((state) => state.selected === box.id || state.also.includes(box.id))
  const fits = useStore((state) => dropStateOf(state.migration, state.panel, box.id))
  const reached = useStore((state) => (state.panel === 'reach' ? reachStateOf(state.reach, box.id) : state.panel === 'failure' ? failureStateOf(state.failure, box.id) : undefined))
  const classes = ['box', `kind-${box.kind}`, group ? 'group' : 'leaf', closed ? 'closed' : '', above ? 'words-above' : '', box.derived ? 'derived' : '', box.color === undefined ? '' : 'owned', selected ? 'chosen' : '', fits ?? '', reached ?? ''].filter((name) => name !== '').join(' ')
  return (
    <div className={classes} style={box.color === undefined ? undefined : { borderLeftColor: box.color }}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Head box={box} />
      {box.details.length > 0 && <div className={group ? 'details inline' : 'details'}>{box.details.map((detail, i) => <span key={i}>{detail}</span>)}</div>}
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  )
}

/** While somebody asks what breaks: what is gone, and who loses somebody. */
function failureStateOf(failure: ReturnType<typeof useStore.getState>['failure'], id: string): string | undefined {
  if (failure?.id === id) return 'asks'
  if (failure?.answer?.gone.includes(id)) return 'gone'
  return failure?.answer?.lost.pairs.some(({ from, to }) => from === id || to === id) ? 'lost' : undefined
}

/** While somebody asks whom a node reaches, nodes have the colour of their answer. */
function reachStateOf({ from, verdicts }: ReturnType<typeof useStore.getState>['reach'], id: string): string | undefined {
  if (from === id) return 'asks'
  const verdict = verdicts?.get(id)
  return verdict === undefined ? undefined : verdict === 'delivered' ? 'reached' : verdict === 'dropped' ? 'lost' : 'unsure'
}

/** While a migration is being chosen, hosts show whether the guest can go there. */
function dropStateOf(migration: ReturnType<typeof useStore.getState>['migration'], panel: string | undefined, id: string): string | undefined {
  if (panel !== 'migration' || !migration) return undefined
  if (migration.vm === id) return 'moving'
  const target = migration.targets?.find(({ host }) => host === id)
  if (!target) return undefined
  const worst = target.preflight.some(({ status }) => status === 'warn')
  return `${target.feasible ? (worst ? 'may' : 'can') : 'cannot'}${migration.to === id ? ' aimed' : ''}`
}

export const BoxNode = memo(Drawn)
