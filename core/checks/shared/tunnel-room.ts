/** Devices that send larger packets than what the encapsulation on their way leaves; whether those are lost or go in pieces. */
import type { TunnelEdge } from '../../forwarding/trace.ts'
import { parseIp } from '../../address/ip.ts'
import { traceFlow, tunnelEdgesOf } from '../../forwarding/index.ts'
import type { Counterexample, Fix, Related } from '../../infra/problem.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../../tunnels/index.ts'
import type { Span } from '../../text/span.ts'
import type { CheckContext, Finding } from '../check.ts'
import { deviceAt, isUp, labelOf, networkBehind, networkOf, tunnelTypeOf, writtenOf, type Device } from './model.ts'
import { listed } from './names.ts'
import { oncePerPlane } from './once.ts'
import { segmentViews } from './segments.ts'
import { t } from '../../words.ts'

/** A tunnel device and the least that any of its ways leaves for the inner packet. */
interface Narrow {
  readonly device: Device
  readonly edge: TunnelEdge
  readonly inner: number
  readonly outer: number
}

export interface TooLarge {
  readonly finding: Finding
  /** Who fragments the outer packet, so that a packet of full size that must not be fragmented arrives all the same. */
  readonly fragmenter: string | undefined
}

export const tooLargeForTunnels = oncePerPlane((context): readonly TooLarge[] => {
  const found: TooLarge[] = []
  const report = (finding: Finding, { fragmenter, ...shown }: Shown): void => void found.push({ finding: { ...finding, ...shown }, fragmenter })
  const ways = waysByDevice(context)
  if (ways.size === 0) return found
  const narrow = new Map([...ways].map(([label, all]) => [label, narrowest(all)]))
  const told = new Set<string>()
  const byNetwork = new Map<string, { at: Span; tunnel: Narrow; raising: (inner: number) => readonly Fix[]; guests: Device[]; mtu: number }>()
  for (const { segment, devices } of segmentViews(context)) {
    const carried = segment.carriers.flatMap((carrier) => ways.get(carrier) ?? [])
    const least = carried.length === 0 ? undefined : narrowest(carried)
    // Guests mostly have one MTU.
    const raised = new Map<number, readonly Fix[]>()
    const raising = (inner: number): readonly Fix[] => {
      const known = raised.get(inner) ?? raise(context, carried, inner)
      raised.set(inner, known)
      return known
    }
    if (!least || new Set(devices.map((device) => device.node.name)).size < 2) continue
    for (const device of devices) {
      const { mtu } = device.interface
      const label = labelOf(device)
      if (!mtu || !isUp(device.interface) || mtu.value <= least.inner || told.has(label)) continue
      // A bridge's own device takes the least of its ports; what it was not told, it does not decide.
      const written = writtenOf(context, device)
      const type = device.interface.type.value
      if ((type === 'bridge' || type === 'ovs') && !written?.mtu) continue
      // A tunnel's own device is looked at below, and left to mtu-tunnel-over-default where it has its default.
      if (tunnelTypeOf(device.interface)) continue
      told.add(label)
      const network = written ? networkOf(context, device.interface) : networkBehind(context, device)
      if (network && !written?.mtu) {
        const group = byNetwork.get(network.name)
        if (group) group.guests.push(device)
        else byNetwork.set(network.name, { at: network.mtu?.at ?? network.at, tunnel: least, raising, guests: [device], mtu: mtu.value })
        continue
      }
      const at = written?.mtu?.at ?? device.interface.at
      report({
        at, subject: label,
        message: t`${label} sends packets of up to ${mtu.value} bytes, but ${stackOf(least)}`,
        related: related(least),
        fixes: [
          ...(written ? [lower({ kind: 'interface', node: device.node.name, interface: device.interface.name }, label, least.inner)] : []),
          ...raising(mtu.value),
        ],
      }, exampleOf(context, device, devices, mtu.value))
    }
  }
  for (const [name, { at, tunnel, raising, guests, mtu }] of byNetwork) {
    report({
      at, subject: `network:${name}`,
      message: guests.length === 1 ? t`${listed(guests.map(labelOf))} of network ${name} sends packets of up to ${mtu} bytes, but ${stackOf(tunnel)}` : t`${listed(guests.map(labelOf))} of network ${name} send packets of up to ${mtu} bytes, but ${stackOf(tunnel)}`,
      related: guests.slice(0, 10).map((guest) => ({ message: t`${labelOf(guest)} is a member`, at: guest.interface.at })),
      fixes: [lower({ kind: 'network', network: name }, t`network ${name}`, tunnel.inner), ...raising(mtu)],
    }, exampleOf(context, guests[0], guests, mtu))
  }
  // A layer 3 tunnel's own device, set larger than what is left.
  for (const { device, inner, ...rest } of narrow.values()) {
    const written = writtenOf(context, device)
    const type = tunnelTypeOf(device.interface)
    if (!written?.mtu || !type || written.mtu.value <= inner) continue
    if (tunnelSpecs[type].carries === 'frames' && (device.interface.master || device.interface.addresses.length === 0)) continue
    const label = labelOf(device)
    if (told.has(label)) continue
    report({
      at: written.mtu.at, subject: label,
      message: t`${label} takes packets of up to ${written.mtu.value} bytes, but ${stackOf({ device, inner, ...rest })}`,
      fixes: [
        lower({ kind: 'interface', node: device.node.name, interface: device.interface.name }, label, inner),
        ...raise(context, ways.get(label) ?? [], written.mtu.value),
      ],
    }, exampleOf(context, device, [farEnd(context, rest.edge)].flatMap((far) => far ?? []), written.mtu.value))
  }
  return found
})

/** Each way of each tunnel device, by the device. */
function waysByDevice(context: CheckContext): ReadonlyMap<string, readonly Narrow[]> {
  const found = new Map<string, Narrow[]>()
  for (const edge of tunnelEdgesOf(context.plane)) {
    if (edge.verdict !== 'delivered' || edge.innerMtu === null || edge.outerMtu === null) continue
    const key = `${edge.node}:${edge.interface}`
    const device = deviceAt(context.infra, edge.node, edge.interface)
    if (!device) continue
    const one = { device, edge, inner: edge.innerMtu, outer: edge.outerMtu }
    const known = found.get(key)
    if (known) known.push(one)
    else found.set(key, [one])
  }
  return found
}

/** Of at least one. */
const narrowest = (ways: readonly Narrow[]): Narrow => ways.reduce((least, one) => (one.inner < least.inner ? one : least))

/** "VXLAN (IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14 = 50) over 1500 leaves 1450": the stack, its sum, what is left. */
function stackOf({ device, inner, outer }: Narrow): string {
  const type = tunnelTypeOf(device.interface)
  if (!type) return t`the tunnel leaves ${inner}`
  const spec = tunnelSpecs[type]
  const facts = factsOf(device.interface)
  const headers = spec.headers(facts, outerFamily(facts))
  const sum = headers.reduce((total, { bytes }) => total + bytes, 0)
  return t`${spec.title} on ${labelOf(device)} (${headers.map(({ name, bytes }) => `${name} ${bytes}`).join(' + ')} = ${sum}) over ${outer} leaves ${inner}`
}

const related = ({ device, inner }: Narrow): readonly Related[] => [{ message: t`${labelOf(device)} leaves ${inner} bytes`, at: device.interface.at }]

const lower = (part: Extract<Fix['change'], { kind: 'set' }>['part'], label: string, inner: number): Fix => ({
  title: t`Lower the MTU of ${label} to ${inner}`, preferred: true, change: { kind: 'set', part, key: 'mtu', value: inner },
})

/** Beyond so many ways one is tried for each end alone: there may be thousands. */
const mostWays = 60

/** Raises every device that is too small for it on the outer packets' ways. */
function raise(context: CheckContext, ways: readonly Narrow[], inner: number): readonly Fix[] {
  let needed = 0
  const small: Narrow[] = []
  for (const one of ways) {
    const type = tunnelTypeOf(one.device.interface)
    if (!type || one.inner >= inner) continue
    const facts = factsOf(one.device.interface)
    needed = Math.max(needed, tunnelSpecs[type].outerLength(inner, facts, outerFamily(facts)))
    small.push(one)
  }
  if (needed > 9216 || small.every(({ outer }) => needed <= outer)) return []
  const way = new Set<string>()
  const [from, to] = [new Set<string>(), new Set<string>()]
  for (const { edge } of small) {
    const remote = parseIp(edge.remote)
    if (!remote || (small.length > mostWays && from.has(edge.node) && to.has(edge.remote))) continue
    from.add(edge.node)
    to.add(edge.remote)
    for (const { node } of traceFlow(context.plane, { from: edge.node, to: remote, proto: 'icmp', size: 84, df: false }).hops) way.add(node)
  }
  const onTheWay = (name: string): boolean => way.has(name) || context.infra.nodes.get(name)?.kind === 'switch'
  const changes: Fix['change'][] = []
  for (const [index, link] of context.written.links.entries()) {
    if (!link.ends.every((end) => onTheWay(end.node))) continue
    const ends = link.ends.flatMap((end) => deviceAt(context.infra, end.node, end.interface) ?? [])
    if (!ends.some((end) => (end.interface.mtu?.value ?? 1500) < needed)) continue
    if (link.mtu && link.mtu.value < needed) changes.push({ kind: 'set', part: { kind: 'link', link: index }, key: 'mtu', value: needed })
    for (const end of ends) {
      const mine = writtenOf(context, end)
      if ((end.interface.mtu?.value ?? 1500) >= needed || (link.mtu && !mine?.mtu)) continue
      const part = { kind: 'interface', node: end.node.name, interface: end.interface.name } as const
      if (mine) changes.push({ kind: 'set', part, key: 'mtu', value: needed })
      else if (!changes.some((change) => change.kind === 'set' && change.part.kind === 'link' && change.part.link === index)) {
        changes.push({ kind: 'set', part: { kind: 'link', link: index }, key: 'mtu', value: needed })
      }
    }
  }
  return changes.length === 0 ? [] : [{ title: t`Raise the underlay's MTU to ${needed}`, change: { kind: 'several', changes } }]
}

interface Shown {
  readonly counterexample?: Counterexample
  readonly fragmenter?: string
}

const farEnd = (context: CheckContext, { to }: TunnelEdge): Device | undefined => to && deviceAt(context.infra, to.node, to.interface)

/** A packet of full size to somebody beyond a tunnel, and who fragments it where it arrives in pieces. */
function exampleOf(context: CheckContext, device: Device | undefined, devices: readonly Device[], size: number): Shown {
  const others = devices.filter((one) => one.node !== device?.node && one.interface.addresses.length > 0)
  const [first] = others
  if (!device || !first) return {}
  // A few are enough: most members of a segment are beyond one of its tunnels.
  for (const other of others.slice(0, 8)) {
    const to = other.interface.addresses[0]?.value.ip
    if (!to || device.interface.addresses.every(({ value }) => value.ip.family !== to.family)) continue
    const { hops } = traceFlow(context.plane, { from: device.node.name, fromInterface: device.interface.name, to, toNode: other.node.name, proto: 'icmp', size, df: true })
    const into = hops.findIndex(({ step }) => step === 'encapsulate')
    // Beyond the tunnel, and on the way back, other things are wrong.
    const out = hops.findLastIndex(({ step }) => step === 'decapsulate')
    if (into < 0 && hops.at(-1)?.step === 'deliver') continue
    const piece = hops.find(({ step }, i) => step === 'fragment' && i > into && i < out)
    return { counterexample: { from: device.node.name, to: other.node.name, size, df: true }, ...(piece && { fragmenter: piece.interface === null ? piece.node : `${piece.node}:${piece.interface}` }) }
  }
  return { counterexample: { from: device.node.name, to: first.node.name, size, df: true } }
}
