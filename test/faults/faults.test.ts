/** Clean networks stay silent; one fault in each, and the right code stands at the right line. Prints recall and precision by code. */
import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../core/analysis.ts'
import { analyzeFixture } from '../harness/analyze-fixture.ts'
import type { Fault } from './fault.ts'
import { cloudFaults } from './faults-clouds.ts'
import { layerFaults } from './faults-layers.ts'
import { readingFaults } from './faults-reading.ts'
import { network } from './modules.ts'
import { chance, print } from './plain.ts'

const faults: readonly Fault[] = [...readingFaults, ...layerFaults, ...cloudFaults]
/** `UNDERLAY_FAULTS=500` for a long run; each network is tried clean and broken. */
const networks = Number(process.env['UNDERLAY_FAULTS'] ?? 40)
const seed = Number(process.env['UNDERLAY_SEED'] ?? 20261121)

const loud = (analysis: Analysis): readonly string[] => analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning')
  .map(({ code, message, at }) => `${analysis.locator.locate(at).range.start.line + 1} ${code}: ${message}`)
const path = new URL('faulty.infra.yaml', import.meta.url).pathname

interface Tally { tried: number; found: number; false: number }
const tallies = new Map<string, Tally>()
const tally = (code: string): Tally => {
  let one = tallies.get(code)
  if (!one) tallies.set(code, (one = { tried: 0, found: 0, false: 0 }))
  return one
}

/** What is wrong about one network with one fault: nothing where the suite is right. */
function tryOne(fault: Fault, run: number): { readonly faults: readonly string[]; readonly text: string } | undefined {
  const own = seed + run * 7919
  const rnd = chance(own)
  const { plan, here } = network(rnd, fault.module)
  const style = rnd.below(1 << 30)
  const clean = analyzeFixture(path, print(plan, chance(style)).text)
  const wrong = [...loud(clean).map((one) => `clean, and yet ${one}`), ...clean.expectations.filter(({ status }) => status !== 'pass').map(({ kind, status, message }) => `clean, and yet ${kind} ${status}: ${message}`)]
  const places = here && fault.inject(here)
  if (!places) return undefined
  const broken = print(plan, chance(style))
  const analysis = analyzeFixture(path, broken.text)
  const lines = places.map((place) => broken.lineOf(place))
  const count = tally(fault.code)
  count.tried++
  const mine = analysis.problems.filter(({ code }) => code === fault.code).map(({ at }) => analysis.locator.locate(at).range.start.line)
  if (mine.some((line) => lines.includes(line))) count.found++
  else wrong.push(`not found: ${fault.code} (${fault.name}) at line ${lines.map((line) => line + 1).join(' or ')}; found ${loud(analysis).join(' | ') || 'nothing'}${mine.length > 0 ? `; at lines ${mine.map((line) => line + 1).join(', ')}` : ''}`)
  const known = new Set(loud(clean).map((one) => one.replace(/^\d+ /, '')))
  for (const one of loud(analysis)) {
    const code = /^\d+ ([\w-]+)/.exec(one)?.[1] ?? ''
    if (code === fault.code || code === 'expectation-failed' || fault.also?.includes(code) === true || known.has(one.replace(/^\d+ /, ''))) continue
    tally(code).false++
    wrong.push(`${fault.code} (${fault.name}), and beside it ${one}`)
  }
  return { faults: wrong, text: broken.text }
}

describe('seeded faults', () => {
  it('are of sixty kinds at least', () => {
    expect(new Set(faults.map(({ code, name }) => `${code} ${name}`)).size).toBeGreaterThanOrEqual(60)
  })

  it(`are found in ${networks} networks, and nothing else is`, { timeout: 30 * 60_000 }, () => {
    const wrong: string[] = []
    let done = 0
    for (let run = 0; done < networks && run < networks * 3; run++) {
      // Every kind comes up in turn, from another beginning for each seed.
      const fault = faults[(run + (networks < faults.length ? seed : 0)) % faults.length]
      const result = fault && tryOne(fault, run)
      if (!result) continue
      done++
      if (result.faults.length > 0) wrong.push(...result.faults.map((one) => `run ${run}: ${one}`), ...(process.env['UNDERLAY_SHOW'] ? [result.text] : []))
    }
    const rows = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, { tried, found, false: extra }]) =>
      `${code.padEnd(34)} ${String(tried).padStart(5)} ${tried === 0 ? '     –' : `${((100 * found) / tried).toFixed(0).padStart(5)}%`} ${found + extra === 0 ? '     –' : `${((100 * found) / (found + extra)).toFixed(0).padStart(6)}%`}`)
    const sum = [...tallies.values()].reduce((all, one) => ({ tried: all.tried + one.tried, found: all.found + one.found, false: all.false + one.false }), { tried: 0, found: 0, false: 0 })
    console.log(`${'code'.padEnd(34)} tried recall precision\n${rows.join('\n')}\n${done} networks: recall ${((100 * sum.found) / sum.tried).toFixed(1)} %, precision ${((100 * sum.found) / (sum.found + sum.false)).toFixed(1)} %`)
    expect(wrong).toEqual([])
  })
})
