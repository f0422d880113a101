/** Links, tenants, networks, storage, groups, services, fabrics, migration: from their entries to what they are. */
import { compareIp, parseIp } from '../../address/ip.ts'
import { parsePortRange } from '../../address/port.ts'
import {
  fabricTypes, migrationModes, migrationProfiles, networkTypes,
  type Fabric, type Link, type LinkEnd, type MigrationDefaults, type Network, type SecurityGroup, type SecurityRule, type Service, type Storage, type Tenant,
} from '../../infra/parts.ts'
import type { Keyed, Written } from '../../text/span.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { fields, present, type Fields } from './fields.ts'
import {
  dhcpTable, fabricNumbers, fabricTable, gatewayTable, linkTable, migrationTable, networkTable, securityGroupTable, securityRuleTable, serviceTable, storageTable, tenantTable,
} from './grammar.ts'
import { prefixFrom } from './read-stack.ts'
import { problem, shown, wrongType, type Say } from './report.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

/** `node:interface`. */
export function parseEnd(text: string): { node: string; interface: string } | undefined {
  const match = /^([A-Za-z0-9][A-Za-z0-9_.-]*):([^\s:/]+)$/.exec(text)
  return match ? { node: match[1] ?? '', interface: match[2] ?? '' } : undefined
}

/** `[a:x, b:y]` or `{ ends: [a:x, b:y], … }`. */
export function readLink(tree: Tree | undefined, say: Say): Link | undefined {
  if (!tree) return undefined
  if (tree.kind === 'scalar') {
    if (tree.value !== null) say(wrongType(tree, t('a link like [a:eth0, b:eth0]')))
    return undefined
  }
  const f = tree.kind === 'map' ? fields(tree, linkTable, tree.at, say) : undefined
  const list = tree.kind === 'list' ? tree : f?.tree('ends')
  if (!list) return undefined
  if (list.kind !== 'list' || list.items.length !== 2) {
    say(problem('wrong-type', list.at, t`a link has two ends, each node:interface${list.kind === 'list' ? t`, not ${list.items.length}` : ''}`))
    return undefined
  }
  const ends = list.items.flatMap((item): LinkEnd[] => {
    const end = item?.kind === 'scalar' ? parseEnd(item.text) : undefined
    if (!end) say(problem('wrong-type', item?.at ?? list.at, t`${shown(item)} is not an end like server:eth0`))
    return end && item ? [{ ...end, at: item.at }] : []
  })
  const [a, b] = ends
  if (!a || !b) return undefined
  return present<Link>({
    ends: [a, b], at: tree.at, origin: { by: 'text' },
    mtu: f?.get('mtu', values.number(later('an MTU in bytes'), 68, 65575)),
    bandwidth: f?.get('bandwidth', values.bitRate),
    latency: f?.get('latency', values.time),
    loss: f?.get('loss', values.ratio),
    up: f?.get('up', values.boolean),
  })
}

export function readTenant(entry: MapEntry, say: Say): Tenant {
  const f = fields(entry.value, tenantTable, entry.key.at, say)
  return present<Tenant>({ name: entry.key.text, at: entry.key.at, color: f?.get('color', values.text) })
}

export function readNetwork(entry: MapEntry, say: Say): Network | undefined {
  const f = fields(entry.value, networkTable, entry.key.at, say)
  const type = f?.get('type', values.word(networkTypes))
  if (!f || !type) return undefined
  return present<Network>({
    name: entry.key.text, at: entry.key.at, body: entry.at, type,
    tenant: f.get('tenant', values.text),
    id: f.get('id', type.value === 'vlan' ? values.vlan : values.number('an id')),
    subnets: ['subnet', 'subnets'].flatMap((key) => values.list(values.prefix, 'prefixes')(f.tree(key), say)),
    gateway: readGateway(f),
    dhcp: readDhcp(f),
    uplink: readUplink(f),
    mtu: f.get('mtu', values.number(later('an MTU in bytes'), 68, 65575)),
    port: f.get('port', values.number(later('a UDP port'), 1, 65535)),
  })
}

function readGateway(f: Fields): Network['gateway'] {
  const tree = f.tree('gateway')
  if (!tree) return undefined
  if (tree.kind !== 'map') {
    const addresses = values.list(gatewayAddress, later('an IP address'))(tree, f.say)
    return addresses.length > 0 ? { addresses, at: tree.at } : undefined
  }
  const record = fields(tree, gatewayTable, tree.at, f.say)
  if (!record) return undefined
  const addresses = values.list(gatewayAddress, later('an IP address'))(record.tree('address'), f.say)
  return addresses.length === 0 ? undefined : present({ addresses, on: record.get('on', values.text), at: tree.at })
}

/** A gateway is an address; a prefix length behind it is the subnet's and is let pass. */
const gatewayAddress: typeof values.ip = (tree, say) => {
  const read = values.address(tree, say)
  return read && { value: read.value.ip, at: read.at }
}

function readDhcp(f: Fields): Network['dhcp'] {
  const tree = f.tree('dhcp')
  if (!tree) return undefined
  const range = tree.kind === 'scalar' ? tree : f.record('dhcp', dhcpTable)?.tree('range')
  if (range?.kind !== 'scalar') return undefined
  const [first = '', last = ''] = range.text.split(/\s*-\s*/)
  const from = parseIp(first.trim())
  const to = parseIp(last.trim())
  if (from && to && from.family === to.family && compareIp(from, to) <= 0) return { first: from, last: to, at: range.at }
  f.say(problem('address-invalid', range.at, t`${range.text} is not a range like 10.0.0.100-10.0.0.200`))
  return undefined
}

function readUplink(f: Fields): Network['uplink'] {
  const tree = f.tree('uplink')
  if (!tree) return undefined
  if (tree.kind === 'map') {
    const by = new Map<string, Keyed<string>>()
    for (const entry of tree.entries) {
      const device = values.text(entry.value, f.say)
      if (device) by.set(entry.key.text, { ...device, key: entry.key.at })
    }
    return { by, at: tree.at }
  }
  const all = values.text(tree, f.say)
  return all && { all, by: new Map(), at: tree.at }
}

const storageProtocols = ['nfs', 'iscsi', 'fc', 'ceph', 'lvm'] as const
const storageKinds = ['block', 'file', 'object'] as const

export function readStorage(entry: MapEntry, say: Say): Storage | undefined {
  const f = fields(entry.value, storageTable, entry.key.at, say)
  return f && present<Storage>({
    name: entry.key.text, at: entry.key.at,
    type: f.get('type', values.word(['shared', 'local'] as const)),
    protocol: f.get('protocol', values.word(storageProtocols)),
    kind: f.get('kind', values.word(storageKinds)),
    tier: f.get('tier', values.text),
    capacity: f.get('capacity', values.size),
    servers: values.list(values.text, 'names')(f.tree('servers'), say),
  })
}

export function readSecurityGroup(entry: MapEntry, say: Say): SecurityGroup | undefined {
  const f = fields(entry.value, securityGroupTable, entry.key.at, say)
  return f && {
    name: entry.key.text, at: entry.key.at,
    ingress: f.items('ingress').flatMap((item) => readSecurityRule(item, 'from', say)),
    egress: f.has('egress') ? f.items('egress').flatMap((item) => readSecurityRule(item, 'to', say)) : undefined,
  }
}

function readSecurityRule(tree: Tree, side: 'from' | 'to', say: Say): SecurityRule[] {
  const f = fields(tree, securityRuleTable, tree.at, say)
  if (!f) return []
  // An egress rule says whom it may reach under `to`; `from` is understood as well, since ingress spells it so.
  const peer = f.get(side, values.text) ?? f.get('from', values.text) ?? { value: 'any', at: tree.at }
  const from = readPeer(peer, say)
  const proto = f.get('proto', values.protocol)
  return from ? [present<SecurityRule>({
    from, proto: proto?.value === 'any' ? undefined : proto, ports: values.list(values.portsOf(proto?.value), 'ports')(f.tree('ports'), say), at: tree.at,
  })] : []
}

function readPeer({ value, at }: Written<string>, say: Say): SecurityRule['from'] | undefined {
  if (value === 'any') return { value: { kind: 'any' }, at }
  const named = /^(group|tenant):(.+)$/.exec(value)
  if (named) return { value: { kind: named[1] === 'group' ? 'group' : 'tenant', name: named[2] ?? '' }, at }
  const prefix = prefixFrom(value)
  if (prefix) return { value: { kind: 'prefix', prefix }, at }
  say(problem('wrong-type', at, t`${value} is not any, a prefix, group:name or tenant:name`))
  return undefined
}

export function readService(entry: MapEntry, say: Say): Service | undefined {
  const f = fields(entry.value, serviceTable, entry.key.at, say)
  return f && present<Service>({
    name: entry.key.text, at: entry.key.at,
    type: f.get('type', values.word(['l4', 'dns', 'anycast', 'application'] as const)),
    vip: f.get('vip', values.ip),
    port: f.get('port', values.ports),
    backends: values.list(values.text, later('backends like vm:80'))(f.tree('backends'), say).flatMap(({ value, at }) => {
      const [node = '', port] = value.split(':')
      const range = port === undefined ? undefined : parsePortRange(port)
      if (port !== undefined && !range) say(problem('wrong-type', at, t`${value} is not a backend like vm:80`))
      return [{ node, port: range?.first, at }]
    }),
    persistence: f.get('persistence', values.text),
    ttl: f.get('ttl', values.seconds),
    on: f.get('on', values.text),
  })
}

export function readFabric(entry: MapEntry, say: Say): Fabric | undefined {
  const f = fields(entry.value, fabricTable, entry.key.at, say)
  const type = f?.get('type', values.word(fabricTypes))
  if (!f || !type) return undefined
  const numbers = new Map<string, Written<number>>()
  for (const key of fabricNumbers) {
    const value = f.get(key, values.number(later('a whole number'), 0, 1e6))
    if (value) numbers.set(key, value)
  }
  const dimensions = f.tree('dimensions')
  const each = dimensions?.kind === 'list' ? values.list(values.number(later('a length'), 1, 1e6), later('lengths'))(dimensions, say) : undefined
  if (dimensions && !each) {
    const count = values.number(later('a number of dimensions'), 1, 16)(dimensions, say)
    if (count) numbers.set('dimensions', count)
  }
  const serverKind = fabricTable.keys['server']?.kind
  const server = serverKind?.is === 'record' ? f.record('server', serverKind.record()) : undefined
  return present<Fabric>({
    name: entry.key.text, at: entry.key.at, body: entry.at, type, numbers,
    dimensions: each && dimensions && { value: each.map((item) => item.value), at: dimensions.at },
    base: f.get('base', values.prefix),
    layer: f.get('layer', values.number(later('2 or 3'), 2, 3)),
    bandwidth: f.get('bandwidth', values.bitRate),
    latency: f.get('latency', values.time),
    mtu: f.get('mtu', values.number(later('an MTU in bytes'), 68, 65575)),
    server: present({ cpus: server?.get('cpus', values.number(later('a number of CPUs'), 0, 1e6, false)), memory: server?.get('memory', values.size) }),
  })
}

export function readMigration(entry: MapEntry, say: Say): MigrationDefaults {
  const f = fields(entry.value, migrationTable, entry.key.at, say)
  return f ? present<MigrationDefaults>({
    profile: f.get('profile', values.word(migrationProfiles)),
    mode: f.get('mode', values.word(migrationModes)),
    downtimeLimit: f.get('downtime-limit', values.time),
    maxBandwidth: f.get('max-bandwidth', values.byteRate),
    autoConverge: f.get('auto-converge', values.boolean),
    parallel: f.get('parallel', values.number(later('a number'), 1)),
    network: f.get('network', values.text),
  }) : {}
}
