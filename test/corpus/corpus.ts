/** Real files of public projects, read where they stand; counts by an independent parser; findings judged one by one. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'

export const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
export const hasCorpus = existsSync(corpus)

export interface CorpusFile {
  readonly name: string
  readonly text: string
}

export const filesOf = (kind: string): readonly CorpusFile[] =>
  hasCorpus ? readdirSync(join(corpus, kind)).sort().map((name) => ({ name, text: readFileSync(join(corpus, kind, name), 'utf8') })) : []

export function analysed(file: CorpusFile, format: string): Analysis {
  const reading = readSource({ uri: file.name, text: file.text, version: 1, format })
  if (!reading) throw new Error(`${file.name} is not recognised`)
  return finish(analyze([reading]))
}

/** `code count` of every code that is found, whatever its severity, sorted. */
export function codesOf(analysis: Analysis): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { code } of analysis.problems) counts.set(code, (counts.get(code) ?? 0) + 1)
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
