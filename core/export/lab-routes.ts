/** A node's routes as `ip route` takes them. */
import { printIp, printPrefix, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { LabNames } from './lab-names.ts'

/** Routes that a routing protocol finds, by node. */
export type ExtraRoutes = ReadonlyMap<string, readonly { readonly to: Prefix; readonly hops: readonly { readonly via: Ip | undefined; readonly dev: string }[]; readonly metric: number }[]>

// `::/0` instead of `default`: ip takes the family from what it reads.
const spelled = (prefix: Prefix): string => (prefix.length === 0 && prefix.ip.family === 4 ? 'default' : printPrefix(prefix))

/** `isThere` tells the devices that were made: no route goes by another. */
export function labRoutes(node: Node, names: LabNames, extra: ExtraRoutes, isThere: (device: string) => boolean = () => true): readonly string[] {
  if (!isStack(node)) return []
  const lines: string[] = []
  const vrfOf = (dev: string | undefined): string => {
    const master = dev === undefined ? undefined : node.interfaces.get(dev)?.master?.value
    return master !== undefined && node.interfaces.get(master)?.type.value === 'vrf' ? ` vrf ${names.device(node.name, master)}` : ''
  }
  for (const device of node.interfaces.values()) {
    if (isThere(device.name)) for (const { value } of device.gateways) {
      lines.push(`route add ${value.family === 4 ? 'default' : '::/0'} via ${printIp(value)} dev ${names.device(node.name, device.name)}${vrfOf(device.name)} proto static`)
    }
  }
  for (const route of node.routes) {
    const dev = route.dev?.value
    if (dev !== undefined && !isThere(dev)) continue
    const via = route.via.map(({ value }) => value)
    const onDevice = dev === undefined ? '' : ` dev ${names.device(node.name, dev)}`
    const onlink = route.onlink?.value ? ' onlink' : ''
    const hops = via.length > 1
      ? via.map((one) => ` nexthop via ${printIp(one)}${onDevice}${onlink}`).join('')
      : `${via[0] ? ` via ${printIp(via[0])}` : ''}${onDevice}${via[0] ? onlink : ''}`
    const type = route.type === 'unicast' ? '' : `${route.type} `
    lines.push(`route add ${type}${spelled(route.to.value)}${route.type === 'unicast' && via.length <= 1 ? hops : ''}${vrfOf(dev)} proto static${route.metric ? ` metric ${route.metric.value}` : ''}${route.src ? ` src ${printIp(route.src.value)}` : ''}${via.length > 1 ? hops : ''}`)
  }
  for (const { to, hops: all, metric } of extra.get(node.name) ?? []) {
    const hops = all.filter(({ dev }) => isThere(dev))
    if (hops.length === 0) continue
    const steps = hops.map(({ via, dev }) => `${via ? ` via ${printIp(via)}` : ''} dev ${names.device(node.name, dev)}${via ? ' onlink' : ''}`)
    lines.push(`route add ${spelled(to)}${steps.length === 1 ? steps[0] : ''} proto static metric ${metric}${steps.length > 1 ? steps.map((step) => ` nexthop${step}`).join('') : ''}`)
  }
  if (node.kind === 'external') {
    // What it answers for is its own where no route of its own is more specific.
    const answers = node.answers?.map(({ value }) => spelled(value)) ?? ['0.0.0.0/0', '::/0']
    for (const one of answers) lines.push(`route add local ${one} dev lo table main proto static metric 4000`)
  }
  return lines
}
