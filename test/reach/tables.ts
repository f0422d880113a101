/** A compiled network in words, line by line: everything that packets look at, without identities or numbers that compilations give. */
import { learnedRoutes, segmentsOf, tunnelEdgesOf, type Plane } from '../../core/forwarding/index.ts'
import { printIp } from '../../core/address/ip.ts'
import { routesOf } from '../../core/forwarding/fib.ts'
import { farEnd, type Device, type Tables } from '../../core/forwarding/tables.ts'

const label = (device: Device | undefined): string => (device ? `${device.stack.name}:${device.name}` : '-')
const labels = (devices: Iterable<Device> | undefined): string => (devices ? [...devices].map(label).join(' ') : '-')
const plain = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === 'chunk' ? undefined : typeof part === 'bigint' ? `${part}n` : part instanceof Map ? [...part] : part instanceof Set ? [...part].map(String).sort() : part)) ?? '-'

const routes = ({ v4, v6, locals, broadcasts }: Tables): readonly string[] => [
  ...[v4, v6].flatMap(({ byLength }) => [...byLength].flatMap(([length, byKey]) => [...byKey].flatMap(([key, list]) => list.map(({ type, hops, metric, src, proto }) =>
    `${key}/${length} ${type} ${hops.map(({ dev, via }) => `${label(dev)} ${via ? printIp(via) : ''}`).join(', ')} ${metric} ${src ? printIp(src) : ''} ${proto}`)))),
  ...[locals, broadcasts].flatMap((map) => [...map].map(([key, device]) => `${key} at ${label(device)}`)),
]

export function tablesOf(plane: Plane): readonly string[] {
  const { world } = plane
  const lines: string[] = []
  for (const stack of world.stacks.values()) {
    const { name, node, opaque, forwarding, policy, vips, bridgeNf, tunnels, bridges, devices } = stack
    lines.push(`${name} ${plain([opaque, forwarding, policy, vips, bridgeNf])} ${labels(tunnels)} ${world.infra.nodes.get(name) === node}`)
    for (const device of devices.values()) {
      const { mtu, mac, admin, running, addresses, master, vlans, lower, vrf, wire, uppers, members, guard, iface } = device
      lines.push(`  ${label(device)} ${plain([mtu, mac, admin, running, addresses, vlans, wire, guard])} ${iface === node.interfaces.get(device.name)}`
        + ` ${label(master)} ${label(lower)} ${label(vrf)} ${label(farEnd(world, device))} ${labels(members)} ${device.bridge?.label} ${device.owns?.label}`
        + (uppers ? ` ${[...uppers.vlans.keys()].join(' ')} ${labels(uppers.vlans.values())} ${labels(uppers.macvlans)} ${labels(uppers.ipvlans)} ${labels(uppers.functions)}` : ''))
      // Whoever stands on another, or is joined to it within a stack, knows the one of this compilation.
      for (const other of [master, lower, vrf, farEnd(world, device), ...(uppers?.macvlans ?? []), ...(uppers?.ipvlans ?? []), ...(uppers?.functions ?? [])]) {
        if (other && world.stacks.get(other.stack.name)?.devices.get(other.name) !== other) lines.push(`  ${label(other)} is another compilation's`)
      }
    }
    for (const bridge of bridges) lines.push(`  ${bridge.label} ${labels(bridge.ports)} ${plain([bridge.vlanAware, bridge.ovs, bridge.stp, bridge.mac, bridge.flows])} closed ${labels(bridge.blocked)}`)
    const { main, vrfs, refused } = routesOf(stack)
    lines.push(...routes(main).map((line) => `  ${line}`), ...[...vrfs].flatMap(([device, tables]) => routes(tables).map((line) => `  ${label(device)} ${line}`)), ...refused.map(({ why }) => `  refused ${why}`))
  }
  lines.push(...[...world.owners].map(([key, names]) => `owner ${key} ${names.join(' ')}`).sort())
  lines.push(...[...world.services].map(([key, all]) => `service ${key} ${all.map(({ service, on, backends }) => `${service.name} ${on?.name} ${backends.map(({ name, stack, port }) => `${name} ${stack === world.stacks.get(name)} ${port}`).join(', ')}`).join('; ')}`))
  for (const [name, list] of learnedRoutes(plane)) lines.push(`learned ${name} ${plain(list)}`)
  lines.push(`in order ${labels(world.devices)}`, ...segmentsOf(plane).map((one) => plain(one)), ...tunnelEdgesOf(plane).map((one) => plain(one)))
  return lines
}
