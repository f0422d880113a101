/** The lines of the physical view: wires, plugs, tunnels, shares of storage. */
import { printBitRate } from '../address/quantity.ts'
import { guestsByHost } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import type { GuestNode, Node } from '../infra/node.ts'
import type { Badges } from './badges.ts'
import type { Line } from './diagram.ts'
import { deviceFacts, linkFacts } from './facts.ts'
import { tunnelLabel, tunnelPairs, type TunnelEnd } from './tunnels.ts'

interface Drawn {
  /** Ids of all boxes. */
  readonly known: ReadonlySet<string>
  readonly badge: Badges
  readonly colors: ReadonlyMap<string, string>
  /** Those that are drawn. */
  readonly guests: readonly GuestNode[]
}

export const physicalLines = (infra: Infra, drawn: Drawn): readonly Line[] => [...linkLines(infra, drawn), ...attachLines(infra, drawn), ...tunnelLines(infra, drawn), ...storageLines(infra, drawn.known)]

/** The box at which a wire ends: the bridge of which the interface is a port, else the node. */
const endBox = (node: Node | undefined, name: string, known: ReadonlySet<string>): string | undefined => {
  if (!node) return undefined
  const master = node.interfaces.get(name)?.master?.value
  if (master !== undefined && known.has(`${node.name}:${master}`)) return `${node.name}:${master}`
  return known.has(`${node.name}:${name}`) ? `${node.name}:${name}` : known.has(node.name) ? node.name : undefined
}

/** More lines than this to one storage say no more than their number. */
const mostStorageLines = 16

const storageLines = (infra: Infra, known: ReadonlySet<string>): Line[] => [...infra.storage.values()].flatMap(({ name, servers }) => (servers.length > mostStorageLines ? [] : servers.flatMap(({ value }): Line[] => (
  known.has(value) ? [{ id: `member:storage:${name}-${value}`, kind: 'member', from: value, to: `storage:${name}`, broken: false, overlay: true, facts: [] }] : []))))

function linkLines(infra: Infra, { known, badge }: Drawn): Line[] {
  return infra.links.flatMap((link): Line[] => {
    const [a, b] = link.ends
    const from = endBox(infra.nodes.get(a.node), a.interface, known)
    const to = endBox(infra.nodes.get(b.node), b.interface, known)
    if (from === undefined || to === undefined || from === to) return []
    const words = [link.bandwidth && printBitRate(link.bandwidth.value).replace(' ', ' '), link.mtu && `mtu ${link.mtu.value}`].filter((word) => word !== undefined)
    const id = `link:${a.node}:${a.interface}-${b.node}:${b.interface}`
    const mark = badge([id])
    return [{
      id, kind: 'link', from, to, fromLabel: a.interface, toLabel: b.interface, broken: link.up?.value === false, overlay: false, facts: linkFacts(link),
      ...(words.length > 0 && { label: words.join(', ') }), ...(mark && { badge: mark }),
    }]
  })
}

function attachLines(infra: Infra, { known, guests }: Drawn): Line[] {
  const lines: Line[] = []
  for (const node of guests) {
    if (!node.host) continue
    for (const item of node.interfaces.values()) {
      const bridge = item.attach?.value ?? (item.hostSide && infra.nodes.get(item.hostSide.node)?.interfaces.get(item.hostSide.interface)?.master?.value)
      const to = bridge === undefined ? undefined : `${node.host.value}:${bridge}`
      if (to === undefined || !known.has(to) || !known.has(node.name)) continue
      lines.push({ id: `attach:${node.name}:${item.name}`, kind: 'attach', from: node.name, to, fromLabel: item.name, broken: item.up?.value === false, overlay: false, facts: deviceFacts(item) })
    }
  }
  return lines
}

function tunnelLines(infra: Infra, { known, colors, badge }: Drawn): Line[] {
  const tenantOf = carried(infra)
  const end = ({ node, iface }: TunnelEnd): string => {
    const bridge = iface.master && `${node.name}:${iface.master.value}`
    return bridge !== undefined && known.has(bridge) ? bridge : node.name
  }
  return tunnelPairs(infra).flatMap((pair): Line[] => {
    // A tunnel that nobody answers is drawn, broken, to whoever has the remote address.
    const to = pair.b ? end(pair.b) : pair.owner?.name
    const from = end(pair.a)
    if (to === undefined || !known.has(from) || !known.has(to)) return []
    const tenant = tenantOf(pair.a)
    const color = tenant === undefined ? undefined : colors.get(tenant)
    const names = [pair.a, ...(pair.b ? [pair.b] : [])].map(({ node, iface }) => `${node.name}:${iface.name}`)
    const mark = badge(names)
    return [{
      id: `tunnel:${names.join('-')}${pair.b ? '' : `-${pair.remote}`}`, kind: 'tunnel', from, to, fromLabel: pair.a.iface.name, ...(pair.b && { toLabel: pair.b.iface.name }), label: tunnelLabel(pair.a), broken: pair.oneSided, overlay: true,
      facts: deviceFacts(pair.a.iface), ...(tenant !== undefined && { tenant }), ...(color !== undefined && { color }), ...(mark && { badge: mark }),
    }]
  })
}

/** Whose frames a tunnel carries: the network's owner, or the one tenant whose guests hang on its bridge. */
function carried(infra: Infra): (end: TunnelEnd) => string | undefined {
  let guests: ReadonlyMap<string, readonly GuestNode[]> | undefined
  return ({ node, iface }) => {
    if (iface.origin?.by === 'network') return infra.networks.get(iface.origin.name)?.tenant?.value
    guests ??= guestsByHost(infra)
    const bridge = iface.master?.value
    const tenants = new Set<string>()
    for (const guest of guests.get(node.name) ?? []) {
      if (guest.tenant && (bridge === undefined || [...guest.interfaces.values()].some((item) => item.attach?.value === bridge))) tenants.add(guest.tenant.value)
    }
    return tenants.size === 1 ? [...tenants][0] : undefined
  }
}
