/** Routes, filters, NAT and routing protocols of a stack. */
import { defaultPrefix, parseInterfaceAddress, parseIp, prefixOf, printIp, type Ip, type Prefix } from '../../address/ip.ts'
import { parsePortRange } from '../../address/port.ts'
import type { Sysctl } from '../../infra/interface.ts'
import type { FilterChain, FilterRule, Firewall, FirewallHook, NatRule, Route, Routing, StackParts } from '../../infra/node.ts'
import { firewallHooks } from '../../infra/node.ts'
import type { Keyed, Written } from '../../text/span.ts'
import type { Tree } from '../yaml-tree/tree.ts'
import { fields, present, type Fields } from './fields.ts'
import { itemReader } from './remember.ts'
import { chainTable, firewallTable, natTable, routeTable, routingTable, ruleTable, sysctlTable } from './grammar-interfaces.ts'
import { problem, type Say } from './report.ts'
import { readSysctl } from './read-interface.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

/** What every stack has beside its interfaces. */
export function readStack(f: Fields): StackParts {
  return present({
    routes: f.read('routes', routes),
    forwarding: f.get('forwarding', values.flag),
    ...readNodeSysctl(f),
    firewall: readFirewall(f),
    nat: f.read('nat', natRules),
    routing: readRouting(f),
  })
}

/** A map among the settings is named after an interface, which this entry, a link or a network declares; `all` and `default` are the kernel's. */
function readNodeSysctl(f: Fields): Pick<StackParts, 'sysctl' | 'deviceSysctl'> {
  const tree = f.tree('sysctl')
  const record = fields(tree, sysctlTable, f.at, f.say, (entry) => entry.value?.kind === 'map' && !Object.hasOwn(sysctlTable.keys, entry.key.text))
  if (!record || tree?.kind !== 'map') return { sysctl: {} }
  let sysctl = readSysctl(record)
  const devices = new Map<string, Written<Sysctl>>()
  for (const { key, value } of tree.entries) {
    if (value?.kind !== 'map' || Object.hasOwn(sysctlTable.keys, key.text) || key.text.startsWith('x-')) continue
    const inner = fields(value, sysctlTable, key.at, f.say)
    if (!inner) continue
    if (key.text === 'all') sysctl = { ...sysctl, ...readSysctl(inner) }
    else if (key.text !== 'default' && !devices.has(key.text)) devices.set(key.text, { value: readSysctl(inner), at: key.at })
  }
  return present({ sysctl, deviceSysctl: devices.size > 0 ? devices : undefined })
}

function readRoute(tree: Tree, say: Say): Route[] {
  const f = fields(tree, routeTable, tree.at, say)
  if (!f) return []
  const hops = values.list(values.ip, later('an IP address, or a list'))(f.tree('via'), say)
  const to = readTarget(f.tree('to'), hops[0]?.value.family ?? 4, say)
  if (!to) return []
  // IPv4 may go by IPv6 next hops (RFC 8950; RTA_VIA), not the other way round; a source is one of the packet's own family.
  const { family } = to.value.ip
  const strange = hops.filter(({ value }) => value.family < family)
  const via = hops.filter((hop) => !strange.includes(hop))
  for (const { value, at } of strange) say(problem('address-invalid', at, t`an IPv6 route has no IPv4 next hop: ${printIp(value)}`))
  const src = f.get('src', values.ip)
  const fits = src?.value.family === family
  if (src && !fits) say(problem('address-invalid', src.at, t`${printIp(src.value)} is no source of an IPv${family} route`))
  if (strange.length > 0 && via.length === 0) return []
  const kind = f.get('type', values.word(['unicast', 'blackhole', 'unreachable'] as const))?.value ?? 'unicast'
  if (kind === 'unicast' && !f.has('via') && !f.has('dev')) say(problem('missing-key', tree.at, t('a route needs via or dev: where to send')))
  const dev = f.get('dev', values.text)
  const onlink = f.get('onlink', values.boolean)
  // fib_check_nh: "Nexthop device required for onlink".
  if (onlink?.value && via.length > 0 && !dev) say(problem('missing-key', onlink.at, t('onlink needs dev: on which link')))
  return [present<Route>({
    to, via,
    dev,
    metric: f.get('metric', values.number(later('a metric'), 0, 4294967295)),
    src: fits ? src : undefined,
    onlink,
    type: kind,
    at: tree.at,
  })]
}

/** `default` takes the family of its next hop. */
function readTarget(tree: Tree | undefined, family: 4 | 6, say: Say): Written<Prefix> | undefined {
  if (tree?.kind === 'scalar' && tree.text === 'default') return { value: defaultPrefix(family), at: tree.at }
  return values.prefix(tree, say)
}

function readFirewall(f: Fields): Firewall | undefined {
  const record = f.record('firewall', firewallTable)
  if (!record) return undefined
  const chains: { [hook in FirewallHook]?: FilterChain } = {}
  for (const hook of firewallHooks) {
    const chain = record.record(hook, chainTable)
    if (!chain) continue
    chains[hook] = {
      policy: chain.get('policy', values.word(['accept', 'drop'] as const)) ?? { value: 'accept', at: chain.at },
      rules: chain.items('rules').flatMap((item) => readRule(item, f.say)),
    }
  }
  return { ...chains, at: record.at }
}

function readRule(tree: Tree, say: Say): FilterRule[] {
  const f = fields(tree, ruleTable, tree.at, say)
  const action = f?.get('action', values.word(['accept', 'drop'] as const))
  if (!f || !action) return []
  const proto = f.get('proto', values.protocol)
  return [present<FilterRule>({
    from: values.list(values.prefix, later('a prefix'))(f.tree('from'), say),
    to: values.list(values.prefix, later('a prefix'))(f.tree('to'), say),
    in: f.get('in', values.text),
    out: f.get('out', values.text),
    proto: proto?.value === 'any' ? undefined : proto,
    ports: values.list(values.portsOf(proto?.value), 'ports')(f.tree('ports'), say),
    state: values.list(values.word(['new', 'established', 'related', 'invalid'] as const), 'states')(f.tree('state'), say).map((state) => state.value),
    action, at: tree.at,
  })]
}

/** `10.0.0.1`, `10.0.0.1:80`, `10.0.0.1:80/tcp`, `[fd00::1]:80`, `:80`. */
export function parseEndpoint(text: string): { ip: Ip | undefined; ports: string | undefined } | undefined {
  const bare = parseIp(text)
  if (bare) return { ip: bare, ports: undefined }
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5}(?:-\d{1,5})?(?:\/\w+)?)$/.exec(text)
  if (!match) return undefined
  const host = match[1] ?? match[2] ?? ''
  const ip = host === '' ? undefined : parseIp(host)
  return host !== '' && !ip ? undefined : { ip, ports: match[3] }
}

function readNat(tree: Tree, say: Say): NatRule[] {
  const f = fields(tree, natTable, tree.at, say)
  if (!f) return []
  const out = f.get('out', values.text)
  const at = tree.at
  if (f.has('masquerade')) {
    const from = f.get('masquerade', values.prefix)
    return from ? [present<NatRule>({ kind: 'masquerade', from, out, at })] : []
  }
  if (f.has('snat')) {
    const from = f.get('snat', values.prefix)
    const to = f.get('to', values.ip)
    if (from && !f.has('to')) say(problem('missing-key', at, t('snat needs to: the address that sources leave with')))
    return from && to ? [present<NatRule>({ kind: 'snat', from, to, out, at })] : []
  }
  if (f.has('dnat')) return readDnat(f, tree, say)
  say(problem('missing-key', at, t('a NAT rule needs masquerade, snat or dnat')))
  return []
}

function readDnat(f: Fields, tree: Tree, say: Say): NatRule[] {
  const outer = f.get('dnat', values.text)
  const inner = f.get('to', values.text)
  if (!f.has('to')) say(problem('missing-key', tree.at, t('dnat needs to: the new destination')))
  if (!outer || !inner) return []
  const from = parseEndpoint(outer.value)
  const ports = from?.ports === undefined ? undefined : parsePortRange(from.ports)
  if (!from || (from.ports !== undefined && !ports)) say(problem('address-invalid', outer.at, t`${outer.value} is not ip:port/proto`))
  const to = parseEndpoint(inner.value)
  const port = to?.ports === undefined ? undefined : parsePortRange(to.ports)?.first
  if (!to?.ip || (to.ports !== undefined && port === undefined)) say(problem('address-invalid', inner.at, t`${inner.value} is not ip:port`))
  if (!from || !to?.ip || (from.ports !== undefined && !ports)) return []
  return [present<NatRule>({
    kind: 'dnat', ip: from.ip && { value: from.ip, at: outer.at }, ports: ports && { value: ports, at: outer.at },
    to: { value: { ip: to.ip, port }, at: inner.at }, in: f.get('in', values.text), at: tree.at,
  })]
}

function readRouting(f: Fields): Routing | undefined {
  const record = f.record('routing', routingTable)
  const protocol = record?.get('protocol', values.word(['ospf', 'bgp'] as const))
  if (!record || !protocol) return undefined
  const cost = new Map<string, Keyed<number>>()
  for (const entry of record.map('cost')) {
    const value = values.number(later('a cost'), 1, 65535)(entry.value, f.say)
    if (value) cost.set(entry.key.text, { ...value, key: entry.key.at })
  }
  return present<Routing>({
    protocol, cost,
    as: record.get('as', values.number(later('an AS number'), 1, 4294967295)),
    passive: values.list(values.text, 'devices')(record.tree('passive'), f.say),
    advertise: values.list(values.prefix, 'prefixes')(record.tree('advertise'), f.say),
    at: record.at,
  })
}

const routes = itemReader(readRoute)
const natRules = itemReader(readNat)

/** `10.0.0.0/24` or a bare address, as a prefix of full length; undefined when it is neither. */
export function prefixFrom(text: string): Prefix | undefined {
  const parsed = parseInterfaceAddress(text)
  return parsed && prefixOf(parsed.ip, parsed.length ?? (parsed.ip.family === 4 ? 32 : 128))
}

