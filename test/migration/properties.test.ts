/** What holds for every migration, whatever its numbers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceStateBytes, moveMemory, type MemoryInput } from '../../core/migration/memory.ts'
import { fairShares } from '../../core/traffic/index.ts'

const MiB = 2 ** 20
/** Evenly: doubles as such are mostly next to nothing. */
const ratio = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => value / 1000)
const inputs = fc.record({
  memory: fc.integer({ min: 16, max: 4096 }), resident: ratio(0, 1), workingSet: ratio(0, 1),
  dirtyRate: fc.integer({ min: 0, max: 300 }), bandwidth: fc.integer({ min: 4, max: 1200 }), limit: fc.integer({ min: 20, max: 1000 }),
}).map(({ memory, resident, workingSet, dirtyRate, bandwidth, limit }): MemoryInput => ({
  memory: memory * MiB, resident: memory * resident * MiB, workingSet: memory * resident * workingSet * MiB,
  dirtyRate: dirtyRate * MiB, bandwidth: bandwidth * MiB, downtimeLimit: limit / 1000,
}))
const options = { seed: 20260101, numRuns: 400 }
const total = (input: MemoryInput): number => {
  const run = moveMemory(input)
  return run.outcome === 'completed' ? run.seconds : Infinity
}

describe('moving memory', () => {
  it('takes no longer over a faster path', () => {
    fc.assert(fc.property(inputs, ratio(1, 4), (input, more) =>
      total({ ...input, bandwidth: input.bandwidth * more }) <= total(input) + 1e-6), options)
  })

  it('takes no less when more is written', () => {
    fc.assert(fc.property(inputs, ratio(1, 4), (input, more) =>
      total({ ...input, dirtyRate: input.dirtyRate * more }) >= total(input) - 1e-6), options)
  })

  it('holds both for a guest that writes anywhere, a part of it more often', () => {
    const several = fc.tuple(inputs, ratio(0.05, 0.5)).map(([input, hot]): MemoryInput => ({
      ...input, writers: [
        { set: input.workingSet * (1 - hot), rate: input.dirtyRate / 2, order: 'random' }, { set: input.workingSet * hot, rate: input.dirtyRate / 2, order: 'random' },
      ],
    }))
    fc.assert(fc.property(several, ratio(1, 4), (input, more) => {
      const faster = total({ ...input, bandwidth: input.bandwidth * more })
      const busier = total({ ...input, writers: (input.writers ?? []).map((one) => ({ ...one, rate: one.rate * more })) })
      return faster <= total(input) + 1e-6 && busier >= total(input) - 1e-6
    }), options)
  })

  it('is no slower for smaller pages, and compressors that take less than the path carries are as a narrower path', () => {
    fc.assert(fc.property(inputs, ratio(0.1, 1), ratio(0.1, 3), (input, small, speed) => {
      const rate = input.bandwidth * speed
      expect(total({ ...input, compression: { ratio: small } })).toBeLessThanOrEqual(total(input) + 1e-6)
      expect(total({ ...input, compression: { ratio: 1, rate } })).toBe(total({ ...input, bandwidth: Math.min(rate, input.bandwidth) }))
    }), options)
  })

  it('sends every page once at least in post-copy and hybrid, and none twice after the switch', () => {
    fc.assert(fc.property(inputs, fc.integer({ min: 0, max: 3 }), (input, rounds) => {
      const run = moveMemory({ ...input, postCopyAt: { rounds } })
      const whole = (Math.min(input.memory, input.resident) / 4096) * 4104
      expect(run.transferred).toBeGreaterThan(whole * 0.999)
      if (run.outcome === 'post-copy') expect(run.pullBytes).toBeLessThanOrEqual(whole + (input.memory / 4096) * 9 + 1)
    }), options)
  })

  it('conserves bytes: the rounds sum up to what was sent, which is the memory at least', () => {
    fc.assert(fc.property(inputs, (input) => {
      const run = moveMemory(input)
      const sum = run.rounds.reduce((bytes, { sent }) => bytes + sent, 0)
      expect(Math.abs(sum - run.transferred)).toBeLessThan(1 + sum * 1e-9)
      if (run.outcome !== 'endless') expect(run.transferred).toBeGreaterThan(input.resident + deviceStateBytes - 1)
    }), options)
  })

  it('gives post-copy a downtime that knows nothing of the memory', () => {
    fc.assert(fc.property(inputs, ratio(1, 8), (input, more) => {
      const [small, large] = [input, { ...input, memory: input.memory * more, resident: input.resident * more }].map((one) => moveMemory({ ...one, postCopyAt: { seconds: 0 } }))
      expect(large?.downtime).toBe(small?.downtime)
    }), options)
  })

  it('always ends, at the edges too', () => {
    for (const bandwidth of [1e-3, 1, 1e15]) {
      for (const memory of [0, 1, 1e15]) {
        for (const dirtyRate of [0, 1, 1e300]) {
          const run = moveMemory({ memory, resident: memory, workingSet: memory, dirtyRate, bandwidth, downtimeLimit: 0 })
          expect(Number.isNaN(run.seconds)).toBe(false)
        }
      }
    }
  })
})

describe('fair shares', () => {
  it('halve one link for two, and give the rest of a wide one to who can use it', () => {
    expect(fairShares([{ over: ['a'] }, { over: ['a'] }], new Map([['a', 10]]))).toEqual([5, 5])
    expect(fairShares([{ over: ['a'], cap: 2 }, { over: ['a', 'b'] }, { over: ['b'] }], new Map([['a', 10], ['b', 4]]))).toEqual([2, 2, 2])
    expect(fairShares([{ over: ['x'] }], new Map())).toEqual([Infinity])
  })

  it('never exceed a capacity, and leave nobody with less who could have more', () => {
    const names = ['a', 'b', 'c', 'd']
    const demands = fc.array(fc.record({ over: fc.subarray(names, { minLength: 1 }), cap: fc.integer({ min: 1, max: 50 }) }), { minLength: 1, maxLength: 8 })
    const capacities = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 })
    fc.assert(fc.property(demands, capacities, (flows, sizes) => {
      const table = new Map(names.map((name, i) => [name, sizes[i] ?? 1]))
      const shares = fairShares(flows, table)
      const loadOf = (name: string): number => flows.reduce((sum, { over }, i) => sum + (over.includes(name) ? shares[i] ?? 0 : 0), 0)
      for (const name of names) expect(loadOf(name)).toBeLessThanOrEqual((table.get(name) ?? 0) + 1e-6)
      for (const [i, { over, cap }] of flows.entries()) {
        const mine = shares[i] ?? 0
        const bottleneck = over.some((name) => loadOf(name) >= (table.get(name) ?? 0) - 1e-6 && flows.every((other, j) => !other.over.includes(name) || (shares[j] ?? 0) <= mine + 1e-6))
        expect(mine >= cap - 1e-6 || bottleneck).toBe(true)
      }
    }), options)
  })

  it('make two migrations on one link slower, and may keep them from ending', () => {
    const input: MemoryInput = { memory: 1024 * MiB, resident: 1024 * MiB, workingSet: 512 * MiB, dirtyRate: 70 * MiB, bandwidth: 110 * MiB, downtimeLimit: 0.3 }
    const [share = 0] = fairShares([{ over: ['link'] }, { over: ['link'] }], new Map([['link', input.bandwidth]]))
    expect(moveMemory(input).outcome).toBe('completed')
    expect(moveMemory({ ...input, bandwidth: share }).outcome).toBe('endless')
  })
})
