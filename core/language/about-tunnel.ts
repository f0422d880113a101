/** A tunnel under the pointer: its headers byte by byte, what remains inside, its far end, and the way there. */
import { printIp } from '../address/ip.ts'
import { tunnelEdgesOf } from '../forwarding/index.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import type { HoverContext } from './hover.ts'

export function aboutTunnel(context: HoverContext, node: Node, device: Interface): string {
  const type = device.type.value
  if (!isTunnelType(type)) return ''
  const spec = tunnelSpecs[type]
  const facts = factsOf(device)
  const family = outerFamily(facts)
  const headers = spec.headers(facts, family)
  const lines = [
    `**${spec.title}** \`${node.name}:${device.name}\`, carries ${spec.carries === 'frames' ? 'Ethernet frames' : 'IP packets'}`, '',
    '| header | bytes | by |', '| --- | ---: | --- |',
    ...headers.map((header) => `| ${header.name} | ${header.bytes} | ${header.source} |`),
    `| **sum** | **${spec.overhead(facts, family)}** | |`, '',
  ]
  const parts = [
    facts.id ? `${spec.id?.name ?? 'id'} ${facts.id.value}` : undefined,
    facts.port ? `port ${facts.port.value}` : spec.port === undefined ? undefined : `port ${spec.port} (the default)`,
    device.mtu ? `device MTU ${device.mtu.value}` : undefined,
    `outer DF ${spec.outerDf(facts)}`,
  ]
  lines.push(`- ${parts.flatMap((part) => part ?? []).join(', ')}`)
  const edges = tunnelEdgesOf(context.plane).filter((edge) => edge.node === node.name && edge.interface === device.name)
  for (const { remote, to, verdict, reason, outerMtu, innerMtu } of edges.slice(0, 8)) {
    const end = to ? ` is \`${to.node}:${to.interface}\`` : ''
    const way = verdict === 'delivered' ? `outer packets arrive` : verdict === 'dropped' ? `**outer packets do not arrive: ${reason ?? 'dropped'}**` : 'whether outer packets arrive cannot be known'
    const room = outerMtu === null ? '' : `, underlay path MTU ${outerMtu}${innerMtu === null ? '' : `, leaves **${innerMtu}** inside`}`
    lines.push(`- remote ${remote}${end}: ${way}${room}`)
  }
  if (edges.length > 8) lines.push(`- and ${edges.length - 8} more remotes`)
  if (edges.length === 0) {
    const remotes = facts.remotes.map(({ value }) => printIp(value))
    lines.push(remotes.length > 0 ? `- remote ${remotes.join(', ')}` : facts.group ? `- group ${printIp(facts.group.value)}` : '- no remote is given')
    lines.push(`- on an underlay of 1500 bytes ${spec.innerMtu(1500, facts, family)} remain inside, on 9000 ${spec.innerMtu(9000, facts, family)}`)
  }
  if (type === 'stt') lines.push('- STT segments as TCP does: this is the figure of one segment; padding differs between implementations')
  if (type === 'geneve') lines.push('- Geneve options, which differ between implementations, are taken as none')
  return lines.join('\n')
}
