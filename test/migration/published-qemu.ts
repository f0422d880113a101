/** Published migrations of QEMU: compression, RDMA, Proxmox, networks' and devices' part in the downtime. */
import { pageBytes, qemuThrottle, type MemoryInput } from '../../core/migration/memory.ts'
import { GiB, mbit, MB, ofMemory, ofMove, quiet, type Published } from './published-form.ts'

/** 64 GiB of which the last 6 by address are zero. */
const silesia = (megabits: number, compression?: MemoryInput['compression']): MemoryInput => ({
  memory: 64 * GiB, resident: 58 * GiB, ...quiet, bandwidth: megabits * mbit, downtimeLimit: 0.3, ...(compression && { compression }),
  layout: [{ zero: 0, cold: (58 * GiB) / pageBytes, hot: [] }, { zero: (6 * GiB) / pageBytes, cold: 0, hot: [] }],
})
const guestOf58 = '58 GiB that are not zero, the 54 that were filled and the rest of the system, and what is zero at the end'
const stopOfMany = 'the stop of 16 processors and 8 channels is not in the loop, which counts the 5 ms measured of small guests'

/** Of QEMU 1.2, as ZHAW had it, and of the first with RDMA. */
const shortLimit = 'a limit of 30 ms, QEMU\'s default of then'
const rdma = (gigabits: number): MemoryInput => ({ memory: 8e9, resident: 8e9, ...quiet, bandwidth: gigabits * 1000 * mbit, downtimeLimit: 0.03 })

const nfv = (gibibytes: number, dpdk?: { readonly set: number; readonly rate: number }): MemoryInput => ({
  memory: 8 * GiB, resident: gibibytes * GiB + (dpdk ? 0.27 * GiB : 0), ...quiet, ...(dpdk && { writers: [dpdk] }), bandwidth: 10000 * mbit, downtimeLimit: 0.01,
})
/** 2,013 Mbit/s of packets into the rings of two devices. */
const l2fwd = { set: 2 * MB, rate: 2013 * mbit }
const packets = '0.27 GiB of DPDK\'s memory beside those, and 2,013 Mbit/s of packets written round and round into 2 MB'
const looks = 'the source names 20 ms of ending the log of writes within the stop, which the loop does not count and the tuned QEMU does later'

/** A guest on a flat network of two hosts, with a peer beside them. */
const flat = (more: { readonly bandwidth: string; readonly guest: string; readonly end?: string }): string => `infra: 1
servers:
  s1: { cpus: 16, memory: 64GiB, interfaces: { eth0: { bandwidth: ${more.bandwidth}, master: br0 }, br0: { type: bridge, address: 10.0.0.1/24 } } }
  s2: { cpus: 16, memory: 64GiB, interfaces: { eth0: { bandwidth: ${more.bandwidth}, master: br0 }, br0: { type: bridge, address: 10.0.0.2/24 } } }
  s3: { interfaces: { eth0: { address: 10.0.0.3/24 } } }
vms: { vm1: { host: s1, ${more.guest}, interfaces: { eth0: { attach: br0, address: 10.0.0.51/24 } } } }
switches: { sw: {} }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2], [s3:eth0, sw:p3]]
${more.end ?? ''}
`
const zhaw = (megabits: number, disk = ''): string => flat({ bandwidth: `${megabits}Mbps`, guest: `memory: 16GiB, workload: { resident: 1.7GiB }${disk}` })
/** What its first loaded migration left of the link: 15 of 18.3 s. */
const loaded = 820
const old = { downtimeLimit: 0.03 }
const disk = ', disks: [{ size: 930MB, on: local }]'
const written = '930 MB of its disk of 5 GB are there to be copied'
const slower = 'the loaded host feeds the link 820 of 1000 Mbit/s, as 15 against 18.3 s have it'

export const qemuRows: readonly Published[] = [
  {
    name: 'QATzip\'s baseline, 64 GB idle', said: '46.063 s, 40 ms, 10,848 Mbit/s', assumed: guestOf58, why: stopOfMany,
    ...ofMemory(silesia(10848)), must: [{ figure: 'seconds', near: [46.063, 0.05] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.06 }],
  },
  {
    name: 'the same with zstd', said: '20.165 s, 24 ms, 8,579 Mbit/s', assumed: `${guestOf58}; zstd's own ratio of the Silesia corpus at level 1, 0.346; compressors that together keep 8,579 Mbit/s busy`, why: stopOfMany,
    ...ofMemory(silesia(10848, { ratio: 0.346, rate: (8579 * mbit) / 0.346 })), must: [{ figure: 'seconds', near: [20.165, 0.05] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.06 }],
  },
  {
    name: 'the same with QATzip', said: '16.630 s, 28 ms, 10,467 Mbit/s', assumed: `${guestOf58}; deflate's ratio of the Silesia corpus at level 1, 0.365; the link is full`, why: stopOfMany,
    ...ofMemory(silesia(10467, { ratio: 0.365 })), must: [{ figure: 'seconds', near: [16.63, 0.1] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.06 }],
  },
  {
    name: 'QEMU over RDMA, 8 GB idle, 9.5 Gbit/s', said: '7.5 s', assumed: `8 GB that are not zero; ${shortLimit}`,
    ...ofMemory(rdma(9.5)), must: [{ figure: 'seconds', near: [7.5, 0.12] }],
  },
  {
    name: 'the same with all of it pinned, 26 Gbit/s', said: '4 s', assumed: `8 GB that are not zero; ${shortLimit}`,
    why: '8 GB at 26 Gbit/s are 2.5 s; the rest is pinning them before the first goes, of which no rate is given',
    ...ofMemory(rdma(26)), must: [{ figure: 'seconds', atLeast: 2.4, atMost: 4 }],
  },
  {
    name: 'the same under stress of 7500 MB', said: '15 to 100 ms down', assumed: `7500 MB written round and round at 2 GB/s; ${shortLimit}`,
    ...ofMemory({ ...rdma(26), workingSet: 7500 * MB, dirtyRate: 2000 * MB }), must: [{ figure: 'downtime', atLeast: 0.015, atMost: 0.1 }, { figure: 'seconds', atLeast: 2.46, atMost: 10 }],
  },
  {
    name: 'kvmfornfv, 8 GiB idle, 10 GbE, limit 10 ms', said: '2.070 s, 29 ms', assumed: '2.4 GiB that are not zero, or the time that looking for zero pages takes', why: looks,
    ...ofMemory(nfv(2.4)), must: [{ figure: 'seconds', near: [2.07, 0.07] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.029 }],
  },
  {
    name: 'the same with DPDK\'s L2 forwarding', said: '2.271 s, 26 ms', assumed: `2.4 GiB as before; ${packets}`, why: looks,
    ...ofMemory(nfv(2.4, l2fwd)), must: [{ figure: 'seconds', near: [2.271, 0.07] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.026 }],
  },
  {
    name: 'kvmfornfv tuned, idle', said: '0.401 s, 9 ms', assumed: '0.46 GiB that are not zero: what is left of the 2.4 where zero pages are found in no time',
    ...ofMemory(nfv(0.46)), must: [{ figure: 'seconds', near: [0.401, 0.07] }, { figure: 'downtime', near: [0.009, 0.6] }],
  },
  {
    name: 'kvmfornfv tuned, L2 forwarding', said: '0.654 s, 5 ms', assumed: `0.46 GiB as before; ${packets}`,
    ...ofMemory(nfv(0.46, l2fwd)), must: [{ figure: 'seconds', near: [0.654, 0.1] }, { figure: 'downtime', near: [0.005, 0.6] }],
  },
  {
    name: 'a Proxmox log, 2,156,597,248 bytes, limit 100 ms', said: '398.4 MB sent with 20.3 MB left, about 64 MB/s, 7 s, 42 ms', assumed: '418.7 MB that are not zero',
    why: '42 ms at 64 MB/s are 2.7 MB that were left, or written meanwhile: the guest is assumed to write nothing',
    ...ofMemory({ memory: 2156597248, resident: 418.7 * MB, ...quiet, bandwidth: 64 * MB, downtimeLimit: 0.1, throttle: qemuThrottle }),
    must: [{ figure: 'seconds', near: [7, 0.1] }, { figure: 'downtime', atLeast: 0.005, atMost: 0.1 }],
  },
  {
    name: 'ZHAW, 16 GB on 1 GbE, idle', said: '15 s', assumed: `1.7 GiB that are not zero; ${shortLimit}`, ...ofMove(zhaw(1000), old), must: [{ figure: 'seconds', near: [15, 0.07] }],
  },
  {
    name: 'the same, 66 % of the host\'s processors busy', said: '18.3 s', assumed: `as before; ${slower}`, ...ofMove(zhaw(loaded), old), must: [{ figure: 'seconds', near: [18.3, 0.05] }],
  },
  {
    name: 'ZHAW, block migration', said: '22.5 s', assumed: `as for the idle one; ${written}`, ...ofMove(zhaw(1000, disk), old), must: [{ figure: 'seconds', near: [22.5, 0.07] }],
  },
  {
    name: 'the same, 66 % busy', said: '25.1 s', assumed: `all as in the three before: ${slower}`, why: 'load seems to have cost the disk\'s copy less than the memory\'s',
    ...ofMove(zhaw(loaded, disk), old), must: [{ figure: 'seconds', near: [25.1, 0.12] }],
  },
  {
    name: 'OVN, a VM on a physical network', said: '0.05 to 0.10 s lost since the new chassis acts on the first RARP, 1 s or more before',
    assumed: 'an idle guest of 2 GiB on 1 Gbit/s moved by Nova, whose first downtime limit is 50 ms',
    why: 'the second before is not predicted: how long a controller takes to write the new place is in no input, and a table that only it writes is told as unknown',
    ...ofMove(flat({ bandwidth: '1Gbps', guest: 'memory: 2GiB', end: 'migration: { profile: nova }' })), must: [{ figure: 'gap', atLeast: 0.05, atMost: 0.1 }],
  },
  {
    name: 'Hines 2009, post-copy', said: 'pages asked for over the network within 21 % of the working set', assumed: 'nothing',
    predict: { not: 'which page is touched before it has arrived is decided by the order of the touches against the order of the push, and the loop follows neither after the switch: two measured moves of one guest in QEMU asked for 7 pages and for 882, 5 % of its working set' }, must: [],
  },
  {
    name: 'VFIO\'s PRE_COPY of virtio devices', said: '70 to 75 % less downtime', assumed: 'nothing',
    predict: { not: 'the whole state is read again in the stop, so what is saved is the device\'s set-up at the target, and neither that time nor the size of the state is published' }, must: [],
  },
]
