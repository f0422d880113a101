/** A name that nothing in the file has. */
import { contains, printIp } from '../address/ip.ts'
import { isGuest, isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Expectation, Selector } from '../infra/parts.ts'
import type { Span, Written } from '../text/span.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, keyOf, ownersOf, prefixesOf } from './shared/model.ts'
import { nearestName } from './shared/names.ts'
import { t } from '../words.ts'

/** The nearest name, where there is one, or the nearest address. */
function missing({ what, name, of, isAddress }: Dangling, near: string | undefined): string {
  const said = of === undefined ? t`there is no ${what} ${name}` : t`there is no ${what} ${name} of ${of}`
  return near === undefined ? said : isAddress ? t`${said}; ${near} is the nearest` : t`${said}; ${near} is the nearest name`
}

export const check: Check = {
  code: 'unknown-reference',
  title: 'Unknown name',
  severity: 'error',
  explanation: explain({
    what: 'Something is named here that is not defined anywhere in the file or its includes: a host, a bridge, a network, a tenant, a security group, a storage, the node of a link.',
    why: 'What the name should tie together stays apart: the guest has no host, the port no bridge.',
    mend: 'Correct the name (the quick fix takes the nearest one), or define what it names.',
    wrong: 'servers: { s1: {} }\nvms: { vm1: { host: s11 } }',
    right: 'servers: { s1: {} }\nvms: { vm1: { host: s1 } }',
  }),
  run(context, report) {
    for (const one of referencesOf(context)) {
      const near = nearestName(one.name, one.candidates())
      report({
        at: one.at, message: missing(one, near),
        ...(one.subject !== undefined && { subject: one.subject }),
        fixes: near === undefined ? [] : [{
          title: t`Change to ${one.spell?.(near) ?? near}`, ...(!one.isAddress && { preferred: true }),
          change: { kind: 'correct', at: one.at, value: one.spell?.(near) ?? near },
        }],
      })
    }
  },
}

/** A name that was not found. */
interface Dangling {
  readonly name: string
  readonly at: Span
  readonly what: string
  /** Whose thing was looked for: "s1" in "there is no interface eth9 of s1". */
  readonly of?: string
  readonly subject?: string
  readonly candidates: () => Iterable<string>
  /** Another address is another node: nothing to take without a look. */
  readonly isAddress?: boolean
  /** The whole text at the place, where the name is only a part of it. */
  readonly spell?: (name: string) => string
}

function* referencesOf(context: CheckContext): Generator<Dangling> {
  yield* ofNodes(context)
  yield* ofParts(context)
  for (const one of context.written.expectations) yield* ofExpectation(context, one)
}

const named = (nodes: ReadonlyMap<string, Node>, kinds?: readonly Node['kind'][]): (() => Iterable<string>) => () =>
  [...nodes.values()].filter((node) => !kinds || kinds.includes(node.kind)).map((node) => node.name)

function tenantsOf({ infra }: CheckContext): ReadonlySet<string> | undefined {
  // A file without the section declares tenants by naming them.
  return infra.tenants.size === 0 ? undefined : new Set(infra.tenants.keys())
}

function* ofNodes(context: CheckContext): Generator<Dangling> {
  const { written, infra } = context
  const tenants = tenantsOf(context)
  for (const node of written.nodes.values()) {
    const subject = node.name
    const devices = infra.nodes.get(node.name)?.interfaces ?? node.interfaces
    const device = function* (name: Written<string> | undefined, what: string, at = subject): Generator<Dangling> {
      if (name && !devices.has(name.value)) yield { name: name.value, at: name.at, what, of: node.name, subject: at, candidates: () => devices.keys() }
    }
    for (const one of node.interfaces.values()) {
      const label = `${node.name}:${one.name}`
      yield* device(one.master, 'interface', label)
      yield* device(one.link, 'interface', label)
      if (one.network && !infra.networks.has(one.network.value)) {
        yield { name: one.network.value, at: one.network.at, what: t('network'), subject: label, candidates: () => infra.networks.keys() }
      }
      const host = isGuest(node) && node.host ? infra.nodes.get(node.host.value) : undefined
      if (one.attach && host && !host.opaque && !host.interfaces.has(one.attach.value)) {
        const bridges = [...host.interfaces.values()].filter((each) => !each.guestSide && each.name !== 'lo').map((each) => each.name)
        yield { name: one.attach.value, at: one.attach.at, what: t('interface'), of: host.name, subject: label, candidates: () => bridges }
      }
    }
    if (isGuest(node)) {
      const kinds: readonly Node['kind'][] = node.kind === 'vm' ? ['server'] : ['server', 'vm']
      if (node.host && !kinds.some((kind) => kind === infra.nodes.get(node.host?.value ?? '')?.kind)) {
        const other = infra.nodes.get(node.host.value)
        yield {
          name: node.host.value, at: node.host.at, subject, candidates: named(infra.nodes, kinds),
          what: other ? t`server by the name of the ${other.kind}` : t('server'),
        }
      }
      if (node.tenant && tenants && !tenants.has(node.tenant.value)) {
        yield { name: node.tenant.value, at: node.tenant.at, what: t('tenant'), subject, candidates: () => tenants }
      }
      for (const group of node.securityGroups) {
        if (!infra.securityGroups.has(group.value)) yield { name: group.value, at: group.at, what: t('security group'), subject, candidates: () => infra.securityGroups.keys() }
      }
      for (const other of node.apartFrom) {
        if (!infra.nodes.has(other.value)) yield { name: other.value, at: other.at, what: t('guest'), subject, candidates: named(infra.nodes, ['vm', 'container']) }
      }
    }
    if (node.kind === 'vm') {
      for (const { on } of node.disks) {
        if (on && on.value !== 'local' && !infra.storage.has(on.value)) {
          yield { name: on.value, at: on.at, what: t('storage'), subject, candidates: () => ['local', ...infra.storage.keys()] }
        }
      }
    }
    if (isStack(node)) yield* ofStack(node, device)
  }
}

function* ofStack(node: StackNode, device: (name: Written<string> | undefined, what: string) => Generator<Dangling>): Generator<Dangling> {
  for (const route of node.routes) yield* device(route.dev, 'interface')
  for (const rule of node.nat) yield* device(rule.kind === 'dnat' ? rule.in : rule.out, 'interface')
  for (const hook of ['input', 'forward', 'output'] as const) {
    for (const rule of node.firewall?.[hook]?.rules ?? []) {
      // iptables takes a trailing + for any name that begins so.
      for (const name of [rule.in, rule.out]) if (name && !name.value.endsWith('+')) yield* device(name, 'interface')
    }
  }
  for (const name of node.routing?.passive ?? []) yield* device(name, 'interface')
  for (const [name, settings] of node.deviceSysctl ?? []) yield* device({ value: name, at: settings.at }, 'interface')
  for (const [name, cost] of node.routing?.cost ?? []) yield* device({ value: name, at: cost.key ?? cost.at }, 'interface')
}

function* ofParts(context: CheckContext): Generator<Dangling> {
  const { written, infra } = context
  const tenants = tenantsOf(context)
  for (const link of written.links) {
    for (const end of link.ends) {
      if (!infra.nodes.has(end.node)) {
        yield { name: end.node, at: end.at, what: t('node'), candidates: () => [...infra.nodes.keys()].filter((name) => link.ends.every((other) => other.node !== name)), spell: (name) => `${name}:${end.interface}` }
      }
    }
  }
  for (const network of written.networks.values()) {
    const subject = `network:${network.name}`
    if (network.tenant && tenants && !tenants.has(network.tenant.value)) {
      yield { name: network.tenant.value, at: network.tenant.at, what: t('tenant'), subject, candidates: () => tenants }
    }
    const on = network.gateway?.on
    if (on && on.value !== 'each' && !infra.nodes.has(on.value)) {
      yield { name: on.value, at: on.at, what: t('node'), subject, candidates: () => ['each', ...infra.nodes.keys()] }
    }
    for (const [server, name] of network.uplink?.by ?? []) {
      const owner = infra.nodes.get(server)
      if (!owner) yield { name: server, at: name.key ?? name.at, what: t('server'), subject, candidates: () => [...named(infra.nodes, ['server'])()].filter((one) => !network.uplink?.by.has(one)) }
      else if (!owner.interfaces.has(name.value)) {
        yield { name: name.value, at: name.at, what: t('interface'), of: server, subject, candidates: () => owner.interfaces.keys() }
      }
    }
    const all = network.uplink?.all
    const missing = all && [...hostsOf(context, network.name)].find((host) => !host.interfaces.has(all.value) && !network.uplink?.by.has(host.name))
    if (all && missing) {
      yield { name: all.value, at: all.at, what: t('interface'), of: missing.name, subject, candidates: () => missing.interfaces.keys() }
    }
  }
  for (const storage of written.storage.values()) {
    for (const server of storage.servers) {
      if (!infra.nodes.has(server.value)) yield { name: server.value, at: server.at, what: t('server'), candidates: named(infra.nodes, ['server']) }
    }
  }
  for (const group of written.securityGroups.values()) {
    for (const { from } of [...group.ingress, ...(group.egress ?? [])]) {
      if (from.value.kind === 'group' && !infra.securityGroups.has(from.value.name)) {
        yield { name: from.value.name, at: from.at, what: t('security group'), candidates: () => infra.securityGroups.keys(), spell: (name) => `group:${name}` }
      } else if (from.value.kind === 'tenant' && tenants && !tenants.has(from.value.name)) {
        yield { name: from.value.name, at: from.at, what: t('tenant'), candidates: () => tenants, spell: (name) => `tenant:${name}` }
      }
    }
  }
  for (const service of written.services.values()) {
    if (service.on && !infra.nodes.has(service.on.value)) yield { name: service.on.value, at: service.on.at, what: t('node'), candidates: named(infra.nodes) }
    for (const { node, port, at } of service.backends) {
      if (!infra.nodes.has(node)) yield { name: node, at, what: t('node'), candidates: named(infra.nodes), spell: (name) => (port === undefined ? name : `${name}:${port}`) }
    }
  }
  const device = written.migration.network
  const servers = [...infra.nodes.values()].filter((node) => node.kind === 'server')
  if (device && servers.length > 0 && !servers.some((server) => server.interfaces.has(device.value))) {
    yield { name: device.value, at: device.at, what: t('interface'), of: t('any server'), candidates: () => servers.flatMap((server) => [...server.interfaces.keys()]) }
  }
}

/** The servers that host a member of a network. */
function* hostsOf({ infra }: CheckContext, network: string): Generator<Node> {
  const seen = new Set<string>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host || ![...node.interfaces.values()].some((one) => one.network?.value === network)) continue
    const host = infra.nodes.get(node.host.value)
    if (host?.kind !== 'server' || seen.has(host.name)) continue
    seen.add(host.name)
    yield host
  }
}

function* ofExpectation(context: CheckContext, one: Expectation): Generator<Dangling> {
  const { infra } = context
  const node = function* (name: Written<string>, kinds?: readonly Node['kind'][]): Generator<Dangling> {
    const found = infra.nodes.get(name.value)
    if (!found || (kinds && !kinds.includes(found.kind))) {
      yield { name: name.value, at: name.at, what: kinds?.length === 1 ? (kinds[0] ?? 'node') : 'node', candidates: named(infra.nodes, kinds) }
    }
  }
  switch (one.kind) {
    case 'isolate':
      for (const group of one.groups) yield* ofSelector(context, group, true)
      return
    case 'block':
      for (const selector of [...one.from, ...one.to]) yield* ofSelector(context, selector, false)
      return
    case 'migrate':
      yield* node(one.vm, ['vm', 'container'])
      yield* node(one.to, ['server'])
      return
    case 'survive':
      for (const each of one.keep) yield* ofExpectation(context, each)
      return
    default:
      for (const selector of [...one.from, ...one.to]) {
        yield* ofSelector(context, selector, false)
        yield* ofAddress(context, selector)
      }
      if (one.kind === 'path') for (const name of one.through) yield* node(name)
  }
}

function* ofSelector(context: CheckContext, { value, at }: Selector, bareTenant: boolean): Generator<Dangling> {
  const { infra } = context
  const used = new Set([...infra.tenants.keys(), ...[...infra.nodes.values()].flatMap((node) => (isGuest(node) && node.tenant ? [node.tenant.value] : []))])
  if (value.kind === 'tenant') {
    if (!used.has(value.name)) yield { name: value.name, at, what: t('tenant'), candidates: () => used, spell: (name) => `tenant:${name}` }
  } else if (value.kind === 'network') {
    if (!infra.networks.has(value.name)) yield { name: value.name, at, what: t('network'), candidates: () => infra.networks.keys(), spell: (name) => `network:${name}` }
  } else if (value.kind === 'node') {
    const found = infra.nodes.get(value.node)
    if (!found && bareTenant && used.has(value.node)) return
    if (!found) {
      const rest = value.interface === undefined ? '' : `:${value.interface}`
      const candidates = (): Iterable<string> => (bareTenant ? [...used, ...infra.nodes.keys()] : infra.nodes.keys())
      yield { name: value.node, at, what: bareTenant ? 'tenant' : 'node', candidates, spell: (name) => name + rest }
    } else if (value.interface !== undefined && !found.interfaces.has(value.interface)) {
      yield {
        name: value.interface, at, what: t('interface'), of: found.name, candidates: () => found.interfaces.keys(),
        spell: (name) => `${found.name}:${name}`,
      }
    }
  }
}

/** An address of a subnet that the file's nodes are on, and that none of them has: somebody is to answer, and nobody can. */
function* ofAddress(context: CheckContext, { value, at }: Selector): Generator<Dangling> {
  if (value.kind !== 'address' || ownersOf(context).has(keyOf(value.ip))) return
  const { infra } = context
  const nodes = [...infra.nodes.values()]
  const inSubnet = nodes.some((node) => [...node.interfaces.values()].some((one) => prefixesOf(one).some(({ prefix }) => prefix.length > 0 && contains(prefix, value.ip))))
  const answered = nodes.some((node) => node.opaque !== undefined || (node.kind === 'external' && (node.answers ?? []).some((prefix) => contains(prefix.value, value.ip)))
    || (isStack(node) && node.nat.some((rule) => (rule.kind === 'dnat' ? rule.ip?.value : rule.kind === 'snat' ? rule.to.value : undefined)?.value === value.ip.value)))
    || [...infra.services.values()].some(({ vip }) => vip?.value.value === value.ip.value)
    || nodes.some((node) => [...node.interfaces.values()].some((one) => !isUp(one) && one.addresses.some((own) => keyOf(own.value.ip) === keyOf(value.ip))))
  if (!inSubnet || answered) return
  yield { name: printIp(value.ip), at, what: t('node with the address'), isAddress: true, candidates: () => nodes.flatMap((node) => [...node.interfaces.values()].flatMap((one) => one.addresses.map((own) => printIp(own.value.ip)))) }
}
