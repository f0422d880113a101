/** What surrounds a transfer: disks, distance, other streams, the network side, advice, curves, runs, proposals. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evacuate, finish, forecast, migrate, rebalance } from '../../core/analysis.ts'
import type { Forecast } from '../../core/migration/index.ts'
import type { MoveOptions } from '../../core/migration/options.ts'
import { streamLimitOf } from '../../core/migration/path.ts'
import type { MigrationReport, PeerEffect } from '../../core/migration/report.ts'
import { analyzeText } from '../harness/analyze-text.ts'

interface Parts {
  readonly s1?: string
  readonly s2?: string
  readonly vm?: string
  readonly link?: string
  readonly more?: string
}
const rate = 125_000_000
const house = ({ s1 = '', s2 = '', vm = '', link = '[s2:eth0, sw:p2]', more = '' }: Parts): string => `infra: 1
servers:
  s1: { cpus: 16, memory: 64GiB, ${s1} interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.11/24 } } }
  s2: { cpus: 16, memory: 64GiB, ${s2} interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.12/24 } } }
  s3: { cpus: 16, memory: 64GiB, interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.13/24 } } }
vms:
  vm1: { host: s1, memory: 2GiB, ${vm} interfaces: { eth0: { attach: br0, address: 10.0.0.51/24 } } }
  vm2: { host: s3, memory: 2GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.52/24 } } }
switches: { sw: {} }
links: [[s1:eth0, sw:p1], ${link}, [s3:eth0, sw:p3]]
${more}
`
const go = (parts: Parts, options: MoveOptions = {}): MigrationReport => finish(migrate(analyzeText(house(parts)), 'vm1', 's2', options))
const around = (parts: Parts, options: MoveOptions = {}): Forecast => finish(forecast(analyzeText(house(parts)), 'vm1', 's2', options, { runs: 20 }))
const busy = 'workload: { dirty-rate: 30MiB/s, working-set: 256MiB },'
const local = 'disks: [{ size: 10GB, on: local }],'

describe('disks that go along', () => {
  it('are mirrored first; what is written to them meanwhile takes its part of the path', () => {
    const [quiet, writing] = [go({ vm: local }), go({ vm: local }, { diskWrites: 25_000_000 })]
    expect(quiet.phases[0]).toEqual({ name: 'mirror disks', start: 0, seconds: 80 })
    expect(writing.phases[0]?.seconds).toBeCloseTo(100, 6)
    expect(writing.downtimeSeconds ?? 0).toBeLessThan(0.5)
    expect(quiet.notes.some((note) => note.includes('is not stated'))).toBe(true)
  })

  it('never become ready where more is written than carried', () => {
    const report = go({ vm: local }, { diskWrites: 200_000_000 })
    expect(report).toMatchObject({ converged: false, totalSeconds: null })
    expect(report.preflight.at(-1)?.code).toBe('not-converging')
  })

  it('go in two steps between sites; what comes after the second goes in the stop', () => {
    const sites = { s1: 'site: here,', s2: 'site: there,', vm: local }
    const [quiet, writing] = [go(sites), go(sites, { diskWrites: 12_500_000 })]
    expect(quiet.phases.map(({ name }) => name)).toEqual(['copy disks', 'pre-copy', 'stop and copy'])
    expect(writing.phases.map(({ name }) => name)).toEqual(['copy disks', 'copy what was written', 'pre-copy', 'stop and copy'])
    expect(writing.phases[1]?.seconds).toBeCloseTo(8, 6)
    expect(writing.downtimeSeconds ?? 0).toBeGreaterThan((quiet.downtimeSeconds ?? 0) + 2)
  })
})

describe('the rate', () => {
  it('is bound by what one stream can have on its way over a distance, and by loss', () => {
    expect(streamLimitOf(0, 0, 1500)).toBe(Infinity)
    expect(go({ link: '{ ends: [s2:eth0, sw:p2], latency: 1ms }' }).path.bandwidth).toBe(rate)
    expect(go({ link: '{ ends: [s2:eth0, sw:p2], latency: 50ms }' }).path.bandwidth).toBeCloseTo(2 ** 22 / 0.1, 3)
    const lossy = go({ link: '{ ends: [s2:eth0, sw:p2], latency: 10ms, loss: 1% }' })
    expect(lossy.path.bandwidth ?? 0).toBeLessThan(1_000_000)
    expect(lossy.notes.some((note) => note.includes('one TCP stream carries'))).toBe(true)
    // Without any bandwidth stated, distance alone gives no rate.
    expect(finish(migrate(analyzeText(house({ link: '{ ends: [s2:eth0, sw:p2], latency: 50ms }' }).replaceAll('bandwidth: 1Gbps,', '')), 'vm1', 's2')).path.bandwidth).toBeNull()
  })

  it('is shared with other streams, and may then not suffice', () => {
    const fast = { vm: 'workload: { dirty-rate: 70MiB/s, working-set: 1GiB },' }
    expect(go(fast)).toMatchObject({ converged: true })
    expect(go(fast, { flows: [{ from: 's1', to: 's3' }] })).toMatchObject({ converged: false })
  })

  it('that does not suffice names what would, and each of those suffices', () => {
    const hard = 'workload: { dirty-rate: 200MiB/s, working-set: 1GiB },'
    const report = go({ vm: hard })
    expect(report.remedies.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['post-copy', 'auto-converge', 'downtime-limit', 'bandwidth']))
    const limit = report.remedies.find(({ kind }) => kind === 'downtime-limit')?.value ?? 0
    expect(go({ vm: hard }, { downtimeLimit: limit })).toMatchObject({ converged: true })
    expect(go({ vm: hard }, { autoConverge: true })).toMatchObject({ converged: true })
    const wider = report.remedies.find(({ kind }) => kind === 'bandwidth')?.value ?? 0
    expect(finish(migrate(analyzeText(house({ vm: hard }).replaceAll('1Gbps', `${Math.ceil(wider * 8)}bps`)), 'vm1', 's2'))).toMatchObject({ converged: true })
  })
})

describe('writers', () => {
  it('a hot part beside a cold one dirties less than one that is all hot', () => {
    const [plain, hot, random] = [go({ vm: busy }), go({ vm: busy }, { hot: { set: 16 * 2 ** 20, rate: 400 * 2 ** 20 } }), go({ vm: busy }, { writes: 'random' })]
    expect(hot.transferredBytes ?? 0).toBeGreaterThan(plain.transferredBytes ?? 0)
    expect(hot.transferredBytes ?? 0).toBeLessThan((plain.transferredBytes ?? 0) * 1.5)
    expect(random.transferredBytes ?? Infinity).toBeLessThan(plain.transferredBytes ?? 0)
  })
})

const guestRouted = `infra: 1
servers:
  s1: { memory: 8GiB, interfaces: { eth0: { address: 20.0.0.1/24, bandwidth: 1Gbps }, br0: { type: bridge, address: 10.0.0.254/24 }, t: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2, master: br0 } }, forwarding: true, nat: [{ masquerade: 10.0.0.0/24, out: eth0 }] }
  s2: { memory: 8GiB, interfaces: { eth0: { address: 20.0.0.2/24 }, br0: { type: bridge, ageing: 60s }, t: { type: gretap, local: 20.0.0.2, remote: 20.0.0.1, master: br0 } } }
  s3: { interfaces: { eth0: { address: 20.0.0.3/24 } } }
vms: { vm1: { host: s1, memory: 1GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254, mtu: 1400 } } } }
switches: { sw: {} }
links: [{ ends: [s1:eth0, sw:p1], latency: 50us }, { ends: [s2:eth0, sw:p2], latency: 50us }, { ends: [s3:eth0, sw:p3], latency: 1ms }]
`
const peerOf = (report: MigrationReport, name: string): PeerEffect | undefined => report.network.find(({ peer }) => peer === name)

describe('the network side', () => {
  it('shows the way round by the gateway that was left behind', () => {
    const report = finish(migrate(analyzeText(guestRouted), 'vm1', 's2'))
    const peer = peerOf(report, 's3')
    expect(peer).toMatchObject({ before: 'delivered', after: 'delivered', sessions: 'kept' })
    expect(peer?.ways).toMatchObject({ detour: 's1', becomesAsymmetric: false, before: { out: ['vm1', 's1', 'sw', 's3'] }, after: { out: ['vm1', 's2', 'sw', 's1', 'sw', 's3'] } })
    expect(peer?.ways?.after?.seconds ?? 0).toBeGreaterThan(peer?.ways?.before.seconds ?? 1)
  })

  it('loses the sessions of who was translated on the old host and is translated elsewhere now', () => {
    const text = guestRouted.replace('s2: { memory: 8GiB,', 's2: { memory: 8GiB, forwarding: true, nat: [{ masquerade: 10.0.0.0/24, out: eth0 }],')
      .replace('br0: { type: bridge, ageing: 60s }', 'br0: { type: bridge, address: 10.0.0.254/24 }').replaceAll(/, t: \{[^}]*\}/g, '')
    const peer = peerOf(finish(migrate(analyzeText(text), 'vm1', 's2')), 's3')
    expect(peer).toMatchObject({ after: 'delivered', sessions: 'lost', sessionsBecause: 's1 translated them, and its states do not move along' })
  })

  it('ends every session of a VM that boots anew', () => {
    for (const { sessions, before } of go({}, { mode: 'cold' }).network) if (before === 'delivered') expect(sessions).toBe('lost')
  })

  it('tells how the new place is learnt, and for how long a lost announcement misleads', () => {
    expect(go({}).convergence).toMatchObject([{ interface: 'eth0', by: 'announcement', seconds: 0, atWorst: 300 }])
    const both = guestRouted.replace('address: 10.0.0.254/24 }', 'address: 10.0.0.254/24, ageing: 30s }')
    expect(finish(migrate(analyzeText(both), 'vm1', 's2')).convergence).toMatchObject([{ by: 'announcement', atWorst: 60 }])
    const told = guestRouted.replaceAll('type: gretap,', 'type: vxlan, id: 7, learning: false,')
    const report = finish(migrate(analyzeText(told), 'vm1', 's2'))
    expect(report.convergence).toMatchObject([{ by: 'orchestrator', seconds: null }])
    for (const { lostSeconds } of report.network) expect(lostSeconds).toBeNull()
  })
})

const played = (mac: string, nat: string): string => `infra: 1
servers:
  s1: { memory: 8GiB, interfaces: { eth0: { address: 20.0.0.1/24, bandwidth: 1Gbps }, br0: { type: bridge, address: 10.0.0.254/24${mac} } }, forwarding: true${nat} }
  s2: { memory: 8GiB, interfaces: { eth0: { address: 20.0.0.2/24 }, br0: { type: bridge, address: 10.0.0.254/24${mac} } }, forwarding: true${nat} }
  s3: { interfaces: { eth0: { address: 20.0.0.3/24 } }, routing: { protocol: ospf } }
vms: { vm1: { host: s1, memory: 1GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254 } } } }
switches: { sw: {} }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2], [s3:eth0, sw:p3]]
`

describe('a gateway that each host plays', () => {
  const nat = ', nat: [{ masquerade: 10.0.0.0/24, out: eth0 }]'
  const routed = ', routing: { protocol: ospf }'
  const moved = (text: string): MigrationReport => finish(migrate(analyzeText(text), 'vm1', 's2'))
  const waits = (report: MigrationReport): number => (peerOf(report, 's3')?.lostSeconds ?? NaN) - (report.gapSeconds ?? NaN)

  it('is not found by a guest that nobody speaks to, while its MAC is the old host’s', () => {
    const report = moved(played('', nat))
    expect(report.convergence).toMatchObject([{ interface: 'eth0', by: 'neighbour', seconds: 60 }])
    expect(peerOf(report, 's3')).toMatchObject({ after: 'delivered' })
    expect(waits(report)).toBe(60)
  })

  it('is found at once by a packet that comes in by it', () => {
    const report = moved(played('', routed))
    expect(report.convergence).toMatchObject([{ by: 'neighbour' }])
    expect(waits(report)).toBe(0)
  })

  it('is the same with one MAC, and where the guest boots anew', () => {
    expect(moved(played(", mac: '02:00:00:00:00:fe'", nat)).convergence).toEqual([])
    expect(waits(moved(played(", mac: '02:00:00:00:00:fe'", nat)))).toBe(0)
    expect(finish(migrate(analyzeText(played('', nat)), 'vm1', 's2', 'cold')).convergence).toEqual([])
  })

  it('goes on serving where its segment reaches', () => {
    expect(finish(migrate(analyzeText(guestRouted.replace('br0: { type: bridge, ageing: 60s }', 'br0: { type: bridge, address: 10.0.0.254/24 }')), 'vm1', 's2')).convergence).toMatchObject([{ by: 'announcement' }])
  })
})

describe('advice', () => {
  it('prefers what ends with the least risk, and says the risk of each', () => {
    const { advice } = around({ vm: busy })
    expect(advice?.best).toBe('pre-copy')
    const hard = around({ vm: 'workload: { dirty-rate: 300MiB/s, working-set: 1536MiB },' }).advice
    expect(hard?.ways.find(({ name }) => name === 'pre-copy')?.converged).toBe(false)
    expect(['auto-converge', 'post-copy', 'hybrid']).toContain(hard?.best)
    expect(hard?.ways.find(({ name }) => name === 'post-copy')?.risk).toContain('loses the guest')
  })

  it('moves the same guest as each orchestrator does, whatever the file says', () => {
    const named = (more: string): unknown => around({ vm: busy, more }).advice?.profiles
    expect(named('migration: { profile: nova, downtime-limit: 2s }')).toEqual(named(''))
  })
})

describe('curves', () => {
  it('fall with the bandwidth and rise with the writes, and meet this migration in their middle', () => {
    const { sweep, report } = around({ vm: busy })
    const totals = (points: NonNullable<typeof sweep>['byBandwidth']): readonly number[] => points.map(({ totalSeconds }) => totalSeconds ?? Infinity)
    const [byBandwidth, byDirty] = [totals(sweep?.byBandwidth ?? []), totals(sweep?.byDirtyRate ?? [])]
    for (const [i, value] of byBandwidth.entries()) if (i > 0) expect(value).toBeLessThanOrEqual((byBandwidth[i - 1] ?? 0) + 1e-6)
    for (const [i, value] of byDirty.entries()) if (i > 0) expect(value).toBeGreaterThanOrEqual((byDirty[i - 1] ?? 0) - 1e-6)
    expect(byBandwidth[12]).toBe(report.totalSeconds)
    expect(byDirty[12]).toBe(report.totalSeconds)
  })
})

describe('the study', () => {
  it('has the session, phases in time order, an agent for every peer, and an outcome', () => {
    const { study, report } = around({ vm: busy })
    expect(study?.phases[0]?.name).toBe('request')
    expect(study?.phases.at(-1)?.name).toBe('check')
    for (const [i, phase] of (study?.phases ?? []).entries()) expect(phase.start).toBeGreaterThanOrEqual(study?.phases[i - 1]?.start ?? 0)
    expect(study?.agents.map(({ peer }) => peer)).toEqual(report.network.map(({ peer }) => peer))
    expect(study).toMatchObject({ outcome: 'success', because: null })
    expect(study?.distribution.totalSeconds?.least ?? Infinity).toBeLessThan(study?.distribution.totalSeconds?.most ?? 0)
  })

  it('of a move that a rule forbids is a failure that names it', () => {
    const { study } = around({ vm: 'devices: [{ passthrough: "0000:01:00.0" }],' })
    expect(study).toMatchObject({ outcome: 'failure', distribution: { runs: [], successRate: null } })
    expect(study?.because).toContain('passed through')
  })

  it('says unknown where no bandwidth is stated', () => {
    const { study } = finish(forecast(analyzeText(house({}).replaceAll('bandwidth: 1Gbps, ', '')), 'vm1', 's2'))
    expect(study).toMatchObject({ outcome: 'unknown', totalSeconds: null })
  })
})

describe('proposals', () => {
  it('never overfill a host, never part with what blocks or warns, and gain what they say', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 24 }), fc.constantFrom('s1', 's2', 's3')), { maxLength: 10 })
    fc.assert(fc.property(sizes, (guests) => {
      const list = guests.map(([size, host], i) => `  g${i}: { host: ${host}, memory: ${size}GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.${100 + i}/24 } } }`)
      const found = finish(rebalance(analyzeText(house({}).replace('switches:', `${list.join('\n')}\nswitches:`))))
      expect(found.fullestAfter).toBeLessThanOrEqual(found.fullestBefore + 1e-9)
      expect(found.deviationAfter).toBeLessThanOrEqual(found.deviationBefore + 1e-9)
      for (const { gain, fromBefore, fromAfter, toBefore, toAfter } of found.moves) {
        expect(gain).toBeCloseTo(Math.max(fromBefore, toBefore) - Math.max(fromAfter, toAfter), 9)
        expect(toAfter).toBeLessThanOrEqual(1 + 1e-9)
      }
    }), { seed: 20260101, numRuns: 15 })
  })

  it('for a rack keep every guest off its servers, and never overfill the others', () => {
    const text = house({ s1: 'rack: r1,', s2: 'rack: r1,' })
    const plan = finish(evacuate(analyzeText(text), 'rack:r1'))
    expect(plan.moves.map(({ vm, from, to }) => [vm, from, to])).toEqual([['vm1', 's1', 's3']])
    expect(finish(evacuate(analyzeText(text), 'rack:none')).feasible).toBe(false)
  })
})

describe('whatever is asked', () => {
  it('is answered', () => {
    const size = fc.constantFrom('', 'memory: 0,', 'memory: 1TiB,', 'workload: { dirty-rate: 0 },', 'workload: { dirty-rate: 1TiB/s, working-set: 0 },', 'disks: [{}, { on: nothing }],')
    const number = fc.constantFrom(undefined, 0, 1, 1e3, 1e12, Infinity)
    const options = fc.record({ diskWrites: number, downtimeLimit: number, maxBandwidth: number, mode: fc.constantFrom('pre-copy', 'post-copy', 'hybrid', 'cold', undefined), adaptiveRate: fc.boolean(), autoConverge: fc.boolean() })
    fc.assert(fc.property(size, options, fc.constantFrom('', 'latency: 0', 'latency: 1s, loss: 100%', 'bandwidth: 0', 'bandwidth: 1bps'), (vm, asked, link) => {
      const set = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as MoveOptions
      const found = finish(forecast(analyzeText(house({ vm: vm.startsWith('memory') ? '' : vm, link: `{ ends: [s2:eth0, sw:p2]${link === '' ? '' : `, ${link}`} }` }).replace('memory: 2GiB, ', vm.startsWith('memory') ? `${vm} ` : 'memory: 2GiB, ')), 'vm1', 's2', set, { runs: 2 }))
      expect(Number.isNaN(found.report.totalSeconds ?? 0)).toBe(false)
      expect(Number.isNaN(found.report.downtimeSeconds ?? 0)).toBe(false)
    }), { seed: 20260101, numRuns: 60 })
  })
})

describe('orchestrators', () => {
  const found = (parts: Parts, profile: MoveOptions['profile'], status: 'warn' | 'block'): readonly string[] =>
    go(parts, { ...(profile && { profile }) }).preflight.filter((one) => one.status === status).map(({ message }) => message)

  it('add their own rules', () => {
    expect(found({ vm: local }, 'kubevirt', 'block')).toEqual(['KubeVirt moves only guests whose volumes every node can write (ReadWriteMany): local is not shared'])
    expect(found({ link: '{ ends: [s2:eth0, sw:p2], latency: 100ms }' }, 'vsphere', 'block')).toContain('vSphere wants 150 ms there and back at most, and it is 200 ms')
    expect(found({ link: '{ ends: [s2:eth0, sw:p2], bandwidth: 100Mbps }' }, 'vsphere', 'block')).toEqual(['vSphere wants 250 Mbps for each migration, and 100 Mbps are there'])
    expect(found({ link: '{ ends: [s2:eth0, sw:p2], bandwidth: 500Mbps }' }, 'vsphere', 'warn')).toEqual(['vSphere warns below 1 Gbps, and 500 Mbps are there'])
    expect(found({ s1: 'cpu-model: Haswell,', s2: 'cpu-model: Skylake-Server,' }, 'proxmox', 'warn')[0]).toContain('does not compare')
    expect(found({ vm: local }, 'opennebula', 'warn').some((message) => message.includes('suspends'))).toBe(true)
    expect(found({ vm: local }, undefined, 'block')).toEqual([])
  })

  it('hold them by the file\'s profile, too, and not of what is shut down', () => {
    expect(go({ vm: local, more: 'migration: { profile: kubevirt }' }).feasible).toBe(false)
    expect(go({ vm: local, more: 'migration: { profile: kubevirt }' }, { mode: 'cold' }).feasible).toBe(true)
  })

  it('are told in the advice: a way that is forbidden is never the best', () => {
    const { advice } = around({ vm: 'devices: [{ passthrough: "0000:01:00.0" }],' })
    expect(advice?.ways.map(({ name, feasible }) => [name, feasible])).toEqual([['pre-copy', false], ['auto-converge', false], ['post-copy', false], ['hybrid', false], ['cold', true]])
    expect(advice?.best).toBe('cold')
  })
})

describe('how many at once', () => {
  const guests = Array.from({ length: 9 }, (_, i) => `  g${i}: { host: s1, memory: 1GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.${100 + i}/24 } } }`).join('\n')
  const waves = (more: string, rate = '1Gbps', word = 's1'): readonly number[] => {
    const text = house({ s1: 'rack: r1,', more }).replace('switches:', `${guests}\nswitches:`).replaceAll('1Gbps', rate)
    const counts = new Map<number, number>()
    for (const { wave } of finish(evacuate(analyzeText(text), word)).moves) counts.set(wave, (counts.get(wave) ?? 0) + 1)
    return [...counts.values()]
  }
  it('is what the file says, else what the orchestrator allows', () => {
    expect(waves('')).toEqual(Array.from({ length: 10 }, () => 1))
    expect(waves('migration: { parallel: 3 }')).toEqual([3, 3, 3, 1])
    expect(waves('migration: { profile: kubevirt }')).toEqual([2, 2, 2, 2, 2])
    expect(waves('migration: { profile: vsphere }')).toEqual([4, 4, 2])
    expect(waves('migration: { profile: vsphere }', '10Gbps')).toEqual([8, 2])
  })
})

describe('an expectation that keeps sessions', () => {
  it('fails where the states of their translation stay behind', () => {
    const text = guestRouted.replace('s2: { memory: 8GiB,', 's2: { memory: 8GiB, forwarding: true, nat: [{ masquerade: 10.0.0.0/24, out: eth0 }],')
      .replace('br0: { type: bridge, ageing: 60s }', 'br0: { type: bridge, address: 10.0.0.254/24 }').replaceAll(/, t: \{[^}]*\}/g, '')
    const judged = (keep: string): readonly (readonly [string, string])[] =>
      analyzeText(`${text}expect: [{ migrate: { vm: vm1, to: s2, keep: [${keep}] } }]\n`).expectations.map(({ status, message }) => [status, message])
    // On its own network of that host its address is another's: what is told first is that it moves.
    expect(judged('sessions')[0]?.[0]).toBe('fail')
    const stretched = `${guestRouted}expect: [{ migrate: { vm: vm1, to: s2, keep: [sessions] } }]\n`
    expect(analyzeText(stretched).expectations.map(({ status, message }) => [status, message])).toEqual([['pass', '']])
  })
})

describe('the pace of a plan', () => {
  it('is weighed: more at once are faster until they keep each other from ending', () => {
    const busyGuests = Array.from({ length: 4 }, (_, i) => `  g${i}: { host: s1, memory: 4GiB, workload: { dirty-rate: 40MiB/s, working-set: 1GiB }, interfaces: { eth0: { attach: br0, address: 10.0.0.${100 + i}/24 } } }`).join('\n')
    const { paces } = finish(evacuate(analyzeText(house({}).replace('switches:', `${busyGuests}\nswitches:`)), 's1'))
    expect(paces.map(({ parallel, endless }) => [parallel, endless > 0])).toEqual([[1, false], [2, false], [4, true], [8, true]])
    expect(paces[1]?.totalSeconds).not.toBeNull()
  })
})
