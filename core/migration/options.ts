/** What a person may say of a move beside the file: how, and what else goes on meanwhile. Bytes and seconds. */
import type { MigrationMode, MigrationProfile } from '../infra/parts.ts'

/** A stream that goes on while a guest moves. */
export interface DeclaredFlow {
  readonly from: string
  readonly to: string
  /** Bytes per second; without one it takes all that it can get. */
  readonly rate?: number
}

export interface MoveOptions {
  readonly mode?: MigrationMode
  /** Instead of the file's. */
  readonly profile?: MigrationProfile
  readonly autoConverge?: boolean
  /** What the guest could write with all of its processors' time, as a multiple of what it writes: who waits between writes is slowed less. */
  readonly headroom?: number
  /** Seconds. */
  readonly downtimeLimit?: number
  /** Bytes per second, the cap on the rounds. */
  readonly maxBandwidth?: number
  /** Rates that follow the guest's writes, as Xen had them in 2005, instead of a limit on the downtime. */
  readonly adaptiveRate?: boolean
  /** Streams that go on meanwhile. */
  readonly flows?: readonly DeclaredFlow[]
  /** Other guests that are on their way at the same time. */
  readonly also?: readonly { readonly vm: string; readonly to: string }[]
  /** Instead of the file's: bytes, and bytes of pages a second. */
  readonly workload?: { readonly resident: number; readonly workingSet: number; readonly dirtyRate: number }
  /** How the working set is written: round and round, or anywhere. */
  readonly writes?: 'circle' | 'random'
  /** A part of the working set that is written more often: bytes, and bytes of pages a second beside the workload's own. */
  readonly hot?: { readonly set: number; readonly rate: number }
  /** Of how many peers the ways are walked, there and back, before and after. */
  readonly peersWalked?: number
  /** What the guest writes to its disks, bytes per second: unknown to the file. */
  readonly diskWrites?: number
}
