/** What the migration loop is told, and what it tells. Bytes and seconds. */
import type { Stretch, Writer } from './pages.ts'

export interface Throttle {
  /** Ratios of the guest's CPU time. */
  readonly initial: number
  readonly increment: number
  readonly most: number
  /** Seconds by which a processor wakes late of which such a share of its time is taken; without it what was measured. */
  readonly late?: (share: number) => number
}

/** cpu-throttle-initial, -increment, max-cpu-throttle of options.c. */
export const qemuThrottle: Throttle = { initial: 0.2, increment: 0.1, most: 0.99 }

/**
 * Clark and others 2005, section 5.1: the first round at `least`, each later one at what was dirtied in the one before and `step`
 * more; the guest is stopped where that exceeds `most`, or where less than 256 KiB are left, and the rest goes at `most`. Bytes per second.
 */
export interface AdaptiveRate {
  readonly least: number
  readonly step: number
  readonly most: number
}

/** The paper's settings: 100 Mbit/s, 50 more, 500. */
export const clark2005: AdaptiveRate = { least: 12.5e6, step: 6.25e6, most: 62.5e6 }

/** From so many seconds after the start on, so many bytes a second. */
export interface Later {
  readonly from: number
  readonly bandwidth: number
}

/** Pages are compressed on their way out (QEMU's multifd-compression). Zero pages are told as such, as ever. */
export interface Compression {
  /** Bytes on the wire of a byte of a page: greater than zero. */
  readonly ratio: number
  /** Bytes of pages a second that all compressors together take; without it the path alone decides. */
  readonly rate?: number
}

export interface MemoryInput {
  /** All of the guest's memory. */
  readonly memory: number
  /** What is not zero pages. */
  readonly resident: number
  /** What is written again and again, in a circle, at `dirtyRate` bytes of pages a second. */
  readonly workingSet: number
  readonly dirtyRate: number
  /** Instead of these two: several writers, hot and cold, or such as write anywhere. */
  readonly writers?: readonly Writer[]
  /** Where in memory things lie, by address; without it everything is spread evenly, which stands for chance. */
  readonly layout?: readonly Stretch[]
  /** Where in their circles the writers begin, a ratio: what a measurement leaves to chance. */
  readonly phase?: number
  /** What the path carries, bytes per second, greater than zero. */
  readonly bandwidth: number
  /** What it carries from a second on, where that changes on the way: ascending, each greater than zero. */
  readonly later?: readonly Later[]
  readonly compression?: Compression
  /** The cap on the rounds; the final phase does not heed it. */
  readonly maxBandwidth?: number
  /** Seconds. A function of the seconds since the start and of the rounds, where an orchestrator raises it on the way. */
  readonly downtimeLimit: number | ((seconds: number, round: number) => number)
  readonly throttle?: Throttle
  /**
   * The guest runs in QEMU's software emulation, whose every look at what was written waits for its processor (tcg_log_global_after_sync),
   * and so until the end of the sleep of one that is slowed down.
   */
  readonly emulated?: boolean
  /**
   * What the guest could write with all of its processors' time, as a multiple of what it writes; without it 1. A guest that waits
   * between its writes is not slowed by auto-converge until little more than this is left of its time.
   */
  readonly headroom?: number
  /** Stop after so many rounds, or below so many pages, whatever the downtime: Xen's policy instead of the limit. */
  readonly stopRule?: { readonly rounds: number; readonly pages: number }
  /** Rates that follow the guest's writes, instead of a limit on the downtime. */
  readonly adaptive?: AdaptiveRate
  /** Switch to post-copy at this second, or after so many rounds, whichever comes first. */
  readonly postCopyAt?: { readonly seconds?: number; readonly rounds?: number }
  /** The orchestrator gives up at this second. */
  readonly timeout?: number
}

export interface MemoryRound {
  readonly round: number
  readonly sent: number
  /** Distinct bytes written while it ran, a page counting whole. */
  readonly dirtied: number
  readonly seconds: number
}

export interface MemoryRun {
  /** Ends with the stop-and-copy, or with the pull of post-copy. Their `sent` sum up to `transferred`. */
  readonly rounds: readonly MemoryRound[]
  /** dirty-sync-count, the one at the set-up and the one after the stop included. */
  readonly syncs: number
  readonly outcome: 'completed' | 'post-copy' | 'endless' | 'timed-out'
  readonly seconds: number
  /** Stop to the last byte of what must be there to go on. */
  readonly downtime: number
  readonly transferred: number
  /** Length of the phases before the stop, and after the guest runs again. */
  readonly preCopySeconds: number
  readonly pullSeconds: number
  readonly pullBytes: number
  /** What was left, in bytes of pages, when the rounds ended. */
  readonly remaining: number
  /** Of the guest's CPU time, at the end. */
  readonly throttled: number
  /** Seconds of the guest's CPU time that auto-converge took, of those in which it ran. */
  readonly slowedSeconds: number
  /** What the path carried in the end, bytes per second. */
  readonly bandwidth: number
}
