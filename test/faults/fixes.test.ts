/** The examples with one thing changed, as a person would change it: each fix that is offered mends what it is offered for, and breaks nothing. */
import { readdirSync, readFileSync } from 'node:fs'
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { expect, it } from 'vitest'
import { edit, type Analysis } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { analyzeText } from '../harness/analyze-text.ts'

interface Changed {
  readonly what: string
  readonly text: string
}

/** Devices down, other addresses, other numbers, names with a letter less, cables gone. */
function changesOf(text: string): readonly Changed[] {
  const found: Changed[] = []
  const change = (from: number, to: number, by: string, what: string): void => void found.push({ text: text.slice(0, from) + by + text.slice(to), what })
  const value = (from: number, to: number, said: string, key: string): void => {
    if (/^\d+\.\d+\.\d+\.\d+/.test(said)) {
      change(from, to, said.replace(/^((?:\d+\.){3})(\d+)/, (_, net: string, host: string) => `${net}${(Number(host) + 7) % 250}`), `${said} next to it`)
      change(from, to, said.replace(/^\d+/, '11'), `${said} elsewhere`)
    } else if (/^\d+$/.test(said)) change(from, to, String(Number(said) + 1), `${key} ${said} and one`)
    else if (/^[a-z][\w-]*\d$/.test(said)) change(from, to, said.slice(0, -1), `${key} ${said} without its end`)
  }
  visit(parseDocument(text), {
    Pair(_, { key, value: said }) {
      if (!isScalar(key)) return
      if (isMap(said) && said.flow && said.range && /^(eth|p|br|tun|up|wg|vx|port)/.test(String(key.value))) change(said.range[0] + 1, said.range[0] + 1, ' up: false,', `${String(key.value)} down`)
      if (isScalar(said) && said.range) value(said.range[0], said.range[1], String(said.value), String(key.value))
    },
    Scalar(_, { range, value: said }, path) {
      if (range && isSeq(path.at(-1))) value(range[0], range[1], String(said), 'listed')
    },
  })
  for (const { index, 0: line } of text.matchAll(/^ {2}- (?:\[|\{ ends).*\n/gm)) change(index, index + line.length, '', `without${line.trimEnd()}`)
  return found
}

// What a fix may not leave behind: a file that says what cannot be read.
const unreadable: ReadonlySet<string> = new Set(['wrong-type', 'unknown-key', 'unknown-reference', 'yaml-syntax', 'address-invalid', 'duplicate-name'])
const unreadIn = ({ problems }: Analysis): number => problems.filter(({ code }) => unreadable.has(code)).length

interface Tried {
  readonly fixes: number
  readonly faults: readonly string[]
}

function tried(file: string, { what, text }: Changed): Tried {
  const before = analyzeText(text, file)
  const [source] = before.readings.map((reading) => reading.source)
  if (!source) return { fixes: 0, faults: [`${what}: not read`] }
  const faults: string[] = []
  const all = before.problems.flatMap((problem) => problem.fixes.map((fix) => ({ problem, fix })))
  for (const { problem, fix: { title, change } } of all) {
    const name = `${what}: ${problem.code} “${problem.message}”: ${title}`
    const answer = edit(before, change)
    if ('refused' in answer) {
      faults.push(`${name}: refused, ${answer.refused}`)
      continue
    }
    const after = analyzeText(applyEdits(source, answer), file)
    if (unreadIn(after) > unreadIn(before)) faults.push(`${name}: cannot be read: ${after.problems.filter(({ code }) => unreadable.has(code)).map(({ message }) => message).join(', ')}`)
    if (after.problems.some(({ code, message }) => code === problem.code && message === problem.message)) faults.push(`${name}: stays`)
  }
  return { fixes: all.length, faults }
}

it.each(readdirSync('examples').filter((name) => name.endsWith('.infra.yaml')))('%s', (file) => {
  const all = changesOf(readFileSync(`examples/${file}`, 'utf8')).map((one) => tried(file, one))
  expect(all.flatMap(({ faults }) => faults)).toEqual([])
  expect(all.reduce((sum, { fixes }) => sum + fixes, 0)).toBeGreaterThan(0)
}, 180_000)
