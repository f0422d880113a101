/** Sends one packet and its answer, and says what became of them; where chance decides, tries every outcome. */
import { isLinkLocal, printIp, sameIp, type Ip } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import { tupleKey } from './conntrack.ts'
import type { Flow } from './flow.ts'
import { addressOn, routesOf } from './fib.ts'
import { isForwarded, messageOf, toldMtu, type IcmpMessage, type Told } from './icmp.ts'
import { receiveIp } from './ip-input.ts'
import { chooseSource, sendByRoute } from './ip-output.ts'
import { choiceKey, giveUp, isRace } from './neighbour.ts'
import { noTags, type Frame, type Packet } from './packet.ts'
import { enter, receive } from './receive.ts'
import { dataContext, drop, hopsOf, note, startRun, type Arrival, type Drop, type Run, type Shortcuts } from './run.ts'
import type { Device, Stack, World } from './tables.ts'
import type { Touched } from './touched.ts'
import type { DropReason, IcmpError, OneWay, Trace, Verdict } from './trace.ts'
import { factsOf, tunnelSpecs } from '../tunnels/index.ts'
import { t } from '../words.ts'

/** Runs until nothing is under way any more. */
export function drain(run: Run): void {
  for (;;) {
    while (run.head < run.queue.length) {
      const next = run.queue[run.head++]
      if (!next || run.storm) break
      if (--run.budget < 0) {
        run.storm = { trail: next.context.trail, bridge: next.device.stack.name, at: next.device.iface.at }
        break
      }
      if ('frame' in next) receive(run, next.device, next.frame, next.context)
      else receiveIp(run, next.device, next.packet, next.context)
    }
    run.queue.length = 0
    run.head = 0
    if (run.storm) return
    // The last asked first: what an inner question waits for is the outer one.
    const open = run.unresolved.pop()
    if (!open) return
    if (isRace(run, open)) {
      const key = choiceKey(open)
      run.choices.set(key, { taken: Math.min(run.decided.get(key) ?? 0, open.answerers.length - 1), of: open.answerers.length, says: () => t`which of ${open.answerers.length} owners of ${printIp(open.target)} answers first` })
    }
    if (open.mac === undefined) giveUp(run, open)
  }
}

export interface Outcome {
  readonly verdict: Verdict
  readonly reason: DropReason | null
  readonly because: string | null
  readonly arrival: Arrival | undefined
  readonly excess: number
  readonly trail: Run['arrivals'][number]['trail']
  /** Who told whom about it. */
  readonly told?: Told & { readonly by: string }
}

// Reasons that a copy of a flooded frame may end by without anything being wrong.
const weight = (one: Drop): number => (one.unknown ? 4 : one.reason === 'not-delivered' ? 0 : one.reason === 'vlan' || one.reason === 'no-carrier' ? 1 : 2)

/** What became of the packet that was sent last. */
export function outcomeOf(run: Run, target: (arrival: Arrival) => boolean): Outcome {
  if (run.storm) {
    const { bridge, trail } = run.storm
    return { verdict: 'dropped', reason: 'loop', because: t`a frame goes round in a circle through ${bridge}`, arrival: undefined, excess: 0, trail }
  }
  const arrival = run.arrivals.find(target)
  if (arrival) return { verdict: 'delivered', reason: null, because: null, arrival, excess: 0, trail: arrival.trail }
  const [elsewhere] = run.arrivals
  if (elsewhere) {
    return { verdict: 'dropped', reason: 'not-delivered', because: t`it arrives at ${elsewhere.stack.name}`, arrival: undefined, excess: 0, trail: elsewhere.trail }
  }
  let worst: Drop | undefined
  for (const one of run.drops) if (!worst || weight(one) >= weight(worst)) worst = one
  if (!worst) return { verdict: 'dropped', reason: 'not-delivered', because: t('no device takes it'), arrival: undefined, excess: 0, trail: null }
  return {
    verdict: worst.unknown ? 'unknown' : 'dropped', reason: worst.reason, because: worst.detail, arrival: undefined, excess: worst.excess, trail: worst.trail,
    ...(worst.tells && { told: { ...worst.tells, by: worst.node } }),
  }
}

// RFC 1812 section 4.3.2.3: as much of the packet as fits 576 bytes; RFC 4443 section 2.4: 1280.
const errorSize = { 4: 576, 6: 1280 }

/**
 * What a stack says to whoever sent the packet, and whether that gets there. Of an outer packet that is the tunnel's host, which learns the
 * path's MTU by it and tells the inner sender of its next packet (ip_tunnel's and vti's err handlers, tnl_update_pmtu).
 */
function errorOf(run: Run, sender: Stack, told: NonNullable<Outcome['told']>): IcmpError | undefined {
  const { by, about, kind, mtu, vrf } = told
  const stack = run.world.stacks.get(by)
  if (!stack) return undefined
  clear(run)
  const { family } = about.src
  const host = about.carried && run.world.stacks.get(about.carried.sender)
  const size = Math.min(errorSize[family], about.size + (family === 4 ? 28 : 48))
  const message: Packet = {
    kind: 'ip', src: { family, value: 0n }, dst: about.src, proto: 'icmp', answer: true, sport: 0, dport: 0, ttl: 64, df: false, size, piece: size, carried: undefined, about, error: kind,
  }
  const full = chooseSource(run, stack, message, (vrf && routesOf(stack).vrfs.get(vrf)) ?? routesOf(stack).main, told.input) ?? message
  const said = messageOf(kind, family)
  if (told.back) return inNameOf(run, sender, message, said, { ...told, back: told.back })
  sendByRoute(run, stack, full, note(run, dataContext, stack, undefined, 'send', full, () => ({
    detail: kind === 'too-long' ? t`${stack.name} tells ${printIp(full.dst)} that the packet is too long` : t`${stack.name} tells ${printIp(full.dst)}: ${said.name}`, at: stack.node.at,
  })), told.input, vrf)
  drain(run)
  const outcome = outcomeOf(run, ({ stack: at, packet }) => at === (host ?? sender) && packet.about !== undefined)
  const way = oneWay(outcome)
  const passedOn = host && outcome.arrival && passedInward(host, told)
  const further = passedOn && errorOf(run, sender, passedOn)
  if (further) return { ...further, hops: [...way.hops, ...further.hops] }
  const ends = host !== undefined && host !== sender && way.verdict === 'delivered'
  return { ...way, ...(ends && { verdict: 'dropped', reason: 'tunnel', because: t`${host.name}, whose tunnel it is, does not pass it on` } as const), icmp: { ...said, mtu: mtu ?? null, from: printIp(outcome.arrival?.packet.src ?? full.src) } }
}

/** skb_tunnel_check_pmtu: the frame turns round with the message in it, and is what the tunnel's device receives. */
function inNameOf(run: Run, sender: Stack, message: Packet, said: IcmpMessage, { about, mtu, back: { device, frame } }: Told & { readonly back: NonNullable<Told['back']> }): IcmpError {
  const packet: Packet = { ...message, src: about.dst }
  const turned: Frame = { src: frame.dst, dst: frame.src, tags: noTags, payload: packet }
  enter(run, device, turned, note(run, dataContext, device.stack, device, 'send', packet, () => ({
    detail: t`${device.stack.name}:${device.name} tells ${printIp(packet.dst)} in the name of ${printIp(packet.src)} that the packet is too long`, at: device.iface.at,
  })))
  drain(run)
  return { ...oneWay(outcomeOf(run, ({ stack, packet: one }) => stack === sender && one.about !== undefined)), icmp: { ...said, mtu: mtu ?? null, from: printIp(packet.src) } }
}

/** What a tunnel's host tells an inner sender, once it knows that its outer packets are too long. */
function passedInward(host: Stack, { kind, mtu, about: { carried, src, dst } }: Told): Outcome['told'] {
  const inner = carried?.packet
  if (kind !== 'too-long' || mtu === undefined || !carried || !inner || !isForwarded(inner) || !(inner.df || inner.src.family === 6)) return undefined
  const device = host.tunnels.find(({ type, iface: { tunnel } }) => type === carried.kind && tunnel?.remotes.some(({ value }) => sameIp(value, dst)))
  if (!device) return undefined
  const room = tunnelSpecs[carried.kind].innerMtu(mtu, factsOf(device.iface), src.family)
  return { by: host.name, about: inner, kind, mtu: toldMtu(room, inner.src.family), vrf: device.vrf }
}

/** Forgets the last packet, not what was learned from it. */
export function clear(run: Run): void {
  run.arrivals.length = 0
  run.drops.length = 0
}

export interface Question {
  readonly stack: Stack
  readonly packet: Packet
  readonly vrf: Device | undefined
  readonly toNode: string | undefined
}

/** The first packet of a flow as its sender makes it; undefined source stays for the route to refuse. */
export function questionOf(world: World, flow: Flow): Question | undefined {
  const stack = world.stacks.get(flow.from)
  if (!stack || !isStack(stack.node)) return undefined
  const device = flow.fromInterface === undefined ? undefined : stack.devices.get(flow.fromInterface)
  const vrf = device?.vrf
  const src = device && addressOn(device, undefined, flow.to.family)
  const packet: Packet = {
    kind: 'ip', src: src ?? { family: flow.to.family, value: 0n }, dst: flow.to, proto: flow.proto, answer: false,
    // A port as Linux picks them (net.ipv4.ip_local_port_range); an echo's identifier stands at both ends.
    sport: flow.proto === 'icmp' ? 1 : 40000, dport: flow.proto === 'icmp' ? 1 : flow.port ?? 0, ttl: 64, df: flow.df, size: flow.size, piece: flow.size, carried: undefined,
  }
  return { stack, packet, vrf, toNode: flow.toNode }
}

/** Sends the question; source chosen by the route where none is set. */
export function sendQuestion(run: Run, { stack, packet, vrf }: Question, size: number, df: boolean): void {
  const sized: Packet = { ...packet, size, piece: size, df }
  const tables = (vrf && routesOf(stack).vrfs.get(vrf)) ?? routesOf(stack).main
  const full = sized.src.value === 0n ? chooseSource(run, stack, sized, tables) ?? sized : sized
  if (stack.opaque !== undefined) {
    drop(run, dataContext, stack, undefined, 'unknown-node', full, { detail: t`what ${stack.name} does is not known: ${stack.opaque}`, at: stack.node.opaque?.at, unknown: true })
    return
  }
  const sent = note(run, dataContext, stack, undefined, 'send', full, () => ({ detail: t`${stack.name} sends ${full.size} bytes from ${printIp(full.src)} to ${printIp(full.dst)}`, at: stack.node.at }))
  sendByRoute(run, stack, full, sent, undefined, vrf)
  drain(run)
}

export const answerTo = (packet: Packet): Packet => ({
  ...packet, src: packet.dst, dst: packet.src, sport: packet.dport, dport: packet.sport, answer: true, ttl: 64, piece: packet.size,
  // icmp_reply and icmpv6_echo_reply let it be cut.
  df: packet.df && packet.proto !== 'icmp',
})

/** Whoever was asked for, or answers in the name of a balancer or behind a published port of the one who was. */
export const isTarget = (run: Run, question: Question) => ({ stack, packet }: Arrival): boolean => {
  const { toNode } = question
  return toNode === undefined || stack.name === toNode || run.balanced.get(tupleKey(packet))?.stack.name === toNode
    || (packet.proto !== 'icmp' && isPublished(run, question, packet))
}

/** A port that the one asked for has translated to another: who connects to it has come where they wanted. */
function isPublished(run: Run, { toNode, packet: asked }: Question, packet: Packet): boolean {
  const stack = toNode === undefined ? undefined : run.world.stacks.get(toNode)
  const table = stack && run.connections.get(stack)
  return table !== undefined && [...table.originals.values()].some(({ original, translated }) =>
    sameIp(original.dst, asked.dst) && original.dport === asked.dport && sameIp(translated.dst, packet.dst) && translated.dport === packet.dport)
}

/** There and back, once. */
export interface Exchange {
  readonly there: Outcome
  readonly back: Outcome | undefined
}

export function exchange(run: Run, question: Question, size: number, df: boolean): Exchange {
  sendQuestion(run, question, size, df)
  const there = outcomeOf(run, isTarget(run, question))
  if (!there.arrival) return { there, back: undefined }
  const { arrival } = there
  clear(run)
  const reply = answerTo(arrival.packet)
  const sent = note(run, dataContext, arrival.stack, undefined, 'send', reply, () => ({ detail: t`${arrival.stack.name} answers ${printIp(reply.dst)}`, at: arrival.stack.node.at }))
  // icmpv6_echo_reply answers by the device that it was asked by, which matters where every device has the network.
  const oif = reply.dst.family === 6 && isLinkLocal(reply.dst) ? arrival.device : undefined
  sendByRoute(run, arrival.stack, reply, sent, oif, arrival.device.vrf)
  drain(run)
  const expected: Ip = question.packet.dst
  const back = outcomeOf(run, ({ stack, packet }) => stack === question.stack && packet.answer && (sameIp(packet.src, expected) || question.packet.dst.value === 0n))
  return { there, back: back.verdict === 'dropped' && back.reason === 'not-delivered' && run.arrivals[0]?.stack === question.stack
    ? { ...back, because: t`the answer comes from ${printIp(run.arrivals[0].packet.src)}, of whom ${question.stack.name} asked nothing` } : back }
}

/** How much longer a packet may be though a cipher fills up its last block: RFC 4303's blocks here have at most 16 bytes. */
export function withinBlock(size: number, arrives: (larger: number) => boolean): number {
  let most = size
  while (most < size + 15 && arrives(most + 1)) most++
  return most
}

/** The largest packet with DF that arrives, by sending: each refusal says by how much it was too long. Longer ones than `most` are not asked about. */
export function pathMtuBy(run: Run, question: Question, known: number, most = 65535): number | null {
  const send = (size: number): Outcome => {
    clear(run)
    sendQuestion(run, question, size, true)
    return outcomeOf(run, isTarget(run, question))
  }
  let size = most
  for (let tries = 0; tries < 48 && size > known; tries++) {
    const outcome = send(size)
    if (outcome.arrival) return run.padded && size < most ? withinBlock(size, (larger) => send(larger).arrival !== undefined) : size
    // Without a figure, halve: some sizes are lost for reasons of their own.
    size = outcome.excess > 0 ? size - outcome.excess : Math.floor((size + known) / 2)
  }
  return Math.max(size, known)
}

export interface Followed {
  readonly exchange: Exchange
  readonly run: Run
  readonly verdict: Verdict
  readonly reason: DropReason | null
  readonly because: string | null
  readonly pathMtu: number | null
}

// Where many stacks each choose one of several next hops, every choice is tried once, as far as so many trials go.
const mostOutcomes = 600

/** What routes alone say of all outcomes together, where they say anything. */
export type Settled = () => { readonly verdict: Verdict; readonly reason: DropReason | null; readonly pathMtu: number | null } | undefined

/**
 * Follows a flow through what chance may do; where the outcomes differ, nobody knows. What follows a choice does not depend on
 * how it was come to, so it is enough that each alternative of each choice is taken once, not every combination.
 */
export function follow(world: World, question: Question, size: number, df: boolean, tracing: boolean, touched?: Touched, settled?: Settled, shortcuts?: Shortcuts): Followed {
  // By key: it may name thousands of next hops, so that it is not made part of others.
  const tried = new Map<string, Set<number>>()
  const triedOf = (key: string): Set<number> => {
    let known = tried.get(key)
    if (!known) tried.set(key, (known = new Set()))
    return known
  }
  const planned: ReadonlyMap<string, number>[] = [new Map()]
  let first: Followed | undefined
  const outcomes = new Map<string, number>()
  for (let tries = 0; tries < mostOutcomes; tries++) {
    const decided = planned.shift()
    if (!decided) break
    const run = startRun(world, tracing && tries === 0, decided, touched, undefined, shortcuts)
    // Of all outcomes the least path MTU counts: a later one is only asked whether it takes as much.
    const one = judge(run, question, exchange(run, question, size, df), first?.pathMtu ?? undefined)
    const choices = [...run.choices].map(([key, choice]) => ({ key, ...choice }))
    if (!first) {
      first = one
      const sure = choices.length > 0 ? settled?.() : undefined
      if (sure && sure.verdict === one.verdict && sure.reason === one.reason && size <= (sure.pathMtu ?? size)) {
        return { ...one, pathMtu: sure.pathMtu === null || one.pathMtu === null ? one.pathMtu : Math.min(sure.pathMtu, one.pathMtu) }
      }
    } else if (first.verdict !== one.verdict || (first.verdict === 'dropped' && first.reason !== one.reason)) {
      const chance = choices.find(({ taken }) => taken > 0) ?? choices[0]
      return { ...first, verdict: 'unknown', reason: null, pathMtu: null, because: chance ? t`chance decides ${chance.says()}` : t('chance decides') }
    } else if (first.pathMtu !== null && one.pathMtu !== null && one.pathMtu < first.pathMtu) first = { ...first, pathMtu: one.pathMtu }
    for (const { key, taken } of choices) triedOf(key).add(taken)
    choices.forEach(({ key, of }, at) => {
      const known = triedOf(key)
      outcomes.set(key, of)
      // What would come after the last trial need not be planned.
      for (let other = 0; other < of; other++) {
        if (known.has(other)) continue
        if (planned.length >= mostOutcomes) break
        known.add(other)
        planned.push(new Map([...choices.slice(0, at).map((choice) => [choice.key, choice.taken] as const), [key, other]]))
      }
    })
  }
  const found = first as Followed
  // Of ways that were not tried nobody knows, unless what is known of all routes has said it before.
  const areAllTried = planned.length === 0 && [...outcomes].every(([key, of]) => triedOf(key).size >= of)
  return areAllTried ? found : { ...found, verdict: 'unknown', reason: null, pathMtu: null, because: t`there are more ways than the ${mostOutcomes} that were tried` }
}

function judge(run: Run, question: Question, done: Exchange, mostMtu: number | undefined): Followed {
  const { there, back } = done
  if (!there.arrival || !back) return { exchange: done, run, verdict: there.verdict, reason: there.reason, because: there.because, pathMtu: null }
  if (back.verdict === 'unknown') return { exchange: done, run, verdict: 'unknown', reason: back.reason, because: back.because, pathMtu: null }
  if (back.verdict === 'dropped') return { exchange: done, run, verdict: 'dropped', reason: 'no-return', because: back.reason, pathMtu: null }
  const quiet: Run = { ...run, tracing: false, arrivals: [], drops: [] }
  return { exchange: done, run, verdict: 'delivered', reason: null, because: null, pathMtu: pathMtuBy(quiet, question, arrivedWhole(there.arrival.packet), mostMtu) }
}

// A small one may go anywhere; how a longer one without DF came says nothing of one with it.
const small = 84

/** Bytes that surely arrive with DF, since this packet did. */
const arrivedWhole = ({ df, size, piece }: Packet): number => (df ? size : Math.min(piece, small))

const oneWay = (outcome: Outcome): OneWay => ({ verdict: outcome.verdict, reason: outcome.reason, because: outcome.because, hops: hopsOf(outcome.trail) })

export function traceOf(world: World, flow: Flow, touched?: Touched, settled?: Settled): Trace {
  const question = questionOf(world, flow)
  if (!question) {
    return { flow, verdict: 'unknown', reason: 'unknown-node', because: t`${flow.from} is no network stack of this file`, hops: [], pathMtu: null, reply: null }
  }
  const { exchange: { there, back }, run, verdict, reason, because, pathMtu } = follow(world, question, Math.max(flow.size, 28), flow.df, true, touched, settled)
  const error = verdict === 'dropped' && there.told ? errorOf(run, question.stack, there.told) : undefined
  return {
    flow, ...oneWay(there), verdict, reason, pathMtu, reply: back ? oneWay(back) : null, ...(error && { error }), ...(run.choices.size > 0 && { choices: run.choices.size }),
    because: !error || there.told?.kind !== 'too-long' ? because : error.verdict === 'delivered' ? t`${because ?? ''}; the message reaches ${question.stack.name}`
      : t`${because ?? ''}; the message does not reach ${question.stack.name} (${error.because ?? error.reason ?? t('lost')}): longer packets vanish without a word`,
  }
}
