/** A change somewhere makes an expectation fail: beside `expectation-failed` stands the finding that names the cause. */
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Analysis } from '../../core/analysis.ts'
import { analyzeText } from '../harness/analyze-text.ts'
import { modules, network } from './modules.ts'
import { chance, print, type Chance } from './plain.ts'

const networks = Number(process.env['UNDERLAY_FAULTS'] ?? 40)

/** Ways in which a line is written wrongly by a person in a hurry. */
const slips: readonly { readonly name: string; readonly where: RegExp; readonly make: (text: string) => string }[] = [
  { name: 'another host', where: /\d+\.\d+\.\d+\.\d+/g, make: (text) => text.replace(/\d+$/, (byte) => String(((Number(byte) + 57) % 250) + 1)) },
  { name: 'another subnet', where: /\d+\.\d+\.\d+\.\d+/g, make: (text) => text.replace(/^(\d+\.\d+\.)(\d+)/, (_, head: string, byte: string) => `${head}${(Number(byte) + 41) % 250}`) },
  { name: 'a shorter prefix', where: /\/(2[0-9]|30)\b/g, make: () => '/16' },
  { name: 'a longer prefix', where: /\/(1[6-9]|2[0-8])\b/g, make: () => '/30' },
  { name: 'another name', where: /(attach|master|link|dev|out|in|host|network): [\w-]+/g, make: (text) => `${text}x` },
  { name: 'a key forgotten', where: /(gateway|forwarding|remote|local|via|id|master|attach|vlan|native|trunk|routes|routing|nat|link): (\[[^\]]*\]|[^,}\n]+)(, )?/g, make: () => '' },
  { name: 'another id', where: /\bid: \d+/g, make: (text) => `${text}1` },
  { name: 'another kind', where: /type: \w+/g, make: (text) => (text === 'type: bridge' ? 'type: dummy' : 'type: bridge') },
]

function slipped(text: string, rnd: Chance): { readonly text: string; readonly what: string } | undefined {
  const { name, where, make } = rnd.pick(slips)
  // What is expected is not what is wrong here.
  const end = text.indexOf('\nexpect:')
  const all = [...text.slice(0, end < 0 ? undefined : end).matchAll(where)].filter(({ index }) => !/^\s*#/.test(text.slice(text.lastIndexOf('\n', index) + 1)))
  if (all.length === 0) return undefined
  const { 0: found, index } = rnd.pick(all)
  const changed = text.slice(0, index) + make(found) + text.slice(index + found.length)
  return { text: changed, what: `${name}: ${found} → ${make(found)}, line ${text.slice(0, index).split('\n').length}` }
}

it('is named', { timeout: 20 * 60_000 }, () => {
  const rnd = chance(31)
  const texts = readdirSync('examples').filter((name) => name.endsWith('.infra.yaml') && !name.startsWith('broken')).map((name) => readFileSync(`examples/${name}`, 'utf8'))
  for (const name of Object.keys(modules)) {
    const own = chance(rnd.below(1e6))
    texts.push(print(network(own, name).plan, own).text.replaceAll('\r\n', '\n'))
  }
  const whole = new Map<string, Analysis>()
  let failing = 0
  const silent: string[] = []
  for (let tries = 0; tries < networks * 8; tries++) {
    const text = rnd.pick(texts)
    const slip = slipped(text, rnd)
    if (!slip || slip.text === text) continue
    const before = whole.get(text) ?? analyzeText(text)
    whole.set(text, before)
    const after = analyzeText(slip.text)
    const failed = after.expectations.find(({ status }, i) => status === 'fail' && before.expectations[i]?.status === 'pass')
    if (!failed) continue
    failing++
    const known = new Set(before.problems.map(({ code, message }) => `${code} ${message}`))
    if (!after.problems.some(({ code, message }) => code !== 'expectation-failed' && !known.has(`${code} ${message}`))) silent.push(`${slip.what}: ${failed.kind} ${failed.message}`)
  }
  console.log(`${failing} slips made an expectation fail; the cause of ${failing - silent.length} is named (${((100 * (failing - silent.length)) / failing).toFixed(1)} %)`)
  expect(failing).toBeGreaterThan(networks)
  expect(silent.length / failing, silent.join('\n')).toBeLessThanOrEqual(0.03)
})
