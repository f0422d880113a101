/**
 * Reach before a real kernel: every pair of every network is pinged at 84 bytes, at the claimed path MTU with DF, and 5 bytes
 * above it. UNDERLAY_KERNEL_NETWORKS says how many random networks, UNDERLAY_KERNEL_FIRST the first seed, else 1,
 * UNDERLAY_KERNEL_RECIPE the one recipe that is wanted.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { generate } from './generate.ts'
import { judgeNetworks, type Disagreement, type Judgement } from './judge.ts'
import { missing } from './user-mode-linux.ts'

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures')
const networks = Number(process.env['UNDERLAY_KERNEL_NETWORKS'] ?? 30)
const start = Number(process.env['UNDERLAY_KERNEL_FIRST'] ?? 1)
const recipe = process.env['UNDERLAY_KERNEL_RECIPE'] === undefined ? undefined : Number(process.env['UNDERLAY_KERNEL_RECIPE'])
const perBoot = 15
const minutes = 60_000
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is missing)` : ''

/** How much was asked, for whoever adds it up. */
const tell = (what: string, networks: number, { pairs, asked }: Judgement): void => console.info(`${what}: ${networks} networks, ${pairs} pairs, ${asked} questions`)

const said = (list: readonly Disagreement[]): readonly string[] =>
  list.map(({ network, pair, ours, kernel }) => `${network}: ${pair}: we say ${ours}; the kernel: ${kernel}`)

describe.concurrent(`the kernel agrees${why}`, () => {
  it.skipIf(missing.length > 0)('on every case that we once had wrong', async () => {
    const cases = readdirSync(fixtures).sort().map((name) => ({ name, text: readFileSync(join(fixtures, name), 'utf8') }))
    const judged = await judgeNetworks(cases)
    const { disagreements, asked } = judged
    tell('fixtures', cases.length, judged)
    if (disagreements.length > 0) console.error(said(disagreements).join('\n'))
    expect(said(disagreements)).toEqual([])
    expect(asked).toBeGreaterThan(cases.length)
  }, 15 * minutes)

  for (let first = start; first < start + networks; first += perBoot) {
    const last = Math.min(first + perBoot, start + networks) - 1
    it.skipIf(missing.length > 0)(`on the networks of seeds ${first} to ${last}`, async () => {
      const some = Array.from({ length: last - first + 1 }, (_, n) => ({ name: `seed ${first + n}`, text: generate(first + n, recipe) }))
      const judged = await judgeNetworks(some)
      const { disagreements, asked } = judged
      tell(`seeds ${first} to ${last}`, some.length, judged)
      // A run of many minutes says at once what it has found.
      if (disagreements.length > 0) console.error(said(disagreements).join('\n'))
      expect(said(disagreements)).toEqual([])
      expect(asked).toBeGreaterThan(some.length)
    }, 15 * minutes)
  }
})
