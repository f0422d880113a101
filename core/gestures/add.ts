/** A new part, as a careful person would write it: like its neighbours, where it was dropped, with the next free address. */
import { printSize } from '../address/quantity.ts'
import { printIp, printPrefix, sameIp } from '../address/ip.ts'
import { freeColor, tenantColors } from '../diagram/colors.ts'
import type { Change, Part, Value } from '../infra/change.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node, type NodeKind, type Server } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import { freePrefix, nextAddress, segmentsOf, subnetOf, withLength, type Member } from './addresses.ts'
import { refuse, type AddKind, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { interfaceName, isName, nodeName, numbered } from './names.ts'
import { madeBy, spotOf, type Spot } from './spots.ts'
import { t } from '../words.ts'

type Add = Extract<Gesture, { kind: 'add' }>
type Map = { readonly [key: string]: Value }

const words: Readonly<Record<AddKind, string>> = { server: 'server', vm: 'VM', container: 'container', switch: 'switch', router: 'router', external: 'external', bridge: 'bridge', network: 'network', storage: 'storage', tenant: 'tenant' }

export function planAdd(scene: Scene, gesture: Add): Plan | NoPlan {
  const on = spotOf(scene, gesture.on)
  const { what } = gesture
  if (what === 'bridge') return planBridge(scene, gesture, on)
  if (what === 'network' && scene.says.interfaces) return planNetwork(scene, gesture, on)
  if (what === 'tenant') return planTenant(scene, gesture, on)
  const name = gesture.answers?.['name'] ?? (what === 'storage' ? numbered('storage', (one) => scene.infra.storage.has(one)) : what === 'network' ? numbered('net', (one) => networksMeant(scene).has(one)) : nodeName(scene, what))
  if (!isName(name)) return refuse(t`${name} is not a name: letters, digits, and after the first _ . -`)
  const fields = [{ key: 'name', label: 'Name', value: name }]
  const title = t`Add ${words[what]} ${name}`
  if (what === 'storage') {
    const servers = [...scene.written.nodes.values()].filter(({ kind }) => kind === 'server').map((node) => node.name)
    return { title, fields, notes: [], selects: `storage:${name}`, change: { kind: 'add-entry', section: 'storage', name, value: { type: 'shared', servers } } }
  }
  // A foreign file spells its parts itself, as those that are there are spelled.
  if (what === 'network') return networksMeant(scene).has(name) ? refuse(t`${name} is already there`) : { title, fields, notes: [], change: inTurn(scene, [{ kind: 'add-entry', section: 'networks', name, value: {} }]) }
  if (scene.infra.nodes.has(name)) return refuse(t`${name} is already there`)
  if (!scene.says.interfaces) {
    const device = on?.kind === 'interface' ? on.item.name : undefined
    return { title, fields, notes: [], selects: name, change: inTurn(scene, [{ kind: 'add-node', node: what, name, value: device === undefined ? {} : { attach: device } }]) }
  }
  // The outside world stands in no rack.
  const value = what === 'vm' || what === 'container' ? guestValue(scene, what, on) : { ...(what !== 'external' && placeOf(scene, on)), ...(what === 'server' ? serverValue(scene) : {}) }
  return { title, fields, notes: [], selects: name, change: inTurn(scene, [{ kind: 'add-node', node: what, name, value }]) }
}

const inTurn = ({ home }: Scene, changes: readonly Change[]): Change => ({ kind: 'in-turn', home, changes })

/** The rack and site of where it was dropped. */
function placeOf(scene: Scene, on: Spot | undefined): Map {
  if (on?.kind === 'group' && on.of === 'site') return { site: on.name }
  const beside = on?.kind === 'group' && on.of === 'rack' ? [...scene.infra.nodes.values()].find(({ rack }) => rack?.value === on.name) : on?.kind === 'node' || on?.kind === 'interface' ? rooted(scene, on.node) : undefined
  return { ...(beside?.site && { site: beside.site.value }), ...(beside?.rack && { rack: beside.rack.value }) }
}

/** The machine at the bottom: what a guest stands on, in the end. */
function rooted(scene: Scene, node: Node): Node {
  let at = node
  for (let depth = 0; depth < 8 && isGuest(at) && at.host; depth++) at = scene.infra.nodes.get(at.host.value) ?? at
  return at
}

/** As large as the last server that says how large it is. */
function serverValue({ written }: Scene): Map {
  const like = [...written.nodes.values()].reverse().find((node): node is Server => node.kind === 'server' && (node.cpus !== undefined || node.memory !== undefined))
  if (!like) return { cpus: 16, memory: '64GiB' }
  return { ...(like.cpus && { cpus: like.cpus.value }), ...(like.memory && { memory: printSize(like.memory.value).replace(' ', '') }) }
}

function guestValue(scene: Scene, kind: NodeKind, dropped: Spot | undefined): Map {
  const { infra } = scene
  const guests = [...infra.nodes.values()].filter(isGuest)
  // One more of a tenant goes beside those that it has, or into its network.
  const on = dropped?.kind === 'group' && dropped.of === 'tenant' ? ownedBy(scene, dropped.name, guests) ?? dropped : dropped
  const load = (server: Node): number => guests.filter(({ host }) => host?.value === server.name).length
  const servers = [...infra.nodes.values()].filter((node) => node.kind === 'server')
  const chosen = on?.kind === 'node' || on?.kind === 'interface' ? on.node : undefined
  // A VM beside a container stands where that container's own VM does.
  const ground = chosen && isGuest(chosen) && chosen.host ? (kind === 'vm' ? rooted(scene, chosen) : infra.nodes.get(chosen.host.value)) : chosen
  const able = on?.kind === 'network' ? servers.filter((server) => carries(on.network, server)) : servers
  const host = ground?.kind === 'server' || (ground?.kind === 'vm' && ground !== chosen) ? ground.name : [...(able.length > 0 ? able : servers)].sort((a, b) => load(a) - load(b))[0]?.name
  const sizes: Map = kind === 'vm' ? { vcpus: 2, memory: '4GiB' } : {}
  if (on?.kind === 'network') {
    const tenant = on.network.tenant?.value
    return { ...(host !== undefined && { host }), ...(tenant !== undefined && { tenant }), ...sizes, interfaces: { eth0: plugValue(scene, `network:${on.network.name}`, { network: on.network.name }) } }
  }
  const server = host === undefined ? undefined : infra.nodes.get(host)
  // Where a guest was pointed at, its bridge; else the bridge that most guests of the server are on.
  const pointed = chosen && isGuest(chosen) ? (chosen.host?.value === host ? [...chosen.interfaces.values()].find(({ attach }) => attach)?.attach?.value : undefined) : on?.kind === 'interface' && on.node.name === host && isBridgeLike(on.item) ? on.item.name : undefined
  const bridge = pointed ?? (server ? busiestBridge(server, guests) : undefined)
  const beside = guests.filter((guest) => guest.host?.value === host && (bridge === undefined || [...guest.interfaces.values()].some(({ attach }) => attach?.value === bridge)))
  const tenants = new Set(beside.map(({ tenant }) => tenant?.value))
  const tenant = on?.kind === 'group' && on.of === 'tenant' ? on.name : tenants.size === 1 ? [...tenants][0] : undefined
  // A network's own bridge is joined by the network's name.
  const device = bridge === undefined ? undefined : server?.interfaces.get(bridge)
  const network = device?.origin?.by === 'network' ? device.origin.name : undefined
  const plug = network !== undefined ? plugValue(scene, `network:${network}`, { network }) : bridge === undefined ? undefined : plugValue(scene, `${host ?? ''}:${bridge}`, { attach: bridge })
  return { ...(host !== undefined && { host }), ...(tenant !== undefined && { tenant }), ...sizes, ...(plug && { interfaces: { eth0: plug } }) }
}

function ownedBy({ infra }: Scene, tenant: string, guests: readonly GuestNode[]): Spot | undefined {
  const guest = guests.find((one) => one.tenant?.value === tenant && infra.nodes.get(one.host?.value ?? '')?.kind === 'server' && [...one.interfaces.values()].some(({ attach, network }) => attach ?? network))
  if (guest) return { kind: 'node', node: guest }
  const network = [...infra.networks.values()].find((one) => one.tenant?.value === tenant)
  return network && { kind: 'network', network }
}

/** The network has a device to begin from there: what its uplink names, where it needs one. */
function carries({ uplink }: Network, server: Node): boolean {
  if (!uplink) return true
  const own = uplink.by.get(server.name) ?? uplink.all
  return own !== undefined && server.interfaces.has(own.value)
}

function busiestBridge(server: Node, guests: readonly GuestNode[]): string | undefined {
  const bridges = [...server.interfaces.values()].filter(({ type }) => type.value === 'bridge' || type.value === 'ovs')
  const count = (name: string): number => guests.filter((guest) => guest.host?.value === server.name && [...guest.interfaces.values()].some(({ attach }) => attach?.value === name)).length
  return [...bridges].sort((a, b) => count(b.name) - count(a.name))[0]?.name
}

/** The longest packet that a member of a segment hands on: a tunnel's is what its underlay leaves. */
function carriedBy({ node, item }: Member): number {
  if (isBridgeLike(item)) return item.mtu?.value ?? ethernet
  if (!isTunnelType(item.type.value) || !item.tunnel) return ethernet
  const { local } = item.tunnel
  const under = local && [...node.interfaces.values()].find(({ addresses }) => addresses.some(({ value }) => sameIp(value.ip, local.value)))
  return Math.min(item.mtu?.value ?? ethernet, tunnelSpecs[item.type.value].innerMtu(under?.mtu?.value ?? ethernet, factsOf(item), outerFamily(item.tunnel)))
}

const isBridgeLike = ({ type }: Interface): boolean => type.value === 'bridge' || type.value === 'ovs'

/** What a guest's interface has when nothing is said: RFC 894. */
const ethernet = 1500

/** A plug with the next free address, and the gateway and MTU that everyone else there has. */
export function plugValue({ infra }: Scene, segment: string, plug: Map): Map {
  const segments = segmentsOf(infra)
  const known = subnetOf(infra, segments, segment)
  // Where nobody has an address yet, a network that overlaps nothing begins.
  const prefix = known ?? freePrefix(infra)
  const others = segments.membersOf(segment).filter(({ node }) => isGuest(node))
  const ip = nextAddress(infra, segments, segment, prefix, ({ node }) => isGuest(node))
  const common = (values: readonly (string | undefined)[]): string | undefined => (values.length > 0 && values.every((value) => value === values[0]) ? values[0] : undefined)
  const network = plug['network'] === undefined ? undefined : infra.networks.get(String(plug['network']))
  const router = segments.membersOf(segment).find(({ node, item }) => (node.kind === 'router' || (node.kind === 'server' && node.forwarding?.value === true)) && item.addresses.length > 0)
  const gateway = network ? undefined : others.length > 0 ? common(others.map(({ item }) => item.gateways[0] && printIp(item.gateways[0].value)))
    : router?.item.addresses.map(({ value }) => printIp(value.ip))[0]
  const written = others.every(({ item }) => item.mtu && item.mtu.at.end > item.mtu.at.start)
  const mtu = written ? common(others.map(({ item }) => item.mtu && String(item.mtu.value))) : undefined
  const repeated = others.length > 0 && others.every(({ item }) => item.mtu && item.mtu.at !== network?.mtu?.at)
  // A bridge with a tunnel in it carries less than a wire: a guest that does not know loses its long packets.
  const carried = Math.min(ethernet, ...segments.membersOf(segment).map(carriedBy))
  const fits = mtu === undefined ? carried : Number(mtu)
  return {
    ...plug, ...(ip && { address: network ? printIp(ip) : withLength(ip, prefix) }), ...(gateway !== undefined && { gateway }),
    // What the network says for all is repeated only where everyone there does.
    ...(fits !== ethernet && !(network?.mtu && !repeated) && { mtu: fits }),
  }
}

/** Networks that a foreign file's bridges stand for: their names are the devices'. */
const networksMeant = ({ infra }: Scene): ReadonlySet<string> => new Set([...infra.nodes.values()].flatMap((node) => [...node.interfaces.keys()].map((name) => name.replace(/^br-/, ''))))

/** A tenant with a colour that no other has; dropped on a guest or a network it becomes theirs. */
function planTenant(scene: Scene, gesture: Add, on: Spot | undefined): Plan | NoPlan {
  const colors = tenantColors(scene.infra)
  const name = gesture.answers?.['name'] ?? numbered('tenant', (one) => colors.has(one))
  if (!isName(name)) return refuse(t`${name} is not a name: letters, digits, and after the first _ . -`)
  if (scene.infra.tenants.has(name)) return refuse(t`${name} is already there`)
  const color = freeColor(new Set(colors.values()))
  const part: Part | undefined = on?.kind === 'node' && isGuest(on.node) && madeBy(on.node) === undefined ? { kind: 'node', node: on.node.name } : on?.kind === 'network' ? { kind: 'network', network: on.network.name } : undefined
  return {
    title: t`Add tenant ${name}`, fields: [{ key: 'name', label: 'Name', value: name }], selects: `tenant:${name}`, notes: part ? [] : [t('A tenant is drawn when a guest or a network is its.')],
    change: inTurn(scene, [{ kind: 'add-entry', section: 'tenants', name, value: { color } }, ...(part ? [{ kind: 'set', part, key: 'tenant', value: name } as const] : [])]),
  }
}

function planBridge(scene: Scene, gesture: Add, on: Spot | undefined): Plan | NoPlan {
  const node = on?.kind === 'node' || on?.kind === 'interface' ? rooted(scene, on.node) : undefined
  if (node?.kind !== 'server') return refuse(t('a bridge stands on a server: choose one first, or drop it there'))
  const made = madeBy(node)
  if (made !== undefined) return refuse(made)
  const name = gesture.answers?.['name'] ?? interfaceName(scene, node, 'br')
  if (!isName(name)) return refuse(t`${name} is not a name: letters, digits, and after the first _ . -`)
  if (node.interfaces.has(name)) return refuse(t`${node.name} has ${name} already`)
  return {
    title: t`Add bridge ${name} on ${node.name}`, fields: [{ key: 'name', label: 'Name', value: name }], notes: [], selects: `${node.name}:${name}`,
    change: { kind: 'add-interface', node: node.name, name, value: { type: 'bridge' } },
  }
}

function planNetwork(scene: Scene, gesture: Add, on: Spot | undefined): Plan | NoPlan {
  const { infra } = scene
  const name = gesture.answers?.['name'] ?? numbered('net', (one) => infra.networks.has(one))
  if (!isName(name)) return refuse(t`${name} is not a name: letters, digits, and after the first _ . -`)
  if (infra.networks.has(name)) return refuse(t`${name} is already there`)
  const servers = [...infra.nodes.values()].filter(({ kind }) => kind === 'server')
  // Over several servers the network needs something to carry it: VXLAN, from the card that has the underlay's address.
  const card = servers.map((server) => [...server.interfaces.values()].find((item) => item.type.value === 'ethernet' && item.addresses.length > 0)?.name)
  const carried = servers.length > 1 && card.every((one) => one !== undefined)
  const uplink = carried ? (new Set(card).size === 1 ? card[0] : Object.fromEntries(servers.map((server, i) => [server.name, card[i] ?? '']))) : undefined
  const ids = new Set([...infra.networks.values()].flatMap(({ id }) => (id ? [id.value] : [])))
  let id = Math.max(5000, ...ids) + 1
  while (ids.has(id)) id++
  const tenant = on?.kind === 'group' && on.of === 'tenant' ? on.name : on?.kind === 'node' && isGuest(on.node) ? on.node.tenant?.value : undefined
  // What its underlay leaves: guests of a network that says nothing would send longer packets than it carries.
  const cards = servers.flatMap((server, i) => server.interfaces.get(card[i] ?? '') ?? [])
  const family = cards.some(({ addresses }) => addresses.every(({ value }) => value.ip.family === 6)) ? 6 : 4
  const mtu = Math.min(...cards.map((item) => tunnelSpecs.vxlan.innerMtu(item.mtu?.value ?? ethernet, factsOf(item), family)))
  const value: Map = {
    ...(tenant !== undefined && { tenant }), ...(carried ? { type: 'vxlan', id } : { type: 'isolated' }), subnet: printPrefix(freePrefix(infra)), ...(uplink !== undefined && { uplink }), ...(carried && mtu < ethernet && { mtu }),
  }
  return {
    title: t`Add network ${name}`, fields: [{ key: 'name', label: 'Name', value: name }], selects: `network:${name}`,
    notes: [t('A network is drawn on a server when a guest joins it; the tenants’ view shows it at once.')], change: { kind: 'add-entry', section: 'networks', name, value },
  }
}
