/** All safe fixes at once: nothing is worse afterwards, and no two fixes take the same thing. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { finish, type Analysis } from '../../core/analysis.ts'
import { fixAll } from '../../core/fix-all.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { analyzeFixture, isFixture } from '../harness/analyze-fixture.ts'
import { analyzeText } from '../harness/analyze-text.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const mended = (analysis: Analysis): string => {
  const [source] = analysis.readings.map((reading) => reading.source)
  if (!source) throw new Error('nothing is read')
  return applyEdits(source, finish(fixAll(analysis, () => true)))
}
const loud = (analysis: Analysis): readonly string[] => analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ code, message }) => `${code}: ${message}`)

describe('every safe fix', () => {
  it('gives three guests with one address three addresses', () => {
    const guest = (i: number): string => `  vm${i}: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mtuu: 1500 } } }\n`
    const text = `servers: { s1: { interfaces: { br0: { type: bridge, address: 10.0.0.254/24 } } } }\nvms:\n${[1, 2, 3, 4].map(guest).join('')}`
    const after = mended(analyzeText(text))
    expect(loud(analyzeText(after))).toEqual([])
    expect([...after.matchAll(/10\.0\.0\.\d+\/24, mtu: 1500/g)]).toHaveLength(4)
    expect(new Set([...after.matchAll(/address: (10\.0\.0\.\d+)/g)].map(([, address]) => address)).size).toBe(5)
  })

  it('mends both ends of a link, though one alone would differ from the other', () => {
    const host = (name: string, address: string): string => `  ${name}: { interfaces: { eth0: { address: "${address}/64", mtu: 1200 } } }\n`
    const text = `servers:\n${host('a', 'fd00::1')}${host('b', 'fd00::2')}links: [[a:eth0, b:eth0]]\n`
    expect(mended(analyzeText(text))).toBe(text.replaceAll('1200', '1280'))
    const before = analyzeText(text)
    expect(finish(fixAll(before, ({ code }) => code === 'mtu-below-ipv6-minimum'))).toHaveLength(2)
  })

  it('offers no other address for one that an alias gives to both', () => {
    const { problems } = analyzeText('x-i: &i { eth0: { address: 10.0.0.1/24 } }\nservers: { a: { interfaces: *i }, b: { interfaces: *i } }\nlinks: [[a:eth0, b:eth0]]\n')
    expect(problems.filter(({ code }) => code === 'address-duplicate').map(({ fixes }) => fixes.length)).toEqual([0])
  })

  it.each(readdirSync(folder).filter(isFixture))('leaves less wrong in %s', (file) => {
    const path = join(folder, file)
    const before = analyzeFixture(path)
    const text = mended(before)
    const after = analyzeFixture(path, text)
    if (text === readFileSync(path, 'utf8')) return
    expect(loud(after).length).toBeLessThan(loud(before).length)
  })
})
