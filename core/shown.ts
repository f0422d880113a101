/** Front door: answers as plain JSON, spans turned into ranges. The command line prints these shapes, the webview receives them. */
import type { Analysis } from './analysis.ts'
import type { PairDifference } from './ask.ts'
import type { Failure } from './failing.ts'
import { printIp } from './address/ip.ts'
import { printSize, printTime } from './address/quantity.ts'
import type { Hop, OneWay, Step, Trace } from './forwarding/trace.ts'
import { isTunnelType } from './infra/interface.ts'
import { isStack, type NodeKind } from './infra/node.ts'
import type { Counterexample, Problem, Severity } from './infra/problem.ts'
import { catalogueCodes } from './migration/index.ts'
import type { EvacuationReport } from './migration/plan-report.ts'
import type { JointReport } from './migration/joint-report.ts'
import type { MigrationReport, MigrationTarget, PreflightFinding } from './migration/report.ts'
import type { Advice, Calibration } from './migration/study-report.ts'
import type { ShownEvacuation, ShownFinding, ShownJoint, ShownHop, ShownMigration, ShownMove, ShownTarget, ShownFailure, ShownPairs, ShownReach, ShownTrace, ShownWhyNot } from './protocol.ts'
import { addressesOf } from './reach/index.ts'
import type { ReachPair } from './reach/pair.ts'
import { lineStartsOf, positionAt, type Position, type Range } from './text/source.ts'
import type { Span } from './text/span.ts'
import type { WhyNot } from './why-not.ts'
import { t } from './words.ts'

export interface Summary {
  readonly servers: number
  readonly vms: number
  readonly containers: number
  readonly switches: number
  readonly routers: number
  readonly externals: number
  readonly links: number
  readonly tunnels: number
  readonly networks: number
  readonly tenants: number
}

/**
 * What the file describes: what is written and what its fabrics and networks stand for; not what a format implies (a docker
 * host, a management bridge). Tunnels are tunnel devices.
 */
export function summaryOf({ written, realised: { infra } }: Pick<Analysis, 'written' | 'realised'>): Summary {
  const kinds: Record<NodeKind, number> = { server: 0, vm: 0, container: 0, switch: 0, router: 0, external: 0 }
  let tunnels = 0
  for (const node of infra.nodes.values()) {
    if (node.origin.by !== 'format') kinds[node.kind]++
    for (const device of node.interfaces.values()) if (isTunnelType(device.type.value)) tunnels++
  }
  return {
    servers: kinds.server, vms: kinds.vm, containers: kinds.container, switches: kinds.switch, routers: kinds.router,
    externals: kinds.external, links: infra.links.filter(({ origin }) => origin.by !== 'format').length, tunnels,
    networks: written.networks.size, tenants: written.tenants.size,
  }
}

/** A place as JSON; `uri` only where it is another file than the one asked about. */
interface Place {
  readonly range: Range
  readonly uri?: string
}

const placeOf = (analysis: Analysis, at: Span): Place => {
  const { uri, range } = analysis.locator.locate(at)
  return uri === analysis.readings[0]?.source.uri ? { range } : { range, uri }
}

export interface ProblemJson extends Place {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly subject: string | null
  readonly related: readonly (Place & { readonly message: string })[]
  readonly fixes: readonly { readonly title: string }[]
  readonly counterexample?: Counterexample
}

export const problemJson = (analysis: Analysis, problem: Problem): ProblemJson => ({
  code: problem.code, severity: problem.severity, message: problem.message, ...placeOf(analysis, problem.at),
  subject: problem.subject ?? null,
  related: problem.related.map(({ message, at }) => ({ message, ...placeOf(analysis, at) })),
  fixes: problem.fixes.map(({ title }) => ({ title })),
  ...(problem.counterexample && { counterexample: problem.counterexample }),
})

export interface ExpectationJson extends Place {
  readonly kind: string
  readonly status: 'pass' | 'fail' | 'undecided'
  readonly message: string
  readonly counterexample: Counterexample | null
}

export const expectationsJson = (analysis: Analysis): readonly ExpectationJson[] =>
  analysis.expectations.map(({ kind, status, message, at, counterexample }) => ({ kind, status, message, ...placeOf(analysis, at), counterexample }))

export interface FileJson {
  readonly path: string
  readonly format: string
  readonly summary: Summary
  readonly problems: readonly ProblemJson[]
  readonly expectations: readonly ExpectationJson[]
  /** What comments in the files keep quiet; absent where nothing is. */
  readonly suppressed?: readonly (ProblemJson & { readonly reason: string })[]
}

const suppressedJson = (analysis: Analysis): Pick<FileJson, 'suppressed'> =>
  (analysis.suppressed.length === 0 ? {} : { suppressed: analysis.suppressed.map(({ problem, reason }) => ({ ...problemJson(analysis, problem), reason })) })

/** Problems in the order of the text; those of included files after the file's own. */
export function fileJson(analysis: Analysis, path: string, format: string): FileJson {
  const rank = new Map(analysis.readings.map(({ source }, i) => [source.uri, i]))
  const placed = analysis.problems.map((problem) => ({ json: problemJson(analysis, problem), uri: problem.at.chunk.uri }))
  const order = (uri: string): number => rank.get(uri) ?? rank.size
  placed.sort((a, b) =>
    order(a.uri) - order(b.uri) || a.json.range.start.line - b.json.range.start.line ||
    a.json.range.start.character - b.json.range.start.character || (a.json.code < b.json.code ? -1 : a.json.code > b.json.code ? 1 : 0))
  return { path, format, summary: summaryOf(analysis), problems: placed.map(({ json }) => json), expectations: expectationsJson(analysis), ...suppressedJson(analysis) }
}

/** What a bridge does, or what happens at its port. Whatever else a port does, it does for the machine. */
const bridged: ReadonlySet<Step> = new Set(['receive', 'learn', 'bridge', 'flood', 'filter', 'transmit', 'drop'])

function bridgeAt({ plane }: Analysis, { node, interface: name, step }: Hop): string | undefined {
  if (name === null || !bridged.has(step)) return undefined
  const device = plane.world.stacks.get(node)?.devices.get(name)
  // A bond's members belong to the bridge that the bond is a port of.
  return (device?.bridge ?? device?.master?.bridge ?? device?.owns)?.label
}

function shownHop(analysis: Analysis, { at, ...hop }: Hop): ShownHop {
  const bridge = bridgeAt(analysis, hop)
  return { ...hop, range: at ? analysis.locator.locate(at).range : null, ...(bridge !== undefined && bridge !== hop.node && { bridge }) }
}

const oneWay = (analysis: Analysis, { verdict, reason, hops }: OneWay) => ({ verdict, reason, hops: hops.map((hop) => shownHop(analysis, hop)) })

export const shownTrace = (analysis: Analysis, trace: Trace): ShownTrace => ({
  verdict: trace.verdict, reason: trace.reason, because: trace.because, pathMtu: trace.pathMtu,
  hops: trace.hops.map((hop) => shownHop(analysis, hop)),
  reply: trace.reply && oneWay(analysis, trace.reply),
  ...(trace.error && { error: { ...oneWay(analysis, trace.error), icmp: trace.error.icmp } }),
})

const finding = ({ code, status, message }: PreflightFinding): ShownFinding => ({ code, status, message })

export const shownTarget = ({ host, feasible, preflight }: MigrationTarget): ShownTarget => ({ host, feasible, preflight: preflight.map(finding) })

export const shownMigration = (report: MigrationReport): ShownMigration => ({ ...report, preflight: report.preflight.map(finding) })

export const shownJoint = (report: JointReport): ShownJoint => ({ ...report, moves: report.moves.map((move) => ({ ...move, findings: move.findings.map(finding) })) })
export type { ShownJoint }

export type ShownAdvice = Advice

/** With the line that a file would say it by. */
export type ShownCalibration = Calibration & { readonly workload: string }

const inWords = (bytes: number): string => printSize(bytes).replace(' ', '')

export const shownCalibration = (found: Calibration): ShownCalibration => ({
  ...found, workload: `{ dirty-rate: ${inWords(found.dirtyRate)}/s, working-set: ${inWords(found.workingSet)}, resident: ${inWords(found.resident)} }`,
})

export type { ShownEvacuation, ShownMove }

export const shownEvacuation = ({ host, feasible, parallel, totalSeconds, moves, stuck, paces, notes }: EvacuationReport): ShownEvacuation => ({
  host, feasible, parallel, totalSeconds, paces, notes,
  moves: [
    ...moves.map(({ start, seconds, findings, ...move }): ShownMove => ({ ...move, feasible: true, startSeconds: start, totalSeconds: seconds, findings: findings.map(finding) })),
    ...stuck.map(({ vm, from, reasons }): ShownMove => ({
      vm, from, to: null, feasible: false, mode: null, wave: null, startSeconds: null, totalSeconds: null, downtimeSeconds: null, transferredBytes: null,
      converged: null, bandwidth: null, findings: reasons.map(({ host: refusing, ...reason }) => ({ ...finding(reason), host: refusing })),
    })),
  ],
})

/** What stands in the way of a migration or beside it, as problems at their lines. */
export const migrationProblems = (analysis: Analysis, report: MigrationReport): readonly ProblemJson[] =>
  // What is wrong about the question is no problem of the file.
  report.preflight.filter(({ code, status }) => status !== 'pass' && catalogueCodes[code] !== undefined).map(({ code, status, message, at }) => {
    const guest = analysis.written.nodes.get(report.vm)
    const place = at ?? guest?.at
    return {
      code: catalogueCodes[code] ?? `migration-${code}`, severity: status === 'block' ? 'error' as const : 'warning' as const, message, subject: report.vm,
      ...(place ? placeOf(analysis, place) : { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }),
      related: [], fixes: [],
    }
  })

export interface PairJson {
  readonly from: string
  readonly to: string
  readonly address: string
  readonly verdict: string
  readonly reason: string | null
  readonly pathMtu: number | null
  readonly because?: string
}

// Beyond so many a list says no more.
const mostPairs = 300

export function shownFailure(id: string, { label, gone, compared, lost, gained, changed, tunnels }: Failure): ShownFailure {
  const said = ({ after }: PairDifference): string => (!after ? 'gone' : after.verdict === 'delivered' ? t`path MTU ${after.pathMtu ?? '?'}` : after.reason ?? after.verdict)
  const pairs = (list: readonly PairDifference[]): ShownPairs => ({
    count: list.length, pairs: list.slice(0, mostPairs).map((one) => ({ from: one.pair.from, to: one.pair.to, address: printIp(one.pair.address), said: said(one) })),
  })
  return { id, label, gone, compared, lost: pairs(lost), gained: pairs(gained), changed: pairs(changed), tunnels }
}

/** One line for every node that pairs lead to. */
export function shownReach(from: string, pairs: readonly ReachPair[]): ShownReach {
  const best = new Map<string, ReachPair>()
  for (const pair of pairs) {
    const known = best.get(pair.to)
    if (!known || (known.verdict !== 'delivered' && pair.verdict === 'delivered')) best.set(pair.to, pair)
  }
  return { from, ends: [...best.values()].map(({ to, address, verdict, reason, because, pathMtu }) => ({ node: to, address: printIp(address), verdict, reason, because, pathMtu })) }
}

/** Why a pair does not talk, in places of the files as they are. */
export function shownWhyNot(analysis: Analysis, { steps, edits, lacks }: WhyNot): ShownWhyNot {
  const lines = new Map(analysis.readings.map(({ source: { uri, text } }) => [uri, lineStartsOf(text)]))
  const at = (uri: string, offset: number): Position => positionAt(lines.get(uri) ?? lineStartsOf(''), offset)
  return {
    steps: steps?.map(({ title, uri, start, end }) => ({ title, uri, range: { start: at(uri, start), end: at(uri, end) } })) ?? null,
    lacks: lacks ?? null,
    change: edits.length > 0 ? { kind: 'edits', edits } : null,
  }
}

export const pairJson = ({ from, to, address, verdict, reason, because, pathMtu }: ReachPair): PairJson =>
  ({ from, to, address: printIp(address), verdict, reason, pathMtu, ...(because !== null && { because }) })

export interface EndpointJson {
  readonly node: string
  readonly addresses: readonly string[]
}

/** Every network stack with its addresses on interfaces that are up, link-local and loopback ones aside, in file order. */
export const endpointsOf = (analysis: Analysis): readonly EndpointJson[] =>
  [...analysis.realised.infra.nodes.values()].filter(isStack).map((node) => ({ node: node.name, addresses: addressesOf(node).map(printIp) }))

export { printSize, printTime }
