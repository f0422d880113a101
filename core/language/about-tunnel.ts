/** A tunnel under the pointer: its headers byte by byte, what remains inside, its far end, and the way there. */
import { printIp } from '../address/ip.ts'
import { tunnelEdgesOf } from '../forwarding/index.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import type { HoverContext } from './hover.ts'
import { t } from '../words.ts'

export function aboutTunnel(context: HoverContext, node: Node, device: Interface): string {
  const type = device.type.value
  if (!isTunnelType(type)) return ''
  const spec = tunnelSpecs[type]
  const facts = factsOf(device)
  const family = outerFamily(facts)
  const headers = spec.headers(facts, family)
  const lines = [
    spec.carries === 'frames' ? t`**${spec.title}** \`${node.name}:${device.name}\`, carries Ethernet frames` : t`**${spec.title}** \`${node.name}:${device.name}\`, carries IP packets`, '',
    t('| header | bytes | by |'), '| --- | ---: | --- |',
    ...headers.map((header) => `| ${header.name} | ${header.bytes} | ${header.source} |`),
    t`| **sum** | **${spec.overhead(facts, family)}** | |`, '',
  ]
  const parts = [
    facts.id ? `${spec.id?.name ?? 'id'} ${facts.id.value}` : undefined,
    facts.port ? t`port ${facts.port.value}` : spec.port === undefined ? undefined : t`port ${spec.port} (the default)`,
    device.mtu ? t`device MTU ${device.mtu.value}` : undefined,
    t`outer DF ${spec.outerDf(facts)}`,
  ]
  lines.push(`- ${parts.flatMap((part) => part ?? []).join(', ')}`)
  const edges = tunnelEdgesOf(context.plane).filter((edge) => edge.node === node.name && edge.interface === device.name)
  for (const { remote, to, verdict, reason, outerMtu, innerMtu } of edges.slice(0, 8)) {
    const end = to ? t` is \`${to.node}:${to.interface}\`` : ''
    const way = verdict === 'delivered' ? t(`outer packets arrive`) : verdict === 'dropped' ? t`**outer packets do not arrive: ${reason ?? t('dropped')}**` : t('whether outer packets arrive cannot be known')
    const room = outerMtu === null ? '' : t`, underlay path MTU ${outerMtu}${innerMtu === null ? '' : t`, leaves **${innerMtu}** inside`}`
    lines.push(t`- remote ${remote}${end}: ${way}${room}`)
  }
  if (edges.length > 8) lines.push(t`- and ${edges.length - 8} more remotes`)
  if (edges.length === 0) {
    const remotes = facts.remotes.map(({ value }) => printIp(value))
    lines.push(remotes.length > 0 ? t`- remote ${remotes.join(', ')}` : facts.group ? t`- group ${printIp(facts.group.value)}` : t('- no remote is given'))
    lines.push(t`- on an underlay of 1500 bytes ${spec.innerMtu(1500, facts, family)} remain inside, on 9000 ${spec.innerMtu(9000, facts, family)}`)
  }
  if (type === 'stt') lines.push(t('- STT segments as TCP does: this is the figure of one segment; padding differs between implementations'))
  if (type === 'geneve') lines.push(t('- Geneve options, which differ between implementations, are taken as none'))
  return lines.join('\n')
}
