/** What the inspector tells of a part: its settings and what was derived, as rows. */
import { printIp, printPrefix } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import { printBitRate, printSize } from '../address/quantity.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type NatRule, type Node, type Route } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { isTunnelType } from '../infra/interface.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import type { Fact } from './diagram.ts'

export const printAddress = (address: Interface['addresses'][number]): string =>
  `${printIp(address.value.ip)}${address.value.length === undefined ? '' : `/${address.value.length}`}`

const fact = (name: string, value: string | undefined, key?: string): Fact[] => (value === undefined || value === '' ? [] : [{ name, value, ...(key && { key }) }])

export function nodeFacts(node: Node): readonly Fact[] {
  const facts: Fact[] = [...fact('kind', node.kind), ...fact('site', node.site?.value, 'site'), ...fact('rack', node.rack?.value, 'rack')]
  if (isGuest(node)) facts.push(...fact('host', node.host?.value), ...fact('tenant', node.tenant?.value, 'tenant'), ...fact('image', node.image?.value))
  if (node.kind === 'server') {
    facts.push(...fact('cpus', node.cpus && String(node.cpus.value), 'cpus'), ...fact('memory', node.memory && printSize(node.memory.value)),
      ...fact('CPU model', node.cpuModel?.value, 'cpu-model'), ...fact('hypervisor', node.hypervisor?.value, 'hypervisor'))
  }
  if (node.kind === 'vm') {
    facts.push(...fact('vcpus', node.vcpus && String(node.vcpus.value), 'vcpus'), ...fact('memory', node.memory && printSize(node.memory.value)),
      ...node.disks.flatMap((disk, i) => fact(`disk ${i + 1}`, `${disk.size ? printSize(disk.size.value) : '?'} on ${disk.on?.value ?? 'local'}`)),
      ...fact('dirties', node.workload?.dirtyRate && `${printSize(node.workload.dirtyRate.value)}/s`))
  }
  if (isGuest(node)) facts.push(...fact('security groups', node.securityGroups.map((group) => group.value).join(', ')))
  if (node.opaque) facts.push(...fact('not known', node.opaque.value))
  for (const item of node.interfaces.values()) if (item.name !== 'lo' || item.addresses.length > 0) facts.push(...fact(item.name, interfaceLine(item)))
  if (isStack(node)) {
    facts.push(...fact('forwarding', node.forwarding ? (node.forwarding.value ? 'on' : 'off') : undefined))
    facts.push(...node.routes.map((route): Fact => ({ name: 'route', value: routeLine(route) })), ...node.nat.map((rule): Fact => ({ name: 'nat', value: natLine(rule) })))
  }
  return facts
}

export function interfaceLine(item: Interface): string {
  const parts = [item.type.value === 'ethernet' ? '' : item.type.value, item.addresses.map(printAddress).join(' '), item.mtu ? `mtu ${item.mtu.value}` : '']
  if (item.master) parts.push(`in ${item.master.value}`)
  if (item.attach) parts.push(`on ${item.attach.value}`)
  if (item.link) parts.push(`on ${item.link.value}`)
  if (item.vlan) parts.push(`vlan ${item.vlan.value}`)
  if (item.trunk) parts.push(`trunk ${item.trunk.value.join(',')}`)
  if (item.tunnel) parts.push(tunnelLine(item))
  if (item.up?.value === false) parts.push('down')
  return parts.filter((part) => part !== '').join(' · ')
}

const tunnelLine = ({ tunnel }: Interface): string => [
  tunnel?.local && printIp(tunnel.local.value), tunnel?.remotes.length ? `to ${tunnel.remotes.map((remote) => printIp(remote.value)).join(', ')}` : undefined,
  tunnel?.id && `id ${tunnel.id.value}`,
].filter((part) => part !== undefined).join(' ')

const prefixWord = (prefix: Route['to']['value']): string => (prefix.length === 0 ? 'default' : printPrefix(prefix))

export const routeLine = (route: Route): string => [
  prefixWord(route.to.value), route.type === 'unicast' ? '' : route.type, route.via.length > 0 ? `via ${route.via.map((via) => printIp(via.value)).join(', ')}` : '',
  route.dev ? `dev ${route.dev.value}` : '', route.metric ? `metric ${route.metric.value}` : '',
].filter((part) => part !== '').join(' ')

function natLine(rule: NatRule): string {
  if (rule.kind === 'masquerade') return `masquerade ${printPrefix(rule.from.value)}${rule.out ? ` out ${rule.out.value}` : ''}`
  if (rule.kind === 'snat') return `snat ${printPrefix(rule.from.value)} to ${printIp(rule.to.value)}`
  const ports = rule.ports?.value
  return `dnat ${rule.ip ? printIp(rule.ip.value) : 'any'}${ports ? `:${ports.first}/${ports.protocol}` : ''} to ${printIp(rule.to.value.ip)}${rule.to.value.port === undefined ? '' : `:${rule.to.value.port}`}`
}

export function deviceFacts(item: Interface, mtuFrom: string | undefined): readonly Fact[] {
  const spec = isTunnelType(item.type.value) ? tunnelSpecs[item.type.value] : undefined
  const facts: Fact[] = [
    ...fact('type', item.type.value), ...fact('address', item.addresses.map(printAddress).join(', '), item.addresses.length === 1 ? 'address' : undefined),
    ...fact('mtu', item.mtu && `${item.mtu.value}${mtuFrom ? ` (${mtuFrom})` : ''}`, 'mtu'), ...fact('mac', item.mac && printMac(item.mac.value)),
    ...fact('bandwidth', item.bandwidth && printBitRate(item.bandwidth.value)), ...fact('master', item.master?.value), ...fact('vlan', item.vlan && String(item.vlan.value), 'vlan'),
    ...fact('spanning tree', item.stp && (item.stp.value ? 'on' : 'off')), ...fact('VLAN filtering', item.vlanAware && (item.vlanAware.value ? 'on' : 'off')),
  ]
  if (spec && item.tunnel) {
    const family = outerFamily(item.tunnel)
    const settings = factsOf(item)
    facts.push(...fact('tunnel', tunnelLine(item)), ...fact('headers', spec.headers(settings, family).map(({ name, bytes }) => `${name} ${bytes}`).join(' + ')),
      ...fact('costs', `${spec.overhead(settings, family)} bytes`))
  }
  return facts
}

export const linkFacts = (link: Link): readonly Fact[] => [
  ...link.ends.map((end, i): Fact => ({ name: i === 0 ? 'from' : 'to', value: `${end.node}:${end.interface}` })),
  ...fact('bandwidth', link.bandwidth && printBitRate(link.bandwidth.value)), ...fact('latency', link.latency && `${link.latency.value * 1e6} µs`),
  ...fact('mtu', link.mtu && String(link.mtu.value), 'mtu'), ...fact('loss', link.loss && `${Number((link.loss.value * 100).toPrecision(6))} %`), ...fact('state', link.up?.value === false ? 'down' : undefined),
]
