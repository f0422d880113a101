/** Guests plug in: every attached interface gets its device on the host. */
import type { Interface, InterfaceType } from '../infra/interface.ts'
import { isGuest, isStack, type GuestNode } from '../infra/node.ts'
import { makeDevice, setInterface, writtenAt, type Draft, type Plan } from './draft.ts'

/** Devices that live on top of the host's device instead of at the end of a wire. */
const childTypes: readonly InterfaceType[] = ['macvlan', 'macvtap', 'ipvlan', 'passthrough', 'vf']
export const isChildType = (type: InterfaceType): boolean => childTypes.includes(type)

/** Host devices that take a tap or veth as a port. */
const takesPorts: readonly InterfaceType[] = ['bridge', 'ovs', 'vrf']
/** Host devices that are one end of a wire themselves: what attaches to them is the other end. */
const wireEnds: readonly InterfaceType[] = ['veth', 'tap']

// IFNAMSIZ of <linux/if.h>, without the closing zero.
const longestName = 15

export function plugGuests(plan: Plan): void {
  for (const guest of plan.open) {
    const { node } = guest
    if (!isGuest(node) || node.host === undefined) continue
    const host = plan.drafts.get(node.host.value)
    if (!host || host === guest || !isStack(host.node)) continue
    for (const device of guest.interfaces.values()) {
      if (device.attach) plug(node, guest, device, device.attach.value, host)
    }
  }
}

function plug(node: GuestNode, guest: Draft, device: Interface, target: string, host: Draft): void {
  const parent = host.interfaces.get(target)
  if (!parent) return
  const hostSide = { node: host.node.name, interface: target }
  const guestSide = { node: node.name, interface: device.name }
  if (isChildType(device.type.value)) {
    setInterface(guest, { ...device, hostSide })
    if (device.type.value === 'passthrough') setInterface(host, takenAway(parent, device.mtu))
    return
  }
  if (wireEnds.includes(parent.type.value)) {
    setInterface(guest, { ...device, hostSide })
    if (!parent.guestSide) setInterface(host, { ...parent, guestSide, ...enforcement(node, device) })
    return
  }
  if (!takesPorts.includes(parent.type.value)) {
    // A plain device on the host takes no ports. What libvirt makes of <interface type='direct'> is a macvtap in vepa mode,
    // vepa being Linux's own default too; a container has no use for the tap half.
    const type: InterfaceType = node.kind === 'vm' ? 'macvtap' : 'macvlan'
    setInterface(guest, { ...device, type: writtenAt(type, device.type.at), hostSide })
    return
  }
  const pair = pairs.get(device)
  // The first choice of a name, where nobody has it.
  const name = pair?.guest === node && pair.plainly && !host.interfaces.has(pair.onHost.name) ? pair.onHost.name : hostDeviceName(`${node.name}-${device.name}`, host)
  if (pair?.guest === node && pair.onHost.name === name && pair.onGuest.hostSide?.node === host.node.name) {
    setInterface(host, pair.onHost)
    setInterface(guest, pair.onGuest)
    return
  }
  const { vlan, trunk, native, hairpin, isolated } = device
  const onHost = makeDevice(name, node.kind === 'vm' ? 'tap' : 'veth', device.at, {
    master: writtenAt(target, device.attach?.at ?? device.at),
    origin: { by: 'format', name: node.name },
    guestSide, ...enforcement(node, device),
    ...(vlan && { vlan }), ...(trunk && { trunk }), ...(native && { native }), ...(hairpin && { hairpin }), ...(isolated && { isolated }),
  })
  const onGuest: Interface = { ...device, hostSide: { node: host.node.name, interface: name } }
  pairs.set(device, { guest: node, onHost, onGuest, plainly: name === firstName(`${node.name}-${device.name}`) })
  setInterface(host, onHost)
  setInterface(guest, onGuest)
}

/**
 * What stays of a device that the host gave away: the wire. Its driver is unbound, or it stands in the guest's namespace, so its
 * addresses and the routes by them are gone (__dev_change_net_namespace closes it, which flushes both) and no bridge holds it.
 */
function takenAway(device: Interface, mtu: Interface['mtu']): Interface {
  const held = mtu ?? device.mtu
  if (device.addresses.length === 0 && !device.dhcp && device.gateways.length === 0 && !device.master && held === device.mtu) return device
  const known = taken.get(device)
  if (known && known.mtu === held) return known
  const { dhcp: _asked, master: _held, ...rest } = device
  const bare: Interface = { ...rest, addresses: [], gateways: [], ...(held && { mtu: held }) }
  taken.set(device, bare)
  return bare
}

const taken = new WeakMap<Interface, Interface>()

// A guest's interface that an edit left alone gets the very same two devices again.
const pairs = new WeakMap<Interface, { readonly guest: GuestNode; readonly onHost: Interface; readonly onGuest: Interface; readonly plainly: boolean }>()

/** Security groups stand on the host's side of the wire, where the guest cannot switch them off. */
const enforcement = (guest: GuestNode, device: Interface): Partial<Interface> =>
  guest.securityGroups.length > 0 ? { enforces: { guest: guest.name, interface: device.name } } : {}

/** `<guest>-<interface>`, cut to what the kernel takes and told apart by a hash of the whole where it is too long. */
function hostDeviceName(whole: string, host: Draft): string {
  for (let attempt = 0; ; attempt++) {
    const name = attempt === 0 ? firstName(whole) : shortened(whole, attempt)
    if (!host.interfaces.has(name)) return name
  }
}

const firstName = (whole: string): string => (whole.length <= longestName ? whole : shortened(whole, 0))

function shortened(whole: string, attempt: number): string {
  let hash = 0x811c9dc5
  for (const letter of `${whole} ${attempt}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return `${whole.slice(0, longestName - 7)}-${(hash & 0xffffff).toString(16).padStart(6, '0')}`
}
