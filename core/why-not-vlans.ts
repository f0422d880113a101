/** Which VLANs a port is in, as the kernel and Open vSwitch have it. */
import { isStack } from './infra/node.ts'
import type { Place } from './why-not-wiring.ts'

/** Whether the bridge or switch at this place looks at tags. */
export function hasVlans({ node, device }: Place): boolean {
  if (device) return device.type.value === 'ovs' || (device.type.value === 'bridge' && device.vlanAware?.value === true)
  if (isStack(node)) return false
  return node.vlanAware?.value ?? [...node.interfaces.values()].some((one) => one.vlan !== undefined || one.trunk !== undefined || one.native !== undefined)
}

/** What an untagged frame is in by this port, or at this bridge's own stack: VLAN 1 where nothing is said (br_vlan, default_pvid). */
export function pvidOf({ device }: Place): number | undefined {
  if (!device) return undefined
  if (device.trunk) return device.native?.value
  return device.vlan?.value ?? device.native?.value ?? 1
}

/** The VLANs that leave tagged by it. */
export const taggedOf = ({ device }: Place): ReadonlySet<number> => new Set((device?.trunk?.value ?? []).filter((id) => id !== device?.native?.value))
