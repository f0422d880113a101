/** The devices at the ends of a line of the picture, by the line's id. */
import { tunnelPairs } from '../diagram/tunnels.ts'
import type { Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import type { Scene } from './gesture.ts'

export interface LineEnd {
  readonly node: Node
  readonly item: Interface
}

/** Of a cable both ends, of a tunnel those that are known, of a plug the guest's; undefined where the id is no such line's. */
export function lineEnds({ infra }: Scene, id: string): readonly LineEnd[] | undefined {
  const endOf = (node: string, device: string): readonly LineEnd[] => {
    const holder = infra.nodes.get(node)
    const item = holder?.interfaces.get(device)
    return holder && item ? [{ node: holder, item }] : []
  }
  if (id.startsWith('link:')) {
    const link = infra.links.find(({ ends: [a, b] }) => id === `link:${a.node}:${a.interface}-${b.node}:${b.interface}`)
    return link?.ends.flatMap((end) => endOf(end.node, end.interface))
  }
  if (id.startsWith('tunnel:')) {
    const pair = tunnelPairs(infra).find(({ a, b, remote }) => id === `tunnel:${a.node.name}:${a.iface.name}${b ? `-${b.node.name}:${b.iface.name}` : `-${remote}`}`)
    return pair && [pair.a, ...(pair.b ? [pair.b] : [])].map(({ node, iface }) => ({ node, item: iface }))
  }
  const plug = /^(?:attach|member):([^:]+):([^:]+)$/.exec(id)
  const ends = plug ? endOf(plug[1] ?? '', plug[2] ?? '') : []
  return ends.length > 0 ? ends : undefined
}
