/** How the open view shows each element of the picture: a look, signs and figures, and words for those who listen. */
import { markOfBundle, sumOfMarks } from '../diagram/close.ts'
import type { Box, Diagram, Line, Mark } from '../diagram/diagram.ts'
import type { Outcome, ShownFailure, ShownJoint, ShownReach } from '../protocol.ts'
import type { ShownDifference, ShownLoad, ShownNetworkDetail } from '../viewed.ts'
import { t } from '../words.ts'
import { bytes, flowsOf, percent, rateOf, roomsOf } from './figures.ts'
import type { OpenView } from './open-view.ts'
import { marksOfTrace, sumOfSteps } from './packet.ts'

export interface Marks {
  readonly of: ReadonlyMap<string, Mark>
  /** Of everything that has none of its own. */
  readonly others?: Mark
  /** Nodes that take all their lines with them. */
  readonly cut?: ReadonlySet<string>
  /** What a closed box says of those in it, where that is no count. */
  sum?(inside: readonly Mark[]): Mark | undefined
}

export const noMarks: Marks = { of: new Map() }

export function marksOf(view: OpenView | undefined): Marks {
  switch (view?.kind) {
    case undefined: return noMarks
    case 'network': return ofNetwork(view.network)
    case 'packet': return { of: marksOfTrace(view.trace), sum: sumOfSteps }
    case 'reach': return ofReach(view.from, view.reach)
    case 'utilisation': return ofLoad(view.load)
    case 'failures': return ofFailure(view.off, view.failure)
    case 'difference': return ofDifference(view.difference)
    case 'moves': return ofMoves(view.plan)
  }
}

const signs: Readonly<Record<Outcome, string>> = { added: '+', removed: '−', moved: '→', renamed: '=', changed: '~' }
export const outcomeWord = (outcome: Outcome): string => ({ added: t('added'), removed: t('removed'), moved: t('moved'), renamed: t('renamed'), changed: t('changed') })[outcome]

function ofDifference({ ghosts: { outcomes } }: ShownDifference): Marks {
  return { of: new Map(Object.entries(outcomes).map(([id, outcome]) => {
    const said = id.startsWith('was:') ? t('where it was before') : outcomeWord(outcome)
    return [id, { look: id.startsWith('was:') ? 'removed' : outcome === 'renamed' ? 'moved' : outcome, word: signs[outcome], said }] as const
  })) }
}

/** The colour of the answer, its sign, and how large a packet fits or why none does. */
function ofReach(from: string | undefined, answer: ShownReach | undefined): Marks {
  const of = new Map<string, Mark>((answer?.ends ?? []).map(({ node, address, verdict, reason, pathMtu }) => {
    if (verdict === 'delivered') return [node, { look: 'reached', word: '✓', lines: [address, `MTU ${pathMtu ?? '?'}`], said: t('reached, path MTU {0}', pathMtu ?? '?') }]
    const why = verdict === 'dropped' ? reason ?? t('lost') : t('unknown')
    return [node, { look: verdict === 'dropped' ? 'lost' : 'unsure', word: verdict === 'dropped' ? '✕' : '?', lines: [address, why], said: verdict === 'dropped' ? t('not reached: {0}', why) : t('nobody knows whether it is reached') }]
  }))
  if (from !== undefined) of.set(from, { look: 'asks', said: t('asks') })
  return { of }
}

/** What is gone, and who loses somebody. */
function ofFailure(off: readonly string[], answer: ShownFailure | undefined): Marks {
  const of = new Map<string, Mark>()
  const lost = new Map<string, Set<string>>()
  for (const { from, to } of answer?.lost.pairs ?? []) for (const [end, other] of [[from, to], [to, from]] as const) lost.set(end, (lost.get(end) ?? new Set()).add(other))
  for (const [end, others] of lost) of.set(end, { look: 'lost', word: `−${others.size}`, said: t('loses {0}', others.size) })
  for (const { ends: [a, b], verdict } of answer?.tunnels ?? []) {
    const mark: Mark = verdict === 'dropped' ? { look: 'lost', word: '✕', said: t('its packets are lost below it') } : { look: 'unsure', word: '?', said: t('nobody knows whether its packets still come through') }
    // One direction that fails is enough, whatever is known of the other.
    for (const id of [`tunnel:${a}-${b}`, `tunnel:${b}-${a}`]) if (of.get(id)?.look !== 'lost') of.set(id, mark)
  }
  for (const gone of answer?.gone ?? []) of.set(gone, { look: 'gone', word: '✕', said: t('gone') })
  for (const id of off) of.set(id, { look: 'asks', word: '✕', said: t('fails') })
  return { of, cut: new Set([...off, ...(answer?.gone ?? [])]) }
}

/** One broadcast domain is lit, the rest is dim. */
function ofNetwork({ lit }: ShownNetworkDetail): Marks {
  const hearing = {
    hears: { look: 'hears', said: t('hears the broadcast') }, carries: { look: 'carries', said: t('carries the broadcast') }, under: { look: 'under', said: t('carries the broadcast inside a tunnel') },
  } as const
  return { of: new Map(Object.entries(lit).map(([id, how]) => [id, hearing[how]])), others: { look: 'dim', said: t('not in this network') } }
}

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

/** Marks of the lines that a bundle stands for, its own among them, by the bundle's id. */
function marksBundled(diagram: Diagram, whole: Diagram, of: Marks['of']): ReadonlyMap<string, readonly Mark[]> {
  const keyOf = (kind: string, a: string, b: string): string => [kind, ...[a, b].sort()].join('\n')
  const bundles = new Map(diagram.lines.flatMap(({ id, kind, from, to, count }) => (count === undefined ? [] : [[keyOf(kind, from, to), id] as const])))
  const told = new Map<string, Mark[]>()
  if (bundles.size === 0) return told
  const parents = new Map(whole.boxes.map(({ id, parent }) => [id, parent]))
  const holders = (id: string): readonly string[] => {
    const all: string[] = []
    for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) all.push(at)
    return all
  }
  for (const { id, kind, from, to } of whole.lines) {
    const mark = of.get(id)
    if (!mark) continue
    const into = holders(from).flatMap((a) => holders(to).flatMap((b) => bundles.get(keyOf(kind, a, b)) ?? []))[0]
    if (into !== undefined) told.set(into, [...(told.get(into) ?? []), mark])
  }
  return told
}

/** Room beside the words of a box, and the width of a character of its details, in the picture's units. */
const [beside, wide] = [16, 5.9]

/** There is room for as many lines as the box has anyway; what does not fit beside the rest goes first, and the answer stands last. */
function detailsOf(box: Box, lines: readonly string[], holds: boolean): readonly string[] {
  if (lines.length <= box.details.length) return lines
  const joined = lines.join(' · ')
  return holds || joined.length * wide <= box.width - beside ? [joined] : lines.slice(-Math.max(1, box.details.length))
}

/** The diagram as the view shows it; `whole` also has what is closed away in it. */
export function marked(diagram: Diagram, { of, others, cut, sum = sumOfMarks }: Marks, whole = diagram): Diagram {
  if (of.size === 0 && !others) return diagram
  const inside = whole === diagram ? undefined : marksInside(diagram, whole, of)
  const bundled = whole === diagram ? undefined : marksBundled(diagram, whole, of)
  const holders = new Set(diagram.boxes.map(({ parent }) => parent))
  // Bridges and devices go with their machine.
  const machines = new Map(diagram.boxes.flatMap(({ id, kind, parent }) => (kind === 'bridge' || kind === 'device' ? [[id, parent] as const] : [])))
  const isCut = (id: string): boolean => cut !== undefined && (cut.has(id) || cut.has(machines.get(id) ?? ''))
  const gone: Mark = { look: 'gone', said: t('gone') }
  const markOf = ({ id }: { readonly id: string }): Mark | undefined => of.get(id) ?? sum(inside?.get(id) ?? []) ?? others
  const markOfLine = ({ id }: Line): Mark | undefined => markOfBundle(bundled?.get(id) ?? []) ?? of.get(id) ?? others
  return {
    ...diagram,
    boxes: diagram.boxes.map((box) => {
      const mark = markOf(box) ?? (isCut(box.id) ? gone : undefined)
      return mark ? { ...box, mark, ...(mark.lines && { details: detailsOf(box, mark.lines, holders.has(box.id)) }) } : box
    }),
    lines: diagram.lines.map((line) => {
      const mark = markOfLine(line) ?? (isCut(line.from) || isCut(line.to) ? gone : undefined)
      return mark ? { ...line, mark } : line
    }),
  }
}
