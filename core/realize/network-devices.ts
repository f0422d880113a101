/** The devices of a logical network on the servers: its bridge, the way out of it, and the mesh of tunnels. */
import { isLinkLocal, sameIp, type Ip } from '../address/ip.ts'
import type { Interface, InterfaceType, TunnelSettings, TunnelType } from '../infra/interface.ts'
import type { Network, NetworkType } from '../infra/parts.ts'
import { same, sameItems } from '../infra/same.ts'
import type { Written } from '../text/span.ts'
import { isOpen, makeDevice, report, setInterface, setStack, writtenAt, type Draft, type Plan } from './draft.ts'
import { mergeInterface } from './merge.ts'
import type { Joined } from './networks.ts'
import type { End } from './rosters.ts'
import { t } from '../words.ts'

/** By node, by uplink: the bridge that has the uplink's addresses now. */
export type Underlays = Map<string, Map<string, string>>

export const bridgeName = (network: Network): string => `br-${network.name}`

/** What a network called so stands for; where a person wrote the device out, their keys win. */
export function putDevice(draft: Draft, network: Network, name: string, type: InterfaceType, more: Partial<Interface>): void {
  const made = makeDevice(name, type, network.at, { origin: { by: 'network', name: network.name }, ...more })
  const written = draft.interfaces.get(name)
  setInterface(draft, written ? mergeInterface(written, made) : made)
}

/** The uplink's name on a node, or undefined; says so where the network names none for it. */
export function uplinkOn(plan: Plan, network: Network, draft: Draft): Written<string> | undefined {
  const { uplink } = network
  if (!uplink) return undefined
  const { name } = draft.node
  const named = uplink.by.get(name) ?? uplink.all
  const subject = `network:${network.name}`
  if (!named) {
    report(plan, 'missing-key', uplink.at, t`network ${network.name} needs a device on ${name}, and its uplink names none there`, { subject })
  } else if (draft.interfaces.has(named.value)) return named
  // A device that is not there is an unknown reference, which the checks tell.
  return undefined
}

/** The device that holds the uplink's addresses: itself, or the bridge that took them. */
export const underlayDevice = (underlays: Underlays, node: string, uplink: string): string => underlays.get(node)?.get(uplink) ?? uplink

/** The bridge on every host, and the uplink of `flat` and `vlan` as its port. */
export function bridgeNetwork(plan: Plan, { network, hosts }: Joined, underlays: Underlays): void {
  const type = network.type.value
  const bridge = bridgeName(network)
  for (const draft of hosts) {
    putDevice(draft, network, bridge, 'bridge', network.mtu ? { mtu: network.mtu } : {})
    if (type !== 'flat' && type !== 'vlan') continue
    const uplink = uplinkOn(plan, network, draft)
    if (!uplink) continue
    if (type === 'flat') enslave(plan, network, draft, uplink, underlays)
    else if (network.id) {
      putDevice(draft, network, `${network.name}-up`, 'vlan', {
        link: uplink, id: network.id, master: writtenAt(bridge, network.at), ...(network.mtu && { mtu: network.mtu }),
      })
    }
  }
}

/** A flat network's bridge takes the uplink as its port, with the addresses, gateways and routes that the uplink had. */
function enslave(plan: Plan, network: Network, draft: Draft, uplink: Written<string>, underlays: Underlays): void {
  const port = draft.interfaces.get(uplink.value)
  const bridge = bridgeName(network)
  const own = draft.interfaces.get(bridge)
  if (!port || !own) return
  const where = `${draft.node.name}:${port.name}`
  const refuse = (why: string): void =>
    report(plan, 'wrong-type', uplink.at, t`${where} cannot be the uplink of flat network ${network.name}: ${why}`, { subject: `network:${network.name}` })
  if (port.type.value === 'bridge' || port.type.value === 'ovs') return refuse(t('a bridge takes no bridge as a port'))
  if (port.master && port.master.value !== bridge) return refuse(t`it is a port of ${port.master.value} already`)
  const { addresses, gateways, dhcp, ...bare } = port
  setInterface(draft, { ...bare, addresses: [], gateways: [], master: writtenAt(bridge, network.at) })
  setInterface(draft, {
    ...own, addresses: [...addresses, ...own.addresses], gateways: [...gateways, ...own.gateways], ...(dhcp && { dhcp }),
  })
  setStack(draft, ({ routes }) => ({
    routes: routes.map((route) => (route.dev?.value === port.name ? { ...route, dev: writtenAt(bridge, route.dev.at) } : route)),
  }))
  const moved = underlays.get(draft.node.name)
  if (moved) moved.set(port.name, bridge)
  else underlays.set(draft.node.name, new Map([[port.name, bridge]]))
}

const tunnelTypes: Partial<Readonly<Record<NetworkType, TunnelType>>> = {
  vxlan: 'vxlan', gre: 'gretap', nvgre: 'nvgre', stt: 'stt', geneve: 'geneve',
}

/**
 * The network asks for the tunnels, so what is wrong with an endpoint is told there. The last run's object, where it says the
 * same: every other host's list holds it, and a long list of the same objects is compared at a glance.
 */
function localOf(plan: Plan, network: Network, node: string, ip: Ip): Written<Ip> {
  const devices = plan.before?.drafts.get(node)?.interfaces
  const old = (devices?.get(`${network.name}-tun`) ?? devices?.get(`${network.name}-tun0`))?.tunnel?.local
  return old && old.at === network.at && sameIp(old.value, ip) ? old : writtenAt(ip, network.at)
}

type Endpoint = Omit<End, 'local'>

/** The device with a host's underlay addresses, and these; undefined where it has none. */
function endOn(plan: Plan, { network, roster }: Joined, draft: Draft, underlays: Underlays): Endpoint | undefined {
  const uplink = uplinkOn(plan, network, draft)
  if (!uplink) return undefined
  const link = underlayDevice(underlays, draft.node.name, uplink.value)
  const addresses = (draft.interfaces.get(link)?.addresses ?? []).map(({ value }) => value.ip).filter((ip) => !isLinkLocal(ip))
  if (addresses.length > 0) return { link: writtenAt(link, uplink.at), addresses }
  if (roster.hosts.length > 1) {
    report(plan, 'missing-key', uplink.at, t`${draft.node.name}:${link} has no address for the tunnels of network ${network.name}`, {
      subject: `${draft.node.name}:${link}`,
    })
  }
  return undefined
}

/** Where every host's tunnels end: of those that are worked out now, of the others as the last run left them. */
function endsOf(plan: Plan, { network, roster, hosts }: Joined, worked: ReadonlyMap<string, Endpoint | undefined>, before: ReadonlyMap<string, End> | undefined): ReadonlyMap<string, End> {
  const found = new Map<string, End>()
  const endpoints = new Map<string, Endpoint>()
  for (const name of roster.hosts) {
    const end = isOpen(plan, name) ? worked.get(name) : before?.get(name)
    if (end) endpoints.set(name, end)
  }
  // IPv4 where everybody has it; the ends of a tunnel speak one family.
  const family = [...endpoints.values()].every(({ addresses }) => addresses.some((ip) => ip.family === 4)) ? 4 : 6
  for (const [name, { link, addresses }] of endpoints) {
    const ip = addresses.find((one) => one.family === family)
    found.set(name, { link, addresses, local: ip && localOf(plan, network, name, ip) })
    if (ip) continue
    report(plan, 'missing-key', link.at, t`${name}:${link.value} has no IPv${family} address for the tunnels of network ${network.name}`, {
      subject: `${name}:${link.value}`,
    })
  }
  if (hosts.length < roster.hosts.length && !sameLocals(hosts.map(({ node }) => node.name), found, before)) plan.stale = true
  return found
}

/** Whether these hosts' ends are those of before. */
function sameEnds(now: ReadonlyMap<string, Endpoint | undefined>, before: ReadonlyMap<string, End>): boolean {
  for (const [name, end] of now) {
    const old = before.get(name)
    if (!end || !old ? end !== old : !same(end.link, old.link) || !same(end.addresses, old.addresses)) return false
  }
  return true
}

/** Every host to every other: one vxlan device with a head-end list, or a device a peer. Told is where each host's tunnels end. */
export function tunnelNetwork(plan: Plan, joined: Joined, underlays: Underlays): ReadonlyMap<string, End> {
  const { network, roster, hosts } = joined
  const type = tunnelTypes[network.type.value]
  if (!type) return new Map()
  const last = plan.before?.rosters.get(network.name)
  const before = last?.ends
  const worked = new Map(hosts.map((draft) => [draft.node.name, endOn(plan, joined, draft, underlays)]))
  // Nothing else of the last run's ends can have changed.
  const found = plan.opened && last && sameItems(roster.hosts, last.hosts) && sameEnds(worked, last.ends) ? last.ends : endsOf(plan, joined, worked, before)
  // An id that is missing has been reported; a device without one would not exist.
  if (!network.id && type !== 'gretap') return found
  for (const draft of hosts) {
    const { link, local } = found.get(draft.node.name) ?? {}
    if (!link || !local) continue
    const peers: Written<Ip>[] = []
    for (const [name, end] of found) if (name !== draft.node.name && end.local) peers.push(end.local)
    const settings = (remotes: readonly Written<Ip>[]): TunnelSettings => ({
      local, remotes, fdb: [], peers: [], ...(network.id && { id: network.id }), ...(network.port && { port: network.port }),
    })
    const port = { master: writtenAt(bridgeName(network), network.at), ...(network.mtu && { mtu: network.mtu }) }
    if (type === 'vxlan') {
      // `link` is the underlay device, as the network's uplink is: so the device's MTU follows it.
      if (peers.length > 0) putDevice(draft, network, `${network.name}-tun`, type, { ...port, link, tunnel: settings(peers) })
    } else {
      peers.forEach((peer, n) => putDevice(draft, network, `${network.name}-tun${n}`, type, {
        // Isolated ports hand nothing to each other, so that the full mesh has no loop.
        ...port, isolated: writtenAt(true, network.at), tunnel: settings([peer]),
      }))
    }
  }
  return found
}

/** Whether these hosts' tunnels end at the addresses where they ended. */
const sameLocals = (names: readonly string[], now: ReadonlyMap<string, End>, before: ReadonlyMap<string, End> | undefined): boolean => names.every((name) => {
  const [a, b] = [now.get(name)?.local, before?.get(name)?.local]
  return a === undefined || b === undefined ? a === b : sameIp(a.value, b.value)
})
