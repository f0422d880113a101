/** Two boxes joined: a cable between free interfaces, a plug into a bridge or network, a server with its storage. */
import { contains, firstOf, lastOf, parseInterfaceAddress, prefixOf, printIp, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import type { Change, Value } from '../infra/change.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type GuestNode, type Node } from '../infra/node.ts'
import { plugValue } from './add.ts'
import { freePrefix, nextAddress, segmentsOf, subnetOf, withLength } from './addresses.ts'
import { refuse, type Field, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { interfaceName, isPlain } from './names.ts'
import { madeBy, spotOf, type Spot } from './spots.ts'
import { t } from '../words.ts'

type Connect = Extract<Gesture, { kind: 'connect' }>
type Plug = { readonly [key: string]: Value }

export function planConnect(scene: Scene, gesture: Connect): Plan | NoPlan {
  const [a, b] = [spotOf(scene, gesture.from), spotOf(scene, gesture.to)]
  if (!a || !b) return refuse(t('there is nothing to connect'))
  if (gesture.from === gesture.to) return refuse(t('a part is not connected to itself'))
  for (const [one, other] of [[a, b], [b, a]] as const) {
    if (one.kind === 'storage') return planStorage(one.storage.name, one.storage.servers.map(({ value }) => value), other)
    if (one.kind === 'named') return refuse(t`a ${one.of.replace('-', ' ')} is connected to nothing`)
    if (one.kind === 'group') return refuse(t`a ${one.of} is a group; connect what stands in it`)
    const guest = one.kind === 'node' && isGuest(one.node) ? one.node : undefined
    if (guest && other.kind === 'network') return planPlug(scene, gesture, guest, { network: other.network.name }, `network:${other.network.name}`, [])
    if (guest?.host && scene.says.links !== 'guests' && (other.kind === 'interface' || (other.kind === 'node' && other.node.kind === 'server'))) {
      const [host, device] = [other.node, other.kind === 'interface' ? other.item : undefined]
      if (guest.host.value !== host.name) return refuse(t`${guest.name} runs on ${guest.host.value}; move it to ${host.name} first`)
      return planAttach(scene, gesture, guest, host, device)
    }
  }
  if (a.kind === 'network' || b.kind === 'network' || a.kind === 'storage' || b.kind === 'storage' || a.kind === 'group' || b.kind === 'group' || a.kind === 'named' || b.kind === 'named') return refuse(t('guests join a network; choose one of them'))
  return planCable(scene, gesture, a, b)
}

function planStorage(storage: string, servers: readonly string[], other: Spot): Plan | NoPlan {
  if (other.kind !== 'node' || other.node.kind !== 'server') return refuse(t('servers use storage; choose one of them'))
  const { name } = other.node
  if (servers.includes(name)) return refuse(t`${name} uses ${storage} already`)
  return { title: t`Let ${name} use ${storage}`, fields: [], notes: [], selects: `storage:${storage}`, change: { kind: 'append', part: { kind: 'entry', section: 'storage', name: storage }, key: 'servers', value: name } }
}

function planAttach(scene: Scene, gesture: Connect, guest: GuestNode, host: Node, device: Interface | undefined): Plan | NoPlan {
  const bridges = [...host.interfaces.values()].filter(({ type }) => type.value === 'bridge' || type.value === 'ovs')
  const target = device ?? bridges[0]
  if (device?.origin?.by === 'network') return planPlug(scene, gesture, guest, { network: device.origin.name }, `network:${device.origin.name}`, [])
  if (target) return planPlug(scene, gesture, guest, { attach: target.name }, `${host.name}:${target.name}`, [])
  const name = interfaceName(scene, host, 'br')
  return planPlug(scene, gesture, guest, { attach: name }, `${host.name}:${name}`, [{ kind: 'add-interface', node: host.name, name, value: { type: 'bridge' } }])
}

/** The first interface of a guest that is plugged nowhere, else a new one. */
function planPlug(scene: Scene, gesture: Connect, guest: GuestNode, plug: Plug, segment: string, before: readonly Change[]): Plan | NoPlan {
  const made = madeBy(guest)
  if (made !== undefined) return refuse(made)
  const wired = wiredOf(scene)
  const free = !scene.says.interfaces ? undefined : [...guest.interfaces.values()].find((item) => isPlain(item) && !item.attach && !item.network && !wired.has(`${guest.name}:${item.name}`))
  const name = free?.name ?? interfaceName(scene, guest)
  const full = !scene.says.interfaces || (free && free.addresses.length > 0) ? plug : plugValue(scene, segment, plug)
  const offered = full['address'] === undefined ? undefined : String(full['address'])
  const address = gesture.answers?.['address'] ?? offered
  if (address !== undefined && address !== '' && !parseInterfaceAddress(address)) return refuse(t`${address} is no address like 10.0.0.1/24`)
  const value: Plug = Object.fromEntries(Object.entries({ ...full, ...(address !== undefined && { address }) }).filter(([key, one]) => key !== 'address' || one !== ''))
  const to = String(plug['network'] ?? plug['attach'])
  const set: Change[] = free
    ? Object.entries(value).map(([key, one]) => ({ kind: 'set', part: { kind: 'interface', node: guest.name, interface: name }, key, value: one }))
    : [{ kind: 'set', part: { kind: 'interface', node: guest.name, interface: name }, key: [], value }]
  return {
    title: t`Connect ${guest.name} to ${to}`, fields: !scene.says.interfaces || (free && free.addresses.length > 0) ? [] : [{ key: 'address', label: t`Address of ${guest.name}:${name}`, value: address ?? '' }],
    notes: [...(before.length > 0 ? [t`${to} is made, since there is no bridge yet.`] : []), ...(scene.says.interfaces && offered === undefined && !free?.addresses.length ? [t('No address is free there any more.')] : [])], selects: guest.name, change: { kind: 'in-turn', home: scene.home, changes: [...before, ...set] },
  }
}

const wiredOf = ({ infra }: Scene): ReadonlySet<string> => new Set(infra.links.flatMap(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`)))

/** One end of a new cable. */
interface End {
  readonly node: Node
  readonly name: string
  /** Undefined: it is not written yet. */
  readonly item: Interface | undefined
  readonly bridge: string | undefined
}

function endOf(scene: Scene, spot: Extract<Spot, { kind: 'node' | 'interface' }>): End | NoPlan {
  const { node } = spot
  if (isGuest(node) && node.host && scene.says.links === 'ground') return refuse(t`${node.name} hangs on ${node.host.value}: connect it to a bridge there`)
  const device = spot.kind === 'interface' ? spot.item : undefined
  const bridge = device && (device.type.value === 'bridge' || device.type.value === 'ovs') ? device.name : undefined
  if (device && bridge === undefined && !isPlain(device)) return refuse(t`${device.name} is a ${device.type.value}, and no socket for a cable`)
  const wired = wiredOf(scene)
  if (device && bridge === undefined) return wired.has(`${node.name}:${device.name}`) ? refuse(t`${node.name}:${device.name} has its cable already`) : { node, name: device.name, item: device, bridge: undefined }
  // A card that is free and, where a bridge is meant, that bridge's port.
  const free = [...node.interfaces.values()].find((item) => isPlain(item) && item.name !== 'lo' && !item.attach && !item.network && !wired.has(`${node.name}:${item.name}`) && (bridge === undefined ? node.kind === 'switch' || !item.master : item.master?.value === bridge))
    ?? (bridge === undefined ? undefined : [...node.interfaces.values()].find((item) => isPlain(item) && !wired.has(`${node.name}:${item.name}`) && !item.master && item.addresses.length === 0))
  return free ? { node, name: free.name, item: free, bridge } : { node, name: interfaceName(scene, node), item: undefined, bridge }
}

function planCable(scene: Scene, gesture: Connect, a: Extract<Spot, { kind: 'node' | 'interface' }>, b: Extract<Spot, { kind: 'node' | 'interface' }>): Plan | NoPlan {
  if (a.node === b.node) return refuse(t('both ends are on one machine; a cable joins two'))
  const ends = [endOf(scene, a), endOf(scene, b)] as const
  for (const end of ends) if ('refused' in end) return end
  const [x, y] = ends as readonly [End, End]
  const addresses = addressesFor(scene, x, y)
  const changes: Change[] = []
  const fields: Field[] = []
  const answers = [gesture.answers?.['address 1'], gesture.answers?.['address 2']] as const
  const chosen = [x, y].map((end, i) => answers[i] ?? partnerOf(scene.infra, answers[1 - i], addresses[i], end.node) ?? '')
  for (const [i, end] of [x, y].entries()) {
    const key = `address ${i + 1}`
    const open = isStack(end.node) && end.bridge === undefined && !end.item?.master && (end.item?.addresses.length ?? 0) === 0 && end.item?.dhcp === undefined
    const address = open && scene.says.interfaces ? chosen[i] ?? '' : ''
    if (open && scene.says.interfaces) fields.push({ key, label: t`Address of ${end.node.name}:${end.name}`, value: address })
    if (address !== '' && !parseInterfaceAddress(address)) return refuse(t`${address} is no address like 10.0.0.1/24`)
    const written = end.node.origin.by === 'text'
    // A switch's ports need no entry: the link names them.
    if (end.node.kind === 'switch' || !written || !scene.says.interfaces) continue
    const other = i === 0 ? y : x
    const gateway = address === '' ? undefined : gatewayFor(scene, end, other, chosen[1 - i] ?? '', address)
    const value: Plug = { ...(end.bridge !== undefined && !end.item?.master && { master: end.bridge }), ...(address !== '' && { address }), ...(gateway !== undefined && { gateway }) }
    const part = { kind: 'interface', node: end.node.name, interface: end.name } as const
    if (!end.item) changes.push({ kind: 'set', part, key: [], value })
    else for (const [one, what] of Object.entries(value)) changes.push({ kind: 'set', part, key: one, value: what })
  }
  const [from, to] = [`${x.node.name}:${x.name}`, `${y.node.name}:${y.name}`]
  changes.push({ kind: 'add-link', ends: [from, to] })
  return { title: t`Connect ${from} to ${to}`, fields, notes: [], selects: `link:${from}-${to}`, change: { kind: 'in-turn', home: scene.home, changes } }
}

/**
 * What is offered to one end, once somebody has said another network for the other: of a point to point the other address; else
 * the first of that network, beside the first the second, but the last for a router, as most people number them.
 */
function partnerOf(infra: Scene['infra'], said: string | undefined, offered: string | undefined, node: Node): string | undefined {
  const own = said === undefined ? undefined : parseInterfaceAddress(said)
  if (own?.length === undefined || offered === undefined || offered === '') return offered
  const prefix = prefixOf(own.ip, own.length)
  const before = parseInterfaceAddress(offered)
  if (before && before.length === own.length && contains(prefix, before.ip) && !sameIp(before.ip, own.ip)) return offered
  const [first, last] = [firstOf(prefix).value, lastOf(prefix).value]
  const pair = last - first === 1n
  const edge = pair ? 0n : 1n
  const at = (value: bigint): Ip => ({ family: own.ip.family, value })
  const [lowest, highest] = [at(first + edge), at(last - (pair || own.ip.family === 6 ? 0n : 1n))]
  const wanted = !sameIp(own.ip, lowest) ? lowest : pair || node.kind === 'router' ? highest : at(first + 2n)
  return sameIp(wanted, own.ip) || wanted.value > last || takenIn(infra).some((ip) => sameIp(ip, wanted)) ? '' : withLength(wanted, prefix)
}

/** A server that knows no way out takes the router it is wired to, or the one on its switch. */
function gatewayFor({ infra }: Scene, end: End, other: End, offered: string, address: string): string | undefined {
  const { node } = end
  if (node.kind !== 'server' || node.routes.some(({ to }) => to.value.length === 0) || [...node.interfaces.values()].some(({ gateways }) => gateways.length > 0)) return undefined
  const own = parseInterfaceAddress(address)
  if (own?.length === undefined) return undefined
  const prefix = prefixOf(own.ip, own.length)
  const within = (ip: Ip | undefined): string | undefined => (ip && contains(prefix, ip) && !sameIp(ip, own.ip) ? printIp(ip) : undefined)
  if (other.node.kind === 'router') return within(other.item?.addresses[0]?.value.ip ?? parseInterfaceAddress(offered)?.ip)
  if (other.node.kind !== 'switch') return undefined
  const routers = segmentsOf(infra).membersOf(other.node.name).filter((member) => member.node.kind === 'router')
  return routers.flatMap(({ item }) => item.addresses.flatMap(({ value }) => within(value.ip) ?? []))[0]
}

/** The next address of what the other end leads to; between two that have none, the first two of a free prefix. */
function addressesFor({ infra }: Scene, x: End, y: End): readonly [string | undefined, string | undefined] {
  const segments = segmentsOf(infra)
  const beyond = (end: End): string | undefined => (end.node.kind === 'switch' ? end.node.name : end.bridge === undefined ? undefined : `${end.node.name}:${end.bridge}`)
  const offer = (end: End, other: End): string | undefined => {
    const segment = beyond(other)
    if (segment !== undefined) {
      const prefix = subnetOf(infra, segments, segment)
      const ip = prefix && nextAddress(infra, segments, segment, prefix, ({ node }) => node.kind === end.node.kind)
      return prefix && ip && withLength(ip, prefix)
    }
    const there = other.item?.addresses[0]?.value
    if (!there || there.length === undefined) return undefined
    const prefix = prefixOf(there.ip, there.length)
    const ip = nextAddress(infra, segments, 'cable:', prefix, () => false, [there.ip, ...takenIn(infra)])
    return ip && withLength(ip, prefix)
  }
  const [one, two] = [offer(x, y), offer(y, x)]
  const bare = (end: End): boolean => isStack(end.node) && end.bridge === undefined && (end.item?.addresses.length ?? 0) === 0
  if (one !== undefined || two !== undefined || !bare(x) || !bare(y)) return [one, two]
  const prefix = freePrefix(infra)
  // The one that routes comes first.
  const swapped = y.node.kind === 'router' && x.node.kind !== 'router'
  const pair = [firstIn(prefix, 1n), firstIn(prefix, 2n)].map((ip) => withLength(ip, prefix))
  return swapped ? [pair[1], pair[0]] : [pair[0], pair[1]]
}

const firstIn = ({ ip }: Prefix, n: bigint): Ip => ({ family: ip.family, value: ip.value + n })
const takenIn = (infra: Scene['infra']): readonly Ip[] => [...infra.nodes.values()].flatMap((node) => [...node.interfaces.values()].flatMap((item) => item.addresses.map(({ value }) => value.ip)))
