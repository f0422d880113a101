/** Published migrations, what their sources leave open, and what the loop predicts: one table. */
import { clark2005, moveMemory, qemuThrottle, type MemoryInput, type MemoryRun } from '../../core/migration/memory.ts'

const page = 4096
const MB = 1e6
const GiB = 2 ** 30
const mbit = 1e6 / 8

export interface Published {
  readonly name: string
  /** As the source has it. */
  readonly said: string
  /** What the source does not say. */
  readonly assumed: string
  readonly input: MemoryInput
  /** What must hold: a published value and the ratio by which the prediction may miss it. */
  readonly seconds?: readonly [value: number, ratio: number]
  readonly bytes?: readonly [value: number, ratio: number]
  readonly firstRound?: readonly [value: number, ratio: number]
  readonly downtimeAtMost?: number
  readonly downtimeAtLeast?: number
}

const quiet = { workingSet: 0, dirtyRate: 0 }
const clark = (megabytes: number, writers: MemoryInput['writers']): MemoryInput => ({
  memory: megabytes * MB, resident: megabytes * MB, ...quiet, ...(writers && { writers }), bandwidth: 1000 * mbit, downtimeLimit: 0.3, adaptive: clark2005,
})

export const rows: readonly Published[] = [
  {
    name: 'Clark 2005, SPECweb99, 800 MB', said: 'rounds of 676.8, 126.7, 39.0, 28.4, 24.2, 16.7 … MB, 960 MB in all, 210 ms down',
    assumed: '14 MB written anywhere at 60 MB/s and 150 MB at 5 MB/s; rates of the paper: 100 to 500 Mbit/s, 50 more than was dirtied',
    input: clark(800, [{ set: 14 * MB, rate: 60 * MB, order: 'random' }, { set: 150 * MB, rate: 5 * MB, order: 'random' }]),
    firstRound: [676.8 * MB, 0.07], bytes: [960 * MB, 0.15], downtimeAtMost: 0.27,
  },
  {
    name: 'Clark 2005, a web server, 800 MB', said: '776 MB in 62 s, then 9.8 s more, 165 ms down', assumed: '30 MB written anywhere at 2 MB/s',
    input: clark(800, [{ set: 30 * MB, rate: 2 * MB, order: 'random' }]), firstRound: [776 * MB, 0.02], seconds: [71.8, 0.12], downtimeAtMost: 0.165 + 0.06,
  },
  {
    name: 'Clark 2005, Quake 3, 64 MB', said: 'rounds of 56.3, 20.4, 4.6, 1.6, 1.2 … 0.1 MB, 88 MB in all, 60 ms down',
    assumed: '22 MB written anywhere at 6 MB/s and 150 kB at 5 MB/s',
    input: clark(64, [{ set: 0.15 * MB, rate: 5 * MB, order: 'random' }, { set: 22 * MB, rate: 6 * MB, order: 'random' }]),
    firstRound: [56.3 * MB, 0.05], bytes: [88 * MB, 0.15], downtimeAtMost: 0.06 + 0.06,
  },
  {
    name: 'Clark 2005, MMuncher, 512 MB', said: '638 MB in all, 3.5 s down', assumed: '256 MB written round and round at 500 MB/s',
    input: clark(512, [{ set: 256 * MB, rate: 500 * MB }]), bytes: [638 * MB, 0.2], downtimeAtLeast: 3, downtimeAtMost: 4.5,
  },
  {
    name: 'xl migrate of 131,072 pages', said: '130,785 pages in 7.826 s at 547 Mbit/s, 131,380 pages in all', assumed: 'a working set of 308 pages, written at the 1,536 pages a second of the second round',
    input: { memory: 130785 * page, resident: 130785 * page, workingSet: 308 * page, dirtyRate: 1536 * page, bandwidth: 547.6 * mbit, downtimeLimit: 0.3, stopRule: { rounds: 5, pages: 50 } },
    seconds: [7.87, 0.05], bytes: [131380 * 4104, 0.02], downtimeAtMost: 0.214,
  },
  {
    name: 'QEMU with QATzip\'s baseline, 64 GB idle', said: '46.063 s, 40 ms, 10,848 Mbit/s', assumed: '58 GiB that are not zero: the 54 that were filled and the rest of the system',
    input: { memory: 64 * GiB, resident: 58 * GiB, ...quiet, bandwidth: 10848 * mbit, downtimeLimit: 0.3 }, seconds: [46.063, 0.07], downtimeAtMost: 0.3,
  },
  {
    name: 'QEMU over RDMA, 8 GB idle, 9.5 Gbit/s', said: '7.5 s', assumed: '8 GB that are not zero',
    input: { memory: 8e9, resident: 8e9, ...quiet, bandwidth: 9500 * mbit, downtimeLimit: 0.3 }, seconds: [7.5, 0.12], downtimeAtMost: 0.36,
  },
  {
    name: 'ZHAW, 16 GB on 1 GbE, idle', said: '15 s', assumed: '1.7 GiB that are not zero',
    input: { memory: 16 * GiB, resident: 1.7 * GiB, ...quiet, bandwidth: 1000 * mbit, downtimeLimit: 0.3 }, seconds: [15, 0.07], downtimeAtMost: 0.36,
  },
  {
    name: 'kvmfornfv, 8 GiB idle, 10 GbE, limit 10 ms', said: '2.070 s, 29 ms', assumed: '2.4 GiB that are not zero',
    input: { memory: 8 * GiB, resident: 2.4 * GiB, ...quiet, bandwidth: 10000 * mbit, downtimeLimit: 0.01 }, seconds: [2.07, 0.07], downtimeAtMost: 0.029 + 0.06,
  },
  {
    name: 'a Proxmox log, 2,156,597,248 bytes, limit 100 ms', said: '398.4 MB sent with 20.3 MB left, about 64 MB/s, 7 s, 42 ms', assumed: '418.7 MB that are not zero',
    input: { memory: 2156597248, resident: 418.7 * MB, ...quiet, bandwidth: 64 * MB, downtimeLimit: 0.1, throttle: qemuThrottle }, seconds: [7, 0.1], downtimeAtMost: 0.042 + 0.06,
  },
]

export const predictedOf = ({ input }: Published): MemoryRun => moveMemory(input)

/** Published beside predicted. */
export function table(): string {
  const lines = ['| case | published | assumed | predicted |', '| --- | --- | --- | --- |']
  for (const row of rows) {
    const run = predictedOf(row)
    const rounds = run.rounds.slice(0, 6).map(({ sent }) => (sent / MB).toFixed(1)).join(', ')
    lines.push(`| ${row.name} | ${row.said} | ${row.assumed} | ${run.seconds.toFixed(2)} s, ${(run.transferred / MB).toFixed(0)} MB, ${(run.downtime * 1000).toFixed(0)} ms down; rounds of ${rounds}${run.rounds.length > 6 ? ' …' : ''} MB |`)
  }
  return lines.join('\n') + '\n'
}
