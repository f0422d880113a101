/** A line that is cut anywhere, as while it is typed: what is found elsewhere does not flood, and what was found before stays. */
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { analyzeText } from '../harness/analyze-text.ts'
import { modules, network } from './modules.ts'
import { chance, print } from './plain.ts'

const networks = Number(process.env['UNDERLAY_FAULTS'] ?? 40)

/** Errors and warnings in other lines than the broken one and those beside it. */
const elsewhere = (analysis: Analysis, line: number): readonly string[] => analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning')
  .map(({ code, message, at }) => ({ code, message, line: analysis.locator.locate(at).range.start.line }))
  .filter((one) => Math.abs(one.line - line) > 1).map((one) => `${one.line + 1} ${one.code}: ${one.message}`)

it('does not flood', { timeout: 10 * 60_000 }, () => {
  const rnd = chance(5)
  const texts = readdirSync('examples').filter((name) => name.endsWith('.infra.yaml') && !name.startsWith('broken')).map((name) => readFileSync(`examples/${name}`, 'utf8'))
  for (const name of Object.keys(modules)) {
    const own = chance(rnd.below(1e6))
    texts.push(print(network(own, name).plan, own).text.replaceAll('\r\n', '\n'))
  }
  const counts: number[] = []
  let worst: readonly string[] = []
  for (let run = 0; run < networks * 6; run++) {
    const lines = rnd.pick(texts).split('\n')
    const at = rnd.below(lines.length)
    const line = lines[at] ?? ''
    const indent = /^\s*/.exec(line)?.[0].length ?? 0
    if (line.trim() === '' || line.trim().startsWith('#')) continue
    lines[at] = line.slice(0, indent + rnd.below(line.length - indent))
    const found = elsewhere(analyzeText(lines.join('\n')), at)
    counts.push(found.length)
    if (found.length > worst.length) worst = [`${line.trim()} → ${lines[at].trim()}`, ...found]
  }
  counts.sort((a, b) => a - b)
  const part = (share: number): number => counts[Math.min(counts.length - 1, Math.floor(counts.length * share))] ?? 0
  console.log(`${counts.length} cut lines; findings elsewhere: median ${part(0.5)}, 90 % ${part(0.9)}, 99 % ${part(0.99)}, most ${part(1)}`)
  expect(part(0.5)).toBe(0)
  expect(part(0.95), worst.join('\n')).toBeLessThanOrEqual(3)
  expect(part(1), worst.join('\n')).toBeLessThanOrEqual(16)
})

it('does not flood where a file ends anywhere, as while it is written from its beginning', () => {
  const rnd = chance(11)
  let worst: readonly string[] = []
  for (const name of readdirSync('examples').filter((one) => one.endsWith('.infra.yaml') && !one.startsWith('broken'))) {
    const text = readFileSync(`examples/${name}`, 'utf8')
    for (let run = 0; run < 25; run++) {
      const part = text.slice(0, rnd.below(text.length))
      const found = analyzeText(part).problems.filter(({ severity }) => severity === 'error' || severity === 'warning')
      if (found.length > worst.length) worst = [`${name} up to ${JSON.stringify(part.slice(-40))}`, ...found.map(({ code, message }) => `${code}: ${message}`)]
    }
  }
  expect(worst.length - 1, worst.join('\n')).toBeLessThanOrEqual(6)
})

it('keeps what was found before the text broke', () => {
  const text = `routers:
  r1: { interfaces: { p1: { address: 10.0.0.1/24 } } }
  r2: { interfaces: { p1: { address: 10.0.0.2/24 }, p2: { address: 10.2.0.1/24 } } }
  r3: { interfaces: { p1: { address: 10.9.0.1/24 } } }
links: [[r1:p1, r2:p1]]
expect:
  - reach: { from: r1, to: 10.2.0.1 }
`
  const again = (changed: string, version: number, previous: Analysis | undefined): Analysis => {
    const reading = readSource({ uri: 'a.infra.yaml', text: changed, version }, previous?.readings[0])
    if (!reading) throw new Error('not read')
    return finish(analyze([reading], previous))
  }
  const codes = (analysis: Analysis): readonly string[] => [...new Set(analysis.problems.map(({ code }) => code))].sort()
  const before = again(text, 1, undefined)
  expect(codes(before)).toEqual(['expectation-failed', 'gateway-missing'])
  // r3's line is being typed: nothing else changes.
  const broken = again(text.replace('p1: { address: 10.9.0.1/24 } } }', 'p1: {'), 2, before)
  expect(codes(broken)).toEqual(['expectation-failed', 'gateway-missing', 'yaml-syntax'])
  // r2's line is: what it would have said is not missed.
  const other = again(text.replace('{ interfaces: { p1: { address: 10.0.0.2/24 }, p2', '{ interf'), 3, broken)
  expect(codes(other)).not.toContain('unknown-reference')
  expect(codes(again(text, 4, other))).toEqual(codes(before))
})

it('says once that a key has no colon yet, and reads what is below it', () => {
  const text = 'servers:\n  s1:\n    cpus: 4\n  s2\n    cpus: 8\nexpec\n  - reach: { from: s1, to: s2 }\n  - reach: { from: s2, to: s1 }\n'
  const analysis = analyzeText(text)
  expect(analysis.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'yaml-syntax: s2 has no colon yet', 'yaml-syntax: expec has no colon yet', 'unknown-key: an infra file has no key expec; did you mean expect?',
  ])
  expect([...analysis.written.nodes.keys()]).toEqual(['s1', 's2'])
  const s2 = analysis.written.nodes.get('s2')
  expect(s2?.kind === 'server' && s2.cpus && text.slice(analysis.locator.offsets(s2.cpus.at)?.start, analysis.locator.offsets(s2.cpus.at)?.end)).toBe('8')
})
