/** Which tunnel devices are two ends of one tunnel, by their addresses: what the picture joins with a line. */
import { keyOf, printIp, sameIp, type Ip, type IpKey } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import { keptFor } from './kept.ts'

export interface TunnelEnd {
  readonly node: Node
  readonly iface: Interface
}

export interface TunnelPair {
  readonly a: TunnelEnd
  /** Undefined: nobody answers at the remote address. */
  readonly b: TunnelEnd | undefined
  /** Who has the remote address, though no device of its own answers. */
  readonly owner: Node | undefined
  readonly remote: string
  /** Only one end points to the other. */
  readonly oneSided: boolean
}

/** Where a tunnel's device sends to. */
export const remotesOf = (iface: Interface): readonly Ip[] => [
  ...(iface.tunnel?.remotes.map((remote) => remote.value) ?? []),
  ...(iface.tunnel?.peers.flatMap((peer) => (peer.remote ? [peer.remote.value] : [])) ?? []),
]

/** The tunnels' ends of a node; most have none. */
const endsOf = keptFor((node: Node): readonly TunnelEnd[] => {
  const ends: TunnelEnd[] = []
  for (const iface of node.interfaces.values()) if (isTunnelType(iface.type.value) && iface.tunnel) ends.push({ node, iface })
  return ends.length > 0 ? ends : noEnds
})
const noEnds: readonly TunnelEnd[] = []

/** Each pair of ends once, in file order. */
export function tunnelPairs(infra: Infra): readonly TunnelPair[] {
  const ends: TunnelEnd[] = []
  const byNode = new Map<string, readonly TunnelEnd[]>()
  for (const node of infra.nodes.values()) {
    const own = endsOf(node)
    if (own.length === 0) continue
    byNode.set(node.name, own)
    ends.push(...own)
  }
  if (ends.length === 0) return []
  const owners = ownersOf(infra, new Set(ends.flatMap(({ iface }) => remotesOf(iface).map(keyOf))))
  const pairs: TunnelPair[] = []
  const seen = new Set<string>()
  for (const a of ends) {
    for (const remote of remotesOf(a.iface)) {
      const owner = owners.get(keyOf(remote))
      const candidates = (owner && owner !== a.node ? byNode.get(owner.name) : undefined)?.filter((end) => end.iface.type.value === a.iface.type.value) ?? []
      const back = (end: TunnelEnd): boolean => remotesOf(end.iface).some((ip) => (a.iface.tunnel?.local ? sameIp(ip, a.iface.tunnel.local.value) : owners.get(keyOf(ip)) === a.node))
      const sameId = (end: TunnelEnd): boolean => end.iface.tunnel?.id?.value === a.iface.tunnel?.id?.value
      const b = candidates.find((end) => sameId(end) && back(end)) ?? candidates.find(back) ?? candidates.find(sameId)
      const key = b ? [`${a.node.name}:${a.iface.name}`, `${b.node.name}:${b.iface.name}`].sort().join(' ') : `${a.node.name}:${a.iface.name} ${printIp(remote)}`
      if (seen.has(key)) continue
      seen.add(key)
      pairs.push({ a, b, owner: owner === a.node ? undefined : owner, remote: printIp(remote), oneSided: !b || !back(b) || !sameId(b) })
    }
  }
  return pairs
}

/** The first in file order who has each of these addresses. */
function ownersOf(infra: Infra, asked: ReadonlySet<IpKey>): ReadonlyMap<IpKey, Node> {
  const owners = new Map<IpKey, Node>()
  for (const node of infra.nodes.values()) {
    for (const key of addressesOf(node)) if (asked.has(key) && !owners.has(key)) owners.set(key, node)
  }
  return owners
}

const addressesOf = keptFor(({ interfaces }: Node): readonly IpKey[] => [...interfaces.values()].flatMap(({ addresses }) => addresses.map(({ value }) => keyOf(value.ip))))

export const tunnelLabel = ({ iface }: TunnelEnd): string => `${iface.type.value}${iface.tunnel?.id ? ` ${iface.tunnel.id.value}` : ''}`
