/** Where each interface of a guest would be plugged in at the target, and whether that is the same segment as before. */
import type { Plane } from '../forwarding/index.ts'
import type { Segment } from '../forwarding/trace.ts'
import type { Interface } from '../infra/interface.ts'
import type { Network } from '../infra/parts.ts'
import type { Candidate, Host } from './candidate.ts'
import { segmentsAt } from './segments.ts'

/** Network types that are one segment over every member's host. */
const spanning: readonly Network['type']['value'][] = ['flat', 'vlan', 'vxlan', 'gre', 'nvgre', 'stt', 'geneve']

export type Attachment =
  | { readonly device: Interface; readonly kind: 'network'; readonly network: Network; readonly spans: boolean }
  /** `same`: the domain it is in reaches the target's device; `unknown` where nobody can tell. */
  | {
      readonly device: Interface
      readonly kind: 'attach'
      readonly to: Interface
      readonly place: 'same' | 'other' | 'unknown'
      /** What is heard there. */
      readonly segments: readonly Segment[]
    }
  /** Its network is not defined, or the target lacks the device it attaches to. */
  | { readonly device: Interface; readonly kind: 'missing' }
  /** Wired by a link of the file, or to nothing. */
  | { readonly device: Interface; readonly kind: 'apart' }

/** Every interface of the guest but the loopback, in file order. */
export function attachmentsOf({ infra, plane, guest, target }: Candidate): readonly Attachment[] {
  return [...guest.interfaces.values()].filter(({ type }) => type.value !== 'loopback').map((device): Attachment => {
    if (device.network) {
      const network = infra.networks.get(device.network.value)
      return network ? { device, kind: 'network', network, spans: spanning.includes(network.type.value) } : { device, kind: 'missing' }
    }
    if (!device.attach) return { device, kind: 'apart' }
    const to = target.interfaces.get(device.attach.value)
    return to ? { device, kind: 'attach', to, ...placeOf(plane, guest.name, device, target, to) } : { device, kind: 'missing' }
  })
}

function placeOf(plane: Plane, guest: string, device: Interface, target: Host, to: Interface): { place: 'same' | 'other' | 'unknown'; segments: readonly Segment[] } {
  const here = segmentsAt(plane, guest, device.name)
  const there = segmentsAt(plane, target.name, to.name)
  if (here.length === 0) return { place: 'unknown', segments: there }
  const shared = here.filter((segment) => there.includes(segment) && hears(segment, device, target, to))
  if (shared.length > 0) return { place: 'same', segments: shared }
  if (here.some(({ open }) => open) || there.some(({ open }) => open)) return { place: 'unknown', segments: there }
  // A bridge of many VLANs carries many domains; of those, the guest would be in the one that its own port names.
  const own = there.filter(({ members }) => members.some(({ node, interface: name, vlan }) => node === target.name && name === to.name && (device.vlan === undefined || vlan === device.vlan.value)))
  return { place: 'other', segments: own.length > 0 ? own : there.slice(0, 1) }
}

/** Whether a guest that is plugged in there is in the VLAN in which the bridge has the segment. */
function hears({ vlans }: Segment, { vlan, trunk, native }: Interface, target: Host, to: Interface): boolean {
  const known = vlans.get(`${target.name}:${to.name}`)
  // By tags alone, its own vlan devices are on segments, it is not.
  const own = native?.value ?? vlan?.value
  if (!known || (trunk && own === undefined)) return true
  const isOvs = to.type.value === 'ovs'
  return known.has(to.vlanAware?.value ?? isOvs ? own ?? (isOvs ? 0 : 1) : 0)
}
