/** Several moves planned as one: shared links, moves that cross, hosts without room for both. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish, migrateTogether } from '../../core/analysis.ts'
import type { JointMove, JointReport, PaceKind, Wanted } from '../../core/migration/joint-report.ts'
import type { MoveOptions } from '../../core/migration/options.ts'
import { analyzeText } from '../harness/analyze-text.ts'

interface Guest {
  readonly host: string
  readonly memory?: string
  readonly more?: string
}
const busy = 'workload: { dirty-rate: 60MiB/s, working-set: 512MiB },'
const busier = 'workload: { dirty-rate: 80MiB/s, working-set: 512MiB },'

/** Hosts on one switch, a link of 1 Gbit/s each; `room` in GiB. */
const rack = (guests: Readonly<Record<string, Guest>>, room: readonly number[] = [64, 64, 64], rate = '1Gbps', more = ''): string => `infra: 1
servers:
${room.map((size, i) => `  s${i + 1}: { cpus: 16, memory: ${size}GiB, interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.1${i + 1}/24 } } }`).join('\n')}
vms:
${Object.entries(guests).map(([name, { host, memory = '2GiB', more: rest = '' }], i) => `  ${name}: { host: ${host}, vcpus: 1, memory: ${memory}, ${rest} interfaces: { eth0: { attach: br0, address: 10.0.0.${50 + i}/24 } } }`).join('\n')}
switches: { sw: {} }
links:
${room.map((_, i) => `  - { ends: [s${i + 1}:eth0, sw:p${i + 1}]${rate === '' ? '' : `, bandwidth: ${rate}`} }`).join('\n')}
${more}
`
const plan = (text: string, moves: readonly (readonly [string, string])[], pace?: PaceKind, options?: Pick<MoveOptions, 'mode' | 'profile'>): JointReport =>
  finish(migrateTogether(analyzeText(text), moves.map(([vm, to]): Wanted => ({ vm, to })), pace, options))
const of = ({ moves }: JointReport, vm: string): JointMove => moves.find((move) => move.vm === vm) ?? expect.fail(`${vm} is not in the plan`)

describe('two migrations over one link', () => {
  const both: readonly (readonly [string, string])[] = [['a', 's2'], ['b', 's2']]

  it('share it, and say which and with whom', () => {
    const report = plan(rack({ a: { host: 's1' }, b: { host: 's1' } }), both)
    expect(report.feasible).toBe(true)
    expect(report.shared).toMatchObject([{ name: 'link from s1:eth0 to sw:p1', ends: ['s1:eth0', 'sw:p1'], capacity: 125e6, shares: [{ vm: 'a', bandwidth: 62.5e6 }, { vm: 'b', bandwidth: 62.5e6 }] }])
    expect(of(report, 'a').because).toContain('it shares the link from s1:eth0 to sw:p1 with b')
    expect(of(report, 'a').bandwidth).toBe(62.5e6)
    expect(of(report, 'a').alone?.bandwidth).toBe(125e6)
  })

  it('may stop converging, although each alone would end; one after the other they do', () => {
    const text = rack({ a: { host: 's1', more: busier }, b: { host: 's1', more: busier } })
    const report = plan(text, both)
    for (const vm of ['a', 'b']) {
      expect(of(report, vm)).toMatchObject({ converged: false, seconds: null, alone: { converged: true } })
      expect(of(report, vm).because).toMatch(/so it does not converge; alone it ends in/)
    }
    expect(report.totalSeconds).toBeNull()
    expect(report.paces).toMatchObject([{ pace: 'at-once', endless: 2, totalSeconds: null }, { pace: 'in-turn', endless: 0, waves: 2 }, { pace: 'by-profile', endless: 0 }])
    expect(plan(text, both, 'in-turn').moves.every(({ converged, because }) => converged === true && because === null)).toBe(true)
  })

  it('converge once the other is through, where only one of them outruns its half', () => {
    const text = rack({ a: { host: 's1', memory: '1GiB' }, b: { host: 's1', more: busier } })
    const [at, turns] = [plan(text, both), plan(text, both, 'in-turn')]
    expect(of(at, 'b')).toMatchObject({ converged: true })
    expect(of(at, 'b').seconds ?? 0).toBeGreaterThan(of(at, 'a').seconds ?? Infinity)
    // While both go the link is full, so together they are no slower than what a waits for b's writes.
    expect(at.totalSeconds ?? Infinity).toBeLessThan((turns.totalSeconds ?? 0) * 1.6)
  })

  it('have the whole of it again when the shorter one has ended', () => {
    const report = plan(rack({ a: { host: 's1', memory: '1GiB' }, b: { host: 's1', memory: '8GiB' } }), both)
    // 9 GiB over 125 MB/s are 77 s; with half of it to the end the longer one alone would take 137 s.
    expect(report.totalSeconds ?? 0).toBeGreaterThan(76)
    expect(report.totalSeconds ?? 0).toBeLessThan(82)
  })

  it('share nothing where they go opposite ways', () => {
    const report = plan(rack({ a: { host: 's1' }, b: { host: 's2' } }), [['a', 's2'], ['b', 's1']])
    expect(report.shared).toEqual([])
    expect(of(report, 'a').bandwidth).toBe(125e6)
  })
})

describe('moves that cross', () => {
  it('swap two hosts that have room for both', () => {
    const report = plan(rack({ a: { host: 's1' }, b: { host: 's2' } }), [['a', 's2'], ['b', 's1']])
    expect(report.crossings).toEqual([{ vms: ['a', 'b'], hosts: ['s1', 's2'], says: 'a and b swap s1 and s2 at once: each host holds two of them for a while' }])
  })

  it('go one after the other where only one host has room', () => {
    const report = plan(rack({ a: { host: 's1', memory: '6GiB' }, b: { host: 's2', memory: '6GiB' } }, [8, 16, 8]), [['b', 's1'], ['a', 's2']])
    expect(report.feasible).toBe(true)
    expect([of(report, 'a').wave, of(report, 'b').wave]).toEqual([1, 2])
    expect(report.crossings[0]?.says).toContain('one after the other')
    expect(report.notes).toContain('not all at once: some wait for the room that others leave')
    expect(of(report, 'b').start).toBe(of(report, 'a').seconds)
  })

  it('wait for each other where neither host has room, and a third could help', () => {
    const guests = { a: { host: 's1', memory: '6GiB' }, b: { host: 's2', memory: '6GiB' } }
    const swap: readonly (readonly [string, string])[] = [['a', 's2'], ['b', 's1']]
    const report = plan(rack(guests, [8, 8, 8]), swap)
    expect(report.feasible).toBe(false)
    expect(of(report, 'a').because).toMatch(/^it waits for b to leave s2, and they wait for each other \(.*6 GiB\); a could wait on s3 meanwhile$/)
    expect(report.crossings[0]?.says).toContain('none of them can go')
    expect(of(plan(rack(guests, [8, 8, 2]), swap), 'a').because).toContain('no other host has room')
    // Shut down, they leave before they arrive.
    expect(plan(rack(guests, [8, 8, 8]), swap, 'at-once', { mode: 'cold' })).toMatchObject({ feasible: true, moves: [{ wave: 1 }, { wave: 1 }] })
  })

  it('go round a ring of three', () => {
    const report = plan(rack({ a: { host: 's1' }, b: { host: 's2' }, c: { host: 's3' } }), [['a', 's2'], ['b', 's3'], ['c', 's1']])
    expect(report.crossings).toMatchObject([{ vms: ['a', 'b', 'c'], hosts: ['s1', 's2', 's3'] }])
    expect(report.feasible).toBe(true)
  })
})

describe('bad plans', () => {
  const text = rack({ a: { host: 's1' }, b: { host: 's1' }, huge: { host: 's1', memory: '200GiB' } })

  it('a guest that is wanted in two places goes to neither', () => {
    const report = plan(text, [['a', 's2'], ['b', 's2'], ['a', 's3']])
    expect(report.moves.map(({ vm, to, feasible, because }) => [vm, to, feasible, because])).toEqual([
      ['a', 's2', false, 'a is named twice: it cannot go to s2 and to s3'], ['b', 's2', true, null], ['a', 's3', false, 'a is named twice: it cannot go to s2 and to s3'],
    ])
  })

  it('the same move twice counts once; no move is no plan', () => {
    expect(plan(text, [['a', 's2'], ['a', 's2']])).toMatchObject({ feasible: true, moves: [{ vm: 'a' }], notes: ['a move that is named twice counts once'] })
    expect(plan(text, [])).toMatchObject({ feasible: false, moves: [], notes: ['nobody is to move'] })
  })

  it('says who or where is nobody, who stays, who is too large; the others go', () => {
    const report = plan(text, [['nobody', 's2'], ['a', 's9'], ['b', 's2'], ['huge', 's2']])
    expect(report.moves.map(({ vm, because }) => [vm, because])).toEqual([
      ['nobody', 'there is no nobody in this file'], ['a', 's9 is no server of this file'], ['b', null],
      ['huge', expect.stringMatching(/more than all of s2 \(64 GiB\), and than any host of this file$/)],
    ])
    expect(of(plan(text, [['a', 's1']]), 'a').because).toBe('a already runs on s1')
  })

  it('knows no times where nothing states a bandwidth, and none where it is zero', () => {
    const silent = plan(rack({ a: { host: 's1' }, b: { host: 's1' } }, [64, 64], ''), [['a', 's2'], ['b', 's2']])
    expect(silent).toMatchObject({ feasible: true, totalSeconds: null, shared: [] })
    expect(silent.notes[0]).toContain('states a bandwidth')
    expect(plan(rack({ a: { host: 's1' }, b: { host: 's1' } }, [64, 64], '0bps'), [['a', 's2'], ['b', 's2']]).moves[0]?.converged).not.toBe(true)
  })
})

describe('in general', () => {
  const guest = fc.record({ host: fc.constantFrom('s1', 's2', 's3'), to: fc.constantFrom('s1', 's2', 's3'), size: fc.integer({ min: 1, max: 12 }), busy: fc.boolean() })
  const rooms = fc.tuple(fc.integer({ min: 12, max: 40 }), fc.integer({ min: 12, max: 40 }), fc.integer({ min: 12, max: 40 }))

  it('no host ever holds more than it has, whoever is on the way', () => {
    fc.assert(fc.property(fc.array(guest, { minLength: 1, maxLength: 5 }), rooms, fc.constantFrom<PaceKind[]>('at-once', 'in-turn', 'by-profile'), (guests, room, pace) => {
      const named = guests.map((one, i): readonly [string, typeof one] => [`g${i}`, one])
      const report = plan(rack(Object.fromEntries(named.map(([name, one]) => [name, { host: one.host, memory: `${one.size}GiB`, ...(one.busy && { more: busy }) }])), room), named.map(([name, { to }]) => [name, to]), pace)
      const size = new Map(named.map(([name, one]) => [name, one.size]))
      const where = new Map(named.map(([name, one]) => [name, String(one.host)]))
      const holds = (host: string, arriving: readonly string[] = []): number => [...where].reduce((sum, [name, at]) => sum + (at === host || arriving.includes(name) ? size.get(name) ?? 0 : 0), 0)
      for (let wave = 1; ; wave++) {
        const going = report.moves.filter((move) => move.wave === wave)
        if (going.length === 0) break
        for (const [i, host] of ['s1', 's2', 's3'].entries()) {
          const arriving = going.filter(({ to }) => to === host).map(({ vm }) => vm)
          if (arriving.length > 0) expect(holds(host, arriving)).toBeLessThanOrEqual(room[i] ?? 0)
        }
        for (const { vm, to } of going) where.set(vm, to)
        if (pace === 'in-turn') expect(going).toHaveLength(1)
      }
      for (const move of report.moves) {
        // Nobody is quicker for company, and who does not go has a reason.
        if (move.feasible && move.seconds !== null && move.alone?.seconds !== null) expect(move.seconds).toBeGreaterThanOrEqual((move.alone?.seconds ?? 0) * 0.93)
        if (!move.feasible) expect(move.because ?? '').not.toBe('')
      }
    }), { numRuns: 60 })
  })
})
