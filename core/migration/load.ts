/** What there is to carry: a guest's memory, its writes, its disks, in numbers. */
import type { Disk, GuestNode } from '../infra/node.ts'
import type { Infra } from '../infra/infra.ts'

export interface Load {
  /** Bytes; undefined where the file does not say. */
  readonly memory: number | undefined
  readonly resident: number
  readonly workingSet: number
  /** Bytes per second. */
  readonly dirtyRate: number
  /** Disks that must be copied because the target does not reach them where they are. */
  readonly copied: readonly Disk[]
  readonly copiedBytes: number
}

/** Whether both hosts reach the disk where it is. A disk that does not say where it is counts as the host's own. */
export function isShared(infra: Infra, disk: Disk, from: string, to: string): boolean {
  const storage = disk.on && infra.storage.get(disk.on.value)
  if (!storage || storage.type?.value === 'local') return false
  const reaches = (host: string): boolean => storage.servers.length === 0 || storage.servers.some(({ value }) => value === host)
  return reaches(from) && reaches(to)
}

/** A container's memory is its limit. A VM without a workload dirties nothing. */
export function loadOf(infra: Infra, guest: GuestNode, from: string, to: string): Load {
  if (guest.kind === 'container') {
    const memory = guest.limits?.memory?.value
    return { memory, resident: memory ?? 0, workingSet: 0, dirtyRate: 0, copied: [], copiedBytes: 0 }
  }
  const memory = guest.memory?.value
  const resident = Math.min(memory ?? Infinity, guest.workload?.resident?.value ?? memory ?? 0)
  const dirtyRate = Math.max(0, guest.workload?.dirtyRate?.value ?? 0)
  const copied = guest.disks.filter((disk) => !isShared(infra, disk, from, to))
  return {
    memory, resident, dirtyRate, copied,
    workingSet: dirtyRate > 0 ? Math.min(resident, guest.workload?.workingSet?.value ?? resident) : 0,
    copiedBytes: copied.reduce((sum, { size }) => sum + (size?.value ?? 0), 0),
  }
}
