/** A guest's pages on their way: what waits to be sent, in the order of its addresses, and who writes what again. Pages, bytes, seconds. */

/** migration.c and ram.c of QEMU 10: a page on the wire is 8 bytes of header and the page; a zero page is 8 and a byte. */
export const pageBytes = 4096
const pageHeader = 8
const zeroPageOnWire = 9
/** Working sets of more pages than this are told by fewer sets of pages: then one is still less than what goes between two looks. */
const mostPages = 16384
const mostSlots = 4096

/** A part of the guest's memory whose kinds of pages lie mixed; all of memory is a list of such, by address. Pages. */
export interface Stretch {
  readonly zero: number
  /** Not zero, and not written while the guest moves. */
  readonly cold: number
  /** Of each writer's working set. */
  readonly hot: readonly number[]
}

/** Somebody who writes: bytes of a working set, bytes of pages a second. */
export interface Writer {
  readonly set: number
  readonly rate: number
  /** One page after the other, round and round; or any page at any time. Default: round and round. */
  readonly order?: 'circle' | 'random'
}

export interface PagesInput {
  /** Bytes. */
  readonly memory: number
  readonly resident: number
  readonly writers: readonly Writer[]
  /** Where things lie, when that is known; else everything is spread evenly, which stands for chance. */
  readonly layout?: readonly Stretch[]
  /** A page that has been written again since the round began is left for the next (Xen looks into the log before it sends). */
  readonly skipWritten?: boolean
  /** Bytes on the wire of a byte of a page that is not zero, where pages are compressed; without it 1. */
  readonly ratio?: number
  /** Where in their circles the writers begin, as a ratio; and the seed of those who write anywhere. */
  readonly phase?: number
}

export interface Pages {
  /** Bytes of pages that wait, as the loop counts them: zero ones whole. */
  pending(): number
  /** Bytes that they are on the wire. */
  wire(): number
  /** Sends up to so many bytes, onwards from where the last ended; returns those sent. */
  send(budget: number): number
  /** The guest writes for so long, at this ratio of its rate. */
  write(seconds: number, ratio: number): void
  /** Takes the log of written pages into what waits; returns bytes of distinct pages written since the last time. */
  sync(): number
}

interface Circle {
  /** Its slots in the order of its writing. */
  readonly order: Int32Array
  /** Slots a second. */
  readonly rate: number
  readonly random: boolean
  at: number
  since: number
}

/** Steps of a golden ratio visit every stretch of the circle evenly. */
function strideOf(slots: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let stride = Math.max(1, Math.round(slots * 0.6180339887498949))
  while (gcd(stride, slots) !== 1) stride++
  return stride
}

/** A circle of which any part is spread over all of the slots. */
function scattered(slots: readonly number[]): Int32Array {
  const count = slots.length
  const order = new Int32Array(count)
  const stride = strideOf(Math.max(1, count))
  for (let i = 0, to = 0; i < count; i++, to = (to + stride) % count) order[to] = slots[i] ?? 0
  return order
}

/** How many distinct ones so many writes touch: of blind throws, some hit the same. */
const distinctOf = (count: number, writes: number, random: boolean): number =>
  count === 0 ? 0 : random ? count * (1 - Math.exp(-writes / count)) : Math.min(count, writes)

/** Deals so many slots from `first` on to the writers, side by side, in proportion to their pages. */
function deal(first: number, until: number, pages: readonly number[], lists: readonly number[][]): void {
  const all = pages.reduce((sum, one) => sum + one, 0)
  const given = pages.map(() => 0)
  for (let slot = first; slot < until; slot++) {
    let best = 0
    let most = -Infinity
    for (const [i, one] of pages.entries()) {
      const owed = ((slot - first + 1) * one) / all - (given[i] ?? 0)
      if (owed > most) [most, best] = [owed, i]
    }
    lists[best]?.push(slot)
    given[best] = (given[best] ?? 0) + 1
  }
}

const sum = (values: readonly number[] | Float64Array): number => {
  let all = 0
  for (const value of values) all += value
  return all
}

/** Deterministic: the same input, the same pages. */
export function pagesOf(input: PagesInput): Pages {
  const memory = Math.max(0, input.memory)
  const resident = Math.min(memory, Math.max(0, input.resident))
  const writers = fitted(input.writers, resident)
  const pageOnWire = pageHeader + pageBytes * (input.ratio ?? 1)
  const sets = writers.map(({ set }) => set / pageBytes)
  const layout = input.layout ?? [{ zero: (memory - resident) / pageBytes, cold: resident / pageBytes - sum(sets), hot: sets }]
  const laidOut = sum(layout.map(({ hot }) => sum(hot)))
  const slots = laidOut > 0 && writers.length > 0 ? Math.max(1, laidOut <= mostPages ? Math.ceil(laidOut) : mostSlots) : 0
  const slotPages = slots > 0 ? laidOut / slots : 0

  const stretches = layout.length
  const zero = Float64Array.from(layout, (one) => one.zero)
  const cold = Float64Array.from(layout, (one) => one.cold)
  // Slot numbers at which each stretch begins; slots stand in the order of their addresses.
  const begins = new Int32Array(stretches + 1)
  const lists = writers.map((): number[] => [])
  for (let i = 0, passed = 0; i < stretches; i++) {
    const hot = layout[i]?.hot ?? []
    passed += sum(hot)
    begins[i + 1] = slots > 0 ? Math.round((passed / laidOut) * slots) : 0
    deal(begins[i] ?? 0, begins[i + 1] ?? 0, hot, lists)
  }
  const waiting = new Uint8Array(slots).fill(1)
  let waitingSlots = slots
  let zeroLeft = sum(zero)
  let coldLeft = sum(cold)

  const phase = input.phase ?? 0
  let chance = Math.floor(phase * 2 ** 31) + 88172645
  const roll = (): number => ((chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0) / 2 ** 32)
  const circles = lists.map((list, i): Circle => {
    const { rate = 0, order } = writers[i] ?? {}
    return {
      order: input.layout && order !== 'random' ? Int32Array.from(list) : scattered(list), random: order === 'random',
      rate: slotPages > 0 ? rate / pageBytes / slotPages : 0, at: Math.floor(phase * list.length) % Math.max(1, list.length), since: 0,
    }
  })

  // Where the scan stands: a stretch, the next slot in it, and the part of a slot that is paid for already.
  let here = 0
  let next = 0
  let owed = 0
  let ahead = begins[1] ?? 0

  const countAhead = (): void => {
    ahead = 0
    for (let slot = next; slot < (begins[here + 1] ?? 0); slot++) ahead += waiting[slot] ?? 0
  }
  const hotLeft = (): number => Math.max(0, waitingSlots - owed) * slotPages
  const pending = (): number => (zeroLeft + coldLeft + hotLeft()) * pageBytes
  const wire = (): number => zeroLeft * zeroPageOnWire + (coldLeft + hotLeft()) * pageOnWire

  const takeSlots = (whole: boolean): void => {
    while (ahead > 0 && (owed >= 1 || (whole && owed > 0))) {
      while (waiting[next] === 0) next++
      waiting[next++] = 0
      ahead--
      waitingSlots--
      owed = Math.max(0, owed - 1)
    }
  }

  /** The share of the working sets that has been written since the last sync: of what is scanned now, so much is skipped. */
  const writtenShare = (): number => {
    let written = 0
    for (const { order, random, since } of circles) written += distinctOf(order.length, since, random)
    return slots > 0 ? Math.min(1, written / slots) : 0
  }

  const send = (budget: number): number => {
    let left = budget
    const hotOnWire = slotPages * pageOnWire * (input.skipWritten ? 1 - writtenShare() : 1)
    for (let visited = 0; visited <= stretches && left > 0; visited++) {
      const [zeroHere, coldHere, hotHere] = [zero[here] ?? 0, cold[here] ?? 0, Math.max(0, ahead - owed)]
      const all = zeroHere * zeroPageOnWire + coldHere * pageOnWire + hotHere * hotOnWire
      const share = all <= left ? 1 : left / all
      owed += share * hotHere
      zero[here] = zeroHere * (1 - share)
      cold[here] = coldHere * (1 - share)
      zeroLeft -= zeroHere * share
      coldLeft -= coldHere * share
      takeSlots(share === 1)
      left -= all * share
      if (share < 1) return budget
      owed = 0
      if (waitingSlots === 0 && zeroLeft + coldLeft < 1e-9) {
        zeroLeft = coldLeft = 0
        break
      }
      here = (here + 1) % stretches
      next = begins[here] ?? 0
      countAhead()
    }
    return budget - left
  }

  const write = (seconds: number, ratio: number): void => {
    for (const circle of circles) circle.since += circle.rate * ratio * seconds
  }

  const sync = (): number => {
    let dirtied = 0
    for (const circle of circles) {
      const count = circle.order.length
      if (count === 0) continue
      const distinct = distinctOf(count, circle.since, circle.random)
      const whole = Math.min(count, Math.floor(distinct))
      if (circle.random) circle.at = Math.floor(roll() * count)
      for (let i = 0, at = circle.at; i < whole; i++, at = at + 1 === count ? 0 : at + 1) {
        const slot = circle.order[at] ?? 0
        if (waiting[slot] === 0) {
          waiting[slot] = 1
          waitingSlots++
        }
      }
      dirtied += distinct * slotPages * pageBytes
      if (circle.random) circle.since = 0
      else {
        circle.at = (circle.at + Math.floor(circle.since % count)) % count
        circle.since -= Math.floor(circle.since)
      }
    }
    countAhead()
    return dirtied
  }

  return { pending, wire, send, write, sync }
}

/** Working sets that fit what is resident; who writes nothing has none. */
function fitted(writers: readonly Writer[], resident: number): readonly Writer[] {
  const some = writers.map((writer) => ({ ...writer, set: writer.rate > 0 ? Math.max(0, writer.set) : 0 })).filter(({ set }) => set > 0)
  const all = sum(some.map(({ set }) => set))
  const scale = all > resident ? resident / all : 1
  return some.map((writer) => ({ ...writer, set: writer.set * scale }))
}
