/** Realised devices in few words, a line each, for comparing with what a fixture expects. */
import { printIp, printPrefix } from '../../core/address/ip.ts'
import type { Interface } from '../../core/infra/interface.ts'
import type { Node } from '../../core/infra/node.ts'
import { realize } from '../../core/realize/index.ts'
import { build } from './build.ts'

function showDevice(node: string, device: Interface): string {
  const { tunnel } = device
  return [
    `${node}:${device.name} ${device.type.value} ${device.mtu?.value}`,
    ...device.addresses.map(({ value }) => `${printIp(value.ip)}/${value.length}`),
    ...device.gateways.map(({ value }) => `gw ${printIp(value)}`),
    ...(device.link ? [`link ${device.link.value}`] : []),
    ...(device.id ? [`id ${device.id.value}`] : []),
    ...(tunnel?.id ? [`id ${tunnel.id.value}`] : []),
    ...(tunnel?.port ? [`port ${tunnel.port.value}`] : []),
    ...(tunnel?.local ? [`local ${printIp(tunnel.local.value)}`] : []),
    ...(tunnel && tunnel.remotes.length > 0 ? [`remote ${tunnel.remotes.map(({ value }) => printIp(value)).join(' ')}`] : []),
    ...(device.master ? [`master ${device.master.value}`] : []),
    ...(device.isolated?.value ? ['isolated'] : []), ...(device.hairpin?.value ? ['hairpin'] : []),
    ...(device.vlan ? [`vlan ${device.vlan.value}`] : []), ...(device.trunk ? [`trunk ${device.trunk.value.join(',')}`] : []),
    ...(device.enforces ? ['enforces'] : []),
    ...(device.hostSide ? [`on ${device.hostSide.node}:${device.hostSide.interface}`] : []),
    ...(device.up?.value ? [] : ['down']),
  ].join(' ')
}

function showNode(node: Node): string[] {
  const lines = [...node.interfaces.values()].filter(({ name, addresses }) => name !== 'lo' || addresses.length > 0).map((device) => showDevice(node.name, device))
  if (node.kind === 'switch') return lines
  const routes = node.routes.map(({ to, dev }) => `${node.name} route ${printPrefix(to.value)}${dev ? ` dev ${dev.value}` : ''}`)
  const nat = node.nat.map((rule) => `${node.name} ${rule.kind}${rule.kind === 'masquerade' ? ` ${printPrefix(rule.from.value)}${rule.out ? ` out ${rule.out.value}` : ''}` : ''}`)
  const forwards = node.forwarding?.value && node.kind !== 'router' ? [`${node.name} forwards`] : []
  return [...lines, ...routes, ...nat, ...forwards]
}

/** The realised devices of the named nodes, or of all, then the problems. */
export function shown(yaml: string, ...nodes: readonly string[]): string[] {
  const { infra, problems } = realize(build(yaml))
  return [
    ...[...infra.nodes.values()].filter(({ name }) => nodes.length === 0 || nodes.includes(name)).flatMap(showNode),
    ...problems.map(({ code, message }) => `! ${code}: ${message}`),
  ]
}
