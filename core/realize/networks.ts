/** Logical networks become devices: bridges, uplinks, tunnels and gateways on every server that hosts a member. */
import { sameIp } from '../address/ip.ts'
import { isGuest } from '../infra/node.ts'
import type { Network, NetworkType } from '../infra/parts.ts'
import type { Draft, Plan } from './draft.ts'
import { isOpen, report } from './draft.ts'
import { addressMembers } from './network-addresses.ts'
import { bridgeNetwork, tunnelNetwork, type Underlays } from './network-devices.ts'
import { placeGateway } from './network-gateway.ts'
import { leasesOf, rostersOf, type Roster, type Rosters } from './rosters.ts'
import { t } from '../words.ts'

/** A guest's interface that names the network. */
export interface Member {
  readonly guest: Draft
  readonly device: string
}

export interface Joined {
  readonly network: Network
  readonly roster: Roster
  /** Those of the roster that are worked out, in file order. */
  readonly members: readonly Member[]
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

/** `rosters`: who joins which network, where that is known already. Told is what the next run starts from. */
export function realizeNetworks(plan: Plan, rosters: Rosters | undefined): Rosters {
  const { written } = plan
  if (written.networks.size === 0) return new Map()
  const known = rosters ?? rostersOf(written, plan.drafts, ({ name }, { name: device, network, attach }) => {
    if (!network || !attach) return
    const where = `${name}:${device}`
    report(plan, 'wrong-type', network.at, t`${where} joins network ${network.value} and attaches to ${attach.value}: it can do one of them`, {
      subject: where, related: [{ message: t('attached here'), at: attach.at }],
    })
  })
  const members = membersByNetwork(plan, known)
  const joined = [...known.values()].map((roster) => join(plan, rosters ? leasedAgain(plan, roster, members) : roster, members))
  // What contradicts itself in a network's entry was told of when that was read.
  if (!plan.opened) for (const { network } of joined) contradictions(plan, network)
  const underlays: Underlays = new Map()
  // Flat networks first: they move their uplink's addresses to the bridge, where tunnels then find them.
  for (const one of joined) if (one.network.type.value === 'flat') bridgeNetwork(plan, one, underlays)
  for (const one of joined) if (one.network.type.value !== 'flat') bridgeNetwork(plan, one, underlays)
  for (const one of joined) {
    placeGateway(plan, one, underlays)
    addressMembers(plan, one)
  }
  // Tunnels last: a guest that hosts containers has its own address by now, and their tunnels end there.
  return new Map(joined.map((one) => [one.network.name, isTunnelNetwork(one.network.type.value) ? { ...one.roster, ends: tunnelNetwork(plan, one, underlays) } : one.roster]))
}

/** Members that are worked out, in file order. */
function membersByNetwork(plan: Plan, rosters: Rosters): ReadonlyMap<string, readonly Member[]> {
  const found = new Map<string, Member[]>()
  const add = (network: string, guest: Draft, device: string): void => {
    const list = found.get(network)
    if (list) list.push({ guest, device })
    else found.set(network, [{ guest, device }])
  }
  if (plan.opened) {
    // Of few, what they write themselves says where they are members.
    for (const guest of plan.open) {
      if (!isGuest(guest.node)) continue
      for (const { name, network, attach } of guest.node.interfaces.values()) if (network && !attach) add(network.value, guest, name)
    }
    return found
  }
  for (const { network, members } of rosters.values()) {
    for (const { guest: name, device } of members) {
      const guest = plan.drafts.get(name)
      if (guest) add(network.name, guest, device)
    }
  }
  return found
}

/** Of a network's members and hosts those that are worked out. */
function join(plan: Plan, roster: Roster, members: ReadonlyMap<string, readonly Member[]>): Joined {
  const hosts: Draft[] = []
  for (const name of roster.hosts) {
    const host = isOpen(plan, name) ? plan.drafts.get(name) : undefined
    if (host) hosts.push(host)
  }
  return { network: roster.network, roster, members: members.get(roster.network.name) ?? [], hosts }
}

/** What the network hands out now; where somebody who is not worked out would have another address, all are. */
function leasedAgain(plan: Plan, roster: Roster, open: ReadonlyMap<string, readonly Member[]>): Roster {
  const { name, dhcp } = roster.network
  const old = plan.before?.rosters.get(name)
  // Nobody came or left, and nobody who stayed has other addresses.
  if (!dhcp || (roster === old && !open.has(name))) return roster
  const leases = leasesOf(roster.network, roster.members, plan.written)
  const before = old?.leases
  for (const { guest, device } of roster.members) {
    if (isOpen(plan, guest)) continue
    const [old, now] = [before?.get(`${guest}\n${device}`), leases.get(`${guest}\n${device}`)]
    if (old === undefined || now === undefined ? old !== now : !sameIp(old, now)) plan.stale = true
  }
  return { ...roster, leases }
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
