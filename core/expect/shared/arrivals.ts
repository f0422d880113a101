/** Does any first packet arrive? What `block` and `isolate` ask. */
import { isLinkLocal, isLoopback, printIp, sameIp, type Ip } from '../../address/ip.ts'
import type { PortRange } from '../../address/port.ts'
import type { CheckContext } from '../../checks/check.ts'
import { publishedPorts } from '../../infra/docker.ts'
import { isGuest, isStack, type GuestNode, type StackNode } from '../../infra/node.ts'
import type { Infra } from '../../infra/infra.ts'
import type { Progress } from '../../reach/pair.ts'
import { failed, passed, undecided, worse, type Outcome } from '../expectation.ts'
import { arrived, ask, exampleOf, pairLabel, unknownOf, type Ask, type Pair } from './pairs.ts'
import { portSpeakers } from './ports.ts'
import { t } from '../../words.ts'

// Filters tell flows apart by the ports they name; beyond so many the first ones stand for the rest.
const mostPorts = 64

/** One flow for every kind that a rule of the file could tell apart: echo, and each protocol by each named port and by one that is not. */
export function kindsOf(context: CheckContext): readonly Ask[] {
  const named = { tcp: new Set<number>(), udp: new Set<number>() }
  const add = (range: PortRange | undefined): void => {
    if (!range || range.protocol === 'sctp' || named[range.protocol].size >= mostPorts) return
    named[range.protocol].add(range.first)
    named[range.protocol].add(range.last)
  }
  const both = (range: PortRange): void => {
    add(range)
    add({ ...range, protocol: range.protocol === 'tcp' ? 'udp' : 'tcp' })
  }
  for (const node of portSpeakers(context)) {
    for (const hook of ['input', 'forward', 'output'] as const) for (const rule of node.firewall?.[hook]?.rules ?? []) rule.ports.forEach(({ value }) => both(value))
    for (const rule of node.nat) if (rule.kind === 'dnat') add(rule.ports?.value)
    if (node.kind === 'container') for (const { host } of node.ports) add(host)
  }
  for (const group of context.infra.securityGroups.values()) {
    for (const rule of [...group.ingress, ...(group.egress ?? [])]) rule.ports.forEach(({ value }) => both(value))
  }
  const unnamed = (taken: ReadonlySet<number>): number => {
    let port = 40000
    while (taken.has(port)) port++
    return port
  }
  return [
    { proto: 'icmp' },
    ...(['tcp', 'udp'] as const).flatMap((proto) => [...named[proto], unnamed(named[proto])].map((port): Ask => ({ proto, port }))),
  ]
}

/** Passes when no first packet arrives from any pair's sender at any of its receiver's addresses, nor by any under which it is published. */
export function* noneArrives(context: CheckContext, pairs: readonly Pair[], kinds: readonly Ask[], published: Published = none): Generator<Progress, Outcome> {
  const speakers = portSpeakers(context)
  let outcome: Outcome = passed
  let asked = 0
  for (const pair of pairs) {
    for (const { address, kind } of pair.to.byAddress ? [] : pair.to.addresses.flatMap((ip) => published.get(printIp(ip)) ?? [])) {
      const trace = ask(context, pair, address, kind)
      if (arrived(trace)) {
        return failed(t`${pairLabel(pair, address, kind)} arrives`, { ...exampleOf(pair, address, kind), to: printIp(address), path: nodesOf(trace.hops) })
      }
      if (trace.verdict === 'unknown') outcome = worse(outcome, undecided(`${pairLabel(pair, address, kind)}: ${unknownOf(trace)}`))
    }
  }
  for (const [i, pair] of pairs.entries()) {
    for (const address of pair.to.addresses) {
      for (const kind of kinds) {
        if (asked++ % 16 === 15) yield { doing: t('looking for a packet that arrives'), done: i, of: pairs.length }
        const trace = ask(context, pair, address, kind)
        if (arrived(trace)) {
          return failed(trace.verdict === 'delivered' ? t`${pairLabel(pair, address, kind)} arrives` : t`${pairLabel(pair, address, kind)} arrives, though the answer does not come back`, {
            ...exampleOf(pair, address, kind), path: nodesOf(trace.hops),
          })
        }
        if (trace.verdict === 'unknown') outcome = worse(outcome, undecided(`${pairLabel(pair, address, kind)}: ${unknownOf(trace)}`))
        // Where it is no filter that stops it, and nobody rewrites the destination by port, other packets end there too.
        if (trace.verdict === 'dropped' && trace.reason !== 'filtered' && !rewritten(speakers, address)) break
      }
    }
  }
  return outcome
}

/** By a stack's own address: where else packets for it may be sent to, since somebody translates the destination. */
export type Published = ReadonlyMap<string, readonly { readonly address: Ip; readonly kind: Ask }[]>
const none: Published = new Map()

export function publishedOf(context: CheckContext): Published {
  const found = new Map<string, { address: Ip; kind: Ask }[]>()
  const speakers = portSpeakers(context)
  for (const node of translators(context.infra, speakers)) {
    const guests = speakers.filter((one): one is GuestNode => isGuest(one) && one.host?.value === node.name)
    for (const rule of [...node.nat, ...publishedPorts(guests)]) {
      if (rule.kind !== 'dnat') continue
      const { ip } = rule.to.value
      const addresses = rule.ip ? [rule.ip.value] : [...node.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => value.ip)).filter((one) => one.family === ip.family && !isLoopback(one) && !isLinkLocal(one))
      const range = rule.ports?.value
      if (range?.protocol === 'sctp') continue
      const kind: Ask = range ? { proto: range.protocol, port: range.first } : { proto: 'icmp' }
      const list = found.get(printIp(ip)) ?? []
      found.set(printIp(ip), list)
      list.push(...addresses.map((address) => ({ address, kind })))
    }
  }
  return found
}

/** Those who translate destinations, by rules of their own or for their containers, in file order. */
function translators({ nodes }: Infra, speakers: readonly StackNode[]): readonly StackNode[] {
  const names = new Set(speakers.flatMap((one) => [one.name, ...(one.kind === 'container' && one.host ? [one.host.value] : [])]))
  if (names.size === 0) return []
  const found: StackNode[] = []
  for (const name of nodes.keys()) {
    const node = names.has(name) ? nodes.get(name) : undefined
    if (node && isStack(node)) found.push(node)
  }
  return found
}

const rewritten = (speakers: readonly StackNode[], ip: Ip): boolean =>
  speakers.some(({ nat }) => nat.some((rule) => rule.kind === 'dnat' && (!rule.ip || sameIp(rule.ip.value, ip))))

const nodesOf = (hops: readonly { readonly node: string }[]): readonly string[] => {
  const names: string[] = []
  for (const { node } of hops) if (names.at(-1) !== node) names.push(node)
  return names
}
