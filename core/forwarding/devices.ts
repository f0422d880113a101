/** One stack's devices, and who of them stands on whom. */
import { bitsOf, type Ip } from '../address/ip.ts'
import { derivedMac } from '../address/mac.ts'
import { bridgesToNetfilter } from '../infra/docker.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isStack, type Node, type Switch } from '../infra/node.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import { readFlows } from './flows.ts'
import { standsOnHost, type Wire, type Wires } from './joints.ts'
import type { Bridge, Device, Policy, PortVlans, Stack, Uppers } from './tables.ts'

/** A stack or switch with its devices, not yet joined. `id`: the number of its name. */
export function makeStack(id: number, node: Node, wires: Wires | undefined, policy: Policy | undefined, vips: readonly Ip[]): Stack {
  const stack: Stack = {
    id, node, name: node.name, devices: new Map(), bridges: [], tunnels: [], opaque: node.opaque?.value,
    forwarding: isStack(node) && (node.forwarding?.value ?? node.kind === 'router'), installed: undefined,
    policy, vips, bridgeNf: bridgesToNetfilter(node),
  }
  for (const iface of node.interfaces.values()) {
    const device = makeDevice(stack, iface, wires?.get(iface.name))
    stack.devices.set(iface.name, device)
    if (isTunnelType(device.type)) stack.tunnels.push(device)
  }
  return stack
}

function makeDevice(stack: Stack, iface: Interface, wire: Wire | undefined): Device {
  return {
    stack, name: iface.name, label: `${stack.name}:${iface.name}`, iface, type: iface.type.value, mtu: iface.mtu?.value ?? (iface.type.value === 'loopback' ? 65536 : 1500),
    mac: iface.mac?.value ?? derivedMac(stack.name, iface.name), admin: iface.up?.value ?? true, running: false,
    addresses: isStack(stack.node) ? iface.addresses.map(({ value, at }) => ({ ip: value.ip, length: value.length ?? bitsOf(value.ip.family), at })) : [],
    master: undefined, bridge: undefined, owns: undefined, vlans: undefined, lower: undefined, vrf: undefined, wire,
    uppers: undefined, members: undefined, guard: undefined,
  }
}

/**
 * A device that stands on another takes no larger MTU than that one leaves it: the kernel refuses to set it, and it keeps what it
 * was made with (vlan_dev_change_mtu, macvlan_change_mtu, vxlan_change_mtu).
 */
export function holdMtus(devices: readonly Device[]): void {
  const held = new Map<Device, number>()
  const mtuOf = (device: Device): number => {
    const known = held.get(device)
    if (known !== undefined) return known
    held.set(device, device.mtu)
    const most = roomOf(device)
    const mtu = most === undefined ? device.mtu : Math.min(device.mtu, most)
    held.set(device, mtu)
    return mtu
  }
  const roomOf = (device: Device): number | undefined => {
    switch (device.type) {
      case 'vlan': case 'macvlan': case 'macvtap': return device.lower && mtuOf(device.lower)
      case 'vxlan': {
        const linked = device.iface.link && device.stack.devices.get(device.iface.link.value)
        if (!linked || linked === device) return undefined
        const facts = factsOf(device.iface)
        return tunnelSpecs.vxlan.innerMtu(mtuOf(linked), facts, outerFamily(facts))
      }
      default: return undefined
    }
  }
  for (const device of devices) device.mtu = mtuOf(device)
}

const uppersOf = (device: Device): Uppers => (device.uppers ??= { vlans: new Map(), macvlans: [], ipvlans: [], functions: [] })

function standOn(device: Device, lower: Device): void {
  if (device === lower) return
  const uppers = uppersOf(lower)
  switch (device.type) {
    case 'vlan': {
      const key = `${device.iface.protocol?.value ?? '802.1q'} ${device.iface.id?.value ?? 0}`
      // The kernel makes one device for a tag: the second is refused.
      if (uppers.vlans.has(key)) return
      uppers.vlans.set(key, device)
      break
    }
    case 'macvlan': case 'macvtap': uppers.macvlans.push(device); break
    case 'ipvlan': uppers.ipvlans.push(device); break
    case 'vf':
    case 'passthrough': uppers.functions.push(device); break
    default: return
  }
  device.lower = lower
}

/** Masters, parents and bridges within one stack or switch. */
export function joinWithin(stack: Stack): void {
  const { node } = stack
  if (!isStack(node)) {
    const bridge = switchBridge(stack, node)
    stack.bridges.push(bridge)
    for (const port of stack.devices.values()) enslave(port, bridge)
    return
  }
  for (const device of stack.devices.values()) {
    if (device.type === 'bridge' || device.type === 'ovs') {
      const bridge: Bridge = {
        stack, self: device, label: `${stack.name}:${device.name}`, ports: [], ovs: device.type === 'ovs',
        vlanAware: device.iface.vlanAware?.value ?? device.type === 'ovs', stp: device.iface.stp?.value ?? false, mac: device.mac, blocked: new Set(),
        flows: device.iface.flows.length > 0 ? readFlows(device.iface.flows.map(({ value }) => value)) : undefined,
      }
      stack.bridges.push(bridge)
      device.owns = bridge
      device.vlans = vlansOf(device.iface, bridge)
    }
    if (device.type === 'bond') device.members = []
  }
  for (const device of stack.devices.values()) {
    const { iface } = device
    const master = iface.master && stack.devices.get(iface.master.value)
    if (master && master !== device) {
      device.master = master
      if (master.owns) enslave(device, master.owns)
      master.members?.push(device)
      if (master.type === 'vrf') device.vrf = master
    }
    const lower = iface.link && !isTunnelType(device.type) ? stack.devices.get(iface.link.value) : undefined
    if (lower) standOn(device, lower)
  }
}

function enslave(port: Device, bridge: Bridge): void {
  port.bridge = bridge
  port.vlans = vlansOf(port.iface, bridge)
  bridge.ports.push(port)
}

const namesVlans = (node: Node): boolean =>
  [...node.interfaces.values()].some(({ vlan, trunk, native }) => vlan !== undefined || trunk !== undefined || native !== undefined)

const switchBridge = (stack: Stack, node: Switch): Bridge => ({
  // A switch whose ports name VLANs is aware of them, whatever it leaves unsaid.
  stack, self: undefined, label: stack.name, ports: [], vlanAware: node.vlanAware?.value ?? namesVlans(node), ovs: false,
  stp: node.stp?.value ?? false, mac: derivedMac(node.name, 'bridge'), blocked: new Set(), flows: undefined,
})

const none: ReadonlySet<number> = new Set()

/** Membership as br_vlan.c has it, or as Open vSwitch's port table has it. Undefined on a bridge that looks at no tags. */
function vlansOf({ vlan, trunk, native }: Interface, bridge: Bridge): PortVlans | undefined {
  if (!bridge.vlanAware) return undefined
  const untagged = native?.value ?? vlan?.value
  if (trunk) {
    return { pvid: untagged, untagged: untagged === undefined ? none : new Set([untagged]), tagged: new Set(trunk.value) }
  }
  if (untagged !== undefined) return { pvid: untagged, untagged: new Set([untagged]), tagged: none, strict: bridge.ovs }
  // ovs-vswitchd.conf.db: a port without a tag is a trunk of all; the bridge's own port too. VLAN 0 stands for untagged.
  if (bridge.ovs) return { pvid: 0, untagged: new Set([0]), tagged: 'all' }
  return { pvid: 1, untagged: new Set([1]), tagged: none }
}

/** A guest's interface on top of the device on its host that it is plugged into. */
export function standOnHost(device: Device, stacks: ReadonlyMap<string, Stack>): void {
  const { hostSide } = device.iface
  const far = hostSide && standsOnHost(device.type) ? stacks.get(hostSide.node)?.devices.get(hostSide.interface) : undefined
  if (far) standOn(device, far)
}
