/** A file with all that it includes, read from disk or from open editors; what may not be included is a problem at its line. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readSource, type Analysis } from '../../core/analysis.ts'
import type { Problem } from '../../core/infra/problem.ts'
import type { Source } from '../../core/text/source.ts'
import type { Written } from '../../core/text/span.ts'
import { t } from '../../core/words.ts'

type Reading = Analysis['readings'][number]

/** More bytes than this are not even loaded; the readers refuse smaller texts that are still too large, at their first line. */
export const mostBytes = 64 * 1024 * 1024
const deepest = 16
const mostFiles = 1000

/** How the reader gets at other files. */
export interface Surroundings {
  /** Folders (paths, symbolic links resolved) beyond which nothing is read. */
  readonly roots: readonly string[]
  /** The text of a file that is open in an editor. */
  open?(uri: string): Source | undefined
  /** Files as they were at some time, instead of those of now: null where there was none, undefined where nobody has said yet. */
  past?(uri: string): string | null | undefined
  /** Raw readings of older texts, by uri: what did not change is not read again. Kept up to date here. */
  readonly memory: Map<string, Reading>
}

export interface Family {
  /** The file, then its includes in order, each once. */
  readonly readings: readonly Reading[]
  /** Uris of every file that was asked for, found or not. */
  readonly asked: readonly string[]
}

const within = (root: string, path: string): boolean => {
  const way = relative(root, path)
  return way === '' || (!way.startsWith('..' + sep) && way !== '..' && !isAbsolute(way))
}

/** The real path of a folder, or the path itself where there is none. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Reads again only what changed; undefined where no reader knows the file. */
export function readWith(source: Source, surroundings: Surroundings): Reading | undefined {
  const { memory } = surroundings
  const known = memory.get(source.uri)
  if (known && known.source.text === source.text && known.source.version === source.version && known.source.format === source.format) return known
  const reading = readSource(source, known)
  if (reading) memory.set(source.uri, reading)
  return reading
}

/** The file and everything it includes. Never throws; a cycle ends where it closes. */
export function readFamily(source: Source, surroundings: Surroundings): Family | undefined {
  const first = readWith(source, surroundings)
  if (!first) return undefined
  const readings: Reading[] = []
  const asked: string[] = []
  const seen = new Set([source.uri])
  const visit = (reading: Reading, depth: number): void => {
    const problems: Problem[] = []
    const place = readings.length
    readings.push(reading)
    for (const include of reading.infra.includes) {
      const refuse = (why: string): void => void problems.push({
        code: 'include-failed', severity: 'error', message: t`${include.value} is not included: ${why}`, at: include.at, related: [], fixes: [],
      })
      const found = resolveInclude(reading.source.uri, include, surroundings)
      if ('refused' in found) {
        if (found.uri !== undefined) asked.push(found.uri)
        refuse(found.refused)
        continue
      }
      asked.push(found.uri)
      if (seen.has(found.uri)) continue
      seen.add(found.uri)
      if (depth >= deepest) refuse(t`includes are more than ${deepest} files deep`)
      else if (seen.size > mostFiles) refuse(t`more than ${mostFiles} files are included`)
      else {
        const next = textOf(found.uri, surroundings)
        const read = 'refused' in next ? next : readWith(next, surroundings) ?? { refused: t('no reader knows its format') }
        if ('refused' in read) refuse(read.refused)
        else visit(read, depth + 1)
      }
    }
    if (problems.length > 0) readings[place] = { ...reading, problems: [...reading.problems, ...problems] }
  }
  visit(first, 0)
  return { readings, asked }
}

function resolveInclude(from: string, { value }: Written<string>, { roots, past }: Surroundings): { uri: string } | { refused: string; uri?: string } {
  if (isAbsolute(value) || /^[A-Za-z]:[\\/]|^\\\\/.test(value) || /^[a-z][a-z0-9+.-]+:/i.test(value)) return { refused: t('only relative paths are followed') }
  if (!from.startsWith('file:')) return { refused: t('this file is not on a disk') }
  const path = resolve(dirname(fileURLToPath(from)), value)
  const uri = pathToFileURL(path).href
  // First by its name, so that nothing is told of what lies outside; then by what links lead to.
  if (!roots.some((root) => within(root, path) || within(root, realFolder(dirname(path))))) return { refused: t('it lies outside the workspace') }
  // Of what was there then, only the name is known.
  if (past) return { uri }
  try {
    const real = realpathSync(path)
    if (!roots.some((root) => within(root, real))) return { refused: t('it lies outside the workspace') }
  } catch {
    return { refused: t('there is no such file'), uri }
  }
  return { uri }
}

/** The text of a file, as an editor has it or as it is on disk. */
export function textOf(uri: string, { open, past, memory }: Pick<Surroundings, 'open' | 'past' | 'memory'>): Source | { refused: string } {
  if (past) {
    const text = past(uri)
    return typeof text === 'string' ? { uri, text, version: 0 } : { refused: t('there was no such file') }
  }
  const edited = open?.(uri)
  if (edited) return edited
  try {
    const path = fileURLToPath(uri)
    const { size } = statSync(path)
    if (!statSync(path).isFile()) return { refused: t('it is not a file') }
    if (size > mostBytes) return { refused: t`it is larger than ${mostBytes / 1024 / 1024} MiB` }
    const text = readFileSync(path, 'utf8')
    const known = memory.get(uri)?.source
    return known?.text === text ? known : { uri, text, version: 0 }
  } catch {
    return { refused: t('it cannot be read') }
  }
}
