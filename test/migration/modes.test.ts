/** The four modes, the profiles, the path and the evacuation, on one small data centre. */
import { describe, expect, it } from 'vitest'
import { analyze, finish, migrate, readSource, targets, type Analysis } from '../../core/analysis.ts'
import type { MigrationMode } from '../../core/infra/parts.ts'
import { evacuate, type MigrationContext } from '../../core/migration/index.ts'
import type { EvacuationReport } from '../../core/migration/plan-report.ts'
import type { MigrationReport } from '../../core/migration/report.ts'
import { analyzeText } from '../harness/analyze-text.ts'

const server = (name: string, n: number, memory = '64GiB'): string => `
  ${name}:
    cpus: 16
    memory: ${memory}
    interfaces:
      eth0: { bandwidth: 1Gbps, master: br0 }
      br0: { type: bridge, address: 10.0.0.${n}/24 }`
const guest = (name: string, n: number, more = ''): string => `
  ${name}: { host: s1, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.${n}/24 } }${more} }`

const house = (guests: string, migration = '', servers = server('s1', 1) + server('s2', 2) + server('s3', 3)): string => `infra: 1
servers:${servers}
vms:${guests}
switches: { sw: {} }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2], [s3:eth0, sw:p3]]
${migration}
`
const move = (text: string, mode?: MigrationMode): MigrationReport => finish(migrate(analyzeText(text), 'vm1', 's2', mode))
const rate = 125_000_000

describe('modes', () => {
  const busy = guest('vm1', 50, ', workload: { dirty-rate: 40MiB/s, working-set: 512MiB }')

  it('pre-copy: the way, the rounds, two downtimes', () => {
    const report = move(house(busy))
    expect(report.path).toEqual({ hops: ['s1:eth0', 'sw:p1', 'sw:p2', 's2:eth0'], bandwidth: rate, share: rate, latency: 0, mtu: 1500 })
    expect(report.converged).toBe(true)
    expect(report.rounds.reduce((sum, { sent }) => sum + sent, 0)).toBe(report.transferredBytes)
    expect(report.totalSeconds ?? 0).toBeGreaterThan((4 * 2 ** 30) / rate)
    expect(report.downtimeSeconds ?? 1).toBeLessThan(0.35)
    for (const { lostSeconds } of report.network) expect(lostSeconds ?? 0).toBeGreaterThan(report.downtimeSeconds ?? 0)
    expect(report.phases.map(({ name }) => name)).toEqual(['pre-copy', 'stop and copy'])
  })

  it('post-copy and hybrid: short stops, then a pull that is a risk', () => {
    const [post, hybrid, pre] = [move(house(busy), 'post-copy'), move(house(busy), 'hybrid'), move(house(busy))]
    for (const report of [post, hybrid]) {
      expect(report.downtimeSeconds ?? 1).toBeLessThan(0.05)
      expect(report.phases.at(-1)?.name).toBe('pull pages')
      expect(report.notes.some((note) => note.includes('loses the guest'))).toBe(true)
    }
    expect(post.transferredBytes ?? 0).toBeLessThan(pre.transferredBytes ?? 0)
  })

  it('cold: down all the time, and by the boot where nothing is copied', () => {
    const shared = move(house(guest('vm1', 50)), 'cold')
    expect(shared.downtimeSeconds).toBe(shared.totalSeconds)
    expect(shared.transferredBytes).toBe(0)
    const local = move(house(guest('vm1', 50, ', disks: [{ size: 10GB, on: local }]')), 'cold')
    expect((local.totalSeconds ?? 0) - (shared.totalSeconds ?? 0)).toBeCloseTo(80, 6)
    expect(local.transferredBytes).toBe(10e9)
  })

  it('a local disk is mirrored before the memory goes', () => {
    const report = move(house(guest('vm1', 50, ', disks: [{ size: 10GB, on: local }]')))
    expect(report.phases[0]).toEqual({ name: 'mirror disks', start: 0, seconds: 80 })
  })

  it('not converging is an outcome, with what each remedy costs', () => {
    const report = move(house(guest('vm1', 50, ', workload: { dirty-rate: 500MiB/s, working-set: 2GiB }')))
    expect(report).toMatchObject({ converged: false, totalSeconds: null, downtimeSeconds: null, feasible: true })
    expect(report.preflight.at(-1)?.code).toBe('not-converging')
    expect(report.notes.filter((note) => note.startsWith('remedy: ')).length).toBeGreaterThan(1)
  })

  it('says unknown where no bandwidth is stated, and what is narrowest where one is', () => {
    const bare = house(busy).replaceAll('bandwidth: 1Gbps, ', '')
    expect(move(bare)).toMatchObject({ totalSeconds: null, downtimeSeconds: null, transferredBytes: null, converged: null })
    expect(move(bare).path.bandwidth).toBeNull()
    expect(move(bare.replace('[s2:eth0, sw:p2]', '{ ends: [s2:eth0, sw:p2], bandwidth: 100Mbps }')).path.bandwidth).toBe(12_500_000)
  })

  it('max-bandwidth caps the rounds, not the last phase', () => {
    const capped = move(house(guest('vm1', 50), 'migration: { max-bandwidth: 10MB/s, downtime-limit: 1s }'))
    const last = capped.rounds.at(-1)
    expect((last?.sent ?? 0) / (last?.seconds ?? 1)).toBeGreaterThan(5 * 10_000_000)
    expect(capped.totalSeconds ?? 0).toBeGreaterThan(400)
  })

  it('a container is checkpointed', () => {
    const text = house(guest('vm1', 50)).replace('\nvms:', '\ncontainers:').replace('memory: 4GiB, interfaces', 'limits: { memory: 1GiB }, interfaces')
    const report = move(text)
    expect(report.mode).toBe('cold')
    expect(report.phases.map(({ name }) => name)).toEqual(['checkpoint', 'copy memory', 'restore'])
  })

  it('each profile moves it its own way', () => {
    const hard = guest('vm1', 50, ', workload: { dirty-rate: 110MiB/s, working-set: 1GiB }')
    const by = (profile: string): MigrationReport => move(house(hard, `migration: { profile: ${profile} }`))
    expect(by('xen')).toMatchObject({ converged: true })
    expect(by('xen').rounds).toHaveLength(6)
    expect(by('proxmox')).toMatchObject({ converged: true })
    expect(by('vsphere').notes.some((note) => note.includes('slowed down'))).toBe(true)
    for (const name of ['qemu', 'opennebula', 'nova', 'kubevirt', 'vsphere', 'proxmox', 'xen']) expect(by(name).vm).toBe('vm1')
  })

  it('tunnels take their share of the rate', () => {
    const text = (device: string): string => `infra: 1
servers:
  s1: { interfaces: { eth0: { address: 192.0.2.1/24, bandwidth: 1Gbps }, tun0: { type: gre, local: 192.0.2.1, remote: 192.0.2.2, address: 10.0.0.1/30 }, br0: { type: bridge } } }
  s2: { interfaces: { eth0: { address: 192.0.2.2/24 }, tun0: { type: gre, local: 192.0.2.2, remote: 192.0.2.1, address: 10.0.0.2/30 }, br0: { type: bridge } } }
vms: { vm1: { host: s1, memory: 1GiB, interfaces: { eth0: { attach: br0 } } } }
links: [[s1:eth0, s2:eth0]]
migration: { network: ${device} }
`
    expect(move(text('eth0')).path.bandwidth).toBe(rate)
    expect(move(text('tun0')).path.bandwidth).toBeCloseTo((rate * 1476) / 1500, 3)
    expect(move(text('eth9')).feasible).toBe(false)
  })
})

describe('targets', () => {
  it('are all hosts but its own, the good ones first', () => {
    const list = targets(analyzeText(house(guest('vm1', 50), '', server('s1', 1) + server('s2', 2, '2GiB') + server('s3', 3))), 'vm1')
    expect(list.map(({ host, feasible, rank }) => [host, feasible, rank])).toEqual([['s3', true, 0], ['s2', false, 1]])
  })
})

const contextOf = (analysis: Analysis): MigrationContext => ({
  written: analysis.written, infra: analysis.realised.infra, plane: analysis.plane,
  replan: () => { throw new Error('an evacuation replans nothing') },
})
const empty = (text: string): EvacuationReport => finish(evacuate(contextOf(analyzeText(text)), 's1'))

describe('evacuation', () => {
  const three = guest('a', 51) + guest('b', 52).replace('4GiB', '8GiB') + guest('c', 53)

  it('goes largest first, spreads, and adds up', () => {
    const report = empty(house(three))
    expect(report.moves.map(({ vm, to }) => `${vm} ${to}`)).toEqual(['b s2', 'a s3', 'c s3'])
    expect(report.feasible).toBe(true)
    expect(report.totalSeconds).toBeCloseTo(report.moves.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0), 6)
  })

  it('shares the uplink among what goes at once', () => {
    const report = empty(house(three, 'migration: { parallel: 3 }'))
    expect(report.moves.map(({ bandwidth }) => Math.round(bandwidth ?? 0))).toEqual([0, 0, 0].map(() => Math.round(rate / 3)))
    expect(report.totalSeconds).toBe(Math.max(...report.moves.map(({ seconds }) => seconds ?? 0)))
  })

  it('two at once may stop converging where one would not', () => {
    const busy = ', workload: { dirty-rate: 80MiB/s, working-set: 2GiB }'
    const guests = guest('a', 51, busy) + guest('b', 52, busy)
    expect(empty(house(guests)).moves.every(({ converged }) => converged)).toBe(true)
    expect(empty(house(guests, 'migration: { parallel: 2 }')).totalSeconds).toBeNull()
  })

  it('names who cannot go, and keeps apart who must be', () => {
    const report = empty(house(guest('a', 51).replace('4GiB', '100GiB') + guest('b', 52, ', apart-from: [c]') + guest('c', 53)))
    expect(report.stuck.map(({ vm }) => vm)).toEqual(['a'])
    expect(report.stuck[0]?.reasons.map(({ host, code }) => `${host} ${code}`)).toEqual(['s2 capacity', 's3 capacity'])
    expect(new Set(report.moves.map(({ to }) => to)).size).toBe(2)
    expect(report.feasible).toBe(false)
  })

  it('answers for a host that is none, and for an empty one', () => {
    const analysis = analyzeText(house(three))
    expect(finish(evacuate(contextOf(analysis), 'nobody')).feasible).toBe(false)
    expect(finish(evacuate(contextOf(analysis), 's2'))).toMatchObject({ feasible: true, moves: [], totalSeconds: 0 })
  })
})

describe('determinism', () => {
  it('gives the same report twice', () => {
    const text = house(guest('vm1', 50, ', workload: { dirty-rate: 90MiB/s }') + guest('vm2', 51))
    const reading = readSource({ uri: 'x.infra.yaml', text, version: 1 })
    if (!reading) throw new Error('unread')
    const analysis = finish(analyze([reading]))
    expect(finish(migrate(analysis, 'vm1', 's2'))).toEqual(finish(migrate(analysis, 'vm1', 's2')))
  })
})
