/** Classes of endpoints that are patched from one infra to the next are those that are found from nothing; also back, and across. */
import { describe, expect, it } from 'vitest'
import { readSource } from '../../core/analysis.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { classesOf, modelOf, type Classes } from '../../core/reach/classes.ts'
import { addressesOf } from '../../core/reach/index.ts'
import { pointsOf } from '../../core/reach/points.ts'
import type { Point, Points } from '../../core/reach/seating.ts'
import { symmetriesOf } from '../../core/reach/symmetries.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import type { Reading } from '../../core/formats/format.ts'
import { crowd, overlayFabric } from '../bench/generate.ts'
import { generate } from '../kernel/generate.ts'
import { dice, edited } from './edited.ts'

interface State {
  readonly reading: Reading
  readonly realised: Realised
}

function stateOf(text: string, version: number, before?: State): State {
  const reading = readSource({ uri: 'file:///patched.infra.yaml', text, version }, before?.reading)
  if (!reading) throw new Error('no reader')
  return { reading, realised: realize(reading.infra, before?.realised) }
}

/** By first members instead of numbers, which depend on what was asked before. */
function told({ all, model: { linked } }: Classes): readonly string[] {
  const firsts = new Map<number, string>()
  const lines = all.map(({ node: { name }, number, block, end, host }) => {
    if (!firsts.has(number)) firsts.set(number, name)
    return `${name} like ${firsts.get(number)} in ${block}, ${end ? `at ${end.owner}:${end.port}` : host === undefined ? 'alone' : 'a server'}`
  })
  return [...lines, ...[...linked].map(([key, at]) => `${key} ${at ? `${at.far.node}:${at.far.interface}` : 'crowded'}`).sort()]
}

function follow(text: string, seed: number, edits: number): void {
  const roll = dice(seed)
  const line = {}
  const seen: Infra[] = []
  let state = stateOf(text, 1)
  classesOf({ infra: state.realised.infra, line })
  for (let i = 0; i < edits; i++) {
    const next = edited(text, roll)
    if (next === text) continue
    const after = stateOf(next, i + 2, state)
    const { infra } = after.realised
    const found = told(classesOf({ infra, line }))
    expect(found, `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(told(classesOf({ infra: { ...infra }, line: {} })))
    seen.push(infra)
    // Whichever infra was asked about before: an older one, or one of another branch.
    const other = seen[roll(seen.length)]
    if (other && roll(3) === 0) expect(told(classesOf({ infra: { ...other }, line })), `seed ${seed}, back from edit ${i}`).toEqual(told(classesOf({ infra: { ...other }, line: {} })))
    if (after.realised.infra.nodes.size > 1) [text, state] = [next, after]
  }
}

const rule = (from: string): string => `firewall: { input: { policy: accept, rules: [{ from: ${from}, action: drop }] } }, `

/** Lines come and go, move, are told a rule; guests take each other's addresses. */
function reworked(text: string, roll: (below: number) => number): string {
  const lines = text.split('\n')
  const guests = lines.flatMap((line, i) => (/^ {2}(v|s)\d+: /.test(line) ? [i] : []))
  const [at, other] = [guests[roll(guests.length)] ?? 0, guests[roll(guests.length)] ?? 0]
  const [line, twin] = [lines[at] ?? '', lines[other] ?? '']
  switch (roll(7)) {
    case 0: return lines.filter((_, i) => i !== at).join('\n')
    case 1: lines.splice(at, 1, line.replace(/host: \w+/, `host: s${roll(5)}`)); break
    case 2: lines.splice(at, 1, line.replace(/address: [\d.]+/, /address: [\d.]+/.exec(twin)?.[0] ?? 'address: 10.0.0.9')); break
    case 3: lines.splice(at, 1, line.replace('memory', `${rule(`10.${roll(2)}.0.${roll(4) * 4}/${[32, 30, 29][roll(3)]}`)}memory`)); break
    case 4: lines.splice(at, 1, line.replace('eth0: { ', `eth0: { ${['mtu: 1300, ', 'up: false, ', 'mac: "02:00:00:00:99:01", '][roll(3)]}`)); break
    case 5: return lines.filter((one, i) => i !== lines.findIndex((all) => all.startsWith('  - [')) || !one.startsWith('  - [')).join('\n')
    default: lines.splice(at, 1); lines.splice(other, 0, line)
  }
  return lines.join('\n')
}

describe('classes after an edit', () => {
  it('are those of the whole, on generated networks', () => {
    for (let seed = 1; seed <= 60; seed++) follow(generate(seed), seed, 6)
  }, 240_000)

  it('are those of the whole, where many are alike', () => {
    for (const [at, text] of [crowd('flat', 24), crowd('overlay', 24), overlayFabric(24)].entries()) {
      for (let seed = 1; seed <= 4; seed++) {
        const roll = dice(seed + at * 100)
        const line = {}
        let [now, state] = [text, stateOf(text, 1)]
        for (let i = 0; i < 20; i++) {
          const next = i % 5 === 4 ? text : reworked(now, roll)
          state = stateOf(next, i + 2, state)
          const { infra } = state.realised
          expect(told(classesOf({ infra, line })), `seed ${seed}, ${i}\n${now}\nto\n${next}`).toEqual(told(classesOf({ infra: { ...infra }, line: {} })))
          now = next
        }
      }
    }
  }, 240_000)
})

/** Who is where, and where symmetries take them; points by who is there, as their numbers depend on what was asked before. */
function seated({ all, ways }: Points): readonly string[] {
  const names = (nodes: Point['senders']): string => nodes.map(({ name }) => name).sort().join(' ')
  const points = all.map(({ home, isItself, senders, targets, address }) => `${home} ${isItself} ${address?.value}: ${names(senders)} to ${names(targets)}`)
  return points.map((point, i) => {
    const goals = [...ways.to.subarray(ways.begin[i], ways.begin[i + 1])].map((to, k) => `${ways.swap[(ways.begin[i] ?? 0) + k]} to ${points[to]}`)
    return [point, ...goals.sort()].join('\n  ')
  }).sort()
}

const anybody = { sends: () => true, isSentTo: () => true }

describe('points after an edit', () => {
  it('are those from nothing', () => {
    let [patched, marked] = [0, 0]
    for (const [at, text] of [crowd('overlay', 70), overlayFabric(70)].entries()) {
      for (let seed = 1; seed <= 4; seed++) {
        const roll = dice(seed + at * 100)
        let [now, state] = [text, stateOf(text, 1)]
        let before: { readonly sayings: object; readonly points: Points; readonly told: readonly string[] } | undefined
        for (let i = 0; i < 30; i++) {
          // A rule that looks for servers, of which nothing else is said by it, among what is done to guests.
          const ruled = now.replace(/memory(?=.*tenant: [ab])/, `${rule(`172.16.0.${roll(4)}/${[32, 31, 30][roll(3)]}`)}memory`)
          const next = i % 3 === 2 ? text : [edited(now, roll), reworked(now, roll), ruled][roll(3)] ?? text
          state = stateOf(next, i + 2, state)
          const model = modelOf(state.realised.infra)
          const symmetries = symmetriesOf(model)
          if (!symmetries) continue
          const { sayings } = symmetries
          const points = pointsOf(anybody, addressesOf, symmetries, model.all)
          const fresh = pointsOf(anybody, addressesOf, { ...symmetries, sayings: { ...sayings } }, model.all)
          const told = points && seated(points)
          expect(told, `seed ${seed}, ${i}\n${now}\nto\n${next}`).toEqual(fresh && seated(fresh))
          // Whoever still asks by those of before finds them as they were.
          if (before) expect(seated(before.points)).toEqual(before.told)
          if (sayings === before?.sayings) {
            patched++
            if (symmetries.beside.length > 0) marked++
          }
          before = points && told && { sayings, points, told }
          now = next
        }
      }
    }
    // Nothing is proved where all were found anew.
    expect(patched).toBeGreaterThan(100)
    expect(marked).toBeGreaterThan(40)
  }, 240_000)

  it('are told by what was found first, though one server after the other was changed and changed back', () => {
    const text = crowd('overlay', 100)
    let state = stateOf(text, 1)
    const sayingsNow = (): object | undefined => symmetriesOf(modelOf(state.realised.infra))?.sayings
    const found = sayingsNow()
    expect(found).toBeDefined()
    for (let i = 0; i < 5; i++) {
      for (const [n, next] of [text.replace(`address: 172.16.0.${i}/12`, (one) => `mtu: 1400, ${one}`), text].entries()) {
        state = stateOf(next, 2 * i + n + 2, state)
        expect(sayingsNow() === found, `server ${i}`).toBe(true)
      }
    }
  })
})
