/** A node's filters and translations as iptables-restore takes them. */
import { printIp, printPrefix, type Ip, type Prefix } from '../address/ip.ts'
import type { PortRange } from '../address/port.ts'
import { bridgesApart, publishedPorts } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, isStack, type FilterRule, type GuestNode, type NatRule, type Node, type StackNode } from '../infra/node.ts'
import type { SecurityRule } from '../infra/parts.ts'
import type { LabNames } from './lab-names.ts'

export interface Restore {
  readonly command: string
  readonly lines: readonly string[]
}

type Family = 4 | 6

const ports = ({ protocol, first, last }: PortRange): string => ` -p ${protocol} --dport ${first === last ? first : `${first}:${last}`}`
const protocol = (proto: string | undefined, family: Family): string =>
  proto === undefined || proto === 'all' || proto === 'any' ? '' : ` -p ${proto === 'icmp' && family === 6 ? 'ipv6-icmp' : proto === 'ipip' ? 'ipencap' : proto}`

/** `guests`: those that the node hosts. */
export function labFilters(infra: Infra, node: Node, guests: readonly GuestNode[], names: LabNames): readonly Restore[] {
  if (!isStack(node)) return []
  const published = publishedPorts(guests)
  const apart = [...bridgesApart(guests, node)].map((bridge) => names.device(node.name, bridge))
  return ([4, 6] as const).flatMap((family): Restore[] => {
    const lines = [...natTable(node, [...node.nat, ...published], names, family), ...guardTable(infra, node, names, family), ...filterTable(node, names, family, isolation(apart, published, family))]
    return lines.length === 0 ? [] : [{ command: family === 4 ? 'iptables-legacy-restore' : 'ip6tables-legacy-restore', lines }]
  })
}

/** Every combination of what may be one of several. */
function rulesOf(rule: FilterRule, chain: string, node: string, names: LabNames, family: Family): readonly string[] {
  const of = (list: FilterRule['from']): readonly (Prefix | undefined)[] => (list.length === 0 ? [undefined] : list.map(({ value }) => value).filter(({ ip }) => ip.family === family))
  const lines: string[] = []
  // What comes in has no device to go out by yet, and the other way round: such a rule matches nothing.
  if ((rule.in && chain === 'OUTPUT') || (rule.out && chain === 'INPUT')) return lines
  for (const from of of(rule.from)) {
    for (const to of of(rule.to)) {
      for (const port of rule.ports.length === 0 ? [undefined] : rule.ports.map(({ value }) => value)) {
        lines.push(`-A ${chain}${from ? ` -s ${printPrefix(from)}` : ''}${to ? ` -d ${printPrefix(to)}` : ''}`
          + `${rule.in ? ` -i ${names.device(node, rule.in.value)}` : ''}${rule.out ? ` -o ${names.device(node, rule.out.value)}` : ''}`
          + `${port ? ports(port) : protocol(rule.proto?.value, family)}`
          + `${rule.state.length > 0 ? ` -m conntrack --ctstate ${rule.state.map((state) => state.toUpperCase()).join(',')}` : ''}`
          + ` -j ${rule.action.value.toUpperCase()}`)
      }
    }
  }
  return lines
}

/** docker's filters: nothing passes from one bridge to another, and what is new comes in by published ports only. */
function isolation(apart: readonly string[], published: readonly NatRule[], family: Family): readonly string[] {
  if (apart.length === 0) return []
  const open = published.flatMap((rule) => {
    if (rule.kind !== 'dnat' || rule.to.value.ip.family !== family || !rule.ports) return []
    const { ip, port } = rule.to.value
    return [` -d ${printIp(ip)}${ports(port === undefined ? rule.ports.value : { ...rule.ports.value, first: port, last: port })}`]
  })
  return [
    '-A FORWARD -j DOCKER-ISOLATION', '-A DOCKER-ISOLATION -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN',
    ...apart.flatMap((to) => [
      `-A DOCKER-ISOLATION -i ${to} -o ${to} -j RETURN`,
      ...apart.filter((from) => from !== to).map((from) => `-A DOCKER-ISOLATION -i ${from} -o ${to} -j DROP`),
      ...open.map((one) => `-A DOCKER-ISOLATION -o ${to}${one} -j RETURN`),
      `-A DOCKER-ISOLATION -o ${to} -j DROP`,
    ]),
  ]
}

function filterTable(node: StackNode, names: LabNames, family: Family, apart: readonly string[]): readonly string[] {
  const { firewall } = node
  const answers = node.kind === 'external'
  if (!firewall && apart.length === 0 && !answers) return []
  const hooks = [['input', 'INPUT'], ['forward', 'FORWARD'], ['output', 'OUTPUT']] as const
  return [
    '*filter',
    ...hooks.map(([hook, chain]) => `:${chain} ${firewall?.[hook]?.policy.value === 'drop' ? 'DROP' : 'ACCEPT'} [0:0]`),
    // What it answers for is local to it, yet it would not talk to itself when it sends there.
    ...(answers ? ['-A OUTPUT -o lo -j DROP'] : []),
    ...(apart.length > 0 ? [':DOCKER-ISOLATION - [0:0]', ...apart] : []),
    // Neighbour discovery is no part of what the rules speak of; without it IPv6 has no neighbours.
    ...(family === 6 ? ['INPUT', 'OUTPUT'].flatMap((chain) => [135, 136].map((type) => `-A ${chain} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`)) : []),
    ...hooks.flatMap(([hook, chain]) => (firewall?.[hook]?.rules ?? []).flatMap((rule) => rulesOf(rule, chain, node.name, names, family))),
    'COMMIT',
  ]
}

function natTable(node: StackNode, nat: readonly NatRule[], names: LabNames, family: Family): readonly string[] {
  const rules = nat.flatMap((rule) => natRule(rule, node, names, family))
  return rules.length === 0 ? [] : ['*nat', ':PREROUTING ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', ':POSTROUTING ACCEPT [0:0]', ...rules, 'COMMIT']
}

function natRule(rule: NatRule, node: StackNode, names: LabNames, family: Family): readonly string[] {
  if (rule.kind === 'dnat') {
    const { ip, port } = rule.to.value
    if (ip.family !== family) return []
    const to = port === undefined ? printIp(ip) : family === 6 ? `[${printIp(ip)}]:${port}` : `${printIp(ip)}:${port}`
    // A written rule stands in PREROUTING only; docker's stand in OUTPUT, too.
    const own = rule.ip || rule.in ? [] : [`-A OUTPUT -m addrtype --dst-type LOCAL${rule.ports ? ports(rule.ports.value) : ''} -j DNAT --to-destination ${to}`]
    return [...own, `-A PREROUTING${rule.in ? ` -i ${names.device(node.name, rule.in.value)}` : ''}${rule.ip ? ` -d ${printIp(rule.ip.value)}` : ' -m addrtype --dst-type LOCAL'}${rule.ports ? ports(rule.ports.value) : ''} -j DNAT --to-destination ${to}`]
  }
  if (rule.from.value.ip.family !== family) return []
  const out = rule.out ? ` -o ${names.device(node.name, rule.out.value)}` : ` ! -d ${printPrefix(rule.from.value)}`
  const target = rule.kind === 'masquerade' ? 'MASQUERADE' : `SNAT --to-source ${printIp(rule.to.value)}`
  return [`-A POSTROUTING -s ${printPrefix(rule.from.value)}${out} -j ${target}`]
}

/** Security groups, before everything else that the guest's own stack does with a packet. */
function guardTable(infra: Infra, node: StackNode, names: LabNames, family: Family): readonly string[] {
  if (!isGuest(node) || node.securityGroups.length === 0) return []
  const members = (kind: 'group' | 'tenant', name: string): readonly Ip[] =>
    [...infra.nodes.values()].filter((one) => isGuest(one) && (kind === 'group' ? one.securityGroups.some(({ value }) => value === name) : one.tenant?.value === name))
      .flatMap((one) => [...one.interfaces.values()].flatMap((device) => device.addresses.map(({ value }) => value.ip)))
  const groups = node.securityGroups.flatMap(({ value }) => infra.securityGroups.get(value) ?? [])
  const line = (rule: SecurityRule, inward: boolean, device: string): readonly string[] => {
    const from = rule.from.value
    const peers = from.kind === 'any' ? [''] : (from.kind === 'prefix' ? [from.prefix].filter(({ ip }) => ip.family === family).map(printPrefix)
      : members(from.kind, from.name).filter((ip) => ip.family === family).map(printIp)).map((peer) => ` -${inward ? 's' : 'd'} ${peer}`)
    const kinds = rule.ports.length === 0 ? [protocol(rule.proto?.value, family)] : rule.ports.map(({ value }) => ports(value))
    return peers.flatMap((peer) => kinds.map((kind) => `-A ${inward ? 'PREROUTING -i' : 'POSTROUTING -o'} ${device}${peer}${kind} -j ACCEPT`))
  }
  const free = groups.some(({ egress }) => egress === undefined)
  const lines = [...node.interfaces.values()].filter((device) => device.attach ?? device.network).flatMap((one) => {
    const device = names.device(node.name, one.name)
    return [true, ...(free ? [] : [false])].flatMap((inward) => [
      ...(family === 6 ? [135, 136].map((type) => `-A ${inward ? 'PREROUTING -i' : 'POSTROUTING -o'} ${device} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`) : []),
      `-A ${inward ? 'PREROUTING -i' : 'POSTROUTING -o'} ${device} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`,
      ...groups.flatMap((group) => (inward ? group.ingress : group.egress ?? []).flatMap((rule) => line(rule, inward, device))),
      `-A ${inward ? 'PREROUTING -i' : 'POSTROUTING -o'} ${device} -j DROP`,
    ])
  })
  return lines.length === 0 ? [] : ['*mangle', ':PREROUTING ACCEPT [0:0]', ':POSTROUTING ACCEPT [0:0]', ...lines, 'COMMIT']
}
