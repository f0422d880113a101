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
    const devices = new Set<Device>()
    for (const member of segment.members) {
      const device = deviceAt(context.infra, member.node, member.interface)
      if (device) devices.add(device)
    }
    return { segment, devices: [...devices] }
  }))

/** The segments of each `node:interface`. */
export const segmentsByDevice = oncePerPlane((context): ReadonlyMap<string, readonly SegmentView[]> => {
  const index = new Map<string, SegmentView[]>()
  for (const view of segmentViews(context)) {
    for (const { label } of view.devices) {
      const list = index.get(label)
      if (list) list.push(view)
      else index.set(label, [view])
    }
  }
  return index
})

export const sameSegment = (a: readonly SegmentView[] | undefined, b: readonly SegmentView[] | undefined): boolean =>
  a?.some((view) => b?.includes(view) === true) === true
