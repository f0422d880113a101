/** What would lead a packet on: routes, gateways, addresses and prefixes, those that stand nearest to the destination first. */
import { addToIp, bitsOf, contains, isLinkLocal, keyOf, lastOf, prefixOf, printIp, printPrefix, sameIp, type Ip, type Prefix } from './address/ip.ts'
import { homeOf } from './checks/shared/demands.ts'
import { forwards } from './checks/shared/model.ts'
import type { Infra } from './infra/infra.ts'
import { isTunnelType, type Interface } from './infra/interface.ts'
import { isStack, type Node, type StackNode } from './infra/node.ts'
import type { Mend } from './mends.ts'
import { tunnelSpecs } from './tunnels/index.ts'
import { isJoined, joinedTo, wayBetween, wiringOf, type Place } from './why-not-wiring.ts'
import { t } from './words.ts'

export interface Ground {
  readonly infra: Infra
  /** Who is to be reached, where the address alone does not say it. */
  readonly toNode: string | undefined
}

export interface Neighbour {
  readonly node: StackNode
  readonly ip: Ip
  readonly dev: Interface
  /** Stacks between it and the destination. */
  readonly far: number
}

// More neighbours than these are not tried from one stack.
const most = 5

/** How many stacks lie between each node and the destination, by what is wired together. */
function distancesTo({ infra, toNode }: Ground, to: Ip): ReadonlyMap<string, number> {
  const wiring = wiringOf(infra)
  const found = new Map<string, number>()
  let ring: Place[] = (wiring.owners.get(keyOf(to)) ?? []).filter(({ node }) => toNode === undefined || node.name === toNode || infra.nodes.get(toNode)?.kind === 'external')
  if (ring.length === 0) for (const node of infra.nodes.values()) if (node.kind === 'external' && (toNode === undefined || node.name === toNode)) ring.push(...[...node.interfaces.values()].flatMap((one) => wiring.places.get(`${node.name}:${one.name}`) ?? []))
  const seen = new Set<Place>(ring)
  for (let far = 0; ring.length > 0; far++) {
    const reached = new Set<string>()
    const queue = [...ring]
    for (const at of queue) {
      if (isStack(at.node) && !found.has(at.node.name)) {
        found.set(at.node.name, far)
        reached.add(at.node.name)
      }
      for (const { to: next, joint } of wiring.edges.get(at.label) ?? []) {
        if (seen.has(next) || !isJoined(joint)) continue
        seen.add(next)
        queue.push(next)
      }
    }
    ring = [...reached].flatMap((name) => [...(infra.nodes.get(name)?.interfaces.values() ?? [])].flatMap((one) => {
      const place = wiring.places.get(`${name}:${one.name}`)
      if (!place || seen.has(place)) return []
      seen.add(place)
      return [place]
    }))
  }
  return found
}

const networksOf = (node: StackNode, family: 4 | 6): number =>
  [...node.interfaces.values()].filter(({ type, addresses }) => type.value !== 'loopback' && addresses.some(({ value }) => value.ip.family === family)).length

/** Who could pass it on, whether he does yet or not: those with another network of their own. */
export function neighboursOf(ground: Ground, stack: StackNode, to: Ip): readonly Neighbour[] {
  const { infra } = ground
  const wiring = wiringOf(infra)
  const distances = distancesTo(ground, to)
  const found: Neighbour[] = []
  const take = (node: StackNode, ip: Ip, dev: Interface): void => {
    if (!found.some((one) => one.node === node && sameIp(one.ip, ip))) found.push({ node, ip, dev, far: distances.get(node.name) ?? Infinity })
  }
  for (const one of stack.interfaces.values()) {
    const own = one.addresses.flatMap(({ value: { ip, length } }) => (length === undefined || ip.family !== to.family ? [] : [prefixOf(ip, length)]))
    if (own.length === 0) continue
    const place = wiring.places.get(`${stack.name}:${one.name}`)
    for (const { node: far, device } of place ? joinedTo(wiring, place, isJoined) : []) {
      if (!isStack(far) || far.name === stack.name || !device || device.addresses.length === 0) continue
      if (networksOf(far, to.family) < 2 && far.kind !== 'external' && !forwards(far)) continue
      for (const { value: { ip } } of device.addresses) if (own.some((prefix) => contains(prefix, ip)) && !sameIp(ip, to)) take(far, ip, one)
    }
    for (const half of peersOf(infra, stack, one)) {
      for (const { value: { ip } } of half.device?.addresses ?? []) if (isStack(half.node) && own.some((prefix) => contains(prefix, ip)) && !sameIp(ip, to)) take(half.node, ip, one)
    }
  }
  return found.sort((a, b) => a.far - b.far).slice(0, most)
}

const peersOf = (infra: Infra, stack: StackNode, one: Interface): readonly Place[] =>
  isTunnelType(one.type.value) && tunnelSpecs[one.type.value].carries === 'packets'
    ? (wiringOf(infra).edges.get(`${stack.name}:${one.name}`) ?? []).filter(({ joint }) => joint.kind === 'tunnel').map(({ to }) => to) : []

const hasDefault = (stack: StackNode, family: 4 | 6): boolean =>
  stack.routes.some(({ to: { value } }) => value.length === 0 && value.ip.family === family) || [...stack.interfaces.values()].some(({ gateways }) => gateways.some(({ value }) => value.family === family))

/** A way by each neighbour that could pass packets on, and by each tunnel of packets that leads nearer. */
export function routesAdded(ground: Ground, stack: StackNode, to: Ip): readonly Mend[] {
  const mends: Mend[] = []
  const home = homeOf(ground, to)
  const host = { ip: to, length: bitsOf(to.family) }
  // Where the prefix is on-link, only the address alone goes another way.
  const near = [...stack.interfaces.values()].some((one) => one.up?.value !== false && one.addresses.some(({ value: { ip, length } }) => length !== undefined && length >= home.length && contains(prefixOf(ip, length), to)))
  const prefix = printPrefix(near || stack.routes.some((route) => printPrefix(route.to.value) === printPrefix(home)) ? host : home)
  for (const { node, ip, dev } of neighboursOf(ground, stack, to)) {
    const text = printIp(ip)
    if (!forwards(stack) && !hasDefault(stack, to.family) && dev.gateways.length === 0) {
      mends.push({
        title: t`Make ${text} of ${node.name} the gateway of ${stack.name}:${dev.name}`, at: dev.at,
        change: { kind: 'set', part: { kind: 'interface', node: stack.name, interface: dev.name }, key: 'gateway', value: text },
      })
    } else {
      mends.push({
        title: t`Add a route to ${prefix} via ${text} of ${node.name} on ${stack.name}`, at: stack.at,
        change: { kind: 'append', part: { kind: 'node', node: stack.name }, key: 'routes', value: { to: prefix, via: text } },
      })
    }
  }
  const distances = distancesTo(ground, to)
  for (const one of stack.interfaces.values()) {
    if (!peersOf(ground.infra, stack, one).some(({ node }) => (distances.get(node.name) ?? Infinity) < (distances.get(stack.name) ?? Infinity))) continue
    mends.push({
      title: t`Add a route to ${prefix} by ${one.name} on ${stack.name}`, at: stack.at,
      change: { kind: 'append', part: { kind: 'node', node: stack.name }, key: 'routes', value: { to: prefix, dev: one.name } },
    })
  }
  return mends
}

/** Next hops that are written and are nobody's, nobody's here, or the wrong one's: another neighbour instead. `via`: only those that name it. */
export function hopsCorrected(ground: Ground, stack: StackNode, to: Ip, via?: Ip): readonly Mend[] {
  const written = [
    ...stack.routes.filter((route) => route.type === 'unicast' && contains(route.to.value, to)).sort((a, b) => b.to.value.length - a.to.value.length).flatMap((route) => route.via),
    ...[...stack.interfaces.values()].flatMap(({ gateways }) => gateways.filter(({ value }) => value.family === to.family)),
  ].filter(({ value }) => !via || sameIp(value, via))
  const neighbours = neighboursOf(ground, stack, to)
  const here = (ip: Ip): readonly Neighbour[] => neighbours.filter((one) => !sameIp(one.ip, ip) && one.ip.family === ip.family)
  return written.slice(0, 2).flatMap(({ value, at }) => here(value).slice(0, 3).map(({ ip, node }): Mend => ({
    title: t`Send by ${printIp(ip)} of ${node.name} instead of ${printIp(value)} on ${stack.name}`, at, change: { kind: 'correct', at, value: printIp(ip) },
  })))
}

/** A mend of one of the stack's devices, and the stack as it is then: what else it needs can be seen. */
interface Prepared {
  readonly mend: Mend
  readonly stack: StackNode
}

const withDevice = (stack: StackNode, one: Interface): StackNode => ({ ...stack, interfaces: new Map([...stack.interfaces, [one.name, one]]) })

/** Devices that are down, those first by which the address would be on-link. */
export function devicesUp(stack: StackNode, to: Ip): readonly Prepared[] {
  const near = (one: Interface): boolean => one.addresses.some(({ value: { ip, length } }) => length !== undefined && contains(prefixOf(ip, length), to))
  return [...stack.interfaces.values()].filter((one) => one.up?.value === false).sort((a, b) => Number(near(b)) - Number(near(a))).flatMap((one) => (one.up ? [{
    mend: { title: t`Set ${`${stack.name}:${one.name}`} up`, at: one.up.at, change: { kind: 'correct', at: one.up.at, value: true } } as const,
    stack: withDevice(stack, { ...one, up: { ...one.up, value: true } }),
  }] : []))
}

/** A prefix length that the others on the segment have, and this device has not. */
export function lengthsCorrected({ infra }: Ground, stack: StackNode): readonly Prepared[] {
  const wiring = wiringOf(infra)
  const found: Prepared[] = []
  for (const one of stack.interfaces.values()) {
    const place = wiring.places.get(`${stack.name}:${one.name}`)
    if (!place) continue
    for (const address of one.addresses) {
      const { value: { ip, length }, at } = address
      if (length === undefined) continue
      const others = new Set(joinedTo(wiring, place, isJoined).flatMap(({ node, device }) => (node.name === stack.name ? [] : (device?.addresses ?? []).flatMap(({ value }) =>
        value.length !== undefined && value.length !== length && value.length > 0 && value.length < bitsOf(ip.family) && contains(prefixOf(value.ip, value.length), ip) ? [value.length] : []))))
      for (const other of [...others].slice(0, 2)) {
        const value = `${printIp(ip)}/${other}`
        found.push({
          mend: { title: t`Give ${`${stack.name}:${one.name}`} the prefix length of its neighbours, ${value}`, at, change: { kind: 'correct', at, value } },
          stack: withDevice(stack, { ...one, addresses: one.addresses.map((each) => (each === address ? { ...each, value: { ip, length: other } } : each)) }),
        })
      }
    }
  }
  return found
}

/** Each alone, and each with the route that it makes possible. */
export function andThen(ground: Ground, list: readonly Prepared[], to: Ip): readonly Mend[] {
  return list.slice(0, most).flatMap(({ mend, stack }) => [mend, ...[...hopsCorrected(ground, stack, to).slice(0, 1), ...routesAdded(ground, stack, to).slice(0, 2)].map((next): Mend => ({ ...mend, with: [next] }))])
}

/** Can this device be given an address: it speaks for its own stack. */
const speaks = (node: Node, one: Interface): boolean => (!one.master || node.interfaces.get(one.master.value)?.type.value === 'vrf') && one.type.value !== 'loopback' && !one.guestSide && (one.network === undefined || one.addresses.length === 0)

/** An address of the stack's own beside the wanted one, on a device that is joined to it already. */
export function addressesAdded({ infra, toNode }: Ground, stack: StackNode, to: Ip): readonly Prepared[] {
  const wiring = wiringOf(infra)
  const owners = new Set((wiring.owners.get(keyOf(to)) ?? []).filter(({ node }) => node.name !== stack.name && (toNode === undefined || node.name === toNode)))
  const mends: Prepared[] = []
  for (const one of stack.interfaces.values()) {
    const start = wiring.places.get(`${stack.name}:${one.name}`)
    if (!start || !speaks(stack, one)) continue
    const end = wayBetween(wiring, start, (place) => owners.has(place), isJoined)?.places.at(-1)
    const value = end?.device?.addresses.find((address) => sameIp(address.value.ip, to))?.value
    const prefix = value && value.length !== undefined && value.length < bitsOf(to.family) ? prefixOf(to, value.length) : undefined
    const free = prefix && freeIn(infra, prefix)
    if (free && prefix) mends.push(prepared(stack, one, free, prefix.length))
    else if (one.addresses.every(({ value: own }) => own.ip.family !== to.family)) {
      // Without any address of its own: one of those that its neighbours are among.
      const seen = new Set<string>()
      for (const { node, device } of joinedTo(wiring, start, isJoined)) {
        for (const { value: { ip, length } } of node.name === stack.name || !device || isTunnelType(device.type.value) ? [] : device.addresses) {
          if (length === undefined || ip.family !== to.family || length >= bitsOf(ip.family) || isLinkLocal(ip)) continue
          const beside = prefixOf(ip, length)
          const text = printPrefix(beside)
          const own = seen.has(text) || seen.size > 1 ? undefined : freeIn(infra, beside)
          seen.add(text)
          if (own) mends.push(prepared(stack, one, own, length))
        }
      }
    }
  }
  return mends.slice(0, most)
}

const prepared = (stack: StackNode, one: Interface, ip: Ip, length: number): Prepared => ({
  mend: given(stack, one, `${printIp(ip)}/${length}`), stack: withDevice(stack, { ...one, addresses: [...one.addresses, { value: { ip, length }, at: one.at }] }),
})

const given = (stack: StackNode, one: Interface, value: string): Mend => ({
  title: t`Give ${`${stack.name}:${one.name}`} the address ${value}`, at: one.at,
  change: one.addresses.length === 0 ? { kind: 'set', part: { kind: 'interface', node: stack.name, interface: one.name }, key: 'address', value }
    : { kind: 'append', part: { kind: 'interface', node: stack.name, interface: one.name }, key: 'address', value },
  // Somebody else may have it outside the file.
  weight: 1.2,
})

/** The first address of a prefix that nobody in the file has, behind the highest that somebody has where there is room. */
function freeIn(infra: Infra, prefix: Prefix): Ip | undefined {
  const { owners } = wiringOf(infra)
  const room = bitsOf(prefix.ip.family) - prefix.length
  const last = room < 2 ? lastOf(prefix) : addToIp(lastOf(prefix), prefix.ip.family === 4 ? -1 : 0)
  let ip = room < 2 ? prefix.ip : addToIp(prefix.ip, 1)
  for (let i = 0; i < 4096 && ip.value <= last.value; i++, ip = addToIp(ip, 1)) if (!owners.has(keyOf(ip))) return ip
  return undefined
}

/** An address that nobody has, of those on that link who have none: routers first. */
export function hopsGiven(ground: Ground, stack: StackNode, dev: string, via: Ip): readonly Mend[] {
  const wiring = wiringOf(ground.infra)
  const start = wiring.places.get(`${stack.name}:${dev}`)
  const length = start?.device?.addresses.find(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), via))?.value.length
  if (!start || length === undefined) return []
  const passing = ({ node }: Place): number => (isStack(node) && forwards(node) ? 0 : 1)
  return [...joinedTo(wiring, start, isJoined)].sort((a, b) => passing(a) - passing(b)).flatMap(({ node, device }): readonly Mend[] => {
    if (!device || node.name === stack.name || !isStack(node) || !speaks(node, device) || node.kind === 'external') return []
    if (device.addresses.some(({ value }) => value.ip.family === via.family)) return []
    return [given(node, device, `${printIp(via)}/${length}`)]
  }).slice(0, 4)
}

/** What the device asks for is not there: one of those that could have it is asked by its own prefix instead. */
export function vrfsJoined(stack: StackNode, into: string | null, to: Ip): readonly Mend[] {
  const vrfOf = (one: Interface | undefined): string | undefined => {
    const master = one?.master && stack.interfaces.get(one.master.value)
    return master?.type.value === 'vrf' ? master.name : undefined
  }
  if (![...stack.interfaces.values()].some(({ type }) => type.value === 'vrf')) return []
  const here = into === null ? undefined : vrfOf(stack.interfaces.get(into))
  const mends: Mend[] = []
  const move = (one: Interface, vrf: string | undefined): void => {
    const part = { kind: 'interface', node: stack.name, interface: one.name } as const
    mends.push(vrf === undefined
      ? { title: t`Take ${`${stack.name}:${one.name}`} out of its vrf`, at: one.master?.at ?? one.at, change: { kind: 'unset', part, key: 'master' } }
      : { title: t`Put ${`${stack.name}:${one.name}`} into the vrf ${vrf}`, at: one.master?.at ?? one.at, change: { kind: 'set', part, key: 'master', value: vrf } })
  }
  const leads = (one: Interface): boolean => one.addresses.some(({ value: { ip, length } }) => length !== undefined && contains(prefixOf(ip, length), to))
    || one.gateways.some(({ value }) => value.family === to.family) || stack.routes.some((route) => contains(route.to.value, to) && route.via.some(({ value: via }) => one.addresses.some(({ value: { ip, length } }) => length !== undefined && contains(prefixOf(ip, length), via))))
  for (const one of stack.interfaces.values()) {
    const vrf = vrfOf(one)
    if (!leads(one) || vrf === here) continue
    move(one, here)
    const came = into === null ? undefined : stack.interfaces.get(into)
    if (came) move(came, vrf)
  }
  return mends
}

