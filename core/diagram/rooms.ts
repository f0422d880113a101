/** What guests ask of their servers, in processors and memory; what nobody states is counted as unknown. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Room, Use } from './diagram.ts'

const known = (value: number | undefined): { asked: number; unknown: number } => ({ asked: value ?? 0, unknown: value === undefined ? 1 : 0 })

/** What a server has, before anybody asks for it; what nobody states is unknown. */
export function roomOf(node: Node): Room {
  const has = (value: number | undefined): Use => ({ asked: 0, has: value ?? 0, unknown: value === undefined ? 1 : 0 })
  return { cpus: has(node.kind === 'server' ? node.cpus?.value : undefined), memory: has(node.kind === 'server' ? node.memory?.value : undefined) }
}

/** What guests ask of each server. */
export function roomsOf(infra: Infra): ReadonlyMap<string, Room> {
  const rooms = new Map<string, Room>()
  for (const node of infra.nodes.values()) {
    const host = isGuest(node) && node.host ? infra.nodes.get(node.host.value) : undefined
    if (!isGuest(node) || host?.kind !== 'server') continue
    const [cpus, memory] = node.kind === 'vm' ? [known(node.vcpus?.value), known(node.memory?.value)] : [known(node.limits?.cpus?.value), known(node.limits?.memory?.value)]
    const room = rooms.get(host.name) ?? roomOf(host)
    const more = (use: Use, by: { asked: number; unknown: number }): Use => ({ ...use, asked: use.asked + by.asked, unknown: use.unknown + by.unknown })
    rooms.set(host.name, { cpus: more(room.cpus, cpus), memory: more(room.memory, memory) })
  }
  return rooms
}
