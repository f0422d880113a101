/** What there is to carry: a guest's memory, its writes, its disks, in numbers. */
import type { Disk, GuestNode } from '../infra/node.ts'
import type { Infra } from '../infra/infra.ts'
import type { MoveOptions } from './options.ts'
import type { Stretch, Writer } from './pages.ts'

export interface Load {
  /** Bytes; undefined where the file does not say. */
  readonly memory: number | undefined
  readonly resident: number
  readonly workingSet: number
  /** Bytes per second, of all writers. */
  readonly dirtyRate: number
  readonly writers: readonly Writer[]
  /** What a variation settles of what is left to chance: memory.ts tells. */
  readonly chance?: { readonly layout: readonly Stretch[]; readonly phase: number }
  /** Disks that must be copied because the target does not reach them where they are. */
  readonly copied: readonly Disk[]
  readonly copiedBytes: number
  /** Bytes per second that the guest writes to those; undefined where nobody says. */
  readonly diskWrites: number | undefined
  /** The names of two sites between which it goes. */
  readonly sites: readonly [string, string] | undefined
}

/** Whether both hosts reach the disk where it is. A disk that does not say where it is counts as the host's own. */
export function isShared(infra: Infra, disk: Disk, from: string, to: string): boolean {
  const storage = disk.on && infra.storage.get(disk.on.value)
  if (!storage || storage.type?.value === 'local') return false
  const reaches = (host: string): boolean => storage.servers.length === 0 || storage.servers.some(({ value }) => value === host)
  return reaches(from) && reaches(to)
}

/** A container's memory is its limit. A VM without a workload dirties nothing. */
export function loadOf(infra: Infra, guest: GuestNode, from: string, to: string, { writes, hot, diskWrites, workload }: MoveOptions = {}): Load {
  const [here, there] = [siteOf(infra, from), siteOf(infra, to)]
  const sites = here !== undefined && there !== undefined && here !== there ? [here, there] as const : undefined
  if (guest.kind === 'container') {
    const memory = guest.limits?.memory?.value
    return { memory, resident: memory ?? 0, workingSet: 0, dirtyRate: 0, writers: [], copied: [], copiedBytes: 0, diskWrites: undefined, sites }
  }
  const memory = guest.memory?.value
  const resident = Math.min(memory ?? Infinity, workload?.resident ?? guest.workload?.resident?.value ?? memory ?? 0)
  const rate = Math.max(0, workload?.dirtyRate ?? guest.workload?.dirtyRate?.value ?? 0)
  const copied = guest.disks.filter((disk) => !isShared(infra, disk, from, to))
  const workingSet = rate > 0 ? Math.min(resident, workload?.workingSet ?? guest.workload?.workingSet?.value ?? resident) : 0
  const order = writes ?? 'circle'
  const hotSet = hot && hot.rate > 0 ? Math.min(resident, hot.set) : 0
  // The hot part is one of the working set: what is left of that is written at the workload's own rate.
  const coldSet = Math.max(0, workingSet - hotSet)
  return {
    memory, resident, dirtyRate: rate + (hot?.rate ?? 0), copied, diskWrites, sites, workingSet: Math.max(workingSet, hotSet),
    writers: [
      ...(rate > 0 && coldSet > 0 ? [{ set: coldSet, rate, order }] : []),
      ...(hot && hotSet > 0 ? [{ set: hotSet, rate: hot.rate + (coldSet > 0 ? 0 : rate), order }] : []),
    ],
    copiedBytes: copied.reduce((sum, { size }) => sum + (size?.value ?? 0), 0),
  }
}

/** A server's site; a VM that carries containers stands where its own host does. */
function siteOf({ nodes }: Infra, name: string): string | undefined {
  const node = nodes.get(name)
  return node?.site?.value ?? (node?.kind === 'vm' && node.host ? nodes.get(node.host.value)?.site?.value : undefined)
}
