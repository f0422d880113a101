/** A compose file as Infra: its services are containers of one docker host, its networks that host's bridges. */
import { parsePrefix, printIp, type Ip } from '../../address/ip.ts'
import { emptyInfra, type Infra } from '../../infra/infra.ts'
import type { Interface } from '../../infra/interface.ts'
import type { Container, FilterRule, NatRule, Node, Server } from '../../infra/node.ts'
import type { Problem } from '../../infra/problem.ts'
import type { Source } from '../../text/source.ts'
import type { Span, Written } from '../../text/span.ts'
import type { Reading } from '../format.ts'
import { dig, entriesOf, get, textAt } from '../yaml-tree/access.ts'
import { parseYaml } from '../yaml-tree/parse.ts'
import type { ParsedYaml } from '../yaml-tree/tree.ts'
import { bridgeOf, known, readNetworks, type ComposeNetwork } from './networks.ts'
import { chainOf, first, interfacesOf, joinedBy, limitsOf, portsOf, reserve } from './services.ts'
import { t } from '../../words.ts'

/** The machine that docker runs on; it has no name in the file. */
const hostName = 'docker-host'

const unsupported = (at: Span, message: string): Problem => ({ code: 'unsupported-here', severity: 'information', message, at, related: [], fixes: [] })

export const parsedOf = (reading: Reading): ParsedYaml => reading.memory as ParsedYaml

/** Jinja's blocks are not YAML yet; reading them as YAML would only complain of braces. */
const isTemplate = (text: string): boolean => /^\s*\{%|^.*\{%-?\s*(if|for|set|block|include|macro)\b/m.test(text) || /~\{|<%|\{#[^}]*#\}/.test(text)

export function read(source: Source, previous?: Reading): Reading {
  if (isTemplate(source.text)) {
    const chunk = { uri: source.uri }
    const empty: ParsedYaml = { root: undefined, problems: [], places: new Map([[chunk, 0]]), whole: true, memory: undefined, source }
    return { source, infra: emptyInfra, places: empty.places, whole: true, memory: empty, problems: [unsupported({ chunk, start: 0, end: 1 }, t('this is a template; render it to read the services'))] }
  }
  const yaml = parseYaml(source, previous && parsedOf(previous).memory)
  const problems: Problem[] = [...yaml.problems]
  const services = get(yaml.root, 'services')
  const top = yaml.root?.entries.find((entry) => entry.key.text === 'services')?.key.at ?? { chunk: [...yaml.places.keys()][0] ?? { uri: source.uri }, start: 0, end: 0 }
  const all = entriesOf(services).filter((entry) => !entry.key.text.startsWith('x-')).map((entry) => {
    const chain = chainOf(services, entry)
    return { entry, ...chain, mode: known(first(chain.trees, 'network_mode')), joined: joinedBy(chain.trees) }
  })
  const networks = readNetworks(yaml.root, top, all.some(({ mode, joined }) => !mode && !joined), problems)
  for (const { joined } of all) reserve(joined, networks)
  const nodes = new Map<string, Node>()
  for (const { entry, trees, elsewhere, mode, joined } of all) {
    const name = entry.key.text
    const already = nodes.get(name)
    if (already) {
      problems.push({ code: 'duplicate-name', severity: 'error', message: t`the service ${name} is written twice`, at: entry.key.at, subject: name, related: [{ message: t('first here'), at: already.at }], fixes: [] })
      continue
    }
    for (const one of joined ?? []) {
      if (networks.has(one.name) || mode) continue
      problems.push({
        code: 'unknown-reference', severity: 'error', message: t`there is no network ${one.name} in this file`, at: one.at, subject: name, related: [], fixes: [],
      })
    }
    const plugs = mode ? { interfaces: new Map<string, Interface>(), unknown: undefined } : interfacesOf(joined ?? [{ name: 'default', at: entry.key.at, tree: undefined }], networks, problems)
    const shared = mode && mode.value !== 'none' && mode.value !== 'bridge' ? { value: t`it has no network of its own: ${mode.value}`, at: mode.at } : undefined
    const opaque = elsewhere ? { value: t`it extends a service of ${elsewhere.value}, which is not read here`, at: elsewhere.at } : shared ?? plugs.unknown
    if (shared) problems.push(unsupported(shared.at, t`${name} has the network of another (${mode?.value ?? ''}); what it reaches is unknown here`))
    const scale = known(first(trees, 'scale')) ?? known(dig(first(trees, 'deploy'), 'replicas'))
    if (scale && /^\d+$/.test(scale.value) && Number(scale.value) !== 1) problems.push(unsupported(scale.at, t`${name} is to run ${scale.value} times; it is read as one container`))
    if (elsewhere) problems.push(unsupported(elsewhere.at, t`${name} extends a service of ${elsewhere.value}; what stands there is not read`))
    nodes.set(name, containerOf(entry.key.text, entry, trees, plugs.interfaces, opaque, problems))
  }
  if (nodes.size > 0) nodes.set(hostName, hostOf(top, networks, [...nodes.values()].filter((node): node is Container => node.kind === 'container')))
  const name = textAt(yaml.root, 'name')
  const infra: Infra = { ...emptyInfra, ...(name && { name }), nodes }
  return { source, infra, problems, places: yaml.places, whole: yaml.whole, memory: yaml }
}

function containerOf(name: string, entry: { key: { at: Span }; at: Span }, trees: Parameters<typeof first>[0], interfaces: ReadonlyMap<string, Interface>, opaque: Written<string> | undefined, problems: Problem[]): Container {
  const at = entry.key.at
  const image = known(first(trees, 'image'))
  const limits = limitsOf(trees, at)
  return {
    kind: 'container', name, at, body: entry.at, origin: { by: 'text' }, interfaces, host: { value: hostName, at }, routes: [], sysctl: {}, nat: [], securityGroups: [], apartFrom: [],
    // A container's namespace inherits ip_forward from the first one, in which docker has turned it on.
    forwarding: { value: true, at }, ports: portsOf(first(trees, 'ports'), problems), ...(image && { image }), ...(limits && { limits }), ...(opaque && { opaque }),
  }
}

/** The address of a container on a bridge through which a published port can lead to it. */
function publishedAddress(container: Container, networks: ReadonlyMap<string, ComposeNetwork>): Ip | undefined {
  const open = [...networks.values()].filter((network) => network.driver === 'bridge' && !network.internal).map((network) => network.device)
  for (const item of container.interfaces.values()) {
    const address = item.addresses.find(({ value }) => value.ip.family === 4)
    if (item.attach && open.includes(item.attach.value) && address) return address.value.ip
  }
  return undefined
}

/**
 * Docker's host: bridges, masquerading, published ports, and the rules that keep bridges apart (DOCKER-ISOLATION of engines
 * before 28; a later one lets published ports through). Rules that name no device hold for all.
 */
function hostOf(at: Span, networks: ReadonlyMap<string, ComposeNetwork>, containers: readonly Container[]): Server {
  const bridges = [...networks.values()].filter((network) => network.driver === 'bridge')
  const interfaces = new Map<string, Interface>([['eth0', { name: 'eth0', at, body: at, type: { value: 'ethernet', at }, addresses: [], gateways: [], flows: [] }]])
  for (const network of networks.values()) {
    if (network.driver === 'bridge') interfaces.set(network.device, bridgeOf(network))
    else if ((network.driver === 'macvlan' || network.driver === 'ipvlan') && !interfaces.has(network.device)) {
      interfaces.set(network.device, { name: network.device, at, body: at, type: { value: 'ethernet', at }, addresses: [], gateways: [], flows: [] })
    }
  }
  const nat: NatRule[] = bridges.filter((network) => !network.internal && network.masquerade).flatMap((network) => network.prefixes.filter(({ value }) => value.ip.family === 4).map((prefix): NatRule => ({ kind: 'masquerade', from: prefix, out: { value: 'eth0', at: prefix.at }, at: prefix.at })))
  const rule = (one: Partial<FilterRule> & Pick<FilterRule, 'action' | 'at'>): FilterRule => ({ from: [], to: [], ports: [], state: [], ...one })
  const accept = { value: 'accept' as const, at }
  const drop = { value: 'drop' as const, at }
  const rules: FilterRule[] = []
  for (const network of bridges) {
    const dev = { value: network.device, at: network.at }
    rules.push(rule({ in: dev, out: dev, action: network.icc ? accept : drop, at: network.at }))
    if (network.internal) rules.push(rule({ in: dev, action: drop, at: network.at }), rule({ out: dev, action: drop, at: network.at }))
  }
  rules.push(rule({ state: ['established', 'related'], action: accept, at }))
  // Stage 1 and 2: what comes from one bridge goes into no other.
  for (const a of bridges) for (const b of bridges) if (a !== b && bridges.length <= 24) rules.push(rule({ in: { value: a.device, at }, out: { value: b.device, at }, action: drop, at }))
  for (const container of containers) {
    const to = publishedAddress(container, networks)
    if (!to) continue
    for (const port of container.ports) {
      const prefix = parsePrefix(`${printIp(to)}/32`)
      if (!port.host || !prefix) continue
      const single = port.container.first === port.container.last
      nat.push({
        kind: 'dnat', ports: { value: port.host, at: port.at }, to: { value: { ip: to, port: single ? port.container.first : undefined }, at: port.at }, at: port.at, ...(port.hostIp && { ip: { value: port.hostIp, at: port.at } }),
      })
      rules.push(rule({ to: [{ value: prefix, at: port.at }], proto: { value: port.container.protocol, at: port.at }, ports: [{ value: port.container, at: port.at }], action: accept, at: port.at }))
    }
  }
  for (const network of bridges) if (!network.internal) rules.push(rule({ in: { value: network.device, at: network.at }, action: accept, at: network.at }))
  return {
    kind: 'server', name: hostName, at, body: at, origin: { by: 'format', name: 'compose' }, interfaces, routes: [], nat, hypervisor: { value: 'docker', at },
    forwarding: { value: true, at }, sysctl: { bridgeNfCallIptables: { value: true, at } }, firewall: { forward: { policy: drop, rules }, at },
  }
}
