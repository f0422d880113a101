/**
 * Front door: why a pair does not talk, and the fewest settings that would have to change. A uniform-cost search over mends of
 * the text: each drop on the way offers some, those of the checks among them; a mend that changes nothing about the packet leads
 * nowhere. What is answered has been tried: the text is edited, read, compiled, and the packet sent, also without each of the steps.
 * Where nothing small is left to propose, what is missing is said in words.
 */
import { printIp } from './address/ip.ts'
import { runChecks } from './checks/index.ts'
import type { CheckContext } from './checks/check.ts'
import type { Analysis } from './analysis.ts'
import { formatOf } from './formats/index.ts'
import type { Reading } from './formats/format.ts'
import { compile, segmentsOf, traceFlow, type Plane } from './forwarding/index.ts'
import type { Flow } from './forwarding/flow.ts'
import type { OneWay, Trace } from './forwarding/trace.ts'
import type { Change } from './infra/change.ts'
import { isStack } from './infra/node.ts'
import type { Expectation } from './infra/parts.ts'
import { joinReadings } from './infra/join.ts'
import { mendsOf, type Mend } from './mends.ts'
import type { Progress } from './reach/pair.ts'
import { realize, type Realised } from './realize/index.ts'
import { Composed } from './text/compose.ts'
import { applyEdits, type TextEdit } from './text/edit.ts'
import { Locator, type Chunk } from './text/span.ts'
import { lacking } from './why-not-words.ts'
import { t } from './words.ts'

export interface Step {
  /** An imperative: "Turn forwarding on at r1". */
  readonly title: string
  /** Where in the files as they are: absolute offsets. */
  readonly uri: string
  readonly start: number
  readonly end: number
}

export interface WhyNot {
  readonly trace: Trace
  /** In order; undefined where no few changes that are known here mend it. */
  readonly steps: readonly Step[] | undefined
  /** All steps as one edit of the files as they are. */
  readonly edits: readonly TextEdit[]
  /** The packet's way once all steps are done. */
  readonly mended: Trace | undefined
  /** What is missing, in words, where there are no steps. */
  readonly lacks?: string
}

interface State {
  readonly readings: readonly Reading[]
  readonly realised: Realised
  readonly plane: Plane
  readonly trace: Trace
  readonly steps: readonly Step[]
  readonly taken: readonly { readonly edits: readonly TextEdit[] }[]
  readonly mends: readonly Mend[]
  readonly cost: number
}

// A search that has tried so many texts, or needs so many changes, has lost its way.
const mostStates = 120
const mostCost = 6
// Checks look at everything, mends at what lost the packet.
const mostChecked = 12

/** Tells why the flow fails and what would mend it. Every yield is a place to stop. */
export function* whyNot(analysis: Analysis, flow: Flow): Generator<Progress, WhyNot> {
  const { readings, realised } = analysis
  const plane = compile({ ...realised.infra }, analysis.plane)
  const first: State = { readings, realised, plane, trace: traceFlow(plane, flow), steps: [], taken: [], mends: [], cost: 0 }
  if (first.trace.verdict !== 'dropped') return { trace: first.trace, steps: [], edits: [], mended: first.trace }
  const found = yield* search(first, flow)
  if (!found) return { trace: first.trace, steps: undefined, edits: [], mended: undefined, lacks: lacking(first.realised.infra, first.trace) }
  const least = yield* thinned(first, found, flow)
  return { trace: first.trace, steps: least.steps, edits: editsOf(readings, least), mended: least.trace }
}

/** The cheapest state in which the packet arrives, by uniform cost; undefined where none is found. */
function* search(first: State, flow: Flow): Generator<Progress, State | undefined> {
  const open: State[] = [first]
  const seen = new Set<string>([textOf(first.readings)])
  let best: State | undefined
  let expanded = 0
  for (let tried = 0; open.length > 0;) {
    open.sort((a, b) => a.cost - b.cost)
    const state = open.shift()
    // Nothing that is still open can cost less than one setting more.
    if (!state || (best && best.cost <= state.cost + 1)) break
    for (const from of expanded++ < mostChecked ? [ownOffers, checkedOffers] : [ownOffers]) {
      for (const mend of yield* from(state, flow)) {
        const cost = state.cost + costOf(mend)
        if (cost > mostCost || tried >= mostStates || (best && cost >= best.cost)) continue
        yield { doing: t('looking for what would mend it'), done: tried, of: mostStates }
        const next = after(state, mend, flow, cost)
        const text = next && textOf(next.readings)
        if (!next || text === undefined || seen.has(text)) continue
        seen.add(text)
        tried++
        if (next.trace.verdict === 'delivered') best = next
        else if (next.trace.verdict !== 'unknown' && signOf(next.trace) !== signOf(state.trace)) open.push(next)
      }
      // Checks cost most: they are asked where nothing of one setting has done it.
      if (best && best.cost <= state.cost + 1) break
    }
  }
  return best
}

/** Without the steps that it does not need: each is left out and the packet sent again. */
function* thinned(first: State, found: State, flow: Flow): Generator<Progress, State> {
  let least = found
  for (let i = found.mends.length - 1; i >= 0 && least.mends.length > 1; i--) {
    yield { doing: t('looking for what would mend it'), done: found.mends.length - i, of: found.mends.length }
    const mends = least.mends.filter((mend) => mend !== found.mends[i])
    if (mends.length === least.mends.length) continue
    let state: State | undefined = first
    for (const mend of mends) state = state && after(state, mend, flow, state.cost + costOf(mend))
    if (state?.trace.verdict === 'delivered') least = state
  }
  return least
}

const textOf = (readings: readonly Reading[]): string => readings.map(({ source }) => source.text).join('\u0000')

/** Single settings that a change touches. */
const touchedBy = (change: Change): number => (change.kind === 'several' || change.kind === 'in-turn' ? change.changes.reduce((sum, one) => sum + touchedBy(one), 0) : 1)
const costOf = ({ change, weight, with: others }: Mend): number => Math.max(weight ?? 1, touchedBy(change)) + (others ?? []).reduce((sum, one) => sum + costOf(one), 0)

/** How far the packet comes, and why no further. */
function signOf({ verdict, reason, because, hops, reply }: Trace): string {
  const end = (way: OneWay | null): string => {
    const last = way?.hops.at(-1)
    return last ? `${way?.hops.length} ${last.node} ${last.interface} ${last.detail}` : ''
  }
  return [verdict, reason, because, end({ verdict, reason, because, hops }), end(reply)].join('\n')
}

/** What may be tried for the drop itself. */
function* ownOffers({ realised, plane, trace }: State): Generator<Progress, readonly Mend[]> {
  yield { doing: t('looking for what would mend it'), done: 0, of: mostStates }
  return mendsOf(realised.infra, plane, trace)
}

/** What checks find wrong with those on the way. */
function* checkedOffers(state: State, flow: Flow): Generator<Progress, readonly Mend[]> {
  const { readings, realised, plane } = state
  const from = realised.infra.nodes.get(flow.from)
  const at = from?.at
  if (!from || !isStack(from) || !at) return []
  const wanted: Expectation = {
    kind: 'reach', at, from: [{ value: { kind: 'node', node: flow.from, interface: flow.fromInterface }, at }],
    to: [{ value: flow.toNode === undefined ? { kind: 'address', ip: flow.to } : { kind: 'node', node: flow.toNode, interface: undefined }, at }],
    ...(flow.port !== undefined && flow.proto !== 'icmp' && { port: { value: { protocol: flow.proto, first: flow.port, last: flow.port }, at } }),
  }
  // The checks ask what somebody expects: here that these two talk.
  const infra = { ...realised.infra, expectations: [wanted] }
  const context: CheckContext = { written: { ...joinReadings(readings).infra, expectations: [wanted] }, infra, plane: compile(infra, plane) }
  const near = new Set([flow.from, flow.toNode ?? '', ...nodesOf(state, flow)])
  const problems = (yield* runChecks(context)).filter(({ severity, subject, fixes }) =>
    fixes.length > 0 && (severity === 'error' || severity === 'warning') && (subject === undefined || near.has(subject.split(':')[0] ?? '')))
  return problems.flatMap(({ fixes, at: place }): readonly Mend[] => fixes.map(({ title, change }) => ({ title, change, at: place })))
}

/** Nodes on the way there and back, and what carries the segments where either ends. */
function nodesOf({ plane, trace }: State, flow: Flow): ReadonlySet<string> {
  const hops = [...trace.hops, ...(trace.reply?.hops ?? [])]
  const nodes = new Set(hops.map(({ node }) => node))
  const ends = new Set([trace.hops.at(-1)?.node, trace.reply?.hops.at(-1)?.node, flow.toNode])
  for (const { members, carriers } of segmentsOf(plane)) {
    if (members.some(({ node }) => ends.has(node))) for (const carrier of carriers) nodes.add(carrier.split(':')[0] ?? '')
  }
  return nodes
}

/** The text after some edits, before anybody has worked out what it means. */
type Draft = Pick<State, 'readings' | 'steps' | 'taken'>

/** The state after a mend and what goes with it; undefined where no text answers to it. */
function after(state: State, mend: Mend, flow: Flow, cost: number): State | undefined {
  const mends = [mend, ...(mend.with ?? [])]
  let draft: Draft | undefined = state
  for (const one of mends) draft = draft && drafted(draft, one)
  if (!draft) return undefined
  const realised = realize(joinReadings(draft.readings).infra, state.realised)
  const plane = compile(realised.infra, state.plane)
  return { ...draft, realised, plane, trace: traceFlow(plane, flow), cost, mends: [...state.mends, ...mends.map(({ title, change, at, weight }) => ({ title, change, at, ...(weight !== undefined && { weight }) }))] }
}

function drafted(state: Draft, { title, change, at }: Mend): Draft | undefined {
  const edits: TextEdit[] = []
  for (const reading of state.readings) {
    const answer = formatOf(reading.source)?.edit(reading.source, change, reading)
    if (answer && !('refused' in answer)) edits.push(...answer)
  }
  if (edits.length === 0) return undefined
  const readings = state.readings.map((reading) => {
    const { source } = reading
    if (!edits.some(({ uri }) => uri === source.uri)) return reading
    return formatOf(source)?.read({ ...source, text: applyEdits(source, edits) }, reading) ?? reading
  })
  const places = new Map<Chunk, number>()
  for (const reading of state.readings) for (const [chunk, base] of reading.places) places.set(chunk, base)
  const found = new Locator(state.readings.map(({ source }) => source), places).offsets(at)
  const { uri } = at.chunk
  const place = found && composedOf(state, uri).origin(found.start, found.end)
  const [edit] = edits
  return {
    readings, taken: [...state.taken, { edits }],
    steps: [...state.steps, { title, uri: found ? uri : edit?.uri ?? '', start: place?.start ?? edit?.start ?? 0, end: place?.end ?? edit?.end ?? 0 }],
  }
}

function composedOf(state: Draft, uri: string): Composed {
  const now = state.readings.find(({ source }) => source.uri === uri)?.source.text.length ?? 0
  const grown = state.taken.reduce((sum, { edits }) => sum + edits.filter((edit) => edit.uri === uri).reduce((all, { start, end, newText }) => all + newText.length - (end - start), 0), 0)
  const composed = new Composed(now - grown)
  for (const { edits } of state.taken) composed.step(edits.filter((edit) => edit.uri === uri))
  return composed
}

const editsOf = (readings: readonly Reading[], state: State): readonly TextEdit[] => readings.flatMap(({ source: { uri } }) => composedOf(state, uri).edits(uri))

/** "a → b (10.0.0.2)" */
export const pairOf = ({ from, to, toNode }: Flow): string => `${from} → ${toNode === undefined ? printIp(to) : `${toNode} (${printIp(to)})`}`
