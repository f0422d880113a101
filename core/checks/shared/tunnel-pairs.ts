/** Every direction of every tunnel against its other half: do the two ends know each other and agree? */
import { contains, printIp, type Ip, type IpKey } from '../../address/ip.ts'
import { tunnelEdgesOf } from '../../forwarding/index.ts'
import type { TunnelEdge } from '../../forwarding/trace.ts'
import type { TunnelType } from '../../infra/interface.ts'
import { factsOf, tunnelSpecs } from '../../tunnels/index.ts'
import type { Span, Written } from '../../text/span.ts'
import type { CheckContext } from '../check.ts'
import { deviceOn, devicesOf, isUp, keyOf, labelOf, ownersOf, prefixesOf, tunnelTypeOf, type Device } from './model.ts'
import { oncePerPlane } from './once.ts'

export type TunnelState =
  /** The two halves face each other and agree. */
  | { readonly kind: 'paired'; readonly far: Device }
  /** They face each other and differ. */
  | { readonly kind: 'id' | 'port' | 'flags'; readonly far: Device; readonly words: readonly string[] }
  /** The far half takes our packets in, but sends nothing back by itself. */
  | { readonly kind: 'unlisted'; readonly far: Device }
  /** The remote's owner has no half that faces us. */
  | { readonly kind: 'one-sided'; readonly owner: Device; readonly others: readonly Device[] }
  /** Our own address. */
  | { readonly kind: 'self'; readonly owner: Device }
  /** Nobody in the file has the remote address; or somebody has it on a device that is down. */
  | { readonly kind: 'unowned'; readonly down: Device | undefined }
  /** An external or opaque node has it: nothing is said. */
  | { readonly kind: 'outside' }

export interface TunnelWay {
  readonly device: Device
  readonly type: TunnelType
  readonly remote: Written<Ip>
  readonly state: TunnelState
  readonly edge: TunnelEdge | undefined
}

export const tunnelWays = oncePerPlane((context): readonly TunnelWay[] => {
  const edges = new Map(tunnelEdgesOf(context.plane).map((edge) => [`${edge.node}:${edge.interface} ${edge.remote}`, edge]))
  const ways: TunnelWay[] = []
  for (const device of devicesOf(context.infra)) {
    const type = tunnelTypeOf(device.interface)
    if (!type || !isUp(device.interface) || device.node.opaque) continue
    for (const remote of remotesOf(device)) {
      const edge = edges.get(`${labelOf(device)} ${printIp(remote.value)}`)
      ways.push({ device, type, remote, edge, state: stateOf(context, device, type, remote.value) })
    }
  }
  return ways
})

/** The addresses that a tunnel device sends to. */
export function remotesOf(device: Device): readonly Written<Ip>[] {
  const { tunnel } = device.interface
  return [...(tunnel?.remotes ?? []), ...(tunnel?.peers ?? []).flatMap((peer) => peer.remote ?? [])]
}

/** The addresses that its packets may come from: `local`, else any of the node's that is not inside a tunnel. */
export function localsOf(device: Device): readonly Ip[] {
  const local = device.interface.tunnel?.local?.value
  // An address that the node does not have is a finding of its own; the halves are matched by what it does have.
  if (local && owns(device, local)) return [local]
  return [...(local ? [local] : []), ...[...device.node.interfaces.values()]
    .filter((one) => !tunnelTypeOf(one))
    .flatMap((one) => one.addresses.map(({ value }) => value.ip))]
}

const owns = (device: Device, ip: Ip): boolean =>
  [...device.node.interfaces.values()].some((one) => one.addresses.some(({ value }) => keyOf(value.ip) === keyOf(ip)))

const includes = (list: readonly Ip[], ip: Ip): boolean => list.some((one) => keyOf(one) === keyOf(ip))
const portOf = (device: Device, type: TunnelType): number | undefined => device.interface.tunnel?.port?.value ?? tunnelSpecs[type].port

function stateOf(context: CheckContext, device: Device, type: TunnelType, remote: Ip): TunnelState {
  const owners = ownersOf(context).get(keyOf(remote)) ?? []
  const self = owners.find((owner) => owner.node === device.node)
  if (self) return { kind: 'self', owner: self }
  const [owner] = owners
  if (!owner) return answeredOutside(context, remote) ? { kind: 'outside' } : { kind: 'unowned', down: downWith(context, device, remote) }
  if (owner.node.opaque || owner.node.kind === 'external') return { kind: 'outside' }
  const locals = localsOf(device)
  const halves: Device[] = []
  for (const one of owners) {
    for (const half of one.node.interfaces.values()) {
      if (half.type.value === type && isUp(half)) halves.push(deviceOn(one.node, half))
    }
  }
  const mine = factsOf(device.interface)
  const listening = halves.filter((half) => {
    const local = half.interface.tunnel?.local?.value
    return !local || keyOf(local) === keyOf(remote) || !owns(half, local)
  })
  const facing = listening.filter((half) => remotesOf(half).some(({ value }) => includes(locals, value)))
  const agreeing = (half: Device): boolean => tunnelSpecs[type].disagreements(mine, factsOf(half.interface)).length === 0
  const paired = facing.find(agreeing)
  if (paired) return { kind: 'paired', far: paired }
  // A half that agrees with another device of ours belongs to that one.
  const free = facing.filter((half) => ![...device.node.interfaces.values()].some((other) =>
    other !== device.interface && other.type.value === type
    && tunnelSpecs[type].disagreements(factsOf(other), factsOf(half.interface)).length === 0
    && remotesOf(deviceOn(device.node, other)).some(({ value }) => keyOf(value) === keyOf(remote))))
  const [near] = free
  if (near) {
    const words = tunnelSpecs[type].disagreements(mine, factsOf(near.interface))
    const kind = mine.id?.value !== near.interface.tunnel?.id?.value ? 'id' : portOf(device, type) !== portOf(near, type) ? 'port' : 'flags'
    return { kind, far: near, words }
  }
  // Only vxlan takes packets from anyone who has its number and port (vxlan_rcv); the other kinds check the sender.
  if (type === 'vxlan') {
    const taking = listening.find(agreeing)
    if (taking) return { kind: 'unlisted', far: taking }
  }
  const others = [...owner.node.interfaces.values()]
    .filter((one) => tunnelTypeOf(one) && remotesOf(deviceOn(owner.node, one)).some(({ value }) => includes(locals, value)))
    .map((one) => deviceOn(owner.node, one))
  return { kind: 'one-sided', owner, others: others.length > 0 ? others : halves }
}

/** Devices that are down, by their addresses; the first of the file. */
const downByAddress = oncePerPlane(({ infra }): ReadonlyMap<IpKey, Device> => {
  const found = new Map<IpKey, Device>()
  for (const device of devicesOf(infra)) {
    if (isUp(device.interface)) continue
    for (const { value } of device.interface.addresses) if (!found.has(keyOf(value.ip))) found.set(keyOf(value.ip), device)
  }
  return found
})

/** Another node's device that has the address, and is down. */
function downWith(context: CheckContext, { node }: Device, ip: Ip): Device | undefined {
  const found = downByAddress(context).get(keyOf(ip))
  return found && found.node !== node ? found : undefined
}

/**
 * Does an external, which stands for much that is not written, answer for the address? Not for one of a subnet that the file's
 * own nodes are on and the external is not.
 */
function answeredOutside(context: CheckContext, ip: Ip): boolean {
  const onLink = [...context.infra.nodes.values()].filter((node) => [...node.interfaces.values()].some((one) => prefixesOf(one).some(({ prefix }) => prefix.length > 0 && contains(prefix, ip))))
  if (onLink.length > 0 && onLink.every(({ kind }) => kind !== 'external')) return false
  for (const node of context.infra.nodes.values()) {
    if (node.kind !== 'external') continue
    if (!node.answers || node.answers.some(({ value }) => contains(value, ip))) return true
  }
  return false
}

/** A pair of ends has two directions; a finding about both is given at the second of them in the file. */
export function oncePerPair(ways: readonly TunnelWay[], kind: 'id' | 'port' | 'flags'): readonly { readonly way: TunnelWay; readonly far: Device; readonly words: readonly string[] }[] {
  const seen = new Set<string>()
  const found: { way: TunnelWay; far: Device; words: readonly string[] }[] = []
  for (const way of ways) {
    if (way.state.kind !== kind || way.edge?.verdict === 'delivered' || way.edge?.verdict === 'unknown') continue
    const key = [labelOf(way.device), labelOf(way.state.far)].sort().join(' ')
    if (seen.has(key)) {
      found.push({ way, far: way.state.far, words: way.state.words })
      seen.delete(key)
    } else seen.add(key)
  }
  // Where only one direction sees the other (a head-end list that names one way), that one speaks.
  for (const way of ways) {
    if (way.state.kind !== kind || way.edge?.verdict === 'delivered' || way.edge?.verdict === 'unknown') continue
    const key = [labelOf(way.device), labelOf(way.state.far)].sort().join(' ')
    if (seen.delete(key)) found.push({ way, far: way.state.far, words: way.state.words })
  }
  return found
}

/** Where a tunnel's setting is written, else its name. */
export const placeOf = (device: Device, key: 'id' | 'port' | 'local'): Span =>
  device.interface.tunnel?.[key]?.at ?? device.interface.at
