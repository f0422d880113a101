/** Broadcast domains, looked at from a device: who hears it, and what carries it. */
import { segmentsOf } from '../../forwarding/index.ts'
import type { Segment } from '../../forwarding/trace.ts'
import { deviceAt, type Device } from './model.ts'
import { oncePerPlane } from './once.ts'

export interface SegmentView {
  readonly segment: Segment
  /** The members that are devices of stacks, in file order, each once. */
  readonly devices: readonly Device[]
}

export const segmentViews = oncePerPlane((context): readonly SegmentView[] =>
  segmentsOf(context.plane).map((segment) => {
    const seen = new Set<string>()
    const devices: Device[] = []
    for (const member of segment.members) {
      const key = `${member.node}:${member.interface}`
      const device = seen.has(key) ? undefined : deviceAt(context.infra, member.node, member.interface)
      seen.add(key)
      if (device) devices.push(device)
    }
    return { segment, devices }
  }))

/** The segments of each `node:interface`. */
export const segmentsByDevice = oncePerPlane((context): ReadonlyMap<string, readonly SegmentView[]> => {
  const index = new Map<string, SegmentView[]>()
  for (const view of segmentViews(context)) {
    for (const { node, interface: one } of view.devices) {
      const key = `${node.name}:${one.name}`
      const list = index.get(key)
      if (list) list.push(view)
      else index.set(key, [view])
    }
  }
  return index
})

export const sameSegment = (a: readonly SegmentView[] | undefined, b: readonly SegmentView[] | undefined): boolean =>
  a?.some((view) => b?.includes(view) === true) === true
