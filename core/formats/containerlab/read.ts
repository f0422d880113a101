/** A containerlab topology as Infra: nodes are containers of one host, links are veth pairs between them. */
import { addToIp, compareIp, contains, lastOf, parseInterfaceAddress, parseIp, parsePrefix, prefixOf, printIp, type Ip, type Prefix } from '../../address/ip.ts'
import { parseMac } from '../../address/mac.ts'
import { parseSize } from '../../address/quantity.ts'
import { emptyInfra, type Infra } from '../../infra/infra.ts'
import type { Interface } from '../../infra/interface.ts'
import type { Container, Node, Server, Switch } from '../../infra/node.ts'
import type { Link, LinkEnd } from '../../infra/parts.ts'
import type { Problem } from '../../infra/problem.ts'
import type { Source } from '../../text/source.ts'
import type { Span, Written } from '../../text/span.ts'
import type { Reading } from '../format.ts'
import { entriesOf, get, itemsOf, numberOf, scalar, textAt, textOf } from '../yaml-tree/access.ts'
import { parseYaml } from '../yaml-tree/parse.ts'
import type { ParsedYaml, Tree } from '../yaml-tree/tree.ts'
import { blank, commandsOf, run, setSysctl, type Draft } from './commands.ts'
import { bridgeKinds, namesOf, opaqueBecause, settingsOf, type Settings } from './nodes.ts'
import { t } from '../../words.ts'

/** Containerlab's default for the veth pairs of links. */
export const linkMtu = 9500
const hostName = 'containerlab'

const unsupported = (at: Span, message: string): Problem => ({ code: 'unsupported-here', severity: 'information', message, at, related: [], fixes: [] })

interface Management {
  readonly bridge: string
  readonly at: Span
  readonly prefixes: readonly Prefix[]
  /** The subnet was told by a node's fixed address only: who its gateway is, nobody says. */
  readonly guessed: boolean
  readonly mtu: Written<number> | undefined
  readonly taken: Set<string>
}

export const parsedOf = (reading: Reading): ParsedYaml => reading.memory as ParsedYaml

/** Go templates are not YAML yet; reading them as YAML would only complain of braces. */
export const isTemplate = (text: string): boolean => /\{\{[\s\S]*?\}\}/.test(text) && /\{\{-?\s*(range|if|end|define|template|with|else|block)\b/.test(text)

export function read(source: Source, previous?: Reading): Reading {
  if (isTemplate(source.text)) {
    const chunk = { uri: source.uri }
    const yaml: ParsedYaml = { root: undefined, problems: [], places: new Map([[chunk, 0]]), whole: true, memory: undefined, source }
    return { source, infra: emptyInfra, places: yaml.places, whole: true, memory: yaml, problems: [unsupported({ chunk, start: 0, end: 1 }, t('this is a Go template; render it to read the topology'))] }
  }
  const yaml = parseYaml(source, previous && parsedOf(previous).memory)
  const problems: Problem[] = [...yaml.problems]
  const topology = get(yaml.root, 'topology')
  const nowhere: Span = yaml.root?.at ?? { chunk: [...yaml.places.keys()][0] ?? { uri: source.uri }, start: 0, end: 0 }
  const top = yaml.root?.entries.find((entry) => entry.key.text === 'topology')?.key.at ?? nowhere
  const all = namesOf(topology).map((entry) => settingsOf(topology, entry))
  const management = managementOf(get(yaml.root, 'mgmt'), top, all)
  for (const settings of all) {
    const fixed = settings.text('mgmt-ipv4')
    if (fixed) management.taken.add(fixed.value.split('/')[0] ?? '')
  }
  // A link that takes eth0 leaves no place for docker's own.
  const wired = new Set(itemsOf(get(topology, 'links')).flatMap((tree) => itemsOf(get(tree, 'endpoints'))).flatMap((tree) => textOf(tree)?.value ?? []))
  const nodes = new Map<string, Node>()
  for (const settings of all) {
    const first = nodes.get(settings.name)
    if (first) {
      problems.push({ code: 'duplicate-name', severity: 'error', message: t`the node ${settings.name} is written twice`, at: settings.entry.key.at, subject: settings.name, related: [{ message: t('first here'), at: first.at }], fixes: [] })
      continue
    }
    if (settings.kind.value === 'host') continue
    nodes.set(settings.name, nodeOf(settings, management, wired.has(`${settings.name}:eth0`), problems))
  }
  const hostInterfaces = new Map<string, Interface>()
  const links = itemsOf(get(topology, 'links')).flatMap((tree) => readLink(tree, nodes, hostInterfaces, management, all, problems))
  const used = [...nodes.values()].some((node) => node.kind === 'container')
  if (used || hostInterfaces.size > 0) nodes.set(hostName, hostOf(top, management, hostInterfaces))
  const name = textAt(yaml.root, 'name')
  const infra: Infra = { ...emptyInfra, ...(name && { name }), nodes, links }
  return { source, infra, problems, places: yaml.places, whole: yaml.whole, memory: yaml }
}

function managementOf(tree: Tree | undefined, at: Span, all: readonly Settings[]): Management {
  let guessed = false
  const prefixes = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const usual = family === 'ipv4' ? '172.20.20.0/24' : '3fff:172:20:20::/64'
    const written = textAt(tree, `${family}-subnet`)?.value
    if (written !== undefined) return parsePrefix(written) ?? []
    // Without a subnet the docker network may exist already with one of its own; a node's fixed address then tells which.
    const fixed = all.flatMap((settings) => parseInterfaceAddress(settings.text(`mgmt-${family}`)?.value ?? '') ?? [])[0]
    const prefix = parsePrefix(usual)
    if (!prefix || !fixed || contains(prefix, fixed.ip)) return prefix ?? []
    guessed = true
    return prefixOf(fixed.ip, family === 'ipv4' ? 24 : 64)
  })
  // Docker names the bridge after the network's id, which nobody knows yet; the kernel takes 15 characters.
  const bridge = textAt(tree, 'bridge')?.value ?? `br-${textAt(tree, 'network')?.value ?? 'clab'}`.slice(0, 15)
  return { bridge, at, prefixes, guessed, mtu: numberOf(get(tree, 'mtu')), taken: new Set() }
}

/** The machine that containerlab runs on: its bridge for management, its own ends of links. Docker makes it forward. */
function hostOf(at: Span, management: Management, interfaces: ReadonlyMap<string, Interface>): Server {
  const bridge: Interface = {
    ...blank(management.bridge, at, 'bridge'), ...(management.mtu && { mtu: management.mtu }),
    addresses: management.guessed ? [] : management.prefixes.map((prefix) => ({ value: { ip: addToIp(prefix.ip, 1), length: prefix.length }, at })),
  }
  return {
    kind: 'server', name: hostName, at, body: at, origin: { by: 'format', name: 'containerlab' }, interfaces: new Map([[bridge.name, bridge], ...interfaces]), routes: [],
    forwarding: { value: true, at }, sysctl: {}, hypervisor: { value: 'docker', at },
    nat: management.prefixes.filter(({ ip }) => ip.family === 4).map((prefix) => ({ kind: 'masquerade' as const, from: { value: prefix, at }, at })),
  }
}

/** The next address that docker has not given away; which one a container gets is decided when it starts, here in file order. */
function nextFree(prefix: Prefix, taken: Set<string>): Ip | undefined {
  const last = lastOf(prefix)
  for (let ip = addToIp(prefix.ip, 2), n = 0; compareIp(ip, last) < 0 && n < 70_000; ip = addToIp(ip, 1), n++) {
    if (taken.has(printIp(ip))) continue
    taken.add(printIp(ip))
    return ip
  }
  return undefined
}

function nodeOf(settings: Settings, management: Management, wired: boolean, problems: Problem[]): Node {
  const { name, entry, kind } = settings
  const base = { name, at: entry.key.at, body: entry.at, origin: { by: 'text' as const } }
  if (bridgeKinds.has(kind.value)) return { ...base, kind: 'switch', interfaces: new Map() } satisfies Switch
  const draft: Draft = { interfaces: new Map(), routes: [], sysctl: {}, forwarding: { value: true, at: entry.key.at } }
  const mode = settings.text('network-mode')?.value
  if (!wired && (mode === undefined || mode === 'bridge')) draft.interfaces.set('eth0', managementPort(settings, management))
  for (const item of entriesOf(settings.tree('sysctls'))) {
    const value = numberOf(item.value)
    if (value) setSysctl(draft, item.key.text, value.value, value.at)
  }
  const scripts = settings.kind.value === 'linux' ? runAll(settings, draft, problems) : undefined
  const opaque = opaqueBecause(settings) ?? scripts ??
    (mode !== undefined && mode !== 'none' && mode !== 'bridge' ? { value: t`its network is ${mode}, which is not followed`, at: entry.key.at } : undefined)
  const memory = settings.text('memory')
  const bytes = memory && parseSize(memory.value)
  const cpus = numberOf(settings.tree('cpu'))
  const image = settings.text('image')
  return {
    ...base, kind: 'container', host: { value: hostName, at: entry.key.at }, interfaces: draft.interfaces, routes: draft.routes, sysctl: draft.sysctl,
    // Docker turns ip_forward on in the first namespace, and a new one inherits IPv4's settings from it (devconf_inherit_init_net 0).
    ...(draft.forwarding && { forwarding: draft.forwarding }), nat: [], securityGroups: [], apartFrom: [], ports: [],
    ...(image && { image }), ...(opaque && { opaque }),
    ...((bytes !== undefined || cpus) && { limits: { at: entry.key.at, ...(memory && bytes !== undefined && { memory: { value: bytes, at: memory.at } }), ...(cpus && { cpus }) } }),
  } satisfies Container
}

function managementPort(settings: Settings, management: Management): Interface {
  const at = settings.entry.key.at
  const addresses = management.prefixes.flatMap((prefix): Interface['addresses'] => {
    const fixed = settings.text(prefix.ip.family === 4 ? 'mgmt-ipv4' : 'mgmt-ipv6')
    const parsed = fixed && parseInterfaceAddress(fixed.value)
    if (fixed && parsed) return [{ value: { ip: parsed.ip, length: prefix.length }, at: fixed.at }]
    const free = nextFree(prefix, management.taken)
    return free ? [{ value: { ip: free, length: prefix.length }, at }] : []
  })
  return {
    ...blank('eth0', at, 'veth'), addresses, attach: { value: management.bridge, at },
    gateways: management.guessed ? [] : management.prefixes.map((prefix) => ({ value: addToIp(prefix.ip, 1), at })),
  }
}

/** Runs the `exec` lines; why the result cannot be trusted, where a line does something that is not understood. */
function runAll(settings: Settings, draft: Draft, problems: Problem[]): Written<string> | undefined {
  let unknown: Written<string> | undefined
  const gateways = draft.interfaces.get('eth0')?.gateways ?? []
  for (const tree of settings.all('exec')) {
    const line = scalar(tree)
    if (!line) continue
    for (const words of commandsOf(line.text)) {
      const before = draft.routes
      if (run(draft, words, line.at) === 'unknown') unknown ??= { value: t`what "${words.join(' ').slice(0, 60)}" does is not known`, at: line.at }
      if (draft.routes !== before) takeGateway(draft, words, gateways)
    }
  }
  if (unknown) problems.push(unsupported(unknown.at, t`${settings.name}: ${unknown.value}, so its network is not either`))
  return unknown
}

/** Docker's default route stands already: `add default` is refused by the kernel, `replace` and `del` take it away. */
function takeGateway(draft: Draft, words: readonly string[], gateways: Interface['gateways']): void {
  const eth0 = draft.interfaces.get('eth0')
  const last = draft.routes.at(-1)
  if (!eth0 || gateways.length === 0 || !last || last.to.value.length !== 0) return
  const { family } = last.to.value.ip
  if (!eth0.gateways.some((gateway) => gateway.value.family === family)) return
  if (words.includes('replace') || words.includes('change')) draft.interfaces.set('eth0', { ...eth0, gateways: eth0.gateways.filter((gateway) => gateway.value.family !== family) })
  else if (last.metric === undefined && !words.includes('append')) draft.routes = draft.routes.slice(0, -1)
}

interface End {
  readonly node: string
  readonly interface: string
  readonly at: Span
  readonly mac?: Written<number>
}

function endOf(tree: Tree | undefined): End | undefined {
  const text = textOf(tree)
  if (text) {
    const colon = text.value.indexOf(':')
    return colon < 1 ? undefined : { node: text.value.slice(0, colon), interface: text.value.slice(colon + 1), at: text.at }
  }
  const node = textAt(tree, 'node')
  const iface = textAt(tree, 'interface')
  const mac = textAt(tree, 'mac')
  const parsed = mac && parseMac(mac.value)
  return node && iface && { node: node.value, interface: iface.value, at: node.at, ...(mac && parsed !== undefined && { mac: { value: parsed, at: mac.at } }) }
}

/** One entry of `links`: two nodes, or a node and something of the host. */
function readLink(tree: Tree, nodes: Map<string, Node>, host: Map<string, Interface>, management: Management, all: readonly Settings[], problems: Problem[]): Link[] {
  const type = textAt(tree, 'type')?.value ?? 'veth'
  const list = itemsOf(get(tree, 'endpoints'))
  const ends = (list.length > 0 ? list : itemsOf(get(tree, 'endpoint')).concat(get(tree, 'endpoint')?.kind === 'map' ? [get(tree, 'endpoint') as Tree] : [])).map(endOf)
  const written = numberOf(get(tree, 'mtu'))
  const mtu = written ?? { value: linkMtu, at: tree.at }
  const [a, b] = ends
  const isHost = (end: End | undefined): boolean => end !== undefined && (end.node === 'host' || all.some((settings) => settings.name === end.node && settings.kind.value === 'host'))
  if (type === 'dummy' && a) give(nodes, a, { ...blank(a.interface, a.at, 'dummy'), mtu })
  else if (type === 'mgmt-net' || a?.node === 'mgmt-net' || b?.node === 'mgmt-net') {
    const end = a?.node === 'mgmt-net' ? b : a
    if (end) give(nodes, end, { ...blank(end.interface, end.at, 'veth'), attach: { value: management.bridge, at: end.at }, ...(written && { mtu: written }) })
  } else if (type === 'macvlan' || a?.node === 'macvlan' || b?.node === 'macvlan') {
    const [end, parent] = a?.node === 'macvlan' ? [b, a.interface] : [a, b?.interface ?? textAt(tree, 'host-interface')?.value]
    if (end && parent !== undefined) {
      if (!host.has(parent)) host.set(parent, blank(parent, end.at))
      give(nodes, end, { ...blank(end.interface, end.at, 'macvlan'), attach: { value: parent, at: end.at }, mode: { value: 'bridge', at: end.at } })
    }
  } else if (type === 'vxlan' || type === 'vxlan-stitch') {
    return a ? [stitch(tree, a, host, written)] : []
  } else if (a && (b || type === 'host')) {
    const other: End = b ?? { node: 'host', interface: textAt(tree, 'host-interface')?.value ?? 'host', at: a.at }
    const link = [a, other].map((end): LinkEnd => {
      if (!isHost(end)) return { node: end.node, interface: end.interface, at: end.at }
      if (!host.has(end.interface)) host.set(end.interface, blank(end.interface, end.at))
      return { node: hostName, interface: end.interface, at: end.at }
    })
    for (const end of [a, other]) if (end.mac && nodes.has(end.node)) give(nodes, end, { ...(nodes.get(end.node)?.interfaces.get(end.interface) ?? blank(end.interface, end.at)), mac: end.mac })
    const [first, second] = link
    if (first && second) return [{ ends: [first, second], mtu, at: tree.at, origin: { by: 'text' } }]
  } else if (tree.kind === 'map' && (list.length > 0 || a)) {
    problems.push(unsupported(tree.at, t`this link has ${ends.filter((end) => end).length} of two ends`))
  }
  return []
}

/** The host's vxlan device, stitched to the node's interface: on the host they are as two ports of one bridge. */
function stitch(tree: Tree, end: End, host: Map<string, Interface>, mtu: Written<number> | undefined): Link {
  const number = [...host.keys()].filter((name) => name.startsWith('vx-')).length
  const { at } = end
  const bridge = `stitch-${number}`
  const remote = textAt(tree, 'remote')
  const ip = remote && parseIp(remote.value)
  const id = numberOf(get(tree, 'vni'))
  const master = { value: bridge, at }
  host.set(bridge, blank(bridge, at, 'bridge'))
  host.set(`ve-${number}`, { ...blank(`ve-${number}`, at), master })
  host.set(`vx-${number}`, {
    ...blank(`vx-${number}`, at, 'vxlan'), master,
    tunnel: {
      remotes: remote && ip ? [{ value: ip, at: remote.at }] : [], fdb: [], peers: [], ...(id && { id }),
      port: numberOf(get(tree, 'udp-port')) ?? numberOf(get(tree, 'dst-port')) ?? { value: 4789, at },
    },
  })
  return { ends: [{ node: end.node, interface: end.interface, at }, { node: hostName, interface: `ve-${number}`, at }], ...(mtu && { mtu }), at: tree.at, origin: { by: 'text' } }
}

/** Puts an interface on a node that a link declares; what `exec` said of it stays. */
function give(nodes: Map<string, Node>, end: End, iface: Interface): void {
  const node = nodes.get(end.node)
  if (!node) return
  const held = node.interfaces.get(end.interface)
  const merged: Interface = held ? { ...iface, ...held, ...(iface.attach && { attach: iface.attach, type: iface.type }) } : iface
  nodes.set(node.name, { ...node, interfaces: new Map([...node.interfaces, [end.interface, merged]]) } as Node)
}

