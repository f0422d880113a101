/** Which tunnel devices are two ends of one tunnel, by their addresses: what the picture joins with a line. */
import { printIp, sameIp, type Ip } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'

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

const remotesOf = (iface: Interface): readonly Ip[] => [
  ...(iface.tunnel?.remotes.map((remote) => remote.value) ?? []),
  ...(iface.tunnel?.peers.flatMap((peer) => (peer.remote ? [peer.remote.value] : [])) ?? []),
]

/** Each pair of ends once, in file order. */
export function tunnelPairs(infra: Infra): readonly TunnelPair[] {
  const ends: TunnelEnd[] = []
  const owners = new Map<string, Node>()
  for (const node of infra.nodes.values()) {
    for (const iface of node.interfaces.values()) {
      if (isTunnelType(iface.type.value) && iface.tunnel) ends.push({ node, iface })
      for (const { value } of iface.addresses) if (!owners.has(printIp(value.ip))) owners.set(printIp(value.ip), node)
    }
  }
  const byNode = new Map<string, TunnelEnd[]>()
  for (const end of ends) byNode.set(end.node.name, [...(byNode.get(end.node.name) ?? []), end])
  const pairs: TunnelPair[] = []
  const seen = new Set<string>()
  for (const a of ends) {
    for (const remote of remotesOf(a.iface)) {
      const owner = owners.get(printIp(remote))
      const candidates = (owner && owner !== a.node ? byNode.get(owner.name) : undefined)?.filter((end) => end.iface.type.value === a.iface.type.value) ?? []
      const back = (end: TunnelEnd): boolean => remotesOf(end.iface).some((ip) => (a.iface.tunnel?.local ? sameIp(ip, a.iface.tunnel.local.value) : owners.get(printIp(ip)) === a.node))
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

export const tunnelLabel = ({ iface }: TunnelEnd): string => `${iface.type.value}${iface.tunnel?.id ? ` ${iface.tunnel.id.value}` : ''}`
