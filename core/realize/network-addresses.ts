/** What members of a logical network are given: their bridge, prefix lengths, leased addresses, MTU and gateway. */
import { contains, prefixOf, sameIp, type Ip } from '../address/ip.ts'
import type { Interface, InterfaceAddress } from '../infra/interface.ts'
import { isStack } from '../infra/node.ts'
import { same } from '../infra/same.ts'
import type { Network } from '../infra/parts.ts'
import type { Written } from '../text/span.ts'
import { report, setInterface, writtenAt, type Plan } from './draft.ts'
import { bridgeName } from './network-devices.ts'
import { inSubnet } from './network-gateway.ts'
import type { Joined, Member } from './networks.ts'
import { leaseOf } from './rosters.ts'
import { t } from '../words.ts'

export function addressMembers(plan: Plan, { network, roster, members }: Joined): void {
  const bridge = bridgeName(network)
  for (const { guest, device: name } of members) {
    const device = guest.interfaces.get(name)
    if (!device?.network) continue
    const before = joined.get(device)
    // Whom the file gives an address joins as before, where nobody hands out gateways.
    if (before?.network === network && !device.dhcp?.value && !network.gateway) {
      setInterface(guest, before.member)
      continue
    }
    const addresses = device.addresses.map((address): Written<InterfaceAddress> =>
      address.value.length === undefined ? writtenAt(inSubnet(network, address.value.ip), address.at) : address)
    if (device.dhcp?.value) {
      if (!network.dhcp) {
        report(plan, 'missing-key', device.dhcp.at, t`${guest.node.name}:${name} asks for an address by DHCP, and network ${network.name} has no dhcp range`, {
          subject: `${guest.node.name}:${name}`, related: [{ message: t`network ${network.name}`, at: network.at }],
        })
      }
      const ip = leaseOf(roster, guest.node.name, name)
      if (ip) addresses.push(writtenAt(inSubnet(network, ip), device.dhcp.at))
    }
    const mtu = device.mtu ?? network.mtu
    const bare: Interface = { ...device, addresses, attach: writtenAt(bridge, device.network.at), ...(mtu && { mtu }) }
    const member: Interface = { ...bare, gateways: [...bare.gateways, ...gatewaysFor(plan.written.networks, network, guest, bare)] }
    if (before?.network === network && same(before.member, member)) setInterface(guest, before.member)
    else {
      joined.set(device, { network, member })
      setInterface(guest, member)
    }
  }
}

// A member that an edit left alone is the very same device again, and so is what it is plugged into.
const joined = new WeakMap<Interface, { readonly network: Network; readonly member: Interface }>()

/**
 * A cloud manager configures its guests as well as its servers: DHCP and contextualisation hand out the network's gateway with
 * the address, static or leased. So a member whose own entry names no gateway and no default route takes the network's, of each
 * family that it has an address of; a guest of several networks takes that of its first interface, as if it were written there, since
 * one default route is all that works.
 */
function gatewaysFor(networks: ReadonlyMap<string, Network>, network: Network, { node, interfaces }: Member['guest'], device: Interface): readonly Written<Ip>[] {
  if (!network.gateway || network.type.value === 'isolated' || !isStack(node)) return []
  return network.gateway.addresses.filter(({ value: gateway }) => {
    const isItself = [...interfaces.values()].some((own) => own.addresses.some(({ value }) => sameIp(value.ip, gateway)))
    const onLink = device.addresses.some(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), gateway))
    const hasOwn = [...interfaces.values()].some((own) => own.gateways.some(({ value }) => value.family === gateway.family))
      || node.routes.some(({ to, type }) => type === 'unicast' && to.value.length === 0 && to.value.ip.family === gateway.family)
    return onLink && !isItself && !hasOwn && !takesBefore(networks, interfaces, device, gateway.family)
  })
}

/** Whether an interface that stands before this one takes the gateway of its own network, which may be looked at later. */
function takesBefore(networks: ReadonlyMap<string, Network>, interfaces: Member['guest']['interfaces'], { name }: Interface, family: 4 | 6): boolean {
  for (const own of interfaces.values()) {
    if (own.name === name) return false
    const network = own.network && networks.get(own.network.value)
    if (!network?.gateway || network.type.value === 'isolated') continue
    const takes = ({ value: gateway }: Written<Ip>): boolean => gateway.family === family
      && ((own.dhcp?.value && network.dhcp !== undefined) || own.addresses.some(({ value: { ip, length } }) =>
        ip.family === family && !sameIp(ip, gateway) && (length === undefined || contains(prefixOf(ip, length), gateway))))
    if (network.gateway.addresses.some(takes)) return true
  }
  return false
}
