/** A compose file's networks: docker's bridges with their subnets, and who may pass between them. */
import { addToIp, compareIp, contains, lastOf, overlaps, parseIp, parsePrefix, printIp, type Ip, type Prefix } from '../../address/ip.ts'
import type { Interface } from '../../infra/interface.ts'
import type { Problem } from '../../infra/problem.ts'
import type { Span, Written } from '../../text/span.ts'
import { booleanOf, dig, entriesOf, get, itemsOf, textOf } from '../yaml-tree/access.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { interpolate } from './interpolate.ts'
import { t } from '../../words.ts'

export interface ComposeNetwork {
  readonly name: string
  readonly at: Span
  readonly driver: 'bridge' | 'macvlan' | 'ipvlan' | 'host' | 'none'
  /** The bridge on the host, or the parent of a macvlan or ipvlan. */
  readonly device: string
  readonly mode: string | undefined
  readonly internal: boolean
  /** Containers on it may talk to each other, and are translated on the way out: both docker's default. */
  readonly icc: boolean
  readonly masquerade: boolean
  readonly prefixes: readonly Written<Prefix>[]
  readonly gateways: readonly Written<Ip>[]
  readonly mtu: Written<number> | undefined
  /** Nobody here knows its subnet: it is made elsewhere, or out of the environment. */
  readonly unknown: boolean
  readonly taken: Set<string>
}

export const known = (tree: Tree | undefined): Written<string> | undefined => {
  const text = textOf(tree)
  const value = text && interpolate(text.value)
  return text && value !== undefined ? { value, at: text.at } : undefined
}

/** docker0's 172.17.0.0/16 is taken; then 172.18 to 172.31, then 192.168.0.0/20 and so on (libnetwork's local pools). */
function* pools(): Generator<Prefix> {
  for (let i = 18; i < 32; i++) yield parsePrefix(`172.${i}.0.0/16`) as Prefix
  for (let i = 0; i < 16; i++) yield parsePrefix(`192.168.${i * 16}.0/20`) as Prefix
}

const unsupported = (at: Span, message: string): Problem => ({ code: 'unsupported-here', severity: 'information', message, at, related: [], fixes: [] })

export function readNetworks(root: Tree | undefined, top: Span, usesDefault: boolean, problems: Problem[]): ReadonlyMap<string, ComposeNetwork> {
  const entries = entriesOf(get(root, 'networks'))
  const written: readonly { name: string; at: Span; tree: Tree | undefined }[] = [
    ...(usesDefault && !entries.some((entry) => entry.key.text === 'default') ? [{ name: 'default', at: top, tree: undefined }] : []),
    ...entries.map((entry: MapEntry) => ({ name: entry.key.text, at: entry.key.at, tree: entry.value })),
  ]
  const fixed = written.flatMap(({ tree }) => itemsOf(dig(tree, 'ipam', 'config')).flatMap((config) => parsePrefix(known(get(config, 'subnet'))?.value ?? '') ?? []))
  const free = pools()
  const networks = new Map<string, ComposeNetwork>()
  for (const { name, at, tree } of written) {
    const driver = known(get(tree, 'driver'))?.value ?? 'bridge'
    const kind = driver === 'macvlan' || driver === 'ipvlan' || driver === 'host' || driver === 'none' ? driver : 'bridge'
    if (!['bridge', 'default', 'macvlan', 'ipvlan', 'host', 'none'].includes(driver)) problems.push(unsupported(at, t`the network ${name} has the driver ${driver}; it is drawn as a bridge on one host`))
    const external = get(tree, 'external')
    const outside = external !== undefined && !(external.kind === 'scalar' && external.value === false)
    const configs = itemsOf(dig(tree, 'ipam', 'config'))
    const subnets = configs.map((config) => known(get(config, 'subnet')))
    const prefixes = subnets.flatMap((text): Written<Prefix>[] => {
      const prefix = text && parsePrefix(text.value)
      if (text && !prefix) problems.push({ code: 'address-invalid', severity: 'error', message: t`${text.value} is not a subnet like 172.30.1.0/24`, at: text.at, related: [], fixes: [] })
      return text && prefix ? [{ value: prefix, at: text.at }] : []
    })
    const unknown = outside || subnets.length > prefixes.length
    if (prefixes.length === 0 && !unknown && kind === 'bridge') {
      // Asked one by one: `break` out of a `for` over a generator would end it for the networks that follow.
      for (let pool = free.next(); !pool.done; pool = free.next()) {
        const { value } = pool
        if (fixed.some((prefix) => overlaps(prefix, value))) continue
        prefixes.push({ value, at })
        break
      }
    }
    const gateways = prefixes.map((prefix, i): Written<Ip> => {
      const text = known(get(configs[i], 'gateway'))
      const ip = text && parseIp(text.value)
      return text && ip ? { value: ip, at: text.at } : { value: addToIp(prefix.value.ip, 1), at: prefix.at }
    })
    const options = get(tree, 'driver_opts')
    const mtu = known(get(options, 'com.docker.network.driver.mtu'))
    const parent = known(get(options, 'parent'))?.value
    networks.set(name, {
      name, at, driver: kind, device: kind === 'bridge' ? deviceOf(name, tree) : (parent ?? 'eth0').split('.')[0] ?? 'eth0', internal: booleanOf(get(tree, 'internal'))?.value === true,
      icc: !isOff(options, 'enable_icc'), masquerade: !isOff(options, 'enable_ip_masquerade'), prefixes, gateways, unknown,
      mode: known(get(options, `${kind}_mode`))?.value, mtu: mtu && /^\d+$/.test(mtu.value) ? { value: Number(mtu.value), at: mtu.at } : undefined,
      taken: new Set(gateways.map((gateway) => printIp(gateway.value))),
    })
  }
  return networks
}

/** Docker reads such an option as Go reads a truth value (strconv.ParseBool). */
const isOff = (options: Tree | undefined, name: string): boolean => /^(0|f|false)$/i.test(known(get(options, `com.docker.network.bridge.${name}`))?.value ?? '')

/** The bridge that docker makes for a network; the kernel takes 15 characters. */
export const deviceOf = (name: string, tree: Tree | undefined): string => known(get(get(tree, 'driver_opts'), 'com.docker.network.bridge.name'))?.value ?? `br-${name}`.slice(0, 15)

/** The next address that nobody has; which one docker gives is decided when a container starts, here in file order. */
export function nextFree(network: ComposeNetwork, prefix: Prefix): Ip | undefined {
  const last = lastOf(prefix)
  for (let ip = addToIp(prefix.ip, 2), n = 0; compareIp(ip, last) < 0 && n < 70_000; ip = addToIp(ip, 1), n++) {
    if (network.taken.has(printIp(ip))) continue
    network.taken.add(printIp(ip))
    return ip
  }
  return undefined
}

export const lengthIn = (network: ComposeNetwork, ip: Ip): number | undefined => network.prefixes.find((prefix) => contains(prefix.value, ip))?.value.length

export function bridgeOf(network: ComposeNetwork): Interface {
  return {
    name: network.device, at: network.at, body: network.at, type: { value: 'bridge', at: network.at }, gateways: [], flows: [], ...(network.mtu && { mtu: network.mtu }),
    addresses: network.gateways.map((gateway, i) => ({ value: { ip: gateway.value, length: network.prefixes[i]?.value.length }, at: gateway.at })),
  }
}
