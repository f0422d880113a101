/** What holds now, as expectations: who reaches whom among groups of endpoints, each entry judged before it is proposed. */
import type { CheckContext } from '../checks/check.ts'
import { segmentsByDevice } from '../checks/shared/segments.ts'
import { tenantOfGuest } from '../checks/shared/tenancy.ts'
import { isLinkLocal, isLoopback } from '../address/ip.ts'
import type { Value } from '../infra/change.ts'
import { isGuest, isStack, type StackNode } from '../infra/node.ts'
import type { Expectation, Selector } from '../infra/parts.ts'
import type { Progress } from '../reach/pair.ts'
import type { Span } from '../text/span.ts'
import type { Outcome } from './expectation.ts'
import { nameOf } from './shared/pairs.ts'
import { t } from '../words.ts'

/** Judges an entry of whatever kind. */
type JudgeAny = (context: CheckContext, one: Expectation) => Generator<Progress, Outcome>

/** Endpoints that an expectation can name together. */
interface Group {
  readonly selectors: readonly Selector[]
  readonly names: readonly string[]
  readonly members: number
  readonly tenant: boolean
}

// A matrix of more rows is nobody's to read.
const mostGroups = 24

/**
 * Entries for `expect`, in the order of the groups: tenants, then guests and servers that are plugged in alike, then externals.
 * What is mixed within a pair of groups, or cannot be known, is left away; so is what the file says already.
 */
export function* expectationsNow(context: CheckContext, judge: JudgeAny): Generator<Progress, readonly Value[]> {
  const groups = groupsOf(context).slice(0, mostGroups)
  const known = saidAlready(context)
  const isolated = new Set<string>()
  const entries: Value[] = []
  const at = [...context.written.nodes.values()][0]?.at
  if (!at) return []
  for (const [i, one] of groups.entries()) {
    for (const two of groups.slice(i + 1)) {
      if (!one.tenant || !two.tenant) continue
      yield { doing: t('judging what holds'), done: i, of: groups.length }
      const outcome = yield* judge(context, { kind: 'isolate', groups: [...one.selectors, ...two.selectors], at })
      if (outcome.status === 'pass') for (const pair of [[one, two], [two, one]] as const) isolated.add(keyOf(pair[0], pair[1]))
    }
  }
  entries.push(...isolations(groups, isolated, known))
  for (const [i, from] of groups.entries()) {
    const reached: Group[] = []
    const blocked: Group[] = []
    for (const to of groups) {
      if ((from === to && from.members < 2) || isolated.has(keyOf(from, to))) continue
      yield { doing: t('judging what holds'), done: i, of: groups.length }
      const kind = yield* holds(context, judge, from, to, at)
      if (kind === undefined || pairsOf(from, to).every((pair) => known.has(`${kind} ${pair}`))) continue
      ;(kind === 'reach' ? reached : blocked).push(to)
    }
    if (reached.length > 0) entries.push({ reach: { from: spelled(from.names), to: spelled(reached.flatMap(({ names }) => names)) } })
    if (blocked.length > 0) entries.push({ block: { from: spelled(from.names), to: spelled(blocked.flatMap(({ names }) => names)) } })
  }
  return entries
}

const keyOf = (from: Group, to: Group): string => `${from.names.join(' ')} > ${to.names.join(' ')}`
const spelled = (names: readonly string[]): Value => (names.length === 1 ? names[0] ?? '' : names)
const pairsOf = (from: Group, to: Group): readonly string[] => from.names.flatMap((a) => to.names.map((b) => `${a} ${b}`))

function* holds(context: CheckContext, judge: JudgeAny, from: Group, to: Group, at: Span): Generator<Progress, 'reach' | 'block' | undefined> {
  const between = { from: from.selectors, to: to.selectors, at }
  const reach = yield* judge(context, { kind: 'reach', ...between })
  if (reach.status === 'pass') return 'reach'
  if (reach.status === 'undecided') return undefined
  const block = yield* judge(context, { kind: 'block', ...between })
  return block.status === 'pass' ? 'block' : undefined
}

/** One entry where all tenants are apart, else one a pair. */
function isolations(groups: readonly Group[], isolated: ReadonlySet<string>, known: ReadonlySet<string>): readonly Value[] {
  const tenants = groups.filter(({ tenant }) => tenant)
  const pairs = tenants.flatMap((one, i) => tenants.slice(i + 1).map((two) => [one, two] as const))
  const apart = pairs.filter(([one, two]) => isolated.has(keyOf(one, two)))
  const fresh = apart.filter(([one, two]) => !known.has(`isolate ${one.names.join()} ${two.names.join()}`))
  if (fresh.length === 0) return []
  if (apart.length === pairs.length && fresh.length === apart.length) return [{ isolate: tenants.flatMap(({ names }) => names) }]
  return fresh.map(([one, two]) => ({ isolate: [...one.names, ...two.names] }))
}

const canAnswer = (node: StackNode): boolean => !node.opaque && (node.kind === 'external'
  || [...node.interfaces.values()].some((one) => one.up?.value !== false && one.addresses.some(({ value }) => !isLoopback(value.ip) && !isLinkLocal(value.ip))))

/** Generated parts are not named: a fabric's servers would be a list of hundreds. */
function groupsOf(context: CheckContext): readonly Group[] {
  const tenants = new Map<string, StackNode[]>()
  const alike = new Map<string, StackNode[]>()
  const externals: StackNode[] = []
  const segments = segmentsByDevice(context)
  for (const node of context.infra.nodes.values()) {
    if (!isStack(node) || !canAnswer(node) || node.origin.by !== 'text' || node.kind === 'router') continue
    const tenant = isGuest(node) ? tenantOfGuest(context, node) : undefined
    if (node.kind === 'external') externals.push(node)
    else if (tenant !== undefined) tenants.set(tenant, [...(tenants.get(tenant) ?? []), node])
    else {
      const plugged = [...node.interfaces.values()].flatMap((one) => (segments.get(`${node.name}:${one.name}`) ?? []).map(({ segment }) => segment.id))
      const key = [node.kind, [...new Set(plugged)].sort((a, b) => a - b).join('.'), isGuest(node) ? node.securityGroups.map(({ value }) => value).join(' ') : '', node.firewall ? node.name : ''].join('|')
      alike.set(key, [...(alike.get(key) ?? []), node])
    }
  }
  const at = (node: StackNode | undefined): Span => node?.at ?? { chunk: { uri: '' }, start: 0, end: 0 }
  const named = (nodes: readonly StackNode[]): Group => group(nodes.map((node) => ({ value: { kind: 'node', node: node.name, interface: undefined }, at: node.at })), nodes.length, false)
  return [
    ...[...tenants].map(([name, nodes]) => group([{ value: { kind: 'tenant', name }, at: at(nodes[0]) }], nodes.length, true)),
    ...[...alike.values()].map(named), ...externals.map((node) => named([node])),
  ]
}

const group = (selectors: readonly Selector[], members: number, tenant: boolean): Group => ({ selectors, names: selectors.map(nameOf), members, tenant })

/** `reach a b`, `isolate tenant:a tenant:b`: every pair that the file's own expectations name. */
function saidAlready({ written }: CheckContext): ReadonlySet<string> {
  const said = new Set<string>()
  const note = (one: Expectation): void => {
    if ((one.kind === 'reach' || one.kind === 'block') && !one.port && !one.proto) {
      for (const from of one.from) for (const to of one.to) said.add(`${one.kind} ${nameOf(from)} ${nameOf(to)}`)
    }
    if (one.kind !== 'isolate') return
    // A bare name is a tenant here.
    const names = one.groups.map((selector) => (selector.value.kind === 'node' && selector.value.interface === undefined && !written.nodes.has(selector.value.node) ? `tenant:${selector.value.node}` : nameOf(selector)))
    for (const a of names) for (const b of names) if (a !== b) said.add(`isolate ${a} ${b}`)
  }
  written.expectations.forEach(note)
  return said
}
