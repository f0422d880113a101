/** A service as a container: its networks with their addresses, its published ports, its limits. */
import { parseInterfaceAddress, parseIp, printIp, printPrefix } from '../../address/ip.ts'
import { parseMac } from '../../address/mac.ts'
import { parsePortRange } from '../../address/port.ts'
import { parseSize } from '../../address/quantity.ts'
import type { Interface } from '../../infra/interface.ts'
import type { Container, PublishedPort } from '../../infra/node.ts'
import type { Problem } from '../../infra/problem.ts'
import type { Span, Written } from '../../text/span.ts'
import { dig, get, itemsOf } from '../yaml-tree/access.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { known, lengthIn, nextFree, type ComposeNetwork } from './networks.ts'
import { t } from '../../words.ts'

/** A service's own settings, and behind them those of what it extends in the same file. */
export function chainOf(services: Tree | undefined, entry: MapEntry): { readonly trees: readonly (Tree | undefined)[]; readonly elsewhere: Written<string> | undefined } {
  const trees: (Tree | undefined)[] = []
  const seen = new Set<string>()
  let name: string | undefined = entry.key.text
  let tree: Tree | undefined = entry.value
  while (name !== undefined && !seen.has(name)) {
    seen.add(name)
    trees.push(tree)
    const parent = get(tree, 'extends')
    const file = known(get(parent, 'file'))
    if (file) return { trees, elsewhere: file }
    name = known(parent)?.value ?? known(get(parent, 'service'))?.value
    tree = name === undefined ? undefined : get(services, name)
  }
  return { trees, elsewhere: undefined }
}

export const first = (trees: readonly (Tree | undefined)[], key: string): Tree | undefined => trees.map((tree) => get(tree, key)).find((found) => found !== undefined)

/** The networks that a service names, with what it asks of each; undefined: docker's default network. */
export function joinedBy(trees: readonly (Tree | undefined)[]): readonly { readonly name: string; readonly at: Span; readonly tree: Tree | undefined }[] | undefined {
  const tree = first(trees, 'networks')
  if (!tree) return undefined
  if (tree.kind === 'map') return tree.entries.map((entry) => ({ name: entry.key.text, at: entry.key.at, tree: entry.value }))
  return itemsOf(tree).flatMap((item) => {
    const name = known(item)
    return name ? [{ name: name.value, at: name.at, tree: undefined }] : []
  })
}

export function interfacesOf(joined: NonNullable<ReturnType<typeof joinedBy>>, networks: ReadonlyMap<string, ComposeNetwork>, problems: Problem[] = []): { interfaces: ReadonlyMap<string, Interface>; unknown: Written<string> | undefined } {
  const interfaces = new Map<string, Interface>()
  let unknown: Written<string> | undefined
  // Docker's default route goes through the network of highest gw_priority, and of equals the first by name.
  const priority = (one: (typeof joined)[number]): number => Number(known(get(one.tree, 'gw_priority'))?.value ?? 0)
  const ways = joined.filter((one) => {
    const network = networks.get(one.name)
    return network && !network.internal && !network.unknown && (network.driver === 'bridge' || network.gateways.length > 0)
  }).sort((a, b) => priority(b) - priority(a) || (a.name < b.name ? -1 : 1))
  joined.forEach(({ name, at, tree }, index) => {
    const network = networks.get(name)
    if (!network || network.driver === 'host' || network.driver === 'none') return
    if (network.unknown) unknown ??= { value: t`the network ${name} is made elsewhere; its subnet is not known here`, at }
    const isWay = ways[0]?.name === name
    const mac = known(get(tree, 'mac_address'))
    const parsed = mac && parseMac(mac.value)
    const asked = (['ipv4_address', 'ipv6_address'] as const).flatMap((key) => known(get(tree, key)) ?? [])
    const addresses: Interface['addresses'][number][] = asked.flatMap((text) => {
      const ip = parseInterfaceAddress(text.value)?.ip
      if (!ip) return []
      const length = lengthIn(network, ip)
      const subnets = network.prefixes.filter(({ value }) => value.ip.family === ip.family)
      // Docker refuses it: "it does not belong to any of this network's subnets".
      if (length === undefined && subnets.length > 0 && !network.unknown) {
        problems.push({
          code: 'address-outside-subnet', severity: 'error', at: text.at, message: t`${printIp(ip)} is not in the network ${name}, which is ${subnets.map(({ value }) => printPrefix(value)).join(t(' and '))}`,
          related: subnets.map(({ value, at: there }) => ({ message: t`${name} is ${printPrefix(value)}`, at: there })), fixes: [],
        })
      }
      return [{ value: { ip, length: length ?? (ip.family === 4 ? 32 : 128) }, at: text.at }]
    })
    const outside = addresses.some(({ value: { ip } }) => network.prefixes.length > 0 && lengthIn(network, ip) === undefined)
    for (const { value: prefix } of network.prefixes) {
      if (addresses.some((address) => address.value.ip.family === prefix.ip.family) || (network.unknown && prefix.ip.family === 4)) continue
      const ip = nextFree(network, prefix)
      if (ip) addresses.push({ value: { ip, length: prefix.length }, at })
    }
    interfaces.set(`eth${index}`, {
      name: `eth${index}`, at, body: at, type: { value: network.driver === 'bridge' ? 'veth' : network.driver, at }, addresses, flows: [], attach: { value: network.device, at },
      gateways: isWay && !outside ? network.gateways.map((gateway) => ({ value: gateway.value, at })) : [], ...(network.mtu && { mtu: network.mtu }), ...(mac && parsed !== undefined && { mac: { value: parsed, at: mac.at } }),
      ...(network.driver !== 'bridge' && { mode: { value: network.mode ?? (network.driver === 'macvlan' ? 'bridge' : 'l2'), at } }),
    })
  })
  return { interfaces, unknown }
}

/** Static addresses are taken before any is handed out. */
export function reserve(joined: ReturnType<typeof joinedBy>, networks: ReadonlyMap<string, ComposeNetwork>): void {
  for (const { name, tree } of joined ?? []) {
    for (const key of ['ipv4_address', 'ipv6_address']) {
      const ip = parseIp(known(get(tree, key))?.value ?? '')
      if (ip) networks.get(name)?.taken.add(printIp(ip))
    }
  }
}

/** Short syntax (`8080:80/tcp`, `127.0.0.1:8080:80`) and long. A port that the environment knows is left out. */
export function portsOf(tree: Tree | undefined, problems: Problem[] = []): readonly PublishedPort[] {
  return itemsOf(tree).flatMap((item): PublishedPort[] => {
    if (item.kind === 'map') {
      const protocol = known(get(item, 'protocol'))?.value ?? 'tcp'
      const container = parsePortRange(`${known(get(item, 'target'))?.value ?? ''}/${protocol}`)
      const published = known(get(item, 'published'))
      const host = published && parsePortRange(`${published.value}/${protocol}`)
      const hostIp = parseIp(known(get(item, 'host_ip'))?.value ?? '')
      return container ? [{ container, host, at: item.at, ...(hostIp && { hostIp }) }] : []
    }
    const text = known(item)
    const match = text && /^(?:(?:\[([0-9a-fA-F:]+)\]|(\d+\.\d+\.\d+\.\d+)):)?(?:(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(\/(?:tcp|udp|sctp))?$/.exec(text.value.trim())
    if (text && !match) problems.push({ code: 'wrong-type', severity: 'error', message: t`${text.value} is not a port like 80, 8080:80 or 127.0.0.1:8080:80/tcp`, at: text.at, related: [], fixes: [] })
    if (!text || !match) return []
    const container = parsePortRange(`${match[4] ?? ''}${match[5] ?? ''}`)
    const host = match[3] ? parsePortRange(`${match[3]}${match[5] ?? ''}`) : undefined
    const hostIp = parseIp(match[1] ?? match[2] ?? '')
    return container ? [{ container, host, at: text.at, ...(hostIp && { hostIp }) }] : []
  })
}

export function limitsOf(trees: readonly (Tree | undefined)[], at: Span): Container['limits'] {
  const limits = dig(first(trees, 'deploy'), 'resources', 'limits')
  const memory = known(get(limits, 'memory')) ?? known(first(trees, 'mem_limit'))
  const cpus = known(get(limits, 'cpus')) ?? known(first(trees, 'cpus'))
  // Docker's units are binary and one letter: 512m, 1g.
  const bytes = memory && parseSize(memory.value.replace(/^(\d+(?:\.\d+)?)\s*([kmgt])b?$/i, (_all, number: string, unit: string) => `${number}${unit.toUpperCase()}iB`))
  const number = cpus && /^\d+(\.\d+)?$/.test(cpus.value) ? Number(cpus.value) : undefined
  if (bytes === undefined && number === undefined) return undefined
  return { at, ...(memory && bytes !== undefined && { memory: { value: bytes, at: memory.at } }), ...(cpus && number !== undefined && { cpus: { value: number, at: cpus.at } }) }
}

