/** An address under the pointer: its subnet's plan, who owns it, who stands beside it, what is free. */
import { addToIp, bitsOf, compareIp, contains, lastOf, prefixOf, printIp, printPrefix, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import type { InterfaceAddress, Interface } from '../infra/interface.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import { segmentsOf } from '../forwarding/index.ts'
import type { HoverContext } from './hover.ts'
import { t } from '../words.ts'

interface Owner {
  readonly node: Node
  readonly interface: Interface
  readonly address: InterfaceAddress
}

export function ownersIn(infra: Infra, accept: (ip: Ip) => boolean): readonly Owner[] {
  const found: Owner[] = []
  for (const node of infra.nodes.values()) {
    for (const one of node.interfaces.values()) {
      for (const { value } of one.addresses) if (accept(value.ip)) found.push({ node, interface: one, address: value })
    }
  }
  return found
}

const nameOf = ({ node, interface: one }: Owner): string => `${node.name}:${one.name}`

/** An interface's own address. */
export function aboutAddress(context: HoverContext, node: Node, device: Interface, address: InterfaceAddress): string {
  const length = address.length ?? device.addresses.find(({ value }) => sameIp(value.ip, address.ip))?.value.length
  if (length === undefined) return t`**${printIp(address.ip)}** of ${node.name}:${device.name}; nothing here gives its prefix length`
  const subnet = prefixOf(address.ip, length)
  const lines = [t`**${printIp(address.ip)}/${length}** of \`${node.name}:${device.name}\``, '', ...plan(subnet)]
  const neighbours = neighboursOf(context, node, device, subnet)
  lines.push(...owners(neighbours, t('in this subnet')), ...free(subnet, neighbours))
  return lines.join('\n')
}

/** A network's subnet: its plan, who has what of it, what DHCP gives, what is free. */
export function aboutSubnet(context: HoverContext, network: Network, subnet: Prefix): string {
  const members = ownersIn(context.realised.infra, (ip) => contains(subnet, ip))
    .filter(({ node, interface: one }) => one.network?.value === network.name || (one.origin?.by === 'network' && one.origin.name === network.name) || network.gateway?.on?.value === node.name)
    .sort((a, b) => compareIp(a.address.ip, b.address.ip))
  const range = network.dhcp && contains(subnet, network.dhcp.first) ? [t`- DHCP gives ${printIp(network.dhcp.first)} to ${printIp(network.dhcp.last)} (${String(network.dhcp.last.value - network.dhcp.first.value + 1n)})`] : []
  const gateways = (network.gateway?.addresses ?? []).filter(({ value }) => contains(subnet, value)).map(({ value }) => value)
  const gateway = gateways.length > 0 ? [t`- gateway ${gateways.map(printIp).join(', ')}${network.gateway?.on ? t` on ${network.gateway.on.value}` : ''}`] : []
  const taken = [...members.map(({ address }) => address.ip), ...gateways]
  const some = freeAddresses(subnet, taken, 3, network.dhcp)
  return [t`**${printPrefix(subnet)}** of network ${network.name}`, '', ...plan(subnet), ...gateway, ...range, ...owners(members, t('taken')),
    some.length > 0 ? t`- free next: ${some.map(printIp).join(', ')}` : t('- no address is free')].join('\n')
}

/** The rows of a subnet's plan, as a Markdown list. */
export function plan(subnet: Prefix): string[] {
  const bits = bitsOf(subnet.ip.family)
  const lines = [t`- subnet ${printPrefix(subnet)}`]
  if (subnet.ip.family === 4 && subnet.length < 31) {
    lines.push(t`- broadcast ${printIp(lastOf(subnet))}`, t`- hosts ${printIp(addToIp(subnet.ip, 1))} to ${printIp(addToIp(lastOf(subnet), -1))} (${2 ** (bits - subnet.length) - 2})`)
  } else if (subnet.length < bits) lines.push(t`- addresses ${printIp(subnet.ip)} to ${printIp(lastOf(subnet))}`)
  return lines
}

/** Those on the same segment with an address of the subnet; where segments are not known, all with such an address. */
function neighboursOf(context: HoverContext, node: Node, device: Interface, subnet: Prefix): readonly Owner[] {
  const inSubnet = ownersIn(context.realised.infra, (ip) => contains(subnet, ip))
  const segments = segmentsOf(context.plane).filter(({ members }) => members.some((one) => one.node === node.name && one.interface === device.name))
  if (segments.length === 0) return inSubnet
  const members = new Set(segments.flatMap((segment) => segment.members.map((one) => `${one.node}:${one.interface}`)))
  return inSubnet.filter((owner) => members.has(nameOf(owner)))
}

function owners(all: readonly Owner[], where: string): string[] {
  if (all.length === 0) return []
  const shown = all.slice(0, 12).map((owner) => `  - ${printIp(owner.address.ip)} \`${nameOf(owner)}\`${tenantOf(owner.node)}`)
  if (all.length > shown.length) shown.push(t`  - and ${all.length - shown.length} more`)
  return [`- ${where}:`, ...shown]
}

const tenantOf = (node: Node): string => (isGuest(node) && node.tenant ? t` of ${node.tenant.value}` : '')

/** The next free addresses of a subnet, by what the file says. */
export function freeAddresses(subnet: Prefix, taken: readonly Ip[], most: number, range?: { readonly first: Ip; readonly last: Ip }): readonly Ip[] {
  const used = new Set(taken.map(({ value }) => value))
  const edge = subnet.ip.family === 4 && subnet.length >= 31 ? 0 : 1
  const last = lastOf(subnet).value - BigInt(subnet.ip.family === 4 ? edge : 0)
  const found: Ip[] = []
  for (let value = subnet.ip.value + BigInt(edge); value <= last && found.length < most; value++) {
    // What DHCP gives is nobody's to take.
    if (range && range.first.family === subnet.ip.family && value >= range.first.value && value <= range.last.value) value = range.last.value
    else if (!used.has(value)) found.push({ family: subnet.ip.family, value })
  }
  return found
}

function free(subnet: Prefix, neighbours: readonly Owner[]): string[] {
  const some = freeAddresses(subnet, neighbours.map(({ address }) => address.ip), 3)
  return [some.length > 0 ? t`- free next: ${some.map(printIp).join(', ')}` : t('- no address is free')]
}

/** An address that is named somewhere: a gateway, a tunnel's end, a next hop. */
export function aboutIp(context: HoverContext, ip: Ip, role: string): string {
  const found = ownersIn(context.realised.infra, (one) => sameIp(one, ip))
  const head = `**${printIp(ip)}**, ${role}`
  if (found.length === 0) {
    const answering = [...context.realised.infra.nodes.values()].filter((node) => node.kind === 'external' && (node.answers === undefined || node.answers.some(({ value }) => contains(value, ip))))
    return t`${head}\n\n- no interface of this file has it${answering.length > 0 ? t`; external ${answering.map(({ name }) => name).join(', ')} answers for it` : ''}`
  }
  return [head, '', ...found.slice(0, 8).map((owner) => t`- \`${nameOf(owner)}\` has it, as ${printIp(owner.address.ip)}/${owner.address.length ?? '?'}${tenantOf(owner.node)}`)].join('\n')
}
