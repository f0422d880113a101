/** Devices that stand on another one: macvlan, macvtap, ipvlan, on the node itself or of its guests. */
import type { CheckContext } from '../check.ts'
import { devicesOf, isUp, type Device } from './model.ts'

const kinds: ReadonlySet<string> = new Set(['macvlan', 'macvtap', 'ipvlan', 'passthrough', 'vf'])

/** `node:device` of each parent, with its children in file order. */
export function childrenByParent(context: CheckContext): ReadonlyMap<string, readonly Device[]> {
  const found = new Map<string, Device[]>()
  for (const device of devicesOf(context.infra)) {
    const { type, link, hostSide } = device.interface
    if (!kinds.has(type.value) || !isUp(device.interface)) continue
    const parent = hostSide ? `${hostSide.node}:${hostSide.interface}` : link ? `${device.node.name}:${link.value}` : undefined
    if (parent === undefined) continue
    const list = found.get(parent)
    if (list) list.push(device)
    else found.set(parent, [device])
  }
  return found
}
