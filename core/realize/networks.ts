/** Logical networks become devices: bridges, uplinks, tunnels and gateways on every server that hosts a member. */
import { isGuest, isStack, type Node } from '../infra/node.ts'
import type { Network, NetworkType } from '../infra/parts.ts'
import type { Draft, Plan } from './draft.ts'
import { report } from './draft.ts'
import { addressMembers } from './network-addresses.ts'
import { bridgeNetwork, tunnelNetwork, type Underlays } from './network-devices.ts'
import { placeGateway } from './network-gateway.ts'
import { t } from '../words.ts'

/** A guest's interface that names the network. */
export interface Member {
  readonly guest: Draft
  readonly device: string
}

export interface Joined {
  readonly network: Network
  /** In file order. */
  readonly members: readonly Member[]
  /** The stacks that get devices: the members' hosts, and the one that the gateway stands on; in file order. */
  readonly hosts: readonly Draft[]
}

export const isTunnelNetwork = (type: NetworkType): boolean => ['vxlan', 'gre', 'nvgre', 'stt', 'geneve'].includes(type)

/** Keys that mean nothing to a type, and those it cannot do without. Gateway and uplink of `isolated` by definition. */
const meaningless: Readonly<Record<NetworkType, readonly ('id' | 'port' | 'uplink' | 'gateway')[]>> = {
  flat: ['id', 'port'], vlan: ['port'], vxlan: [], gre: ['port'], nvgre: ['port'], stt: [], geneve: [],
  routed: ['id', 'port'], nat: ['id', 'port'], isolated: ['id', 'port', 'uplink', 'gateway'],
}
const needed: Readonly<Record<NetworkType, readonly ('id' | 'uplink' | 'gateway')[]>> = {
  // A GRE key is optional, so is the id of such a network.
  flat: ['uplink'], vlan: ['id', 'uplink'], vxlan: ['id', 'uplink'], gre: ['uplink'], nvgre: ['id', 'uplink'], stt: ['id', 'uplink'],
  geneve: ['id', 'uplink'], routed: ['gateway'], nat: ['gateway'], isolated: [],
}
const idNames: Partial<Readonly<Record<NetworkType, string>>> = {
  vlan: 'VLAN id', vxlan: 'VNI', nvgre: 'VSID', stt: 'context id', geneve: 'VNI',
}

export function realizeNetworks(plan: Plan): void {
  const { networks } = plan.written
  if (networks.size === 0) return
  const members = membersOf(plan)
  const order = new Map([...plan.drafts.keys()].map((name, i) => [name, i]))
  const joined = [...networks.values()].map((network) => join(plan, order, network, members.get(network.name) ?? []))
  for (const { network } of joined) contradictions(plan, network)
  const underlays: Underlays = new Map()
  // Flat networks first: they move their uplink's addresses to the bridge, where tunnels then find them.
  for (const one of joined) if (one.network.type.value === 'flat') bridgeNetwork(plan, one, underlays)
  for (const one of joined) if (one.network.type.value !== 'flat') bridgeNetwork(plan, one, underlays)
  for (const one of joined) {
    placeGateway(plan, one, underlays)
    addressMembers(plan, one)
  }
  // Tunnels last: a guest that hosts containers has its own address by now, and their tunnels end there.
  for (const one of joined) if (isTunnelNetwork(one.network.type.value)) tunnelNetwork(plan, one, underlays)
}

function membersOf(plan: Plan): ReadonlyMap<string, readonly Member[]> {
  const members = new Map<string, Member[]>()
  for (const guest of plan.drafts.values()) {
    if (!isGuest(guest.node)) continue
    for (const { name, network, attach } of guest.interfaces.values()) {
      if (!network) continue
      if (attach) {
        const where = `${guest.node.name}:${name}`
        report(plan, 'wrong-type', network.at, t`${where} joins network ${network.value} and attaches to ${attach.value}: it can do one of them`, {
          subject: where, related: [{ message: t('attached here'), at: attach.at }],
        })
        continue
      }
      const list = members.get(network.value)
      if (list) list.push({ guest, device: name })
      else members.set(network.value, [{ guest, device: name }])
    }
  }
  return members
}

/** Whether a gateway on this node stands on a bridge of the node's own, rather than on a member's interface. */
const carriesBridge = (node: Node): boolean => node.kind === 'server' || node.kind === 'router'

function join(plan: Plan, order: ReadonlyMap<string, number>, network: Network, members: readonly Member[]): Joined {
  const names = new Set<string>()
  for (const { guest } of members) {
    const host = isGuest(guest.node) ? guest.node.host?.value : undefined
    const draft = host === undefined ? undefined : plan.drafts.get(host)
    if (draft && draft !== guest && isStack(draft.node)) names.add(draft.node.name)
  }
  const on = network.gateway?.on?.value
  const place = on === undefined || network.type.value === 'isolated' ? undefined : plan.drafts.get(on)
  if (place && carriesBridge(place.node)) names.add(place.node.name)
  const hosts = [...names].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)).flatMap((name) => plan.drafts.get(name) ?? [])
  return { network, members, hosts }
}

function contradictions(plan: Plan, network: Network): void {
  const type = network.type.value
  const subject = `network:${network.name}`
  for (const key of meaningless[type]) {
    const part = network[key]
    if (!part) continue
    report(plan, 'wrong-type', part.at, t`network ${network.name} is ${type} and has no ${key}`, {
      subject,
      fixes: [{ title: t`Remove ${key}`, change: { kind: 'unset', part: { kind: 'network', network: network.name }, key } }],
    })
  }
  for (const key of needed[type]) {
    if (network[key]) continue
    const what = key === 'id' ? t`an id, its ${idNames[type] ?? 'key'}` : key === 'uplink' ? t('an uplink, the underlay device on the servers') : t('a gateway, the address its hosts answer to')
    report(plan, 'missing-key', network.at, t`network ${network.name} is ${type} and needs ${what}`, { subject })
  }
}
