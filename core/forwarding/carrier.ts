/** Which devices are up and have a carrier. Linux: dev->flags & IFF_UP and netif_carrier_ok, handed up by netif_stacked_transfer_operstate. */
import { isTunnelType } from '../infra/interface.ts'
import { farEnd, type Device, type World } from './tables.ts'

/** Of these devices; whoever stands on others is made together with them, and the far end of a wire is among them or known already. */
export function findCarriers(world: World, devices: readonly Device[]): void {
  // vlan_device_event: a vlan device goes down with its parent; so does whatever is not there without it.
  const admins = new Map<Device, boolean>()
  const adminOf = (device: Device): boolean => {
    const known = admins.get(device)
    if (known !== undefined) return known
    admins.set(device, device.admin)
    const up = device.admin && (device.type !== 'vlan' || (device.lower !== undefined && adminOf(device.lower)))
    admins.set(device, up)
    return up
  }
  for (const device of devices) device.admin = adminOf(device)

  const known = new Map<Device, boolean>()
  const running = (device: Device): boolean => {
    const already = known.get(device)
    if (already !== undefined) return already
    known.set(device, false)
    const up = device.admin && carrierOf(device)
    known.set(device, up)
    return up
  }
  const carrierOf = (device: Device): boolean => {
    if (isTunnelType(device.type)) return true
    switch (device.type) {
      case 'loopback': case 'dummy': case 'vrf': return true
      case 'vlan': case 'macvlan': case 'macvtap': case 'ipvlan': case 'vf':
        return device.lower !== undefined ? running(device.lower) : wired(device)
      case 'passthrough': return device.lower !== undefined ? wired(device.lower) : wired(device)
      case 'bond': return device.members?.some(running) ?? false
      // br_stp_set: a bridge has a carrier while one of its ports has.
      case 'bridge': case 'ovs': return device.type === 'ovs' || (device.owns?.ports.some(running) ?? false)
      default: return wired(device)
    }
  }
  const wired = (device: Device): boolean => (device.wire?.carrier ?? false) && (farEnd(world, device)?.admin ?? false)
  for (const device of devices) device.running = running(device)
}
