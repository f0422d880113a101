/** Spanning trees: which ports are closed so that no frame goes round. IEEE 802.1D-1998 section 8; Linux net/bridge/br_stp.c. */
import { farEnd, type Bridge, type Device, type World } from './tables.ts'

/** What a bridge says on a port: root, cost to it, who says so, by which port. Lower is better. */
interface Vector {
  readonly root: string
  readonly cost: number
  readonly bridge: string
  readonly port: number
}

const better = (a: Vector, b: Vector): boolean =>
  a.root !== b.root ? a.root < b.root : a.cost !== b.cost ? a.cost < b.cost : a.bridge !== b.bridge ? a.bridge < b.bridge : a.port < b.port

// br_if.c port_cost of a link whose speed nobody knows; veth reports 10 Gb/s, which is 2.
const costOf = (device: Device): number => {
  const rate = device.iface.bandwidth?.value
  if (rate === undefined || rate >= 10e9) return 2
  return rate >= 1e9 ? 4 : rate >= 100e6 ? 19 : 100
}

const idOf = (bridge: Bridge): string => bridge.mac.toString(16).padStart(12, '0')

/** Closes the ports that lose on their segment. Bridges without STP pass the messages on, as a wire would. */
export function closePorts(world: World): void {
  const bridges = world.spanning.flatMap((name) => world.stacks.get(name)?.bridges.filter(({ stp }) => stp) ?? [])
  if (bridges.length === 0) return
  const segments = segmentsOfPorts(world, bridges)
  const best = new Map<Bridge, { vector: Vector; rootPort: Device | undefined }>()
  for (const bridge of bridges) best.set(bridge, { vector: { root: idOf(bridge), cost: 0, bridge: idOf(bridge), port: 0 }, rootPort: undefined })
  const offer = (port: Device, bridge: Bridge): Vector => {
    const { vector } = best.get(bridge) ?? { vector: { root: idOf(bridge), cost: 0 } }
    return { root: vector.root, cost: vector.cost, bridge: idOf(bridge), port: bridge.ports.indexOf(port) + 1 }
  }
  // Every round settles the bridges one step further from the root.
  for (let round = 0; round <= bridges.length + 1; round++) {
    for (const bridge of bridges) {
      let vector: Vector = { root: idOf(bridge), cost: 0, bridge: idOf(bridge), port: 0 }
      let rootPort: Device | undefined
      let heardBest: Vector | undefined
      for (const port of bridge.ports) {
        for (const other of segments.get(port) ?? []) {
          if (!other.bridge || other === port || other.bridge === bridge) continue
          const heard = offer(other, other.bridge)
          if (heard.root >= idOf(bridge)) continue
          const through: Vector = { ...heard, cost: heard.cost + costOf(port) }
          if (!heardBest || better(through, heardBest)) {
            heardBest = through
            vector = { root: through.root, cost: through.cost, bridge: idOf(bridge), port: 0 }
            rootPort = port
          }
        }
      }
      best.set(bridge, { vector, rootPort })
    }
  }
  for (const bridge of bridges) {
    const mine = best.get(bridge)
    for (const port of bridge.ports) {
      if (port === mine?.rootPort) continue
      const own = offer(port, bridge)
      // Two ports of one bridge on a segment: the higher one hears itself and closes.
      const beaten = (segments.get(port) ?? []).some((other) => other !== port && other.bridge !== undefined && better(offer(other, other.bridge), own))
      if (beaten) bridge.blocked.add(port)
    }
  }
}

/** For every port of these bridges the ports that hear what it sends: over wires, and through bridges that take no part. */
function segmentsOfPorts(world: World, bridges: readonly Bridge[]): ReadonlyMap<Device, readonly Device[]> {
  const found = new Map<Device, readonly Device[]>()
  for (const bridge of bridges) {
    for (const port of bridge.ports) {
      const heard = new Set<Device>()
      const far = port.running ? farEnd(world, port) : undefined
      const queue: Device[] = far ? [far] : []
      const seen = new Set<Device>(queue)
      for (let at = queue.pop(); at; at = queue.pop()) {
        if (!at.running || !at.bridge) continue
        if (at.bridge.stp) {
          heard.add(at)
          continue
        }
        for (const other of at.bridge.ports) {
          const next = other !== at && other.running ? farEnd(world, other) : undefined
          if (next && !seen.has(next)) {
            seen.add(next)
            queue.push(next)
          }
        }
      }
      found.set(port, [...heard])
    }
  }
  return found
}
