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
/** CPU_THROTTLE_TIMESLICE_NS of cpu-throttle.c: a processor sleeps, and then runs for so long. */
const sliceSeconds = 0.01
/** So late a sleeping processor wakes, by the mean of the steps of eleven measured runs. */
const usuallyLate = 0.00065

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
  /** Of so many seconds, those in which the processor runs. */
  ran(from: number, seconds: number): number
  /** How long its sleep goes on: zero where it runs. */
  asleep(time: number): number
}

export function throttlingOf(throttle: Throttle): Throttling {
  const lateOf = (): number => throttle.late?.(share) ?? usuallyLate
  let slowed = 0
  let high = 0
  let periodStart = 0
  let periodSent = 0
  let periodFresh = 0
  let nextTick = tickSeconds
  let seen = 0
  // One sleep and the slice after it; a change of the share begins with the next.
  let share = 0
  let begins = Infinity
  const periodOf = (): number => sliceSeconds / (1 - share)
  const sleepOf = (): number => periodOf() - sliceSeconds + lateOf()
  /** Makes the period that of a second. */
  const advance = (time: number): void => {
    if (time < begins + periodOf()) return
    begins += periodOf()
    share = slowed
    begins += Math.floor(Math.max(0, time - begins) / periodOf()) * periodOf()
  }
  /** Of a period, what the processor has run until so many seconds after its beginning. */
  const ranUntil = (seconds: number): number => Math.min(sliceSeconds - lateOf(), Math.max(0, seconds - sleepOf()))
  return {
    get slowed() { return slowed },
    judge(time, fresh, transferred) {
      periodFresh += fresh
      if (time - periodStart <= periodSeconds) return
      if (periodFresh > (transferred - periodSent) * tooMuch && ++high >= enough) {
        high = 0
        if (slowed === 0) [begins, share] = [time, throttle.initial]
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
    ran(from, seconds) {
      if (slowed === 0) return seconds
      advance(from)
      const until = from + seconds
      const end = begins + periodOf()
      const started = ranUntil(from - begins)
      if (until < end) return ranUntil(until - begins) - started
      const first = ranUntil(periodOf()) - started
      advance(end)
      const whole = Math.floor(Math.max(0, until - begins) / periodOf())
      return first + whole * ranUntil(periodOf()) + ranUntil(until - begins - whole * periodOf())
    },
    asleep(time) {
      if (slowed === 0) return 0
      advance(time)
      return Math.max(0, sleepOf() - (time - begins))
    },
  }
}
