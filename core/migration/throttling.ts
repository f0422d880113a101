/** Auto-converge: when QEMU 10 slows a guest down, and by how much. Bytes and seconds. */
import type { Throttle } from './memory-input.ts'

/** migration_bitmap_sync judges a period only where it is longer than this; until then periods are added up. */
const periodSeconds = 1
/** throttle-trigger-threshold of options.c: of what was sent, so much written again is too much. */
const tooMuch = 0.5
/** dirty_rate_high_cnt of ram.c: so many periods in which it was. They need not follow one another. */
const enough = 2
/** CPU_THROTTLE_DIRTY_SYNC_TIMESLICE_MS of cpu-throttle.c. */
const tickSeconds = 5

export interface Throttling {
  /** The share of the guest's processor time that is taken now. */
  readonly slowed: number
  /**
   * After each look at what was written, migration_trigger_throttle: `fresh` are the bytes of pages that have been written since the last
   * look and were not waiting to be sent anyway, `transferred` all that has been sent so far.
   */
  judge(time: number, fresh: number, transferred: number): void
  /** cpu_throttle_dirty_sync_timer_tick: every five seconds, whether none of the looks so far was in the last five. Not in the first round. */
  mustLook(time: number, syncs: number): boolean
}

export function throttlingOf(throttle: Throttle): Throttling {
  let slowed = 0
  let high = 0
  let periodStart = 0
  let periodSent = 0
  let periodFresh = 0
  let nextTick = tickSeconds
  let seen = 0
  return {
    get slowed() { return slowed },
    judge(time, fresh, transferred) {
      periodFresh += fresh
      if (time - periodStart <= periodSeconds) return
      if (periodFresh > (transferred - periodSent) * tooMuch && ++high >= enough) {
        high = 0
        slowed = slowed === 0 ? throttle.initial : Math.min(throttle.most, slowed + throttle.increment)
      }
      periodStart = time
      periodSent = transferred
      periodFresh = 0
    },
    mustLook(time, syncs) {
      if (time < nextTick) return false
      nextTick += tickSeconds * Math.ceil((time - nextTick + 1e-9) / tickSeconds)
      const still = syncs > 1 && syncs === seen
      seen = still ? syncs + 1 : syncs
      return still
    },
  }
}
