/** `survive`: what is to be kept holds without any one link, switch, router or server. */
import { parseIp } from '../address/ip.ts'
import { compile, waysOf } from '../forwarding/index.ts'
import type { Flow } from '../forwarding/flow.ts'
import type { Trace } from '../forwarding/trace.ts'
import type { CheckContext } from '../checks/check.ts'
import { endpointsOf } from '../checks/shared/selectors.ts'
import type { Infra } from '../infra/infra.ts'
import type { Expectation } from '../infra/parts.ts'
import type { Progress } from '../reach/pair.ts'
import { failed, passed, undecided, worse, type Judge, type Outcome } from './expectation.ts'
import { partsOf } from './shared/failures.ts'
import { ask, pairsOf } from './shared/pairs.ts'
import { t } from '../words.ts'

/** How each kept expectation is judged; given by the room's index, which knows all kinds. */
export type JudgeAny = (context: CheckContext, expectation: Expectation) => Generator<Progress, Outcome>

export const judgeSurvive = (judgeAny: JudgeAny): Judge<'survive'> =>
  function* (context, { any, keep }) {
    if (keep.length === 0) return undecided(t('it says not what to keep'))
    let outcome: Outcome = passed
    for (const one of keep) {
      const before = yield* judgeAny(context, one)
      if (before.status === 'fail') return failed(t`${one.kind} fails even when all is well: ${before.message}`, before.counterexample)
      outcome = worse(outcome, before)
    }
    const met = yield* nodesMet(context, keep)
    const parts = [...partsOf(context.infra, any.value)]
    for (const [i, part] of parts.entries()) {
      yield { doing: t`judging without ${part.label}`, done: i, of: parts.length }
      if (met && !part.nodes.every((name) => met.nodes.has(name)) && !part.nodes.some((name) => met.hosts.has(name)) && part.gone.size <= 1) continue
      const plane = compile(part.without, context.plane)
      const without: CheckContext = { ...context, infra: part.without, plane }
      for (const one of keep) {
        if (goneSender(context, one, part.gone)) continue
        const missing = goneReceiver(context, one, part.gone)
        if (missing !== undefined) return failed(t`without ${part.label} ${missing} is gone`)
        const after = yield* judgeAny(without, one)
        if (after.status === 'fail') return failed(t`without ${part.label}: ${after.message}`, after.counterexample)
        if (after.status === 'undecided') outcome = worse(outcome, undecided(t`without ${part.label}: ${after.message}`))
      }
    }
    return outcome
  }

/**
 * The nodes that the kept packets and their answers meet: what meets no packet cannot stop one. Undefined where the
 * kept kinds ask for packets that do not arrive, since any failure may open another way.
 */
function* nodesMet(context: CheckContext, keep: readonly Expectation[]): Generator<Progress, Met | undefined> {
  const met = new Set<string>()
  for (const one of keep) {
    if (one.kind !== 'reach' && one.kind !== 'mtu' && one.kind !== 'path') return undefined
    const pairs = pairsOf(context, one.from, one.to)
    if ('status' in pairs) return undefined
    for (const [i, pair] of pairs.entries()) {
      if (i % 16 === 15) yield { doing: t('following what is to be kept'), done: i, of: pairs.length }
      for (const address of pair.to.addresses) {
        const trace = ask(context, pair, address, { proto: 'icmp' })
        for (const hop of [...trace.hops, ...(trace.reply?.hops ?? [])]) met.add(hop.node)
        if (trace.choices === undefined) continue
        // The trace shows one of several ways.
        for (const flow of [trace.flow, backOf(trace)]) {
          const { ways, all } = flow ? waysOf(context.plane, flow) : { ways: [], all: false }
          if (!all) return undefined
          for (const way of ways) for (const node of way) met.add(node)
        }
      }
    }
  }
  for (const node of context.infra.nodes.values()) {
    // Carriers on the way that leave no hop of their own; and a spanning tree is everybody's who takes part in it.
    if (node.kind === 'switch' || [...node.interfaces.values()].some(({ stp }) => stp?.value)) met.add(node.name)
  }
  const hosts = new Set<string>()
  for (const name of met) hostsInto(hosts, context.infra, name)
  return { nodes: met, hosts }
}

/** A guest's device has a carrier where its host's has one, of which its packets to a sibling see nothing. A host may be a guest. */
function hostsInto(hosts: Set<string>, infra: Infra, guest: string): void {
  for (const { hostSide } of infra.nodes.get(guest)?.interfaces.values() ?? []) {
    if (!hostSide || hosts.has(hostSide.node)) continue
    hosts.add(hostSide.node)
    hostsInto(hosts, infra, hostSide.node)
  }
}

interface Met {
  readonly nodes: ReadonlySet<string>
  /** Whose links' carriers matter, whoever is at the other end. */
  readonly hosts: ReadonlySet<string>
}

/** The question that the answer stands for; undefined where nobody answers by an address. */
function backOf({ flow, hops, reply }: Trace): Flow | undefined {
  const sent = /^ipv[46] (\S+)>(\S+)$/.exec(reply?.hops[0]?.headers.find((header) => /^ipv[46] /.test(header)) ?? '')
  const to = parseIp(sent?.[2] ?? '')
  const from = hops.at(-1)?.node
  return to && from !== undefined ? { from, to, toNode: flow.from, proto: flow.proto, size: flow.size, df: false } : undefined
}

/** Nobody is left to send: then nothing is asked. */
function goneSender(context: CheckContext, one: Expectation, gone: ReadonlySet<string>): boolean {
  if (gone.size === 0 || one.kind === 'migrate' || one.kind === 'survive' || one.kind === 'isolate') return false
  return one.from.some((selector) => endpointsOf(context, selector).some((each) => each.node && gone.has(each.node.name)))
}

function goneReceiver(context: CheckContext, one: Expectation, gone: ReadonlySet<string>): string | undefined {
  if (gone.size === 0 || one.kind === 'migrate' || one.kind === 'survive' || one.kind === 'isolate' || one.kind === 'block') return undefined
  for (const selector of one.to) {
    for (const each of endpointsOf(context, selector)) if (each.node && !each.byAddress && gone.has(each.node.name)) return each.node.name
  }
  return undefined
}
