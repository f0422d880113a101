/** How the open view shows each element of the picture: in its colours, and in words for those who listen. */
import { useMemo } from 'react'
import { sumOfMarks } from '../core/diagram/close.ts'
import type { Diagram, Mark } from '../core/diagram/diagram.ts'
import type { Outcome, ShownDifference, ShownFailure, ShownJoint, ShownLoad, ShownNetworkDetail } from '../core/protocol.ts'
import { bytes, flowsOf, percent, rateOf, roomsOf } from './panels/words.ts'
import { useMoves } from './moves.ts'
import { useStore, type Panel } from './store.ts'
import { useViews } from './views.ts'
import { t } from './l10n.ts'

export interface Marks {
  readonly of: ReadonlyMap<string, Mark>
  /** Of everything that has none of its own. */
  readonly others?: Mark
  /** Nodes that take all their lines with them. */
  readonly cut?: ReadonlySet<string>
}

const signs: Readonly<Record<Outcome, string>> = { added: '+', removed: '−', moved: '→', renamed: '=', changed: '~' }
export const outcomeWords: Readonly<Record<Outcome, string>> = { added: t('added'), removed: t('removed'), moved: t('moved'), renamed: t('renamed'), changed: t('changed') }

function ofDifference({ ghosts: { outcomes } }: ShownDifference): Marks {
  return { of: new Map(Object.entries(outcomes).map(([id, outcome]) => {
    const said = id.startsWith('was:') ? t('where it was before') : outcomeWords[outcome]
    return [id, { look: id.startsWith('was:') ? 'removed' : outcome === 'renamed' ? 'moved' : outcome, word: signs[outcome], said }] as const
  })) }
}

/** While somebody asks whom a node reaches: the colour of the answer, its sign, and how large a packet fits or why none does. */
function ofReach({ from, answer }: ReturnType<typeof useStore.getState>['reach']): Marks {
  const of = new Map<string, Mark>((answer?.ends ?? []).map(({ node, address, verdict, reason, pathMtu }) => {
    if (verdict === 'delivered') return [node, { look: 'reached', word: '✓', lines: [address, `MTU ${pathMtu ?? '?'}`], said: t('reached, path MTU {0}', pathMtu ?? '?') }]
    const why = verdict === 'dropped' ? reason ?? t('lost') : t('unknown')
    return [node, { look: verdict === 'dropped' ? 'lost' : 'unsure', word: verdict === 'dropped' ? '✕' : '?', lines: [address, why], said: verdict === 'dropped' ? t('not reached: {0}', why) : t('nobody knows whether it is reached') }]
  }))
  if (from !== undefined) of.set(from, { look: 'asks', said: t('asks') })
  return { of }
}

/** While somebody asks what breaks: what is gone, and who loses somebody. */
function ofFailure(id: string, answer: ShownFailure | undefined): Marks {
  const of = new Map<string, Mark>()
  const lost = new Map<string, Set<string>>()
  for (const { from, to } of answer?.lost.pairs ?? []) for (const [end, other] of [[from, to], [to, from]] as const) lost.set(end, (lost.get(end) ?? new Set()).add(other))
  for (const [end, others] of lost) of.set(end, { look: 'lost', word: `−${others.size}`, said: t('loses {0}', others.size) })
  for (const gone of answer?.gone ?? []) of.set(gone, { look: 'gone', word: '✕', said: t('gone') })
  of.set(id, { look: 'asks', word: '✕', said: t('fails') })
  return { of, cut: new Set([id, ...(answer?.gone ?? [])]) }
}

const hearing = {
  hears: { look: 'hears', said: t('hears the broadcast') }, carries: { look: 'carries', said: t('carries the broadcast') }, under: { look: 'under', said: t('carries the broadcast inside a tunnel') },
} as const

/** One broadcast domain is lit, the rest is dim. */
const ofNetwork = ({ lit }: ShownNetworkDetail): Marks => ({ of: new Map(Object.entries(lit).map(([id, how]) => [id, hearing[how]])), others: { look: 'dim', said: t('not in this network') } })

const looksFull = (share: number): Mark['look'] => (share >= 0.995 ? 'full' : share > 0.8 ? 'high' : share > 0.5 ? 'middle' : 'low')

/** Links by their fuller direction, servers by the scarcer of processors and memory: a colour with its figure. */
function ofLoad({ links, hosts, storage }: ShownLoad): Marks {
  const of = new Map<string, Mark>()
  for (const { id, share, load, flows, unsaid, from, to } of links) {
    const known = of.get(id)
    const figure = share !== null ? percent(share) : load !== null ? rateOf(load) : unsaid === flows ? flowsOf(flows) : '?'
    const said = t`${from} to ${to}: ${share !== null ? t`${percent(share)} full` : load !== null ? t`${rateOf(load)} of a capacity that nobody states` : t('load unknown')}, ${flowsOf(flows)}${unsaid > 0 ? t`, ${unsaid} without a rate` : ''}`
    // Directions come with the fullest first.
    of.set(id, known ? { ...known, said: `${known.said}; ${said}` } : { look: share === null ? 'unknown' : looksFull(share), word: figure, said })
  }
  for (const host of hosts) {
    const parts = roomsOf(host)
    const shares = parts.flatMap(({ share }) => (share === null ? [] : [share.of]))
    if (parts.length === 0) continue
    of.set(host.node, { look: shares.length === 0 ? 'unknown' : looksFull(Math.max(...shares)), lines: parts.map(({ word }) => word), said: parts.map(({ said }) => said).join(', ') })
  }
  for (const { name, asked, has } of storage) of.set(`storage:${name}`, has === null ? { look: 'unknown', word: '?', said: t('capacity unknown') } : { look: looksFull(asked / has), lines: [t('{0} of {1}', percent(asked / has), bytes(has))], said: t('{0} full', percent(asked / has)) })
  return { of }
}

/** Who goes where, and the links that several share. */
function ofMoves({ moves, shared }: ShownJoint): Marks {
  const of = new Map<string, Mark>(moves.map(({ vm, to, feasible, converged }) => [vm, !feasible ? { look: 'lost', word: '✕', said: t('cannot go to {0}', to) } : { look: converged === false ? 'unsure' : 'moved', word: `→ ${to}`, said: t('goes to {0}', to) }]))
  for (const { ends, shares } of shared) {
    if (!ends) continue
    const mark: Mark = { look: 'high', word: t('shared by {0}', shares.length), said: t('shared by {0}', shares.map(({ vm }) => vm).join(', ')) }
    for (const id of [`link:${ends[0]}-${ends[1]}`, `link:${ends[1]}-${ends[0]}`]) of.set(id, mark)
  }
  return { of }
}

const none: Marks = { of: new Map() }

interface Looked {
  readonly panel: Panel | undefined
  readonly reach: ReturnType<typeof useStore.getState>['reach']
  readonly failure: ReturnType<typeof useStore.getState>['failure']
  readonly difference: ShownDifference | undefined
  readonly network: ShownNetworkDetail | undefined
  readonly load: ShownLoad | undefined
  readonly moves: ShownJoint | undefined
}

function marksOf({ panel, reach, failure, difference, network, load, moves }: Looked): Marks {
  if (panel === 'moves' && moves) return ofMoves(moves)
  if (panel === 'load' && load) return ofLoad(load)
  if (panel === 'networks' && network) return ofNetwork(network)
  if (panel === 'reach') return ofReach(reach)
  if (panel === 'failure' && failure) return ofFailure(failure.id, failure.answer)
  if (panel === 'difference' && difference) return ofDifference(difference)
  return none
}

/** What is on the screen just now. */
export function marksNow(): Marks {
  const { difference, network, load } = useViews.getState()
  return marksOf({ ...useStore.getState(), difference: difference.answer, network: network.answer, load: load.answer, moves: useMoves.getState().plan })
}

export function useMarks(): Marks {
  const panel: Panel | undefined = useStore((state) => state.panel)
  const reach = useStore((state) => state.reach)
  const failure = useStore((state) => state.failure)
  const difference = useViews((state) => state.difference.answer)
  const network = useViews((state) => state.network.answer)
  const load = useViews((state) => state.load.answer)
  const moves = useMoves((state) => state.plan)
  return useMemo(() => marksOf({ panel, reach, failure, difference, network, load, moves }), [panel, reach, failure, difference, network, load, moves])
}

/** Marks of what is closed away, by the closed box that stands for it. */
function marksInside(diagram: Diagram, whole: Diagram, of: Marks['of']): ReadonlyMap<string, readonly Mark[]> {
  const [drawn, parents] = [new Set(diagram.boxes.map(({ id }) => id)), new Map(whole.boxes.map(({ id, parent }) => [id, parent]))]
  const inside = new Map<string, Mark[]>()
  for (const [id, mark] of of) {
    if (drawn.has(id) || !parents.has(id)) continue
    let at = parents.get(id)
    while (at !== undefined && !drawn.has(at)) at = parents.get(at)
    if (at !== undefined) inside.set(at, [...(inside.get(at) ?? []), mark])
  }
  return inside
}

/** The diagram as the view shows it; `whole` also has what is closed away in it. */
export function marked(diagram: Diagram, { of, others, cut }: Marks, whole = diagram): Diagram {
  if (of.size === 0 && !others) return diagram
  const inside = whole === diagram ? undefined : marksInside(diagram, whole, of)
  const markOf = ({ id }: { readonly id: string }): Mark | undefined => of.get(id) ?? sumOfMarks(inside?.get(id) ?? []) ?? others
  return {
    ...diagram,
    boxes: diagram.boxes.map((box) => {
      const mark = markOf(box)
      // There is room for as many lines as the box has anyway.
      return mark ? { ...box, mark, ...(mark.lines && { details: mark.lines.length > box.details.length ? [mark.lines.join(' · ')] : mark.lines }) } : box
    }),
    lines: diagram.lines.map((line) => {
      const ends = [line.from, line.to].some((id) => cut?.has(id) || cut?.has(id.slice(0, Math.max(0, id.indexOf(':')))))
      const mark = markOf(line) ?? (ends ? { look: 'gone' as const, said: t('gone') } : undefined)
      return mark ? { ...line, mark } : line
    }),
  }
}
