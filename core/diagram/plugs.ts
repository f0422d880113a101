/** Which of a node's devices others are joined to: guests' plugs, wires, and bridges that only manage. */
import type { Infra } from '../infra/infra.ts'
import { isGuest } from '../infra/node.ts'
import { keptFor } from './kept.ts'

/** By host: devices that guests plug into. Those that are no bridges are drawn, too, so that the plug can be seen. */
export function attachTargets(infra: Infra): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    for (const item of node.interfaces.values()) if (item.attach) collect(targets, node.host.value, item.attach.value)
  }
  return targets
}

/** Bridges that a format adds beside the wires that somebody drew: containerlab's management network stands below what it manages. */
export function managementBridges(infra: Infra): ReadonlyMap<string, readonly string[]> {
  const bridges = new Map<string, string[]>()
  for (const name of wiredDevices(infra.links).keys()) {
    const node = infra.nodes.get(name)
    if (!node || !isGuest(node) || !node.host) continue
    const host = infra.nodes.get(node.host.value)
    for (const item of node.interfaces.values()) {
      const bridge = item.attach && host?.interfaces.get(item.attach.value)
      if (bridge && (bridge.origin?.by === 'format' || host?.origin.by === 'format')) collect(bridges, node.host.value, bridge.name)
    }
  }
  return bridges
}

/** By node: devices that a wire ends at. Links stay the same list while none of them changes. */
export const wiredDevices = keptFor((links: Infra['links']): ReadonlyMap<string, readonly string[]> => {
  const devices = new Map<string, string[]>()
  for (const { ends } of links) {
    for (const end of ends) {
      const list = devices.get(end.node)
      if (list) list.push(end.interface)
      else devices.set(end.node, [end.interface])
    }
  }
  return devices
})

function collect(lists: Map<string, string[]>, name: string, item: string): void {
  const list = lists.get(name)
  if (!list) lists.set(name, [item])
  else if (!list.includes(item)) list.push(item)
}
