/** The memory of a guest on its way: QEMU's migration loop, page set by page set. Bytes and seconds. */

import { pageBytes, pagesOf, type Stretch, type Writer } from './pages.ts'

export { pageBytes } from './pages.ts'
/** What twelve measured runs sent beside their pages: device state, section headers. */
export const deviceStateBytes = 78 * 1024
/** MAX_WAIT: ram_save_iterate looks up after so long. */
const iterationSeconds = 0.05
/** BUFFER_DELAY: a rate limit is handed out in windows of this length. */
const windowSeconds = 0.1
/** vm_stop, the last bitmap sync and device state without its bytes: measured 3 to 10 ms. */
export const stopSeconds = 0.005
/**
 * Send and receive buffers of one TCP stream that is kept full: QEMU counts what it wrote into them as sent. In fifteen measured
 * runs over a narrow link what had been sent was 2.6 to 4.6 MiB more than the link could have carried by then.
 */
export const inFlightBytes = 3.4 * 2 ** 20
/**
 * A writer that waits for a full socket is woken when a third of the send buffer is free (sk_stream_is_writeable), so bytes go in
 * bursts: with Linux's 4 MiB (tcp_wmem) 1.4 to 1.6 MiB were measured at 16, 24 and 32 MiB/s alike.
 */
const burstBytes = 1.5 * 2 ** 20
/** Rounds without a new least remainder after which the chase is called endless. */
const patience = 24
const mostRounds = 400
/** Looks that the first round may take before the interval grows with it: a link of a few bits a second must not take for ever here. */
const mostLooks = 50_000
/** More than any machine writes; keeps sums finite. */
const mostDirty = 1e15

export interface Throttle {
  /** Ratios of the guest's CPU time. */
  readonly initial: number
  readonly increment: number
  readonly most: number
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
const adaptiveRest = 256 * 1024

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
  /** The cap on the rounds; the final phase does not heed it. */
  readonly maxBandwidth?: number
  /** Seconds. A function of the seconds since the start and of the rounds, where an orchestrator raises it on the way. */
  readonly downtimeLimit: number | ((seconds: number, round: number) => number)
  readonly throttle?: Throttle
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
}

/** Runs the loop to its end. Deterministic: what QEMU leaves to chance is spread evenly, or told by `phase`. */
export function moveMemory(input: MemoryInput): MemoryRun {
  const writers = (input.writers ?? [{ set: input.workingSet, rate: input.dirtyRate }]).map((one) => ({ ...one, rate: Math.min(mostDirty, one.rate) }))
  const { memory, resident: notZero, layout, phase = 0, adaptive } = input
  const pages = pagesOf({ memory, resident: notZero, writers, phase, ...(layout && { layout }), ...(adaptive && { skipWritten: true }) })
  const path = input.bandwidth
  let rate = Math.min(path, input.maxBandwidth ?? Infinity, adaptive?.least ?? Infinity)
  const stopRate = Math.min(path, adaptive?.most ?? Infinity)
  const capped = rate < path
  const resident = Math.min(Math.max(0, memory), Math.max(0, notZero))
  // An iteration that has to wait for the socket ends with the first burst after its time; on average half a burst late.
  const bursts = (iterationSeconds * path) / burstBytes
  const iteration = (burstBytes / path) * (input.layout ? Math.max(1, Math.ceil(bursts)) : bursts + 0.5)
  const interval = Math.max(capped ? windowSeconds : iteration, resident / rate / mostLooks)
  /** Until the buffers are full nothing waits for the link: the first of the pages go at once. */
  const lead = capped ? 0 : Math.min(inFlightBytes, pages.wire()) / path

  let time = -lead
  let syncs = 1
  let throttled = 0
  let slowedSeconds = 0
  let strikes = 0
  let lastJudged = 0
  const rounds: MemoryRound[] = []
  let roundSent = 0
  let roundStart = 0
  let transferred = 0

  const sync = (): number => {
    syncs++
    return pages.sync()
  }

  const closeRound = (dirtied: number): void => {
    if (roundSent === 0 && dirtied === 0) return
    rounds.push({ round: rounds.length + 1, sent: roundSent, dirtied, seconds: Math.max(0, time - roundStart) })
    roundSent = 0
    roundStart = Math.max(0, time)
  }

  const judge = (dirtied: number, sent: number): void => {
    const { throttle } = input
    if (!throttle || time - lastJudged < 1) return
    lastJudged = time
    // migration_trigger_throttle: more than half of what was sent came back, twice.
    if (dirtied <= sent / 2) return
    strikes++
    if (strikes < 2) return
    strikes = 0
    throttled = throttled === 0 ? throttle.initial : Math.min(throttle.most, throttled + throttle.increment)
  }

  const end = (outcome: MemoryRun['outcome'], downtime: number, pullBytes: number, remaining: number): MemoryRun => {
    const preCopySeconds = Math.max(0, time)
    // Post-copy is over when the target says so: what the buffers hold has then arrived.
    const pullSeconds = outcome === 'post-copy' ? pullBytes / path + lead : 0
    return {
      rounds, syncs, outcome, downtime, pullBytes, pullSeconds, preCopySeconds, remaining, throttled, slowedSeconds, transferred,
      seconds: preCopySeconds + downtime + pullSeconds,
    }
  }

  /** The last round again and again, until a whole one no longer fits before so many seconds. */
  const repeat = (until: number): void => {
    const last = rounds[rounds.length - 1]
    if (!last || last.seconds <= 0) return
    for (; time + last.seconds < until && rounds.length < mostRounds; time += last.seconds) {
      rounds.push({ ...last, round: rounds.length + 1 })
      transferred += last.sent
      slowedSeconds += throttled * last.seconds
      syncs++
    }
    roundStart = time
  }

  let least = Infinity
  let stale = 0
  let same = 0
  let before = -1
  for (let looks = 0; ; looks++) {
    if (looks > 20 * mostLooks) return end('endless', 0, 0, pages.pending())
    const limit = typeof input.downtimeLimit === 'number' ? input.downtimeLimit : input.downtimeLimit(time, rounds.length)
    const threshold = adaptive ? pageBytes : input.stopRule ? input.stopRule.pages * pageBytes : rate * limit
    const due = (throttled > 0 && time - roundStart >= 5) || pages.pending() < pageBytes
    const { postCopyAt } = input
    if (postCopyAt && (time >= (postCopyAt.seconds ?? Infinity) || rounds.length >= (postCopyAt.rounds ?? Infinity) || postCopyAt.seconds === 0)) {
      const dirtied = sync()
      closeRound(dirtied)
      const remaining = pages.pending()
      const pulled = pages.wire()
      transferred += deviceStateBytes + pulled
      rounds.push({ round: rounds.length + 1, sent: deviceStateBytes + pulled, dirtied: 0, seconds: stopSeconds + (deviceStateBytes + pulled) / path })
      return end('post-copy', stopSeconds + deviceStateBytes / path, pulled, remaining)
    }
    if (pages.pending() < threshold || due) {
      const sent = roundSent
      const lasted = time - roundStart
      const dirtied = sync()
      closeRound(dirtied)
      const remaining = pages.pending()
      const wanted = adaptive && lasted > 0 ? dirtied / lasted + adaptive.step : rate
      const last = adaptive ? wanted > adaptive.most || remaining < adaptiveRest || rounds.length >= mostRounds : input.stopRule !== undefined && rounds.length >= input.stopRule.rounds
      if (adaptive) rate = Math.min(path, Math.max(adaptive.least, wanted))
      if (remaining < threshold || remaining < pageBytes || last) {
        syncs++
        const bytes = pages.wire() + deviceStateBytes
        transferred += bytes
        // Buffers that are not full yet take their part at once.
        const downtime = stopSeconds + Math.max(0, bytes / stopRate + Math.min(0, time))
        rounds.push({ round: rounds.length + 1, sent: bytes, dirtied: 0, seconds: downtime })
        return end('completed', downtime, 0, remaining)
      }
      const slowedBefore = throttled
      judge(dirtied, sent)
      const better = remaining < least * 0.999
      if (better) least = remaining
      // A guest that is still being slowed down, or a limit that still rises, may yet end it.
      const hopeful = (input.throttle !== undefined && throttled < input.throttle.most) || typeof input.downtimeLimit !== 'number'
      stale = better || throttled !== slowedBefore ? 0 : stale + 1
      // All of the working sets, look after look: nothing will change.
      same = remaining === before && throttled === slowedBefore ? same + 1 : 0
      before = remaining
      if (same >= 3 && !hopeful && !input.stopRule && !adaptive) {
        if (input.timeout === undefined) return end('endless', 0, 0, remaining)
        repeat(input.timeout)
      }
      if ((stale >= patience && !hopeful) || rounds.length >= mostRounds) return end('endless', 0, 0, remaining)
    }
    if (input.timeout !== undefined && time >= input.timeout) {
      const dirtied = sync()
      closeRound(dirtied)
      return end('timed-out', 0, 0, pages.pending())
    }
    const all = pages.wire()
    const pending = pages.pending()
    let looked = 1
    // QEMU looks once an iteration, so the look that finds the rest below the threshold comes half an iteration late on average;
    // a whole one late where a sync has just left little more than the threshold. A known layout knows when.
    const dropped = pending * Math.min(1, (rate * interval) / all)
    if (!input.layout && pending >= threshold && pending - dropped < threshold && (roundSent > 0 || rounds.length === 0)) looked = Math.min(pending, pending - threshold + dropped / 2) / dropped
    const budget = rate * interval * looked
    const sent = pages.send(budget)
    // A round that runs dry does not wait for the rest of its window.
    const seconds = all >= budget ? interval * looked : Math.max(sent / rate, 1e-4)
    roundSent += sent
    transferred += sent
    const wrote = Math.min(seconds, Math.max(0, time + seconds))
    time += seconds
    slowedSeconds += throttled * wrote
    pages.write(wrote, Math.min(1, (input.headroom ?? 1) * (1 - throttled)))
  }
}
