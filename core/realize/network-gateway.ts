/** The gateway of a logical network: its address on a bridge, and forwarding and masquerading where the type asks for it. */
import { contains, sameIp, type Ip } from '../address/ip.ts'
import type { InterfaceAddress } from '../infra/interface.ts'
import type { NatRule } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import type { Written } from '../text/span.ts'
import { isOpen, report, setInterface, setStack, writtenAt, type Draft, type Plan } from './draft.ts'
import { bridgeName, underlayDevice, uplinkOn, type Underlays } from './network-devices.ts'
import type { Joined } from './networks.ts'
import { t } from '../words.ts'

/** The address with the length of the network's subnet that holds it, else of its first subnet of that family. */
export function inSubnet(network: Network, ip: Ip): InterfaceAddress {
  const ofFamily = network.subnets.filter(({ value }) => value.ip.family === ip.family)
  const subnet = ofFamily.find(({ value }) => contains(value, ip)) ?? ofFamily[0]
  return { ip, length: subnet?.value.length }
}

export function placeGateway(plan: Plan, joined: Joined, underlays: Underlays): void {
  const { network, hosts } = joined
  const { gateway } = network
  const type = network.type.value
  if (!gateway || type === 'isolated') return
  const { on } = gateway
  const everyHost = type === 'routed' || type === 'nat'
  if (everyHost) {
    if (on && on.value !== 'each' && hosts.some(({ node }) => node.name !== on.value)) {
      report(plan, 'wrong-type', on.at, t`network ${network.name} is ${type}, which puts its gateway on each host, not on ${on.value} alone`, {
        subject: `network:${network.name}`,
        fixes: [{ title: t('Put it on each host'), change: { kind: 'correct', at: on.at, value: 'each' }, preferred: true }],
      })
    }
    for (const draft of hosts) {
      addAddresses(draft, network, bridgeName(network), gateway.addresses)
      setStack(draft, ({ forwarding }) => ({ forwarding: forwarding ?? writtenAt(true, network.at) }))
      if (type === 'nat') masquerade(plan, network, draft, underlays)
    }
    return
  }
  if (!on) return
  if (on.value === 'each') {
    for (const draft of hosts) addAddresses(draft, network, bridgeName(network), gateway.addresses)
    return
  }
  const place = plan.drafts.get(on.value)
  if (!place || !isOpen(plan, on.value)) return
  if (hosts.includes(place)) return addAddresses(place, network, bridgeName(network), gateway.addresses)
  // A guest can be the gateway of the network it is a member of.
  const member = joined.members.find(({ guest }) => guest === place)
  if (member) return addAddresses(place, network, member.device, gateway.addresses)
  report(plan, 'wrong-type', on.at, t`${on.value} cannot hold the gateway of network ${network.name}: it is neither a server, a router nor a member`, {
    subject: `network:${network.name}`,
  })
}

function addAddresses(draft: Draft, network: Network, device: string, addresses: readonly Written<Ip>[]): void {
  const found = draft.interfaces.get(device)
  if (!found) return
  const missing = addresses.filter(({ value }) => !found.addresses.some((own) => sameIp(own.value.ip, value)))
  if (missing.length === 0) return
  setInterface(draft, {
    ...found, addresses: [...found.addresses, ...missing.map(({ value, at }) => writtenAt(inSubnet(network, value), at))],
  })
}

function masquerade(plan: Plan, network: Network, draft: Draft, underlays: Underlays): void {
  const uplink = uplinkOn(plan, network, draft)
  // A named uplink that is not there would masquerade nothing; without any, every way out does.
  if (network.uplink && !uplink) return
  const out = uplink && writtenAt(underlayDevice(underlays, draft.node.name, uplink.value), uplink.at)
  const rules = network.subnets.map((from): NatRule => ({ kind: 'masquerade', from, ...(out && { out }), at: network.at }))
  setStack(draft, ({ nat }) => ({ nat: [...nat, ...rules] }))
}
