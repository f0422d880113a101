/** What is said of one node: its settings, its devices, their addresses and tunnels, its routes. */
import { bitsOf, isLinkLocal, isLoopback, keyOf, prefixOf, sameIp, type Ip, type IpKey, type Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type Node, type Route, type StackNode } from '../infra/node.ts'
import { hasSilentMtu, parentsIn } from './end-sign.ts'
import type { Mentions } from './mentions.ts'
import type { Holders } from './prefixes.ts'
import { bareSettingsOf, settingsButMtu, spelled } from './spelled.ts'
import type { Saying } from './structure.ts'
import { endsOf } from './summary.ts'

/** By `node:interface` at links' ends, null where there are several. */
type Linking = ReadonlyMap<string, unknown>

/** What has been given a number so far. */
export interface Writing {
  readonly infra: Infra
  readonly mentions: Mentions
  readonly out: Saying
  readonly holders: Holders
  readonly addresses: Map<IpKey, { readonly ip: Ip; readonly object: number }>
  readonly devices: Map<string, number>
  readonly meshes: Map<number, number>
  readonly linked: Linking
  /** Link-local addresses belong to no place, so that nothing here speaks of them. */
  refused: boolean
}

export const subnetOf = (ip: Ip, length: number | undefined): Prefix => prefixOf(ip, length ?? bitsOf(ip.family))

const plain = (ip: Ip): boolean => !isLoopback(ip)

export function addressIn(to: Writing, ip: Ip): number {
  const key = keyOf(ip)
  let known = to.addresses.get(key)
  if (!known) {
    to.refused ||= isLinkLocal(ip)
    to.addresses.set(key, (known = { ip, object: to.out.object() }))
  }
  return known.object
}

export const pin = ({ out }: Writing, object: number): void => out.say(out.phrase(`only ${object}`), object)

const wired: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap'])

const isPinned = ({ infra, mentions }: Writing, node: Node): boolean =>
  node.opaque !== undefined || mentions.served.has(node.name) || (isStack(node) && (node.kind === 'external' || node.firewall !== undefined || node.nat.length > 0
    || node.routing?.protocol.value === 'bgp' || (node.kind === 'server' && node.hypervisor?.value === 'docker') || (node.kind === 'container' && node.ports.length > 0)
    || ('host' in node && node.host !== undefined && hypervisorOf(infra, node.host.value) === 'docker')))

function hypervisorOf(infra: Infra, name: string): string | undefined {
  const host = infra.nodes.get(name)
  return host?.kind === 'server' ? host.hypervisor?.value : undefined
}

export function sayNode(to: Writing, node: Node, object: number, carried: string): void {
  const { out } = to
  if (isPinned(to, node)) pin(to, object)
  out.say(out.phrase(nodeWords(node, carried)), object)
  for (const { device, words } of toldDevices(to.linked, node, (key) => to.devices.has(key))) {
    const at = to.devices.get(`${node.name}:${device.name}`) ?? 0
    out.say(out.phrase(words), at, object)
    if (device.mac && (to.mentions.macs.has(device.mac.value) || to.mentions.macOwners(device.mac.value) > 1)) pin(to, at)
    const far = device.hostSide && to.devices.get(`${device.hostSide.node}:${device.hostSide.interface}`)
    if (far !== undefined) out.say(out.phrase('plugged'), at, far)
    if (isStack(node)) sayAddresses(to, device, at)
    sayTunnel(to, node, device, at)
  }
  if (isStack(node)) sayRoutes(to, node, object)
}

/** What is said of a node as a whole: `carried` are those of its bridges that have a carrier by an end system alone. */
export const nodeWords = (node: Node, carried: string): string => `node ${carried} ${wordsOf(node)}`

/** Its devices that are no end system's ports, and what is said of each but for its addresses and its tunnel's. */
export function toldDevices(linked: Linking, node: Node, isTold: (key: string) => boolean): readonly { readonly device: Interface; readonly words: string }[] {
  const named = namedIn(node)
  let place = 0
  const told: { device: Interface; words: string }[] = []
  for (const device of node.interfaces.values()) {
    const key = `${node.name}:${device.name}`
    if (!isTold(key)) continue
    const alike = named !== 'all' && named !== device.name && isPlain(linked, node, device, key)
    if (!alike) place++
    const settings = bareSettingsOf(device)
    told.push({ device, words: `device ${hasSilentMtu(node, device) ? settingsButMtu(settings) : settings}${alike ? '' : ` ${device.name} ${place}`}` })
  }
  return told
}

function wordsOf(node: Node): string {
  if (!isStack(node)) return spelled([node.kind, node.vlanAware, node.mtu, [...node.interfaces.values()].some(({ vlan, trunk, native }) => vlan ?? trunk ?? native)])
  const { kind, sysctl, deviceSysctl, forwarding, routing } = node
  return spelled([
    kind, 'tenant' in node ? node.tenant : node.kind === 'server' ? node.hypervisor : undefined, 'securityGroups' in node ? node.securityGroups : [],
    sysctl, deviceSysctl, forwarding, routing && [routing.protocol, routing.as, routing.cost, routing.passive, routing.advertise.length],
  ])
}

/** Whether a device may change places with others of its node: one that stands on nothing, under nothing, at one end of one link. */
function isPlain(linked: Linking, node: Node, device: Interface, key: string): boolean {
  if (!wired.has(device.type.value) || device.link || parentsIn(node).has(device.name)) return false
  if (device.master) {
    const master = node.interfaces.get(device.master.value)?.type.value
    if (master !== 'bridge' && master !== 'ovs') return false
  }
  const at = linked.get(key)
  return at === undefined ? device.guestSide !== undefined && !device.hostSide : at !== null && !device.guestSide && !device.hostSide
}

/** Devices of the node that something knows by their names, or by the order in which they stand. */
function namedIn(node: Node): 'all' | string | undefined {
  if (!isStack(node)) return undefined
  if ((node.deviceSysctl?.size ?? 0) > 0 || (node.routing && (node.routing.cost.size > 0 || node.routing.passive.length > 0))) return 'all'
  const subnets = new Set<string>()
  const gateways = { 4: 0, 6: 0 }
  const holding: Record<4 | 6, string[]> = { 4: [], 6: [] }
  const lacking = { 4: false, 6: false }
  for (const device of node.interfaces.values()) {
    if (device.type.value === 'vrf') return 'all'
    for (const { value } of device.gateways) gateways[value.family]++
    for (const family of [4, 6] as const) {
      const own = device.addresses.filter(({ value }) => value.ip.family === family && plain(value.ip))
      if (own.length > 0) holding[family].push(device.name)
      else lacking[family] ||= !device.master && device.type.value !== 'loopback'
      for (const { value: { ip, length } } of own) {
        const { ip: { value }, length: bits } = subnetOf(ip, length)
        const key = `${family} ${value}/${bits}`
        // The first of two devices in one network has its route.
        if (subnets.has(key)) return 'all'
        subnets.add(key)
      }
    }
  }
  if (gateways[4] > 1 || gateways[6] > 1 || (lacking[6] && holding[6].length > 1)) return 'all'
  // A packet that leaves by a device without an address is sent from the first of another's.
  return lacking[4] && holding[4].length > 1 ? holding[4][0] : undefined
}

function sayAddresses(to: Writing, { addresses, gateways, type }: Interface, at: number): void {
  const { out, mentions } = to
  addresses.forEach(({ value: { ip, length } }, i) => {
    if (type.value === 'loopback' && !plain(ip)) return
    const object = addressIn(to, ip)
    out.say(out.phrase(`address ${i} ${length ?? ''}`), at, object)
    if (mentions.owners(ip) === 1) return
    pin(to, object)
    pin(to, at)
  })
  gateways.forEach(({ value }, i) => out.say(out.phrase(`gateway ${i}`), at, addressIn(to, value)))
}

function sayTunnel(to: Writing, node: Node, device: Interface, at: number): void {
  const { tunnel } = device
  if (!tunnel) return
  const { out } = to
  const { local, remotes, group, fdb, peers } = tunnel
  if (local) out.say(out.phrase('local'), at, addressIn(to, local.value))
  const mesh = to.mentions.meshOf(node, device)
  if (mesh === undefined || !endsOf(node, device)) remotes.forEach(({ value }, i) => out.say(out.phrase(`remote ${i}`), at, addressIn(to, value)))
  else {
    const own = local?.value
    let object = to.meshes.get(mesh)
    if (object === undefined) {
      to.meshes.set(mesh, (object = out.object()))
      const among = new Set([...(own ? [own] : []), ...remotes.map(({ value }) => value)].map((ip) => addressIn(to, ip)))
      for (const one of among) out.say(out.phrase('among'), one, object)
    }
    out.say(out.phrase(`remotes ${remotes.some(({ value }) => own !== undefined && sameIp(own, value))} ${remotes.length === 1}`), at, object)
  }
  if (!group && fdb.length === 0 && peers.length === 0) return
  pin(to, at)
  for (const ip of [group?.value, ...fdb.map(({ remote }) => remote), ...peers.map(({ remote }) => remote?.value)]) if (ip) pin(to, addressIn(to, ip))
  for (const { allowed } of peers) for (const { value: { ip, length } } of allowed) pin(to, to.holders.numberOf(subnetOf(ip, length)))
}

/** What a route says but for its addresses. */
export const routeWords = ({ metric, type, dev, src, onlink }: Route): string => `${metric?.value ?? ''} ${type} ${dev?.value ?? ''} ${src !== undefined}${onlink?.value ? ' onlink' : ''}`

/** Whether two routes lead to one prefix, of which the first stands. */
export function routesTwice(routes: readonly Route[]): boolean {
  const seen = new Set<string>()
  return routes.some(({ to: { value: { ip, length } }, metric }) => seen.size === seen.add(`${keyOf(ip)}/${length} ${metric?.value ?? ''}`).size)
}

function sayRoutes(to: Writing, node: StackNode, object: number): void {
  const { out } = to
  const numbers = node.routes.map((route) => to.holders.numberOf(route.to.value))
  const twice = routesTwice(node.routes)
  node.routes.forEach((route, i) => {
    const one = out.object()
    const dev = route.dev && to.devices.get(`${node.name}:${route.dev.value}`)
    out.say(out.phrase(`route ${routeWords({ ...route, ...(dev !== undefined && { dev: undefined }) } as Route)} ${twice ? i : ''}`), one, object, numbers[i] ?? 0)
    if (dev !== undefined) out.say(out.phrase('by'), one, dev)
    for (const { value } of route.via) out.say(out.phrase('via'), one, addressIn(to, value))
    if (route.src) out.say(out.phrase('from'), one, addressIn(to, route.src.value))
  })
}
