/** The memory of a guest on its way: QEMU's migration loop, page set by page set. Bytes and seconds. */

import type { MemoryInput, MemoryRound, MemoryRun } from './memory-input.ts'
import { pageBytes, pagesOf } from './pages.ts'
import { throttlingOf } from './throttling.ts'

export { clark2005, qemuThrottle, type AdaptiveRate, type Compression, type Later, type MemoryInput, type MemoryRun, type Throttle } from './memory-input.ts'
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
/**
 * What the send buffer takes at once of what is left at the stop: an iteration ends when a burst has begun to fit, 64 pages into it, and the
 * last bytes need only the middle of a burst on average. Of fifteen measured stops over a narrow link the mean is told 2 ms too long with it, 20 without.
 */
const freeAtStop = burstBytes / 2 - 64 * pageBytes
/** Rounds without a new least remainder after which the chase is called endless. */
const patience = 24
/** A guest whose working set goes in no time has dozens of rounds to each step of its being slowed down. */
const mostRoundsOf = ({ throttle }: MemoryInput): number => (throttle ? 4000 : 400)
/** Looks that the first round may take before the interval grows with it: a link of a few bits a second must not take for ever here. */
const mostLooks = 50_000
/** More than any machine writes; keeps sums finite. */
const mostDirty = 1e15

/** Of an adaptive rate: below so little the guest is stopped. */
const adaptiveRest = 256 * 1024

/** Runs the loop to its end. Deterministic: what QEMU leaves to chance is spread evenly, or told by `phase`. */
export function moveMemory(input: MemoryInput): MemoryRun {
  const writers = (input.writers ?? [{ set: input.workingSet, rate: input.dirtyRate }]).map((one) => ({ ...one, rate: Math.min(mostDirty, one.rate) }))
  const { memory, resident: notZero, layout, phase = 0, adaptive, compression } = input
  const pages = pagesOf({ memory, resident: notZero, writers, phase, ...(layout && { layout }), ...(adaptive && { skipWritten: true }), ...(compression && { ratio: compression.ratio }) })
  const changes = [...(input.later ?? [])]
  /** Compressors that take less than the path carries are what everything waits for. */
  const fed = (bandwidth: number): number => Math.min(bandwidth, (compression?.rate ?? Infinity) * (compression?.ratio ?? 1))
  let path = fed(input.bandwidth)
  let rate = Math.min(path, input.maxBandwidth ?? Infinity, adaptive?.least ?? Infinity)
  const stopRate = (): number => Math.min(path, adaptive?.most ?? Infinity)
  const capped = rate < path
  const resident = Math.min(Math.max(0, memory), Math.max(0, notZero))
  /** Of two looks. An iteration that has to wait for the socket ends with the first burst after its time; on average half a burst late. */
  const intervalNow = (): number => {
    const bursts = (iterationSeconds * path) / burstBytes
    const iteration = (burstBytes / path) * (input.layout ? Math.max(1, Math.ceil(bursts)) : bursts + 0.5)
    return Math.max(rate < path ? windowSeconds : iteration, resident / rate / mostLooks)
  }
  let interval = intervalNow()
  /** Until the buffers are full nothing waits for the link: the first of the pages go at once. */
  const lead = capped ? 0 : Math.min(inFlightBytes, pages.wire()) / path

  let time = -lead
  let syncs = 1
  const throttling = input.throttle && throttlingOf(input.throttle)
  let throttled = 0
  let slowedSeconds = 0
  const rounds: MemoryRound[] = []
  const mostRounds = mostRoundsOf(input)
  let roundSent = 0
  let roundStart = 0
  let transferred = 0

  /** What the buffers have room for because nothing was sent for a while. */
  let room = 0

  const sync = (): number => {
    syncs++
    const dirtied = pages.sync()
    const waited = input.emulated ? throttling?.asleep(time) ?? 0 : 0
    time += waited
    slowedSeconds += waited
    if (!capped) room = Math.min(inFlightBytes, room + waited * path)
    return dirtied
  }

  const closeRound = (dirtied: number): void => {
    if (roundSent === 0 && dirtied === 0) return
    rounds.push({ round: rounds.length + 1, sent: roundSent, dirtied, seconds: Math.max(0, time - roundStart) })
    roundSent = 0
    roundStart = Math.max(0, time)
  }

  const end = (outcome: MemoryRun['outcome'], downtime: number, pullBytes: number, remaining: number): MemoryRun => {
    const preCopySeconds = Math.max(0, time)
    // Post-copy is over when the target says so: what the buffers hold has then arrived.
    const pullSeconds = outcome === 'post-copy' ? pullBytes / path + lead : 0
    return {
      rounds, syncs, outcome, downtime, pullBytes, pullSeconds, preCopySeconds, remaining, throttled, slowedSeconds, transferred, bandwidth: path,
      seconds: preCopySeconds + downtime + pullSeconds,
    }
  }

  /** The last round again and again, until a whole one no longer fits before so many seconds. */
  const repeat = (until: number): void => {
    const last = rounds[rounds.length - 1]
    if (!last || last.seconds <= 0) return
    let left = Math.max(0, Math.ceil((until - time) / last.seconds) - 1)
    // Those that no list has room for are told as one.
    for (let many = 1; left > 0; left -= many) {
      many = rounds.length < mostRounds ? 1 : left
      rounds.push({ round: rounds.length + 1, sent: last.sent * many, dirtied: last.dirtied * many, seconds: last.seconds * many })
      time += last.seconds * many
      transferred += last.sent * many
      slowedSeconds += throttled * last.seconds * many
      syncs += many
    }
    roundStart = time
  }

  const sweeping = writers.every(({ order }) => order !== 'random')
  const writes = writers.reduce((sum, one) => sum + one.rate, 0)
  let least = Infinity
  let stale = 0
  let same = 0
  let before = -1
  for (let looks = 0; ; looks++) {
    for (let [next] = changes; next && time >= next.from; [next] = changes) {
      changes.shift()
      path = fed(next.bandwidth)
      rate = adaptive ? Math.min(rate, path) : Math.min(path, input.maxBandwidth ?? Infinity)
      interval = intervalNow()
      least = Infinity
      stale = same = 0
    }
    if (looks > 20 * mostLooks) return end('endless', 0, 0, pages.pending())
    const limit = typeof input.downtimeLimit === 'number' ? input.downtimeLimit : input.downtimeLimit(time, rounds.length)
    const threshold = adaptive ? pageBytes : input.stopRule ? input.stopRule.pages * pageBytes : rate * limit
    const due = throttling?.mustLook(time, syncs) === true || pages.pending() < pageBytes
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
      const waiting = pages.pending()
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
        const downtime = stopSeconds + Math.max(0, (bytes - room - (capped ? 0 : freeAtStop)) / stopRate() + Math.min(0, time))
        rounds.push({ round: rounds.length + 1, sent: bytes, dirtied: 0, seconds: downtime })
        return end('completed', downtime, 0, remaining)
      }
      const slowedBefore = throttled
      throttling?.judge(time, remaining - waiting, transferred)
      throttled = throttling?.slowed ?? 0
      const better = remaining < least * 0.999
      if (better) least = remaining
      // A guest that is still being slowed down, or a limit that still rises, may yet end it.
      const hopeful = (input.throttle !== undefined && throttled < input.throttle.most) || typeof input.downtimeLimit !== 'number'
      stale = better || throttled !== slowedBefore ? 0 : stale + 1
      // All of the working sets, look after look: nothing will change.
      same = remaining === before && throttled === slowedBefore ? same + 1 : 0
      before = remaining
      // Who goes round faster than the path carries leaves no less at any look; who writes anywhere hits pages twice, and may.
      const outrun = sweeping && writes * Math.min(1, (input.headroom ?? 1) * (1 - throttled)) >= rate
      const vain = !hopeful && !input.stopRule && !adaptive && (same >= 3 || stale >= (outrun ? 3 : patience))
      // What comes later may end it; an orchestrator may give up before.
      const awaited = Math.min(changes[0]?.from ?? Infinity, input.timeout ?? Infinity)
      if (vain ? awaited === Infinity : rounds.length >= mostRounds && changes.length === 0) return end('endless', 0, 0, remaining)
      if (vain || rounds.length >= mostRounds) repeat(awaited)
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
    const budget = rate * interval * looked + room
    const sent = pages.send(budget)
    // A round that runs dry does not wait for the rest of its window.
    const seconds = all >= budget ? interval * looked : Math.max((sent - room) / rate, 1e-6)
    room = 0
    roundSent += sent
    transferred += sent
    const wrote = Math.min(seconds, Math.max(0, time + seconds))
    time += seconds
    const ran = throttling && wrote > 0 ? throttling.ran(time - wrote, wrote) : wrote
    slowedSeconds += wrote - ran
    pages.write(wrote, wrote > 0 ? Math.min(1, (input.headroom ?? 1) * (ran / wrote)) : 0)
  }
}
