/** Front door: broadcast domains as a person looks for them: which there are, what is in one, and what of a picture it lights. */
import { isLinkLocal, isLoopback, prefixOf, printPrefix } from './address/ip.ts'
import type { Analysis } from './analysis.ts'
import { printAddress } from './diagram/facts.ts'
import type { Diagram } from './diagram/diagram.ts'
import { mostDomains } from './diagram/domains.ts'
import { broadcast, segmentsOf } from './forwarding/index.ts'
import type { Broadcast, Segment } from './forwarding/trace.ts'
import { isTunnelType, type Interface } from './infra/interface.ts'
import type { Infra } from './infra/infra.ts'
import type { ShownDomains, ShownNetwork, ShownNetworkDetail } from './viewed.ts'
import { t } from './words.ts'

// So many send when nobody in particular does: the last ports of a long row tell nothing new.
const mostSenders = 40
// Beyond so many a list says no more.
const mostMembers = 300

const deviceAt = (infra: Infra, node: string, name: string): Interface | undefined => infra.nodes.get(node)?.interfaces.get(name)
const labelOf = ({ node, interface: name }: { readonly node: string; readonly interface: string }): string => `${node}:${name}`

/** What stays the same while the text changes around it: its first member. */
const keyOf = ({ members: [first] }: Segment): string => (first ? labelOf(first) : '')

/** Subnets by how many of the members have an address there. */
function subnetsOf(infra: Infra, { members }: Segment): readonly string[] {
  const counts = new Map<string, number>()
  for (const member of members) {
    for (const { value: { ip, length } } of deviceAt(infra, member.node, member.interface)?.addresses ?? []) {
      if (length === undefined || isLinkLocal(ip) || isLoopback(ip) || length === (ip.family === 4 ? 32 : 128)) continue
      const subnet = printPrefix(prefixOf(ip, length))
      counts.set(subnet, (counts.get(subnet) ?? 0) + 1)
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([subnet]) => subnet)
}

/** The logical network that somebody gave its members, its subnet, or what carries it. */
function nameOf(infra: Infra, segment: Segment, subnets: readonly string[]): string {
  const named = new Set(segment.members.flatMap(({ node, interface: name }) => deviceAt(infra, node, name)?.network?.value ?? []))
  const [network] = named
  const vlans = new Set(segment.members.map(({ vlan }) => vlan).filter((vlan) => vlan !== 0))
  const suffix = vlans.size === 1 ? t`, VLAN ${[...vlans].join('')}` : ''
  return named.size === 1 && network !== undefined ? network : `${subnets[0] ?? segment.carriers[0] ?? keyOf(segment)}${suffix}`
}

/** Somebody hears somebody in it, or could. */
const worthTelling = ({ members, carriers }: Segment): boolean => members.length > 1 || carriers.length > 0

const listed = (infra: Infra, segment: Segment): ShownNetwork => {
  const subnets = subnetsOf(infra, segment)
  return { key: keyOf(segment), name: nameOf(infra, segment, subnets), subnets, members: segment.members.length, open: segment.open }
}

/** In file order of their first member; the largest lists come from fabrics, where each cable is one. */
export const networksOf = ({ plane }: Analysis): readonly ShownNetwork[] => segmentsOf(plane).filter(worthTelling).map((segment) => listed(plane.infra, segment))

/** The keys of those that an element of the picture is in, by the diagram's id. */
export function networksAt({ plane }: Analysis, id: string): readonly string[] {
  const { infra } = plane
  const [kind, rest] = id.includes(':') ? [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)] : ['', id]
  const ends = kind === 'link' ? infra.links.find((link) => lineOf(link.ends) === id)?.ends : undefined
  const inIt = (segment: Segment): boolean => {
    if (kind === 'link') return ends !== undefined && broadcast(plane, segment.members.slice(0, 1)).over.includes(labelOf(ends[0]))
    if (kind === 'tunnel') return segment.carriers.some((label) => rest.startsWith(`${label}-`) || rest.endsWith(`-${label}`))
    if (kind === 'attach' || kind === 'member') return segment.members.some((member) => labelOf(member) === rest)
    if (kind === 'network') return segment.members.some(({ node, interface: name }) => deviceAt(infra, node, name)?.network?.value === rest)
    if (kind === 'segment') return segment.carriers.includes(rest)
    return segment.carriers.includes(id) || segment.members.some((member) => member.node === id || labelOf(member) === id)
  }
  const near = ends ? segmentsOf(plane).filter((segment) => ends.some(({ node }) => segment.members.some((member) => member.node === node) || segment.carriers.some((label) => label === node || label.startsWith(`${node}:`)))) : segmentsOf(plane)
  return near.filter(worthTelling).filter(inIt).map(keyOf)
}

const lineOf = ([a, b]: readonly { readonly node: string; readonly interface: string }[]): string => (a && b ? `link:${labelOf(a)}-${labelOf(b)}` : '')

/** One network by its key; `from` is who sends, by `node:interface` or `node`, else every member does. Undefined where it is there no longer. */
export function networkOf({ plane }: Analysis, key: string, diagram: Diagram, from?: string): ShownNetworkDetail | undefined {
  const { infra } = plane
  const segment = segmentsOf(plane).find((one) => keyOf(one) === key || one.members.some((member) => labelOf(member) === key))
  if (!segment) return undefined
  const meant = segment.members.filter((member) => member.node === from || labelOf(member) === from)
  const senders = meant.length > 0 ? meant : segment.members.slice(0, mostSenders)
  const sent = broadcast(plane, senders)
  const heard = new Set(sent.heard)
  const tunnels = [...new Set([...segment.carriers, ...sent.over])].flatMap((label) => {
    const device = deviceAt(infra, label.slice(0, label.indexOf(':')), label.slice(label.indexOf(':') + 1))
    return device && isTunnelType(device.type.value) ? [{ label, kind: device.type.value, id: device.tunnel?.id?.value }] : []
  })
  const ids = new Map(tunnels.map(({ kind, id }) => [`${kind} ${id ?? ''}`, { kind, ...(id !== undefined && { id }) }]))
  return {
    ...listed(infra, segment), from: meant.length > 0 && from !== undefined ? from : null, mtu: sent.mtu ?? null, vlans: sent.vlans, ids: [...ids.values()], carriers: segment.carriers, open: segment.open || sent.open,
    list: segment.members.slice(0, mostMembers).map((member) => {
      const device = deviceAt(infra, member.node, member.interface)
      return { node: member.node, interface: member.interface, addresses: device?.addresses.map(printAddress) ?? [], mtu: device?.mtu?.value ?? null, hears: heard.has(labelOf(member)) }
    }),
    lit: litBy(infra, diagram, sent),
  }
}

/** What of a picture belongs to which network: of the largest, in file order. What only carries one inside a tunnel belongs to another. */
export function domainsOf({ plane }: Analysis, diagram: Diagram): ShownDomains {
  const { infra } = plane
  const all = segmentsOf(plane).filter(worthTelling)
  const largest = new Set([...all].sort((a, b) => b.members.length - a.members.length).slice(0, mostDomains))
  const kinds = new Map(diagram.boxes.map(({ id, kind }) => [id, kind]))
  const domains = all.filter((segment) => largest.has(segment)).map((segment) => {
    const lit = litBy(infra, diagram, broadcast(plane, segment.members.slice(0, mostSenders)))
    // A machine takes part where it hears; that its bridge carries a network is told by the bridge.
    const ids = Object.entries(lit).flatMap(([id, how]) => (how === 'hears' || (how === 'carries' && carrying.has(kinds.get(id) ?? 'bridge')) ? [id] : []))
    return { ...listed(infra, segment), ids }
  })
  return { domains, more: all.length - domains.length }
}
const carrying: ReadonlySet<string> = new Set(['bridge', 'device', 'network', 'switch'])

/** What of a picture hears it, carries it, or carries it inside a tunnel; by the diagram's ids. */
function litBy(infra: Infra, diagram: Diagram, sent: Broadcast): ShownNetworkDetail['lit'] {
  const [heard, over, under] = [new Set(sent.heard), new Set(sent.over), new Set(sent.under)]
  const lit: Record<string, 'hears' | 'carries' | 'under'> = {}
  const owners = (labels: ReadonlySet<string>): ReadonlySet<string> => new Set([...labels].map((label) => label.slice(0, label.indexOf(':'))))
  const [hearing, carrying, below] = [owners(heard), owners(over), owners(under)]
  // A bridge carries what its ports do.
  const bridges = new Set(sent.over.flatMap((label) => {
    const node = label.slice(0, label.indexOf(':'))
    const master = deviceAt(infra, node, label.slice(node.length + 1))?.master?.value
    return master === undefined ? [] : [`${node}:${master}`]
  }))
  const passed = (label: string): boolean => heard.has(label) || over.has(label)
  const ends = new Map(infra.links.map((link) => [lineOf(link.ends), link.ends]))
  const tunnels = [...over].filter((label) => isTunnelType(deviceAt(infra, label.slice(0, label.indexOf(':')), label.slice(label.indexOf(':') + 1))?.type.value ?? 'ethernet'))
  for (const line of diagram.lines) {
    const pair = ends.get(line.id)
    const label = /^(?:attach|member):(.*)$/.exec(line.id)?.[1]
    if (pair?.every((end) => passed(labelOf(end)))) lit[line.id] = 'carries'
    else if (pair?.every((end) => passed(labelOf(end)) || under.has(labelOf(end)))) lit[line.id] = 'under'
    else if (label !== undefined && passed(label)) lit[line.id] = 'carries'
    else if (line.kind === 'tunnel' && tunnels.some((end) => line.id.startsWith(`tunnel:${end}-`)) && tunnels.some((end) => line.id.endsWith(`-${end}`))) lit[line.id] = 'carries'
  }
  for (const box of diagram.boxes) {
    if (box.id.includes(':')) {
      if (heard.has(box.id)) lit[box.id] = 'hears'
      else if (over.has(box.id) || bridges.has(box.id)) lit[box.id] = 'carries'
      else if (box.kind === 'network' && diagram.lines.some(({ id, from }) => from === box.id && lit[id] !== undefined)) lit[box.id] = 'carries'
      else if (under.has(box.id)) lit[box.id] = 'under'
    } else if (hearing.has(box.id)) lit[box.id] = 'hears'
    else if (carrying.has(box.id)) lit[box.id] = 'carries'
    else if (below.has(box.id)) lit[box.id] = 'under'
  }
  return lit
}
