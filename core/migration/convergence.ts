/** How a network learns the new place of a guest, device by device, and how long that takes. Seconds. */
import { contains, prefixOf, printIp, type Ip } from '../address/ip.ts'
import type { Plane } from '../forwarding/index.ts'
import type { SegmentMember } from '../forwarding/trace.ts'
import type { Interface } from '../infra/interface.ts'
import { attachmentsOf, type Attachment } from './attachment.ts'
import type { Candidate, Host } from './candidate.ts'
import { isRoutedAlone } from './network-rules.ts'
import { ownerOn, segmentsAt } from './segments.ts'
import type { Convergence } from './report.ts'
import { t } from '../words.ts'

/** QEMU's net/announce.c with its defaults: initial 50 ms, step 100 ms, 5 rounds. */
export const announcements = [0, 0.05, 0.2, 0.45, 0.8] as const
/** BR_DEFAULT_AGEING_TIME, and the vxlan driver's. */
const ageing = 300
/** Withdraw, advertise, compute, install. BGP: about 2 s were seen with routed pods; OSPF without BFD: 0.1 to 5 s. */
const routed = { ospf: 1, bgp: 2 } as const

/** A neighbour entry is believed for 15 to 45 s (base_reachable_time), for 5 s more before it is asked after, and for three questions of 1 s. */
const staleNeighbour = 60

/** One entry for each interface of the guest that is plugged into its host, and one for each that will take another machine for its gateway. */
export function convergenceOf(candidate: Candidate, after: Plane): readonly Convergence[] {
  return attachmentsOf(candidate).flatMap((one) => [ofAttachment(one, candidate), ofGateway(one.device, candidate, after)].filter((found) => found !== undefined))
}

/**
 * A gateway that each host plays for itself has another Ethernet address on the next, unless somebody gave them one. The guest goes on
 * writing to the old one until it is asked from the new one, which any packet toward it brings about (neigh_event_ns), or doubts its entry.
 */
function ofGateway(device: Interface, candidate: Candidate, after: Plane): Convergence | undefined {
  const { plane, guest, target, live } = candidate
  if (!live) return undefined
  for (const gateway of gatewaysBy(device, candidate)) {
    const [old, now] = [gatewayOn(plane, guest.name, device.name, gateway), gatewayOn(after, guest.name, device.name, gateway)]
    if (!old || !now || (old.node === now.node && old.interface === now.interface) || macOf(plane, old) === macOf(after, now)) continue
    // Where the old one is still heard it still forwards.
    if (segmentsAt(after, guest.name, device.name).some(({ members }) => members.some(({ node, interface: name }) => node === old.node && name === old.interface))) continue
    return {
      interface: device.name, by: 'neighbour', seconds: staleNeighbour, atWorst: staleNeighbour,
      because: t`takes ${old.node} for its gateway ${printIp(gateway)} until ${target.name}, which has another MAC, asks for it by ARP: whoever speaks to it first is heard at once, to others it is silent for up to ${staleNeighbour} s. One MAC for the gateway on both would spare that`,
    }
  }
  return undefined
}

const gatewaysBy = (device: Interface, { guest }: Candidate): readonly Ip[] => [
  ...device.gateways.map(({ value }) => value),
  ...guest.routes.flatMap(({ via }) => via.map(({ value }) => value)).filter((ip) => device.addresses.some(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), ip))),
]

const gatewayOn = (plane: Plane, guest: string, device: string, ip: Ip): SegmentMember | undefined =>
  segmentsAt(plane, guest, device).map((segment) => ownerOn(plane, segment, ip, guest)).find((member) => member)

const macOf = ({ infra }: Plane, { node, interface: name }: SegmentMember): number | undefined => infra.nodes.get(node)?.interfaces.get(name)?.mac?.value

function ofAttachment(one: Attachment, candidate: Candidate): Convergence | undefined {
  const { guest, source, target, live } = candidate
  const { device } = one
  const name = device.name
  if (one.kind === 'missing' || one.kind === 'apart') return undefined
  if (one.kind === 'attach' && one.place !== 'same' && device.addresses.some(({ value }) => isRoutedAlone(value.ip, value.length, candidate)) && source.routing) {
    const protocol = source.routing.protocol.value
    return { interface: name, by: protocol, seconds: routed[protocol], atWorst: null, because: t`assumed: ${protocol} takes ${routed[protocol]} s to move the address's own route` }
  }
  if (one.kind === 'attach' && one.place === 'other') return undefined
  const ports = one.kind === 'attach' ? [...portsOf(source, device.attach?.value), ...portsOf(target, one.to.name)] : []
  const told = ports.find(({ type, tunnel }) => type.value === 'vxlan' && tunnel?.learning?.value === false)
  if (told) return { interface: name, by: 'orchestrator', seconds: null, atWorst: null, because: t`${told.name} does not learn: until somebody writes the new place into its table, frames go to ${source.name}` }
  // Who hears first-hand decides; the longest ageing on the way decides how long a lost announcement misleads.
  const bridges = [source, target].flatMap((host) => (device.attach ? host.interfaces.get(device.attach.value) ?? [] : []))
  const ages = bridges.flatMap((bridge) => (bridge.ageing ? [bridge.ageing.value] : []))
  const atWorst = ages.length === bridges.length && ages.length > 0 ? Math.max(...ages) : Math.max(ageing, ...ages)
  const tunnels = one.kind === 'network' && one.spans && !['flat', 'vlan'].includes(one.network.type.value)
  const through = tunnels ? t`the tunnels of ${one.network.name}` : ports.some(({ type }) => type.value === 'vxlan') ? t('bridges and VTEPs') : 'bridges'
  if (!live || guest.kind === 'container') {
    return { interface: name, by: 'frames', seconds: 0, atWorst, because: t`${through} learn its place from the first frame that it sends; one that is never sent would leave them misled for up to ${atWorst} s` }
  }
  return {
    interface: name, by: 'announcement', seconds: 0, atWorst,
    because: t`announced by RARP ${announcements.map((seconds) => seconds * 1000).join(', ')} ms after it runs again; ${through} learn its place from the first that arrives. Were all lost, an old entry would mislead for up to ${atWorst} s`,
  }
}

const portsOf = (host: Host, bridge: string | undefined): readonly Interface[] =>
  bridge === undefined ? [] : [...host.interfaces.values()].filter(({ master, guestSide }) => master?.value === bridge && !guestSide)
