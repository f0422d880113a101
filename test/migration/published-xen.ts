/** Published migrations of Xen: Clark and others 2005, an xl log. */
import { clark2005, pageBytes, type MemoryInput } from '../../core/migration/memory.ts'
import { mbit, MB, ofDowntimes, ofGaps, ofMemory, quiet, type Published } from './published-form.ts'

const clark = (megabytes: number, writers: MemoryInput['writers']): MemoryInput => ({
  memory: megabytes * MB, resident: megabytes * MB, ...quiet, ...(writers && { writers }), bandwidth: 1000 * mbit, downtimeLimit: 0.3, adaptive: clark2005,
})
const random = 'random' as const

/** Two sites, or one: a guest on the same stretched segment, moved by Xen over a link of 1 Gbit/s. */
const stretched = (latency: string): string => `infra: 1
servers:
  s1: { memory: 8GiB, interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.1/24 } } }
  s2: { memory: 8GiB, interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.2/24 } } }
vms: { vm1: { host: s1, memory: 512MiB, interfaces: { eth0: { attach: br0, address: 10.0.0.51/24 } }, workload: { dirty-rate: 200MB/s, working-set: 24MB } } }
links: [{ ends: [s1:eth0, s2:eth0], latency: ${latency} }]
migration: { profile: xen }
`

/** One guest of 512 MiB over 1 Gbit/s under Xen's policy; what differs is how it writes. */
const pattern = (writers: MemoryInput['writers']): MemoryInput => ({
  memory: 512 * MB, resident: 512 * MB, ...quiet, ...(writers && { writers }), bandwidth: 1000 * mbit, downtimeLimit: 0.3, stopRule: { rounds: 5, pages: 50 },
})

export const xenRows: readonly Published[] = [
  {
    name: 'Clark 2005, SPECweb99, 800 MB', said: 'rounds of 676.8, 126.7, 39.0, 28.4, 24.2, 16.7 … MB, 960 MB in all, 210 ms down',
    assumed: '18 MB written anywhere at 90 MB/s and 130 MB at 4 MB/s; rates of the paper: 100 to 500 Mbit/s, 50 more than was dirtied',
    ...ofMemory(clark(800, [{ set: 18 * MB, rate: 90 * MB, order: random }, { set: 130 * MB, rate: 4 * MB, order: random }])),
    must: [{ figure: 'firstRound', near: [676.8 * MB, 0.07] }, { figure: 'bytes', near: [960 * MB, 0.15] }, { figure: 'downtime', near: [0.21, 0.25] }],
  },
  {
    name: 'Clark 2005, a web server, 800 MB', said: '776 MB in 62 s, then 9.8 s more, 165 ms down', assumed: '12 MB written anywhere at 110 MB/s and 30 MB at 3 MB/s',
    ...ofMemory(clark(800, [{ set: 12 * MB, rate: 110 * MB, order: random }, { set: 30 * MB, rate: 3 * MB, order: random }])),
    must: [{ figure: 'firstRound', near: [776 * MB, 0.02] }, { figure: 'seconds', near: [71.8, 0.12] }, { figure: 'downtime', near: [0.165, 0.25] }],
  },
  {
    name: 'Clark 2005, Quake 3, 64 MB', said: 'rounds of 56.3, 20.4, 4.6, 1.6, 1.2 … 0.1 MB, 88 MB in all, 60 ms down',
    assumed: '22 MB written anywhere at 6 MB/s and 150 kB at 5 MB/s',
    why: 'its last 148 KB went in 40 ms, and suspending and resuming took Xen of 2005 20 ms more; the loop counts the bytes and the 5 ms measured of QEMU 10',
    ...ofMemory(clark(64, [{ set: 0.15 * MB, rate: 5 * MB, order: random }, { set: 22 * MB, rate: 6 * MB, order: random }])),
    must: [{ figure: 'firstRound', near: [56.3 * MB, 0.05] }, { figure: 'bytes', near: [88 * MB, 0.15] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.06 }],
  },
  {
    name: 'Clark 2005, MMuncher, 512 MB', said: '638 MB in all, 3.5 s down', assumed: '256 MB written round and round at 500 MB/s',
    why: '3.5 s at 500 Mbit/s are 219 MB; here all of the 256 are left at the stop',
    ...ofMemory(clark(512, [{ set: 256 * MB, rate: 500 * MB }])),
    must: [{ figure: 'bytes', near: [638 * MB, 0.2] }, { figure: 'downtime', near: [3.5, 0.2] }],
  },
  {
    name: 'xl migrate of 131,072 pages', said: '130,785 pages in 7.826 s at 547 Mbit/s, 131,380 pages in all', assumed: 'a working set of 308 pages, written at the 1,536 pages a second of the second round',
    why: 'the log\'s 214 ms before its last round include xl\'s suspending of the guest, which the loop does not count; its pages take 15 ms',
    ...ofMemory({ memory: 130785 * pageBytes, resident: 130785 * pageBytes, workingSet: 308 * pageBytes, dirtyRate: 1536 * pageBytes, bandwidth: 547.6 * mbit, downtimeLimit: 0.3, stopRule: { rounds: 5, pages: 50 } }),
    must: [{ figure: 'seconds', near: [7.87, 0.05] }, { figure: 'bytes', near: [131380 * 4104, 0.02] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.214 }],
  },
  {
    name: 'Travostino 2006, Amsterdam to San Diego', said: '1 to 2 s down, 5 to 10 times as long as in a LAN, at a round trip 1000 times as long',
    assumed: 'Xen moves 512 MiB of which 24 MB are written over and over; links of 1 Gbit/s, 0.1 ms and 100 ms one way; 4 MiB on their way at most in one TCP stream',
    ...ofGaps(stretched('100ms'), stretched('0.1ms')),
    must: [{ figure: 'gap', atLeast: 1, atMost: 2 }, { figure: 'ratio', atLeast: 5, atMost: 10 }],
  },
  {
    name: 'Salfner 2011, how a guest writes', said: 'the downtime varies by more than 23 times',
    assumed: 'Xen moves 512 MB over 1 Gbit/s: 64 MB written over and over at 200 MB/s against 1 MB written anywhere at 20 MB/s',
    ...ofDowntimes(pattern([{ set: 64 * MB, rate: 200 * MB }]), pattern([{ set: 1 * MB, rate: 20 * MB, order: random }])),
    must: [{ figure: 'ratio', atLeast: 23 }],
  },
]
