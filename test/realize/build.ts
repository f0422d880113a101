/** A small reader of the infra language's words for these tests: enough to write fixtures as text, without the format's own room. */
import { parse } from 'yaml'
import { parseInterfaceAddress, parseIp, parsePrefix } from '../../core/address/ip.ts'
import { emptyInfra, type Infra } from '../../core/infra/infra.ts'
import { isTunnelType, type Interface, type InterfaceType } from '../../core/infra/interface.ts'
import type { NatRule, Node, NodeKind, Route } from '../../core/infra/node.ts'
import type { Fabric, FabricType, Link, Network, NetworkType } from '../../core/infra/parts.ts'
import type { Chunk, Span, Written } from '../../core/text/span.ts'

type Words = Readonly<Record<string, unknown>>
const wordsOf = (value: unknown): Words => (value ?? {}) as Words
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const must = <T>(value: T | undefined, what: unknown): T => {
  if (value === undefined) throw new Error(`fixture: ${String(what)}`)
  return value
}
const text = { by: 'text' } as const

/** Spans of one chunk; each place is told from the others by its number. */
function placesOf(chunk: Chunk): () => Span {
  let n = 0
  return () => ({ chunk, start: n++, end: n })
}

function readInterface(name: string, words: Words, place: () => Span): Interface {
  const at = place()
  const w = <T>(value: T): Written<T> => ({ value, at: place() })
  const some = <T, K extends string>(key: K, as: (value: unknown) => T): { [key in K]?: Written<T> } =>
    (words[key] === undefined ? {} : { [key]: w(as(words[key])) }) as { [key in K]?: Written<T> }
  const type = (words['type'] ?? 'ethernet') as InterfaceType
  const addresses = [...listOf(words['address']), ...listOf(words['addresses'])]
  const ips = (key: string): readonly Written<ReturnType<typeof ip>>[] => listOf(words[key]).map((one) => w(ip(one)))
  return {
    name, at, body: at, type: words['type'] === undefined ? { value: type, at } : w(type), flows: [],
    addresses: addresses.filter((a) => a !== 'dhcp').map((a) => w(must(parseInterfaceAddress(String(a)), a))),
    ...(addresses.includes('dhcp') && { dhcp: w(true) }),
    gateways: ips('gateway'),
    ...some('mtu', Number), ...some('up', Boolean), ...some('master', String), ...some('link', String), ...some('attach', String),
    ...some('network', String), ...some('vlan', Number), ...some('native', Number), ...some('hairpin', Boolean),
    ...some('isolated', Boolean), ...some('mode', String),
    ...(words['trunk'] !== undefined && { trunk: w(words['trunk'] as number[]) }),
    ...(isTunnelType(type)
      ? { tunnel: { remotes: ips('remote'), fdb: [], peers: [], ...(words['local'] !== undefined && { local: w(ip(words['local'])) }), ...some('id', Number), ...some('port', Number) } }
      : some('id', Number)),
  }
}
const ip = (value: unknown): NonNullable<ReturnType<typeof parseIp>> => must(parseIp(String(value)), value)

function readNode(kind: NodeKind, name: string, words: Words): Node {
  const place = placesOf({ uri: `test:${name}` })
  const at = place()
  const w = <T>(value: T): Written<T> => ({ value, at: place() })
  const ports = kind === 'switch' ? words['ports'] : words['interfaces']
  const interfaces = new Map(Object.entries(wordsOf(ports)).map(([key, value]) => [key, readInterface(key, wordsOf(value), place)]))
  const base = { name, at, body: at, origin: text, interfaces, ...(words['rack'] !== undefined && { rack: w(String(words['rack'])) }) }
  if (kind === 'switch') return { ...base, kind, ...(words['mtu'] !== undefined && { mtu: w(Number(words['mtu'])) }) }
  const stack = {
    routes: listOf(words['routes']).map(wordsOf).map(({ to, via, dev }): Route => ({
      to: w(must(parsePrefix(to === 'default' ? '0.0.0.0/0' : String(to)), to)), via: listOf(via).map((one) => w(ip(one))), type: 'unicast', at: place(),
      ...(dev !== undefined && { dev: w(String(dev)) }),
    })),
    sysctl: {}, nat: listOf(words['nat']) as readonly NatRule[],
    ...(words['forwarding'] !== undefined && { forwarding: w(words['forwarding'] === true) }),
  }
  const guest = {
    ...(words['host'] !== undefined && { host: w(String(words['host'])) }),
    securityGroups: listOf(words['security-groups']).map((group) => w(String(group))), apartFrom: [],
  }
  if (kind === 'vm') return { ...base, ...stack, ...guest, kind, disks: [], devices: [] }
  if (kind === 'container') return { ...base, ...stack, ...guest, kind, ports: [] }
  return { ...base, ...stack, kind, ...(kind === 'server' && words['cpus'] !== undefined && { cpus: w(Number(words['cpus'])) }) } as Node
}

function readNetwork(name: string, words: Words): Network {
  const place = placesOf({ uri: `test:${name}` })
  const at = place()
  const w = <T>(value: T): Written<T> => ({ value, at: place() })
  const gateway = words['gateway']
  const gate = typeof gateway === 'string' ? { address: gateway } : gateway as Words | undefined
  const range = (wordsOf(words['dhcp'])['range'] as string | undefined)?.split('-')
  const uplink = words['uplink']
  return {
    name, at, body: at, type: w(words['type'] as NetworkType), subnets: listOf(words['subnet'] ?? words['subnets']).map((one) => w(must(parsePrefix(String(one)), one))),
    ...(words['id'] !== undefined && { id: w(Number(words['id'])) }), ...(words['mtu'] !== undefined && { mtu: w(Number(words['mtu'])) }),
    ...(words['port'] !== undefined && { port: w(Number(words['port'])) }),
    ...(gate && { gateway: { addresses: listOf(gate['address']).map((one) => w(ip(one))), at: place(), ...(gate['on'] !== undefined && { on: w(String(gate['on'])) }) } }),
    ...(range && { dhcp: { first: ip(range[0]), last: ip(range[1]), at: place() } }),
    ...(uplink !== undefined && {
      uplink: typeof uplink === 'string' ? { all: w(uplink), by: new Map(), at: place() }
        : { by: new Map(Object.entries(wordsOf(uplink)).map(([node, dev]) => [node, w(String(dev))])), at: place() },
    }),
  }
}

export function readFabric(name: string, words: Words): Fabric {
  const place = placesOf({ uri: `test:${name}` })
  const at = place()
  const w = <T>(value: T): Written<T> => ({ value, at: place() })
  const keys = ['k', 'leaves', 'spines', 'hosts', 'access', 'distribution', 'core', 'size']
  const { dimensions, base, layer, mtu, bandwidth, server } = words
  return {
    name, at, body: at, type: w(words['type'] as FabricType),
    numbers: new Map([...keys, ...(typeof dimensions === 'number' ? ['dimensions'] : [])].flatMap((key) => (typeof words[key] === 'number' ? [[key, w(words[key])] as const] : []))),
    ...(Array.isArray(dimensions) && { dimensions: w(dimensions as number[]) }),
    ...(base !== undefined && { base: w(must(parsePrefix(String(base)), base)) }),
    ...(layer !== undefined && { layer: w(Number(layer)) }), ...(mtu !== undefined && { mtu: w(Number(mtu)) }),
    ...(bandwidth !== undefined && { bandwidth: w(Number(bandwidth)) }),
    server: wordsOf(server)['cpus'] === undefined ? {} : { cpus: w(Number(wordsOf(server)['cpus'])) },
  }
}

function readLink(words: unknown, i: number): Link {
  const place = placesOf({ uri: `test:link${i}` })
  const keys = Array.isArray(words) ? { ends: words } : wordsOf(words)
  const end = (spelled: unknown): Link['ends'][0] => {
    const [node = '', device = ''] = String(spelled).split(':')
    return { node, interface: device, at: place() }
  }
  const [a, b] = listOf(keys['ends'])
  const mtu = wordsOf(keys)['mtu']
  return { ends: [end(a), end(b)], at: place(), origin: text, ...(mtu !== undefined && { mtu: { value: Number(mtu), at: place() } }) }
}

const sections: readonly (readonly [string, NodeKind])[] = [
  ['servers', 'server'], ['vms', 'vm'], ['containers', 'container'], ['switches', 'switch'], ['routers', 'router'], ['externals', 'external'],
]

export function build(yaml: string): Infra {
  const words = wordsOf(parse(yaml, { merge: true }))
  const entries = (section: string): [string, unknown][] => Object.entries(wordsOf(words[section]))
  return {
    ...emptyInfra,
    nodes: new Map(sections.flatMap(([section, kind]) => entries(section).map(([name, value]) => [name, readNode(kind, name, wordsOf(value))] as const))),
    networks: new Map(entries('networks').map(([name, value]) => [name, readNetwork(name, wordsOf(value))])),
    fabrics: new Map(entries('fabrics').map(([name, value]) => [name, readFabric(name, wordsOf(value))])),
    links: listOf(words['links']).map(readLink),
  }
}
