/** Published migrations: predicted beside published. Inputs that the sources do not give are assumed, and named so. */
import { describe, expect, it } from 'vitest'
import { moveMemory, qemuThrottle, type MemoryInput } from '../../core/migration/memory.ts'

const page = 4096
const MB = 1e6
const GiB = 2 ** 30
const mbit = 1e6 / 8
const xen = { rounds: 5, pages: 50 }

interface Published {
  readonly name: string
  readonly assumed: string
  readonly input: MemoryInput
  readonly seconds?: readonly [value: number, ratio: number]
  readonly sent?: readonly [value: number, ratio: number]
  readonly downtimeAtMost?: number
}

const rows: readonly Published[] = [
  {
    name: 'xl migrate of 131072 pages: 130785 pages in 7.826 s at 547 Mbit/s, 131380 pages in all',
    assumed: 'a working set of 308 pages, written at the 1536 pages a second of the second round',
    input: { memory: 130785 * page, resident: 130785 * page, workingSet: 308 * page, dirtyRate: 1536 * page, bandwidth: 547.6 * mbit, downtimeLimit: 0.3, stopRule: xen },
    seconds: [7.87, 0.05], sent: [131380 * 4104, 0.02], downtimeAtMost: 0.214,
  },
  {
    name: 'QATzip, no compression: 64 GB, idle, 10,848 Mbit/s: 46.06 s',
    assumed: '58 GiB that are not zero: the 54 that were filled and the rest of the system',
    input: { memory: 64 * GiB, resident: 58 * GiB, workingSet: 0, dirtyRate: 0, bandwidth: 10848 * mbit, downtimeLimit: 0.3 },
    seconds: [46.063, 0.07], downtimeAtMost: 0.3,
  },
  {
    name: 'kvmfornfv: 8 GiB, idle, 10 GbE, limit 10 ms: 2.07 s, 29 ms',
    assumed: '2.4 GiB that are not zero',
    input: { memory: 8 * GiB, resident: 2.4 * GiB, workingSet: 0, dirtyRate: 0, bandwidth: 10000 * mbit, downtimeLimit: 0.01 },
    seconds: [2.07, 0.07], downtimeAtMost: 0.029 + 0.06,
  },
  {
    name: 'Proxmox log: 2156597248 bytes, limit 100 ms, about 64 MB/s: 7 s, 42 ms',
    assumed: '419 MB that are not zero: 398.4 sent and 20.3 left',
    input: { memory: 2156597248, resident: 418.7 * MB, workingSet: 0, dirtyRate: 0, bandwidth: 64 * MB, downtimeLimit: 0.1, throttle: qemuThrottle },
    seconds: [7, 0.1], downtimeAtMost: 0.042 + 0.06,
  },
]

describe('published rows', () => {
  it.each(rows)('$name', ({ input, seconds, sent, downtimeAtMost }) => {
    const run = moveMemory(input)
    expect(run.outcome).toBe('completed')
    if (seconds) expect(Math.abs(run.seconds / seconds[0] - 1)).toBeLessThanOrEqual(seconds[1])
    if (sent) expect(Math.abs(run.transferred / sent[0] - 1)).toBeLessThanOrEqual(sent[1])
    if (downtimeAtMost !== undefined) expect(run.downtime).toBeLessThanOrEqual(downtimeAtMost)
  })
})

// Clark 2005, by shape: rates were raised round by round there, here the path has one rate.
const clark = (memory: number, workingSet: number, dirtyRate: number, rate: number): ReturnType<typeof moveMemory> =>
  moveMemory({ memory, resident: memory, workingSet, dirtyRate, bandwidth: rate * mbit, downtimeLimit: 0.3, stopRule: xen })

describe('shapes of Clark 2005', () => {
  it('SPECweb99: rounds shrink fast, a fifth more than the memory is sent, a fraction of a second down (assumed: 130 MB written at 14 MB/s)', () => {
    const run = clark(800 * MB, 130 * MB, 14 * MB, 400)
    expect(run.transferred / (800 * MB)).toBeGreaterThan(1.05)
    expect(run.transferred / (800 * MB)).toBeLessThan(1.5)
    expect(run.downtime).toBeLessThan(0.5)
    const sent = run.rounds.map((round) => round.sent)
    expect((sent[0] ?? 0) / (sent[1] ?? 1)).toBeGreaterThan(4)
  })

  it('a web server: 62 s for the first round at 100 Mbit/s (assumed: 20 MB written at 2 MB/s)', () => {
    const run = clark(800 * MB, 20 * MB, 2 * MB, 100)
    expect(run.rounds[0]?.seconds ?? 0).toBeGreaterThan(58)
    expect(run.rounds[0]?.seconds ?? 0).toBeLessThan(68)
    expect(run.downtime).toBeLessThan(0.3)
  })

  it('Quake 3: 64 MB, tens of milliseconds down (assumed: 20 MB written at 4.5 MB/s)', () => {
    const run = clark(64 * MB, 20 * MB, 4.5 * MB, 100)
    expect(run.transferred / (64 * MB)).toBeGreaterThan(1.2)
    expect(run.transferred / (64 * MB)).toBeLessThan(2)
    expect(run.downtime).toBeLessThan(0.12)
  })

  it('MMuncher: what is written faster than sent goes in the stop, seconds long (assumed: 256 MB written at 500 MB/s)', () => {
    const run = clark(512 * MB, 256 * MB, 500 * MB, 500)
    expect(run.downtime).toBeGreaterThan(3)
    expect(run.downtime).toBeLessThan(4.5)
  })
})
