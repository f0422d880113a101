/** What would let a packet pass where it was dropped: one setting each, at its place, or several that stand in one another's way. */
import { contains, keyOf, parseIp, prefixOf, printIp, sameIp, type Ip } from './address/ip.ts'
import { traceFlow, type Plane } from './forwarding/index.ts'
import type { Flow } from './forwarding/flow.ts'
import type { Hop, OneWay, Trace } from './forwarding/trace.ts'
import type { Change } from './infra/change.ts'
import type { Infra } from './infra/infra.ts'
import { isStack, type Route, type StackNode } from './infra/node.ts'
import type { Span } from './text/span.ts'
import { passes } from './why-not-filters.ts'
import { cablesTo } from './why-not-cables.ts'
import { addressesAdded, andThen, devicesUp, hopsCorrected, hopsGiven, lengthsCorrected, routesAdded, vrfsJoined, type Ground } from './why-not-routes.ts'
import { obstaclesTo, type Obstacles } from './why-not-segment.ts'
import { halvesMended } from './why-not-tunnels.ts'
import { joinedTo, wiringOf, type Place } from './why-not-wiring.ts'
import { t } from './words.ts'

export interface Mend {
  readonly title: string
  readonly change: Change
  /** Where the setting is, or the part that would get it. */
  readonly at: Span
  /** What it costs, at least 1 and 1 where nothing is said: more of what opens more, or guesses more, than others of its kind. */
  readonly weight?: number
  /** Goes together with these: each of them alone would not be noticed. */
  readonly with?: readonly Mend[]
}

/** For the drop that ends the packet, or its answer; likeliest first. `depth`: tunnels that have been entered for it. */
export function mendsOf(infra: Infra, plane: Plane, trace: Trace, depth = 0): readonly Mend[] {
  const answering = trace.reason === 'no-return'
  const way: OneWay | null = answering ? trace.reply : trace
  const last = way?.hops.at(-1)
  const node = last && infra.nodes.get(last.node)
  if (!way || !last || !node) return []
  const stack = isStack(node) ? node : undefined
  const ends = addressesOf(last)
  const to = parseIp(ends?.[1] ?? '')
  const { flow } = trace
  const toNode = answering ? flow.from : to && sameIp(to, flow.to) ? flow.toNode : undefined
  const ground: Ground = { infra, toNode }
  const mends: Mend[] = []
  // Of what a tunnel carries the outer packet is mended, where that was lost.
  const reason = way.reason === 'tunnel' ? last.within ?? way.reason : way.reason
  switch (reason) {
    case 'forwarding-off':
      if (stack) mends.push({ title: t`Turn forwarding on at ${stack.name}`, change: { kind: 'set', part: { kind: 'node', node: stack.name }, key: 'forwarding', value: true }, at: stack.forwarding?.at ?? stack.at })
      break
    case 'no-route': case 'blackhole': {
      const route = stack?.routes.find(({ at }) => at === last.at)
      if (route && route.type !== 'unicast') mends.push(takenAway(last, route))
      if (stack && to && reason === 'no-route') mends.push(...unrouted(ground, stack, to, cameBy(way, stack)))
      break
    }
    case 'tunnel':
      if (stack) mends.push(...allowed(stack, last))
      break
    case 'filtered':
      mends.push(...passes(infra, stack, last, ends && [ends[0], ends[1]], flow, answering))
      break
    case 'no-carrier': {
      const one = node.interfaces.get(last.interface ?? '')
      const master = one?.master && node.interfaces.get(one.master.value)
      for (const each of [one, master]) if (each?.up?.value === false) mends.push({ title: t`Set ${`${node.name}:${each.name}`} up`, at: each.up.at, change: { kind: 'correct', at: each.up.at, value: true } })
      break
    }
    case 'mtu-exceeded':
      mends.push(...longer(node.interfaces.get(last.interface ?? '') && { node, name: last.interface ?? '' }, last))
      break
    case 'not-delivered':
      mends.push(...misled(ground, last, to))
      break
    default:
  }
  mends.push(...barred(ground, plane, flow, last, stack, to, depth))
  mends.push(...tunnelled(ground, plane, flow, way, last, ends, depth))
  if (to) mends.push(...elsewhere(ground, way, last, to))
  return distinct(mends)
}

const distinct = (mends: readonly Mend[]): readonly Mend[] => {
  const seen = new Set<string>()
  return mends.filter((mend) => {
    const key = [mend, ...(mend.with ?? [])].map(({ title }) => title).join('\n')
    return seen.has(key) ? false : seen.add(key)
  })
}

const takenAway = ({ node }: Hop, { type, at }: Route): Mend => ({ title: t`Take the ${type} route away from ${node}`, change: { kind: 'remove', at }, at })

/** By which device it came to the stack that dropped it; null where it was sent there. */
const cameBy = ({ hops }: OneWay, { name }: StackNode): string | null => hops.findLast((hop) => hop.node === name && hop.step === 'receive')?.interface ?? null

function unrouted(ground: Ground, stack: StackNode, to: Ip, into: string | null): readonly Mend[] {
  return [
    ...andThen(ground, devicesUp(stack, to), to), ...hopsCorrected(ground, stack, to), ...andThen(ground, lengthsCorrected(ground, stack), to), ...routesAdded(ground, stack, to),
    ...vrfsJoined(stack, into, to), ...andThen(ground, addressesAdded(ground, stack, to), to), ...refused(ground, stack, to),
  ]
}

/** Routes that Linux would not take, for their next hop is on no link: what is on that link is down, or has no address. */
const refused = (ground: Ground, stack: StackNode, to: Ip): readonly Mend[] =>
  stack.routes.filter((route) => contains(route.to.value, to)).flatMap((route) => route.via).slice(0, 2).flatMap(({ value }) => [...devicesUp(stack, value), ...addressesAdded({ ...ground, toNode: undefined }, stack, value)].map(({ mend }) => mend))

/** Cryptokey routing: the address that no peer, or not this one, may be sent or send from. */
function allowed(stack: StackNode, { table }: Hop): readonly Mend[] {
  const [, name = '', ip = ''] = /^allowed (\S+) (\S+)$/.exec(table ?? '') ?? []
  const device = stack.interfaces.get(name)
  if (!device) return []
  return (device.tunnel?.peers ?? []).map(({ remote, at }, i): Mend => ({
    title: t`Allow ${ip} to the peer ${remote ? printIp(remote.value) : `${i + 1}`} of ${stack.name}:${name}`, at,
    change: { kind: 'append', part: { kind: 'interface', node: stack.name, interface: name }, key: ['peers', `${i}`, 'allowed'], value: `${ip}/${ip.includes(':') ? 128 : 32}` },
  }))
}

/** The addresses of the packet that was judged there, the innermost or the outer one of a tunnel: "ipv4 10.0.0.1>10.0.0.3". */
function addressesOf({ headers, within }: Hop): readonly [string, string] | undefined {
  const isIp = (header: string): boolean => /^ipv[46] /.test(header)
  const found = within ? headers.find(isIp) : headers.findLast(isIp)
  const match = found && /^ipv[46] (\S+)>(\S+)$/.exec(found)
  return match ? [match[1] ?? '', match[2] ?? ''] : undefined
}

/** The device takes packets of that length. */
function longer(device: { readonly node: { readonly name: string; readonly interfaces: StackNode['interfaces'] }; readonly name: string } | undefined, { size }: Hop): readonly Mend[] {
  const one = device?.node.interfaces.get(device.name)
  if (!device || !one) return []
  const target = one.guestSide ?? { node: device.node.name, interface: one.name }
  return [{ title: t`Raise the MTU of ${`${target.node}:${target.interface}`} to ${size}`, at: one.mtu?.at ?? one.at, change: { kind: 'set', part: { kind: 'interface', ...target }, key: 'mtu', value: size } }]
}

/** It came to somebody whom it was not meant for. */
function misled({ infra, toNode }: Ground, last: Hop, to: Ip | undefined): readonly Mend[] {
  const one = last.interface === null ? undefined : infra.nodes.get(last.node)?.interfaces.get(last.interface)
  if (!one) return []
  const mends: Mend[] = []
  if (one.master && one.hairpin?.value !== true) {
    const part = { kind: 'interface', ...(one.guestSide ?? { node: last.node, interface: one.name }) } as const
    mends.push({ title: t`Let ${`${last.node}:${one.name}`} send frames back where they came from (hairpin)`, at: one.hairpin?.at ?? one.at, change: { kind: 'set', part, key: 'hairpin', value: true } })
  }
  const wiring = wiringOf(infra)
  const doubled = to && one.addresses.find(({ value }) => sameIp(value.ip, to))
  const place = wiring.places.get(`${last.node}:${one.name}`)
  if (doubled && place && doubled.value.length !== undefined && last.node !== toNode) {
    const near = joinedTo(wiring, place).some(({ node, device }) => node.name === toNode && device?.addresses.some(({ value }) => sameIp(value.ip, doubled.value.ip)))
    const prefix = prefixOf(doubled.value.ip, doubled.value.length)
    for (let n = 1n; near && n < 256n; n++) {
      const ip: Ip = { family: prefix.ip.family, value: prefix.ip.value + n }
      if (wiring.owners.has(keyOf(ip)) || !contains(prefix, ip)) continue
      const value = `${printIp(ip)}/${doubled.value.length}`
      // It is an address that others may know.
      mends.push({ title: t`Give ${`${last.node}:${one.name}`} the free address ${value} instead of one that ${toNode ?? ''} has`, at: doubled.at, change: { kind: 'correct', at: doubled.at, value }, weight: 1.8 })
      break
    }
  }
  return mends
}

/** What bars the way to the neighbour that was asked for, or behind the device that has no carrier. */
function barred(ground: Ground, plane: Plane, flow: Flow, last: Hop, stack: StackNode | undefined, to: Ip | undefined, depth: number): readonly Mend[] {
  const { infra } = ground
  const [, text = '', dev = ''] = /^neighbour (\S+) FAILED dev (\S+)$/.exec(last.table ?? '') ?? []
  const asked = parseIp(text) ?? to
  const start = wiringOf(infra).places.get(`${last.node}:${dev === '' ? last.interface ?? '' : dev}`)
  if (!start || !asked) return []
  const final = to !== undefined && sameIp(asked, to)
  const found = obstaclesTo(infra, start, asked, final ? ground.toNode : undefined)
  return [
    ...(found ? together(found) : []),
    ...(found ? found.tunnels.flatMap((pair) => underlay(plane, infra, flow, pair, depth)) : []),
    ...(stack && to ? andThen(ground, lengthsCorrected(ground, stack), to) : []),
    ...(stack && to && !final ? hopsCorrected(ground, stack, to, asked) : []),
    ...(stack && !wiringOf(infra).owners.has(keyOf(asked)) ? hopsGiven(ground, stack, start.device?.name ?? '', asked) : []),
    ...(stack && to && final && dev !== '' ? routesAdded(ground, stack, to).slice(0, 3) : []),
    ...(found || !hears(infra, start) ? [] : cablesTo(infra, start, asked, final ? ground.toNode : undefined)),
    ...answers(infra, stack, found, last),
  ]
}

/** A wire would be heard by it: it speaks Ethernet. */
const hears = (infra: Infra, { node, device }: Place): boolean => device !== undefined && infra.nodes.has(node.name) && device.type.value !== 'loopback' && !(device.tunnel && device.type.value !== 'vxlan')

/** Whoever has no way back to the one that asks does not answer (arp_process looks the asker up). */
function answers(infra: Infra, stack: StackNode | undefined, found: Obstacles | undefined, last: Hop): readonly Mend[] {
  const end = found?.way.places.at(-1)?.node
  const asker = parseIp(addressesOf(last)?.[0] ?? '')
  if (!stack || !end || !isStack(end) || !asker) return []
  const back: Ground = { infra, toNode: stack.name }
  return [...andThen(back, lengthsCorrected(back, end), asker), ...routesAdded(back, end, asker)].slice(0, 4)
}

/** Each bar alone, and all of them at once: what is behind a bar is seen only when it is gone. */
function together({ bars }: Obstacles): readonly Mend[] {
  const alone = bars.flat()
  const [first, ...rest] = bars.flatMap(([best]) => best ?? [])
  return first && rest.length > 0 && rest.length < 6 ? [...alone, { ...first, with: rest }] : alone
}

/** What keeps the outer packets of a tunnel from its other half, either way. */
function underlay(plane: Plane, infra: Infra, flow: Flow, [one, two]: readonly [Place, Place], depth: number): readonly Mend[] {
  if (depth > 1) return []
  const mends: Mend[] = []
  for (const [near, far] of [[one, two], [two, one]] as const) {
    const own = new Set([...far.node.interfaces.values()].flatMap((device) => device.addresses.map(({ value }) => keyOf(value.ip))))
    const { tunnel } = near.device ?? {}
    const remotes = [...(tunnel?.remotes ?? []), ...(tunnel?.peers ?? []).flatMap((peer) => peer.remote ?? []), ...(tunnel?.fdb ?? []).map(({ remote: value }) => ({ value }))]
    const remote = remotes.find(({ value }) => own.has(keyOf(value))) ?? remotes.find(({ value }) => !wiringOf(infra).owners.has(keyOf(value)))
    if (!remote) continue
    const trace = traceFlow(plane, { from: near.node.name, to: remote.value, ...(own.has(keyOf(remote.value)) && { toNode: far.node.name }), proto: 'icmp', size: flow.size, df: false })
    if (trace.verdict === 'dropped') mends.push(...mendsOf(infra, plane, trace, depth + 1))
  }
  return mends
}

/** Halves of tunnels that a packet was lost between. */
function tunnelled({ infra }: Ground, plane: Plane, flow: Flow, way: OneWay, last: Hop, ends: readonly [string, string] | undefined, depth: number): readonly Mend[] {
  const wiring = wiringOf(infra)
  const entered = way.hops.findLast(({ step }) => step === 'encapsulate')
  const mouths = [last, ...(entered ? [entered] : [])].flatMap(({ node, interface: name }) => wiring.places.get(`${node}:${name ?? ''}`) ?? [])
  const pairs: [Place, Place][] = []
  const add = (one: Place, two: Place): void => {
    if (!pairs.some(([a, b]) => (a === one && b === two) || (a === two && b === one))) pairs.push([one, two])
  }
  for (const mouth of mouths) for (const { to, joint } of wiring.edges.get(mouth.label) ?? []) if (joint.kind === 'tunnel') add(mouth, to)
  if (way.reason === 'tunnel' || way.reason === 'loop') {
    const [from, to] = (ends ?? []).map((text) => parseIp(text))
    for (const one of from ? wiring.owners.get(keyOf(from)) ?? [] : []) {
      for (const two of to ? wiring.owners.get(keyOf(to)) ?? [] : []) {
        for (const near of one.node.interfaces.values()) {
          for (const far of two.node.interfaces.values()) {
            const [a, b] = [wiring.places.get(`${one.node.name}:${near.name}`), wiring.places.get(`${two.node.name}:${far.name}`)]
            if (a && b && near.tunnel && far.tunnel && near.type.value === far.type.value && one.node !== two.node) add(a, b)
          }
        }
      }
    }
  }
  return pairs.slice(0, 4).flatMap((pair) => {
    const bars = halvesMended(infra, ...pair)
    return [...together({ bars, way: { places: [], joints: [] }, tunnels: [] }), ...underlay(plane, infra, flow, pair, depth)]
  })
}

/** Another way from those who sent it on: a nearer route, or another next hop. */
function elsewhere(ground: Ground, way: OneWay, last: Hop, to: Ip): readonly Mend[] {
  if (last.within) return []
  const mends: Mend[] = []
  for (const name of new Set(way.hops.filter(({ step }) => step === 'forward' || step === 'send' || step === 'route').map(({ node }) => node))) {
    const node = ground.infra.nodes.get(name)
    if (!node || !isStack(node) || mends.length > 12) continue
    mends.push(...[...devicesUp(node, to).slice(0, 1).map(({ mend }) => mend), ...hopsCorrected(ground, node, to).slice(0, 2), ...routesAdded(ground, node, to).slice(0, 3), ...addressesAdded(ground, node, to).slice(0, 1).map(({ mend }) => mend)].map((mend) => ({ ...mend, weight: Math.max(mend.weight ?? 1, 1.1) })))
  }
  return mends
}
