/** Whatever is left of a file after careless edits, each command answers in words or in one document: never a stack, never a word that only a program has. */
import fc from 'fast-check'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, underlay } from './run.ts'

const seed = 20261121
const texts = readdirSync('examples').filter((name) => /\.ya?ml$/.test(name)).map((name) => [name, readFileSync(join('examples', name), 'utf8')] as const)
const word = /[A-Za-z0-9_.:/-]+/g
const words = [...new Set(texts.flatMap(([, text]) => text.match(word) ?? []))]
const strange = ['0', '-1', '99999999999', '10.0.0.0/0', '::/0', '255.255.255.255', 'null', '~', '[]', '{}', '0bps', '0GiB', '1e309', 'dhcp', 'any', '*a', '"']

type Edit = { readonly kind: 'word' | 'strange' | 'cut' | 'again' | 'put'; readonly at: number; readonly with: number }
const edits = fc.array(fc.record<Edit>({ kind: fc.constantFrom('word', 'strange', 'cut', 'again', 'put'), at: fc.nat(), with: fc.nat() }), { minLength: 1, maxLength: 4 })

function edited(text: string, { kind, at, with: other }: Edit): string {
  const lines = text.split('\n')
  const pick = (list: readonly string[]): string => list[other % list.length] ?? ''
  if (kind === 'cut') return lines.filter((_, i) => i !== at % lines.length).join('\n')
  if (kind === 'again') return lines.flatMap((line, i) => (i === at % lines.length ? [line, ...lines.slice(other % lines.length, (other % lines.length) + 2)] : [line])).join('\n')
  if (kind === 'put') return `${text.slice(0, at % text.length)}${pick(['{', '}', '[', ']', ':', ',', '\n', '  ', '"', '&a ', '*a'])}${text.slice(at % text.length)}`
  const all = [...text.matchAll(word)]
  const found = all[at % all.length]
  return found ? `${text.slice(0, found.index)}${pick(kind === 'word' ? words : strange)}${text.slice(found.index + found[0].length)}` : text
}

it('passes nothing on to the terminal that it would obey, and as JSON says it all', async () => {
  const name = 'a.infra.yaml'
  const folder = folderOf({ [name]: 'infra: 1\nname: "x\\e]0;title\\a\\e[2J\\e[31mred\\x9b5n"\nservers:\n  "s\\e[1A\\r": { interfaces: { eth0: {} } }\n  b: { cpu: "\\a", interfaces: { "e\\b": { address: 10.0.0.1/24 } } }\n' })
  for (const argv of [['check', name], ['reach', name], ['trace', name, '--from', 'b', '--to', 's\u001b[1A'], ['lab', name], ['diagram', name, '-o', '-'], ['evacuate', name, 'b']]) {
    const { out, err } = await underlay(folder, argv)
    expect(`${out}${err}`).not.toMatch(/\u001b(?!\[[\d;]*m)|[\u0007\u0008\u009b]|\r(?!\n)/)
  }
  const { json } = await underlay(folder, ['check', name, '--json'])
  expect(JSON.stringify(json())).toContain('s\\u001b[1A')
})

it('takes no option for the value of another', async () => {
  const name = 'a.infra.yaml'
  const folder = folderOf({ [name]: 'infra: 1\nservers: { a: {}, b: {} }\n' })
  for (const argv of [['diagram', name, '-o', '--json'], ['diagram', name, '--view', '-o', 'x.svg'], ['trace', name, '--from', '--to', 'b'], ['check', name, '--fail-on', '--json']]) {
    const { code, err, written } = await underlay(folder, argv)
    expect(code, argv.join(' ')).toBe(2)
    expect([...written.keys()]).toEqual([])
    expect(err).toMatch(/needs a value/)
  }
})

describe('every command', () => {
  const folder = folderOf({})
  it('answers whatever an example has become', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...texts), edits, fc.nat(), fc.nat(), async ([name, text], list, a, b) => {
      const broken = list.reduce(edited, text)
      writeFileSync(join(folder, name), broken)
      const names = [...new Set([...broken.matchAll(/^ {2}([A-Za-z0-9][\w.-]*):/gm)].map(([, one]) => one ?? ''))]
      const [from, to] = [a, b].map((n) => names[n % Math.max(1, names.length)] ?? 'x') as [string, string]
      for (const argv of [['check', name], ['reach', name], ['reach', name, '--summary'], ['trace', name, '--from', from, '--to', to, '--why'], ['migrate', name, from, '--to', to], ['evacuate', name, from], ['rebalance', name], ['diagram', name], ['lab', name]]) {
        const ran = await underlay(folder, [...argv, '--json'])
        expect([0, 1, 2]).toContain(ran.code)
        expect(ran.json()).toMatchObject({ version: 1 })
        expect(ran.err).not.toMatch(/Cannot read|is not a function|not iterable|undefined|Maximum call|RangeError|TypeError/)
      }
    }), { seed, numRuns: 20 })
  }, 120_000)
})
