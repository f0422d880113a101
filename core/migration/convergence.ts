/** How a network learns the new place of a guest, device by device, and how long that takes. Seconds. */
import type { Interface } from '../infra/interface.ts'
import { attachmentsOf, type Attachment } from './attachment.ts'
import type { Candidate, Host } from './candidate.ts'
import { isRoutedAlone } from './network-rules.ts'
import type { Convergence } from './report.ts'
import { t } from '../words.ts'

/** QEMU's net/announce.c with its defaults: initial 50 ms, step 100 ms, 5 rounds. */
export const announcements = [0, 0.05, 0.2, 0.45, 0.8] as const
/** BR_DEFAULT_AGEING_TIME, and the vxlan driver's. */
const ageing = 300
/** Withdraw, advertise, compute, install. BGP: about 2 s were seen with routed pods; OSPF without BFD: 0.1 to 5 s. */
const routed = { ospf: 1, bgp: 2 } as const

/** One entry for each interface of the guest that is plugged into its host. */
export function convergenceOf(candidate: Candidate): readonly Convergence[] {
  return attachmentsOf(candidate).flatMap((one) => {
    const found = ofAttachment(one, candidate)
    return found ? [found] : []
  })
}

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
