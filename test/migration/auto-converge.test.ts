/** Auto-converge: each decision of the recorded runs, what was left of the guest's writes, and what holds for every guest that is slowed down. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moveMemory, qemuThrottle, type MemoryInput } from '../../core/migration/memory.ts'
import { throttlingOf } from '../../core/migration/throttling.ts'
import { layoutOf, runs, type Recorded } from '../qemu/recorded.ts'

const MiB = 2 ** 20
const KiB = 1024
const slowed = runs.filter(({ autoConverge }) => autoConverge)
const named = (run: Recorded): string => `${run.name}, take ${run.take ?? 1}`

/** KiB of zero pages among the last so many KiB of memory. */
function zeroAtTheEnd(run: Recorded, last: number): number {
  let left = last
  let found = 0
  for (const { zero, cold, hot } of [...layoutOf(run)].reverse()) {
    const all = (zero + cold + hot.reduce((sum, one) => sum + one, 0)) * 4
    found += zero * 4 * Math.min(1, left / all)
    left -= Math.min(left, all)
  }
  return found
}

describe('a recorded guest that is slowed down', () => {
  it.each(slowed.map((run) => [named(run), run] as const))('%s: at each look as much as the rules say', (_, run) => {
    const { passes = [], zeroPages } = run
    expect(passes.length).toBeGreaterThan(10)
    const throttling = throttlingOf(qemuThrottle)
    // Zero pages cost nothing to send. The last of memory, what fits the limit, waits for the second round.
    const late = zeroAtTheEnd(run, (run.limitMs / 1000) * run.rateMiB * KiB)
    const said = passes.slice(1).map(([ms, left, sent, percent], i) => {
      const [, leftBefore, sentBefore] = passes[i] ?? [0, 0, 0]
      // What came to what was left: all that is there now, was not there before, and was not sent meanwhile.
      const came = left - leftBefore + ((sent - sentBefore) * 4096) / 4104
      const zero = i === 0 ? zeroPages * 4 - late : i === 1 ? late : 0
      throttling.judge(ms / 1000, (came + zero) * KiB, sent * KiB)
      return [ms, Math.round(throttling.slowed * 100), percent]
    })
    expect(said.map(([ms, mine]) => [ms, mine])).toEqual(said.map(([ms, , theirs]) => [ms, theirs]))
  })

  it.each(slowed.map((run) => [named(run), run] as const))('%s: runs and writes as much less', (_, { levels = [] }) => {
    const [first, ...steps] = levels
    if (!first) throw new Error('its progress was not recorded')
    expect(first[0]).toBe(0)
    expect(steps.length).toBeGreaterThan(2)
    for (const [percent, seconds, rate, ran] of steps.filter((step) => step[1] >= 2)) {
      // A processor that wakes late runs less than it might; what it writes follows.
      expect(Math.abs(ran / first[3] / (1 - percent / 100) - 1), `${percent} % for ${seconds} s`).toBeLessThanOrEqual(0.25)
      expect(Math.abs(rate / first[2] / (ran / first[3]) - 1), `${percent} % for ${seconds} s`).toBeLessThan(0.05)
    }
  })
})

describe('the rules by which QEMU slows a guest down', () => {
  const judged = (...looks: readonly (readonly [time: number, fresh: number, sent: number])[]): number => {
    const throttling = throttlingOf(qemuThrottle)
    for (const [time, fresh, sent] of looks) throttling.judge(time, fresh, sent)
    return throttling.slowed
  }

  it('ask for two periods of more than a second in which more than half of what was sent came back', () => {
    expect(judged([2, 60, 100])).toBe(0)
    expect(judged([2, 60, 100], [4, 60, 200])).toBe(0.2)
    expect(judged([2, 60, 100], [4, 50, 200], [6, 60, 300])).toBe(0.2)
    expect(judged([2, 50, 100], [4, 50, 200], [6, 50, 300])).toBe(0)
    expect(judged([2, 60, 100], [4, 60, 200], [6, 60, 300], [8, 60, 400])).toBeCloseTo(0.3)
  })

  it('add up what is looked at within a second', () => {
    expect(judged([2, 60, 100], [2.5, 60, 150], [3, 60, 200])).toBe(0)
    expect(judged([2, 60, 100], [2.5, 30, 150], [3.1, 30, 200])).toBe(0.2)
    expect(judged([2, 60, 100], [2.5, 60, 150], [3.1, 0, 300])).toBe(0)
  })

  it('look at least every five seconds, but not in the first round', () => {
    const throttling = throttlingOf(qemuThrottle)
    expect([throttling.mustLook(4.9, 1), throttling.mustLook(5, 1), throttling.mustLook(10.01, 2)]).toEqual([false, false, false])
    expect([throttling.mustLook(14.9, 2), throttling.mustLook(15.1, 2)]).toEqual([false, true])
    expect([throttling.mustLook(15.2, 3), throttling.mustLook(20.1, 3), throttling.mustLook(25, 5)]).toEqual([false, true, false])
  })

  it('let the processor sleep first and then run for ten milliseconds, whatever is asked in between', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 99 }), fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }), (percent, steps) => {
      const started = () => {
        const one = throttlingOf({ initial: percent / 100, increment: 0.1, most: 0.99, late: () => 0 })
        one.judge(2, 60, 100)
        one.judge(4, 60, 200)
        return one
      }
      const [apart, whole] = [started(), started()]
      expect(apart.asleep(4)).toBeCloseTo(0.01 / (1 - percent / 100) - 0.01, 9)
      let at = 4
      let ran = 0
      for (const step of steps) {
        const asleep = apart.asleep(at)
        const now = apart.ran(at, step / 1000)
        expect(now).toBeLessThanOrEqual(Math.max(0, step / 1000 - asleep) + 1e-9)
        ran += now
        at += step / 1000
      }
      expect(ran).toBeCloseTo(whole.ran(4, at - 4), 9)
      expect(Math.abs(ran - (at - 4) * (1 - percent / 100))).toBeLessThanOrEqual(0.01 + 1e-9)
    }), { seed: 20261121, numRuns: 200 })
  })
})

describe('every guest that may be slowed down', () => {
  const ratio = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => value / 1000)
  const inputs = fc.record({
    memory: fc.integer({ min: 64, max: 4096 }), resident: ratio(0.01, 1), workingSet: ratio(0, 1), dirtyRate: fc.integer({ min: 0, max: 600 }),
    bandwidth: fc.integer({ min: 8, max: 1200 }), limit: fc.integer({ min: 20, max: 1000 }), emulated: fc.boolean(),
  }).map(({ memory, resident, workingSet, dirtyRate, bandwidth, limit, emulated }): MemoryInput => ({
    memory: memory * MiB, resident: memory * resident * MiB, workingSet: memory * resident * workingSet * MiB,
    dirtyRate: dirtyRate * MiB, bandwidth: bandwidth * MiB, downtimeLimit: limit / 1000, throttle: qemuThrottle, emulated,
  }))
  const options = { seed: 20261122, numRuns: 300 }

  it('gets there, as long as a hundredth of its writes fits through', () => {
    fc.assert(fc.property(inputs, (input) => {
      fc.pre(input.dirtyRate / 100 < input.bandwidth / 2)
      // In emulation each look comes when the processor wakes, and what it then writes at once may be too much for ever.
      expect(moveMemory({ ...input, emulated: false }).outcome).toBe('completed')
    }), options)
  })

  it('is left alone where no more than half of what is sent comes back', () => {
    fc.assert(fc.property(inputs, ratio(0, 0.45), (input, share) => {
      expect(moveMemory({ ...input, dirtyRate: input.bandwidth * share }).throttled).toBe(0)
    }), options)
  })

  // QEMU judges no period of a second or less: a path on which a round takes just less than that has it wait for the end of the next one.
  it('is not slowed down more over a faster path, nor moved in more than twice the time', () => {
    fc.assert(fc.property(inputs, ratio(1, 4), (input, more) => {
      const [slow, fast] = [moveMemory(input), moveMemory({ ...input, bandwidth: input.bandwidth * more })]
      expect(fast.throttled).toBeLessThanOrEqual(slow.throttled + 1e-9)
      expect(fast.seconds).toBeLessThanOrEqual(slow.seconds * 2)
    }), options)
  })

  it('conserves bytes, takes steps of ten percent, and loses no more time than there was', () => {
    fc.assert(fc.property(inputs, (input) => {
      const run = moveMemory(input)
      const sum = run.rounds.reduce((bytes, { sent }) => bytes + sent, 0)
      expect(Math.abs(sum - run.transferred)).toBeLessThan(1 + sum * 1e-9)
      expect(run.throttled === 0 || run.throttled === 0.99 || Math.abs((run.throttled * 10) % 1) < 1e-6 || Math.abs(((run.throttled * 10) % 1) - 1) < 1e-6).toBe(true)
      expect(run.slowedSeconds).toBeGreaterThanOrEqual(0)
      expect(run.slowedSeconds).toBeLessThanOrEqual(run.preCopySeconds + 1e-6)
      if (run.throttled === 0) expect(run.slowedSeconds).toBe(0)
    }), options)
  })
})
