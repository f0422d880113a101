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
import { keptFor } from './kept.ts'
import { t } from '../words.ts'

export const printAddress = (address: Interface['addresses'][number]): string =>
  `${printIp(address.value.ip)}${address.value.length === undefined ? '' : `/${address.value.length}`}`

const fact = (name: string, value: string | undefined): Fact[] => (value === undefined || value === '' ? [] : [{ name, value }])
/** A setting that can be written where it is not yet. */
const setting = (name: string, value: string | undefined, key: readonly string[], options?: readonly string[]): Fact => ({ name, value: value ?? '', key, ...(options && { options }) })

const size = (bytes: { readonly value: number } | undefined): string | undefined => bytes && printSize(bytes.value).replace(' ', '')

/** What of a node can be edited in place: what a person wrote, or could. */
function nodeSettings(node: Node): readonly Fact[] {
  const settings: Fact[] = []
  if (isGuest(node)) settings.push(setting('host', node.host?.value, ['host']), setting('tenant', node.tenant?.value, ['tenant']), setting('image', node.image?.value, ['image']))
  else settings.push(setting('site', node.site?.value, ['site']), setting('rack', node.rack?.value, ['rack']))
  if (node.kind === 'server') settings.push(setting('cpus', node.cpus && String(node.cpus.value), ['cpus']), setting('memory', size(node.memory), ['memory']), setting(t('CPU model'), node.cpuModel?.value, ['cpu-model']), setting('hypervisor', node.hypervisor?.value, ['hypervisor']))
  if (node.kind === 'vm') settings.push(setting('vcpus', node.vcpus && String(node.vcpus.value), ['vcpus']), setting('memory', size(node.memory), ['memory']))
  if (isStack(node) && node.kind !== 'external') settings.push(setting('forwarding', node.forwarding && String(node.forwarding.value), ['forwarding'], ['', 'true', 'false']))
  for (const item of node.interfaces.values()) {
    if (item.name === 'lo') continue
    const at = [node.kind === 'switch' ? 'ports' : 'interfaces', item.name]
    const of = (key: string, value: string | undefined, options?: readonly string[]): void => void settings.push(setting(`${item.name} ${key}`, value, [...at, key], options))
    const bridge = item.type.value === 'bridge' || item.type.value === 'ovs'
    if (isGuest(node) && node.host) of(item.network ? 'network' : 'attach', item.network?.value ?? item.attach?.value)
    if (node.kind !== 'switch') of('address', item.dhcp?.value ? 'dhcp' : item.addresses.map(printAddress).join(', '))
    if (isGuest(node)) of('gateway', item.gateways.map(({ value }) => printIp(value)).join(', '))
    else if (!bridge && node.kind === 'server') of('master', item.master?.value)
    if (!bridge) of('mtu', item.mtu && String(item.mtu.value))
    if (node.kind === 'switch') of('vlan', item.vlan && String(item.vlan.value))
  }
  return settings
}

/** `written` is the node as its file has it, where a person may edit it. */
export const nodeFacts = keptFor((node: Node, written: Node | undefined): readonly Fact[] => {
  const editable = written?.origin.by === 'text' && node.origin.by === 'text' ? written : undefined
  const facts: Fact[] = [...fact('kind', node.kind), ...(editable ? nodeSettings(editable) : plainFacts(node))]
  if (node.kind === 'vm') {
    facts.push(...node.disks.flatMap((disk, i) => fact(t`disk ${i + 1}`, t`${disk.size ? printSize(disk.size.value) : '?'} on ${disk.on?.value ?? 'local'}`)),
      ...fact(t('dirties'), node.workload?.dirtyRate && `${printSize(node.workload.dirtyRate.value)}/s`))
  }
  if (isGuest(node)) facts.push(...fact(t('security groups'), node.securityGroups.map((group) => group.value).join(', ')))
  if (node.opaque) facts.push(...fact(t('not known'), node.opaque.value))
  for (const item of node.interfaces.values()) if (item.name !== 'lo' || item.addresses.length > 0) facts.push(...fact(item.name, interfaceLine(item)))
  if (isStack(node)) {
    facts.push(...node.routes.map((route): Fact => ({ name: 'route', value: routeLine(route) })), ...node.nat.map((rule): Fact => ({ name: 'nat', value: natLine(rule) })))
  }
  return facts
})

function plainFacts(node: Node): readonly Fact[] {
  const facts: Fact[] = [...fact('site', node.site?.value), ...fact('rack', node.rack?.value)]
  if (isGuest(node)) facts.push(...fact('host', node.host?.value), ...fact('tenant', node.tenant?.value), ...fact('image', node.image?.value))
  if (node.kind === 'server') facts.push(...fact('cpus', node.cpus && String(node.cpus.value)), ...fact('memory', node.memory && printSize(node.memory.value)), ...fact(t('CPU model'), node.cpuModel?.value), ...fact('hypervisor', node.hypervisor?.value))
  if (node.kind === 'vm') facts.push(...fact('vcpus', node.vcpus && String(node.vcpus.value)), ...fact('memory', node.memory && printSize(node.memory.value)))
  if (isStack(node)) facts.push(...fact('forwarding', node.forwarding ? (node.forwarding.value ? t('on') : t('off')) : undefined))
  return facts
}

export function interfaceLine(item: Interface): string {
  const parts = [item.type.value === 'ethernet' ? '' : item.type.value, item.addresses.map(printAddress).join(' '), item.mtu ? `mtu ${item.mtu.value}` : '']
  if (item.master) parts.push(t`in ${item.master.value}`)
  if (item.attach) parts.push(t`on ${item.attach.value}`)
  if (item.link) parts.push(t`on ${item.link.value}`)
  if (item.vlan) parts.push(`vlan ${item.vlan.value}`)
  if (item.trunk) parts.push(`trunk ${item.trunk.value.join(',')}`)
  if (item.tunnel) parts.push(tunnelLine(item))
  if (item.up?.value === false) parts.push(t('down'))
  return parts.filter((part) => part !== '').join(' · ')
}

const tunnelLine = ({ tunnel }: Interface): string => [
  tunnel?.local && printIp(tunnel.local.value), tunnel?.remotes.length ? t`to ${tunnel.remotes.map((remote) => printIp(remote.value)).join(', ')}` : undefined,
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

/** `written` is the device as its file has it; undefined where something else stands for it. */
export const deviceFacts = keptFor((item: Interface, written: Interface | undefined): readonly Fact[] => {
  const spec = isTunnelType(item.type.value) ? tunnelSpecs[item.type.value] : undefined
  const bridge = item.type.value === 'bridge' || item.type.value === 'ovs'
  const derived = written?.mtu ? '' : t(' (derived)')
  const facts: Fact[] = [
    ...fact('type', item.type.value),
    ...(written ? [setting('address', written.addresses.map(printAddress).join(', '), ['address'])] : fact('address', item.addresses.map(printAddress).join(', '))),
    ...fact('MTU', item.mtu && `${item.mtu.value}${derived}`), ...(written ? [setting('mtu', written.mtu && String(written.mtu.value), ['mtu'])] : []), ...fact('mac', item.mac && printMac(item.mac.value)),
    ...fact('bandwidth', item.bandwidth && printBitRate(item.bandwidth.value)), ...fact('master', item.master?.value), ...fact('vlan', item.vlan && String(item.vlan.value)),
    ...(written && bridge ? [setting(t('spanning tree'), written.stp && String(written.stp.value), ['stp'], ['', 'true', 'false']), setting(t('VLAN filtering'), written.vlanAware && String(written.vlanAware.value), ['vlan-aware'], ['', 'true', 'false'])]
      : [...fact(t('spanning tree'), item.stp && (item.stp.value ? t('on') : t('off'))), ...fact(t('VLAN filtering'), item.vlanAware && (item.vlanAware.value ? t('on') : t('off')))]),
  ]
  if (spec && item.tunnel) {
    const family = outerFamily(item.tunnel)
    const settings = factsOf(item)
    facts.push(...fact('tunnel', tunnelLine(item)), ...fact(t('headers'), spec.headers(settings, family).map(({ name, bytes }) => `${name} ${bytes}`).join(' + ')),
      ...fact(t('costs'), t`${spec.overhead(settings, family)} bytes`))
  }
  return facts
})

export const linkFacts = keptFor((link: Link): readonly Fact[] => [
  ...link.ends.map((end, i): Fact => ({ name: i === 0 ? 'from' : 'to', value: `${end.node}:${end.interface}` })),
  ...(link.origin.by === 'text' ? [
    setting('bandwidth', link.bandwidth && printBitRate(link.bandwidth.value).replace(' ', '').replace('bit/s', 'bps'), ['bandwidth']), setting('latency', link.latency && `${Number((link.latency.value * 1e6).toPrecision(6))}us`, ['latency']),
    setting('mtu', link.mtu && String(link.mtu.value), ['mtu']),
  ] : [...fact('bandwidth', link.bandwidth && printBitRate(link.bandwidth.value)), ...fact('latency', link.latency && `${link.latency.value * 1e6} µs`), ...fact('mtu', link.mtu && String(link.mtu.value))]), ...fact(t('loss'), link.loss && `${Number((link.loss.value * 100).toPrecision(6))} %`), ...fact(t('state'), link.up?.value === false ? t('down') : undefined),
])
