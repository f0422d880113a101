/** The memory of a guest on its way: QEMU's migration loop, page set by page set. Bytes and seconds. */

/** migration.c and ram.c of QEMU 10: a page on the wire is 8 bytes of header and the page; a zero page is 8 and a byte. */
export const pageBytes = 4096
const pageOnWire = 4104
const zeroPageOnWire = 9
/** What twelve measured runs sent beside their pages: device state, section headers. */
export const deviceStateBytes = 78 * 1024
/** MAX_WAIT: ram_save_iterate looks up after so long. */
const iterationSeconds = 0.05
/** BUFFER_DELAY: a rate limit is handed out in windows of this length. */
const windowSeconds = 0.1
/** vm_stop, the last bitmap sync and device state without its bytes: measured 3 to 10 ms. */
export const stopSeconds = 0.005
/** Page sets of the working set; more would change the answer by less than a chunk. */
const mostSlots = 16384
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

export interface MemoryInput {
  /** All of the guest's memory. */
  readonly memory: number
  /** What is not zero pages. */
  readonly resident: number
  /** What is written again and again, in a circle, at `dirtyRate` bytes of pages a second. */
  readonly workingSet: number
  readonly dirtyRate: number
  /** What the path carries, bytes per second, greater than zero. */
  readonly bandwidth: number
  /** The cap on the rounds; the final phase does not heed it. */
  readonly maxBandwidth?: number
  /** Seconds. A function of the seconds since the start and of the rounds, where an orchestrator raises it on the way. */
  readonly downtimeLimit: number | ((seconds: number, round: number) => number)
  readonly throttle?: Throttle
  /** Stop after so many rounds, or below so many pages, whatever the downtime: Xen's policy instead of the limit. */
  readonly stopRule?: { readonly rounds: number; readonly pages: number }
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
}

/** Slots visited in the order of a golden stride: every stretch of the circle is met evenly, which stands for chance. */
function strideOf(slots: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let stride = Math.max(1, Math.round(slots * 0.6180339887498949))
  while (gcd(stride, slots) !== 1) stride++
  return stride
}

/** Runs the loop to its end. Deterministic: what QEMU leaves to chance is spread evenly. */
export function moveMemory(input: MemoryInput): MemoryRun {
  const memory = Math.max(0, input.memory)
  const resident = Math.min(memory, Math.max(0, input.resident))
  const writes = input.dirtyRate > 0 ? Math.min(resident, Math.max(0, input.workingSet)) : 0
  const path = input.bandwidth
  const rate = Math.min(path, input.maxBandwidth ?? Infinity)
  const capped = rate < path
  const dirtyRate = Math.min(mostDirty, input.dirtyRate)
  const interval = Math.max(capped ? windowSeconds : iterationSeconds, resident / rate / mostLooks)

  // What waits to be sent, in pages: zero ones, those written once, and the working set in slots.
  let zero = (memory - resident) / pageBytes
  let cold = (resident - writes) / pageBytes
  const hotPages = writes / pageBytes
  const slots = hotPages > 0 ? Math.max(1, Math.min(mostSlots, Math.ceil(hotPages))) : 0
  const slotPages = slots > 0 ? hotPages / slots : 0
  const waiting = new Uint8Array(slots).fill(1)
  const stride = strideOf(Math.max(1, slots))
  let waitingSlots = slots
  let at = 0
  let owed = 0

  let time = 0
  let syncs = 1
  let writer = 0
  let sinceSync = 0
  let throttled = 0
  let strikes = 0
  let lastJudged = 0
  const rounds: MemoryRound[] = []
  let roundSent = 0
  let roundStart = 0
  let transferred = 0

  const pendingPages = (): number => zero + cold + Math.max(0, waitingSlots - owed) * slotPages
  const wireBytes = (): number => zero * zeroPageOnWire + (cold + Math.max(0, waitingSlots - owed) * slotPages) * pageOnWire

  const send = (budget: number): number => {
    const all = wireBytes()
    const share = all <= budget ? 1 : budget / all
    owed += share * Math.max(0, waitingSlots - owed)
    zero -= share * zero
    cold -= share * cold
    while (waitingSlots > 0 && (owed >= 1 || (share === 1 && owed > 0))) {
      while (waiting[at] === 0) at = (at + stride) % slots
      waiting[at] = 0
      waitingSlots--
      owed = Math.max(0, owed - 1)
    }
    if (waitingSlots === 0) owed = 0
    return Math.min(all, budget)
  }

  const write = (seconds: number): void => {
    if (slots > 0) sinceSync += (dirtyRate * (1 - throttled) * seconds) / pageBytes / slotPages
  }

  /** Takes the log of dirty pages into what waits; says how many bytes of pages were dirtied. */
  const sync = (): number => {
    syncs++
    const count = Math.min(slots, Math.floor(sinceSync))
    for (let i = 0; i < count; i++) {
      const slot = Math.floor(writer + i) % slots
      if (waiting[slot] === 0) {
        waiting[slot] = 1
        waitingSlots++
      }
    }
    const dirtied = Math.min(slots, sinceSync) * slotPages * pageBytes
    writer = slots > 0 ? (writer + Math.floor(sinceSync)) % slots : 0
    sinceSync -= Math.floor(sinceSync)
    return dirtied
  }

  const closeRound = (dirtied: number): void => {
    if (roundSent === 0 && dirtied === 0) return
    rounds.push({ round: rounds.length + 1, sent: roundSent, dirtied, seconds: time - roundStart })
    roundSent = 0
    roundStart = time
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
    const preCopySeconds = time
    const pullSeconds = pullBytes / path
    return {
      rounds, syncs, outcome, downtime, pullBytes, pullSeconds, preCopySeconds, remaining, throttled, transferred,
      seconds: preCopySeconds + downtime + pullSeconds,
    }
  }

  let least = Infinity
  let stale = 0
  for (let looks = 0; ; looks++) {
    if (looks > 20 * mostLooks) return end('endless', 0, 0, pendingPages() * pageBytes)
    const limit = typeof input.downtimeLimit === 'number' ? input.downtimeLimit : input.downtimeLimit(time, rounds.length)
    const threshold = input.stopRule ? input.stopRule.pages * pageBytes : rate * limit
    const due = (throttled > 0 && time - roundStart >= 5) || pendingPages() < 1
    const { postCopyAt } = input
    if (postCopyAt && (time >= (postCopyAt.seconds ?? Infinity) || rounds.length >= (postCopyAt.rounds ?? Infinity))) {
      const dirtied = sync()
      closeRound(dirtied)
      const remaining = pendingPages() * pageBytes
      const pulled = wireBytes()
      transferred += deviceStateBytes + pulled
      rounds.push({ round: rounds.length + 1, sent: deviceStateBytes + pulled, dirtied: 0, seconds: stopSeconds + (deviceStateBytes + pulled) / path })
      return end('post-copy', stopSeconds + deviceStateBytes / path, pulled, remaining)
    }
    if (pendingPages() * pageBytes < threshold || due) {
      const sent = roundSent
      const dirtied = sync()
      closeRound(dirtied)
      const remaining = pendingPages() * pageBytes
      const last = input.stopRule !== undefined && rounds.length >= input.stopRule.rounds
      if (remaining < threshold || remaining < 1 || last) {
        syncs++
        const bytes = wireBytes() + deviceStateBytes
        transferred += bytes
        rounds.push({ round: rounds.length + 1, sent: bytes, dirtied: 0, seconds: stopSeconds + bytes / path })
        return end('completed', stopSeconds + bytes / path, 0, remaining)
      }
      judge(dirtied, sent)
      const better = remaining < least * 0.999
      if (better) least = remaining
      // A guest that is still being slowed down, or a limit that still rises, may yet end it.
      const hopeful = (input.throttle !== undefined && throttled < input.throttle.most) || typeof input.downtimeLimit !== 'number'
      stale = better ? 0 : stale + 1
      if ((stale >= patience && !hopeful) || rounds.length >= mostRounds) return end('endless', 0, 0, remaining)
    }
    if (input.timeout !== undefined && time >= input.timeout) {
      const dirtied = sync()
      closeRound(dirtied)
      return end('timed-out', 0, 0, pendingPages() * pageBytes)
    }
    const all = wireBytes()
    const pending = pendingPages() * pageBytes
    let looked = 1
    // QEMU looks once an iteration, so the look that finds the rest below the threshold comes half an iteration late on average;
    // a whole one late where a sync has just left little more than the threshold.
    const dropped = pending * Math.min(1, (rate * interval) / all)
    if (pending >= threshold && pending - dropped < threshold && (roundSent > 0 || rounds.length === 0)) looked = Math.min(pending, pending - threshold + dropped / 2) / dropped
    const budget = rate * interval * looked
    const sent = send(budget)
    // A round that runs dry does not wait for the rest of its window.
    const seconds = all >= budget ? interval * looked : Math.max(sent / rate, 1e-4)
    roundSent += sent
    transferred += sent
    time += seconds
    write(seconds)
  }
}
