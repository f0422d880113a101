/** What guests ask of their servers, in processors and memory; what nobody states is counted as unknown. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Room, Use } from './diagram.ts'

/** What a server has, before anybody asks for it; what nobody states is unknown. */
export function roomOf(node: Node): Room {
  const has = (value: number | undefined): Use => ({ asked: 0, has: value ?? 0, unknown: value === undefined ? 1 : 0 })
  return { cpus: has(node.kind === 'server' ? node.cpus?.value : undefined), memory: has(node.kind === 'server' ? node.memory?.value : undefined) }
}

/** What guests ask of each server. */
export function roomsOf(infra: Infra): ReadonlyMap<string, Room> {
  const rooms = new Map<string, { readonly cpus: Sum; readonly memory: Sum }>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    let room = rooms.get(node.host.value)
    if (!room) {
      const host = infra.nodes.get(node.host.value)
      if (host?.kind !== 'server') continue
      room = sumFor(host)
      rooms.set(host.name, room)
    }
    ask(room, node)
  }
  return rooms
}

/** The same of one server, by all its guests. */
export function roomWith(server: Node, guests: Iterable<GuestNode>): Room {
  const room = sumFor(server)
  for (const guest of guests) ask(room, guest)
  return room
}

const sumFor = (server: Node): { readonly cpus: Sum; readonly memory: Sum } => {
  const { cpus, memory } = roomOf(server)
  return { cpus: { ...cpus }, memory: { ...memory } }
}

function ask({ cpus, memory }: { readonly cpus: Sum; readonly memory: Sum }, node: GuestNode): void {
  count(cpus, node.kind === 'vm' ? node.vcpus?.value : node.limits?.cpus?.value)
  count(memory, node.kind === 'vm' ? node.memory?.value : node.limits?.memory?.value)
}

type Sum = { -readonly [key in keyof Use]: Use[key] }

function count(sum: Sum, value: number | undefined): void {
  if (value === undefined) sum.unknown++
  else sum.asked += value
}
