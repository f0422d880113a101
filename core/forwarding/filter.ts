/** Netfilter on one stack: which connection a packet belongs to, translations, and the three filter chains, in hook order. */
import { contains, printIp, printPrefix, sameIp, type Ip } from '../address/ip.ts'
import { printPortRange } from '../address/port.ts'
import type { FilterRule, NatRule } from '../infra/node.ts'
import { connectionAbout, connectionsOf, track, translate, type Tracked, type Tuple } from './conntrack.ts'
import { addressOn, ownsAddress } from './fib.ts'
import { portMatches, protocolMatches } from './guard.ts'
import type { Packet } from './packet.ts'
import { drop, note, type Context, type Run } from './run.ts'
import type { Bridge, Chain, Device, Policy, Stack } from './tables.ts'
import { t } from '../words.ts'

/** A packet with the connection it belongs to; `tracked` is missing where the stack has no netfilter rules. */
export interface Seen {
  readonly packet: Packet
  readonly tracked: Tracked | undefined
  readonly context: Context
}

const withTuple = (packet: Packet, { src, dst, sport, dport }: Tuple): Packet => ({ ...packet, src, dst, sport, dport })
const sameTuple = (a: Tuple, b: Tuple): boolean => sameIp(a.src, b.src) && sameIp(a.dst, b.dst) && a.sport === b.sport && a.dport === b.dport

/** PREROUTING, or OUTPUT's nat hook for what the stack itself sends: conntrack, then the destination is translated. */
export function trackIn(run: Run, stack: Stack, device: Device | undefined, packet: Packet, context: Context, own = false): Seen {
  const { policy } = stack
  // Connection tracking puts fragments together, and what leaves is cut into pieces no longer than those that came (frag_max_size).
  if (!policy) return { packet, tracked: undefined, context }
  const table = connectionsOf(run, stack)
  if (packet.about) return trackError(run, stack, device, packet, packet.about, context)
  const tracked = track(table, packet)
  if (!tracked) return { packet, tracked, context }
  const { connection } = tracked
  if (tracked.answer) {
    const { original } = connection
    const dst = { ...pickTuple(packet), dst: original.src, dport: original.sport }
    if (sameTuple(dst, pickTuple(packet))) return { packet, tracked, context }
    const back = withTuple(packet, dst)
    return { packet: back, tracked, context: noteNat(run, stack, device, back, context, t`the answer goes back to ${printIp(back.dst)}`) }
  }
  if (!connection.decidedTo) {
    connection.decidedTo = true
    const rule = policy.nat.find((one) => one.kind === 'dnat' && dnatMatches(one, stack, device, packet, own))
    if (rule?.kind === 'dnat') {
      const { ip, port } = rule.to.value
      translate(table, connection, packet, { ...connection.translated, dst: ip, dport: port ?? packet.dport })
    }
  }
  const { translated } = connection
  if (sameIp(translated.dst, packet.dst) && translated.dport === packet.dport) return { packet, tracked, context }
  const changed = { ...packet, dst: translated.dst, dport: translated.dport }
  return { packet: changed, tracked, context: noteNat(run, stack, device, changed, context, t`destination becomes ${printIp(changed.dst)}${changed.proto === 'icmp' ? '' : `:${changed.dport}`}`) }
}

/** An ICMP error goes back the way that its packet came by, translations undone (nf_nat_icmp_reply_translation). */
function trackError(run: Run, stack: Stack, device: Device | undefined, packet: Packet, about: Packet, context: Context): Seen {
  const connection = connectionAbout(connectionsOf(run, stack), about)
  if (!connection) return { packet, tracked: undefined, context }
  const tracked: Tracked = { connection, answer: false, related: true }
  const { original } = connection
  // Told to the address that the packet left with: that is ours, and stands for who sent it.
  if (!sameIp(packet.dst, connection.translated.src) || sameIp(original.src, packet.dst)) return { packet, tracked, context }
  const back: Packet = { ...packet, dst: original.src, about: withTuple(about, original) }
  return { packet: back, tracked, context: noteNat(run, stack, device, back, context, t`the error goes back to ${printIp(back.dst)}`) }
}

const pickTuple = ({ src, dst, sport, dport }: Packet): Tuple => ({ src, dst, sport, dport })

const noteNat = (run: Run, stack: Stack, device: Device | undefined, packet: Packet, context: Context, detail: string): Context =>
  note(run, context, stack, device, 'nat', packet, () => ({ detail, table: 'conntrack' }))

function dnatMatches(rule: NatRule, stack: Stack, device: Device | undefined, packet: Packet, own: boolean): boolean {
  if (rule.kind !== 'dnat' || rule.to.value.ip.family !== packet.dst.family) return false
  // Published ports have no `in`; a written rule stands in PREROUTING only, so the stack's own packets pass it by.
  if (own && rule.ip) return false
  if (own && rule.in) return false
  if (rule.in && rule.in.value !== device?.name && rule.in.value !== device?.vrf?.name) return false
  if (rule.ip ? !sameIp(rule.ip.value, packet.dst) : !ownsAddress(stack, packet.dst)) return false
  return rule.ports === undefined || portMatches([rule.ports.value], packet)
}

/** POSTROUTING: the source is translated, once for each connection. */
export function trackOut(run: Run, stack: Stack, device: Device, seen: Seen): Seen {
  const { policy } = stack
  const { tracked, packet } = seen
  if (!policy || !tracked) return seen
  const { connection } = tracked
  if (tracked.related) {
    // nf_nat_icmp_reply_translation: an error about a translated destination leaves in the name of the address that was asked for.
    const { original, translated } = connection
    if (sameIp(original.dst, translated.dst) || sameIp(packet.src, original.dst)) return seen
    const named = { ...packet, src: original.dst }
    return { ...seen, packet: named, context: noteNat(run, stack, device, named, seen.context, t`the answer leaves as ${printIp(named.src)}`) }
  }
  if (tracked.answer) {
    const { original } = connection
    if (sameIp(packet.src, original.dst) && packet.sport === original.dport) return seen
    const back = { ...packet, src: original.dst, sport: original.dport }
    return { ...seen, packet: back, context: noteNat(run, stack, device, back, seen.context, t`the answer leaves as ${printIp(back.src)}`) }
  }
  if (!connection.decidedFrom) {
    connection.decidedFrom = true
    const rule = policy.nat.find((one) => snatMatches(one, device, packet))
    const src = rule && sourceOf(rule, device, packet)
    if (src) translate(connectionsOf(run, stack), connection, packet, { ...connection.translated, src })
  }
  const { translated } = connection
  if (sameIp(translated.src, packet.src) && translated.sport === packet.sport) return seen
  const changed = { ...packet, src: translated.src, sport: translated.sport }
  return { ...seen, packet: changed, context: noteNat(run, stack, device, changed, seen.context, t`source becomes ${printIp(changed.src)}`) }
}

function snatMatches(rule: NatRule, device: Device, packet: Packet): boolean {
  if (rule.kind === 'dnat' || !contains(rule.from.value, packet.src)) return false
  if (rule.out ? rule.out.value !== device.name : contains(rule.from.value, packet.dst)) return false
  return rule.kind === 'masquerade' || rule.to.value.family === packet.src.family
}

/** nf_nat_masquerade_ipv4: the address that the outgoing device would choose for that destination. */
const sourceOf = (rule: NatRule, device: Device, packet: Packet): Ip | undefined =>
  rule.kind === 'snat' ? rule.to.value : rule.kind === 'masquerade' ? addressOn(device, packet.dst, packet.src.family) : undefined

export type Hook = 'input' | 'forward' | 'output'

/** One filter chain: the packet that passes, with the rule that was consulted noted. Drops are told. */
export function filter(run: Run, stack: Stack, hook: Hook, from: Device | undefined, to: Device | undefined, seen: Seen): Seen | undefined {
  const { policy } = stack
  if (!policy) return seen
  const { packet, tracked, context } = seen
  if (hook === 'forward' && !dockerLets(stack, from, to, packet, tracked)) {
    drop(run, context, stack, to, 'filtered', packet, { detail: t`docker lets nothing new into ${to?.name ?? ''} from outside but published ports`, table: 'filter forward DOCKER-ISOLATION' })
    return undefined
  }
  const chain: Chain | undefined = policy[hook]
  if (!chain) return seen
  const { action, entry, at: where } = consult(chain, from, to, packet, tracked)
  const consulted = note(run, context, stack, to ?? from, 'filter', packet, () => ({ detail: `${hook}: ${entry()}`, table: `filter ${hook} ${entry()}`, at: where }))
  if (action === 'accept') return consulted === context ? seen : { ...seen, context: consulted }
  drop(run, consulted, stack, to ?? from, 'filtered', packet, { detail: `${hook}: ${entry()}`, table: `filter ${hook} ${entry()}`, at: where })
  return undefined
}

/** What of a connection rules look at. */
type Answering = Pick<Tracked, 'answer' | 'related'>

interface Consulted {
  readonly action: 'accept' | 'drop'
  readonly entry: () => string
  readonly at: Chain['policy']['at']
}

/** The first rule that matches, or the chain's policy. */
function consult({ rules, policy }: Chain, from: Device | undefined, to: Device | undefined, packet: Packet, tracked: Answering | undefined): Consulted {
  const at = rules.findIndex((rule) => ruleMatches(rule, from, to, packet, tracked))
  const rule = rules[at]
  return { action: rule?.action.value ?? policy.value, entry: () => (rule ? printRule(rule, at) : `policy ${policy.value}`), at: rule?.at ?? policy.at }
}

/** Nothing but rules, and those of input and output ask for no device: what they do to a packet does not depend on the way it takes. Those of forward may. */
export const screensOnly = ({ input, output, nat, apart }: Policy): boolean =>
  nat.length === 0 && apart.size === 0 && [input, output].every((chain) => chain?.rules.every((rule) => !rule.in && !rule.out) ?? true)

// Every way through a stack asks, and chains may be long.
const askForDevices = new WeakMap<Chain, boolean>()

/** Whether it matters to a forward chain by which devices a packet comes and leaves. */
export function asksForDevices(chain: Chain): boolean {
  let asks = askForDevices.get(chain)
  if (asks === undefined) askForDevices.set(chain, (asks = chain.rules.some((rule) => rule.in ?? rule.out)))
  return asks
}

/** What such rules say of an echo that they drop, or of the answer to it: to who has not seen the question go by that is invalid. */
export function screened({ policy }: Stack, hook: Hook, packet: Packet, hasSeen = true): string | undefined {
  const chain = policy?.[hook]
  if (!chain) return undefined
  const { action, entry } = consult(chain, undefined, undefined, packet, packet.answer && !hasSeen ? undefined : packet)
  return action === 'drop' ? `${hook}: ${entry()}` : undefined
}

function ruleMatches(rule: FilterRule, from: Device | undefined, to: Device | undefined, packet: Packet, tracked: Answering | undefined): boolean {
  const prefixes = (list: FilterRule['from'], ip: Ip): boolean => list.length === 0 || list.some(({ value }) => contains(value, ip))
  if (!prefixes(rule.from, packet.src) || !prefixes(rule.to, packet.dst)) return false
  if (rule.in && rule.in.value !== from?.name && rule.in.value !== from?.vrf?.name) return false
  if (rule.out && rule.out.value !== to?.name && rule.out.value !== to?.vrf?.name) return false
  if (!protocolMatches(rule.proto?.value, packet) || !portMatches(rule.ports.map(({ value }) => value), packet)) return false
  if (rule.state.length === 0) return true
  const state = !tracked || (packet.about && !tracked.related) ? 'invalid' : tracked.related ? 'related' : tracked.answer ? 'established' : 'new'
  return rule.state.some((one) => one === state)
}

function printRule(rule: FilterRule, at: number): string {
  const parts = [
    `rule ${at + 1}:`, rule.action.value,
    ...rule.from.map(({ value }) => `from ${printPrefix(value)}`), ...rule.to.map(({ value }) => `to ${printPrefix(value)}`),
    ...(rule.in ? [`in ${rule.in.value}`] : []), ...(rule.out ? [`out ${rule.out.value}`] : []),
    ...(rule.proto ? [rule.proto.value] : []), ...rule.ports.map(({ value }) => printPortRange(value)), ...rule.state.map((state) => `state ${state}`),
  ]
  return parts.join(' ')
}

/** DOCKER, DOCKER-ISOLATION: into a container's bridge goes what stays on it, what answers, and published ports. */
function dockerLets(stack: Stack, from: Device | undefined, to: Device | undefined, packet: Packet, tracked: Tracked | undefined): boolean {
  const apart = stack.policy?.apart
  if (!apart || !to || !apart.has(to.name) || from === to || tracked?.answer || tracked?.related) return true
  if (from && apart.has(from.name)) return false
  return stack.policy?.nat.some((rule) =>
    rule.kind === 'dnat' && sameIp(rule.to.value.ip, packet.dst) && packet.proto !== 'icmp' && (rule.to.value.port === undefined || rule.to.value.port === packet.dport)) ?? false
}

/** What br_netfilter lets iptables do to a bridged packet; undefined where it is dropped. */
export function filterBridged(run: Run, bridge: Bridge, packet: Packet, context: Context): Packet | undefined {
  const { stack, self } = bridge
  if (!self || !stack.policy) return packet
  const seen = trackIn(run, stack, self, packet, context)
  const passed = filter(run, stack, 'forward', self, self, seen)
  return passed && trackOut(run, stack, self, passed).packet
}
