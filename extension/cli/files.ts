/** Files, folders and standard input, read and analysed for the command line. */
import { readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { analyze, edit, type Analysis } from '../../core/analysis.ts'
import { finish, formatIdOf, knownFormats } from '../../core/ask.ts'
import type { Change } from '../../core/infra/change.ts'
import { applyEdits } from '../../core/text/edit.ts'
import type { Source } from '../../core/text/source.ts'
import { mostBytes, readFamily, realFolder, textOf, type Surroundings } from '../server/includes.ts'
import type { Arguments } from './arguments.ts'
import { Misuse, type Streams } from './streams.ts'

/** A file that a command was given, analysed with its includes. */
export interface Opened {
  /** As it was named. */
  readonly path: string
  readonly format: string
  readonly analysis: Analysis
}

function sourceOf(path: string, args: Arguments, streams: Streams): Source {
  const format = args.value('as')
  if (format !== undefined && !knownFormats.some(({ id }) => id === format)) {
    throw new Misuse(`--as is one of ${knownFormats.map(({ id }) => id).join(', ')}, not ${format}`)
  }
  const as = format === undefined ? {} : { format }
  if (path === '-') {
    const text = streams.input()
    // Includes of what comes by standard input are looked for from where we stand.
    return { uri: pathToFileURL(join(streams.cwd, 'standard-input')).href, text, version: 0, ...as }
  }
  const uri = pathToFileURL(resolve(streams.cwd, path)).href
  const read = textOf(uri, { memory: new Map() })
  if ('refused' in read) throw new Misuse(`${path}: ${existing(resolve(streams.cwd, path)) ? read.refused : 'there is no such file'}`)
  return { ...read, ...as }
}

const existing = (path: string): boolean => {
  try {
    return statSync(path) !== undefined
  } catch {
    return false
  }
}

/** What was read, so that a file that is named and included is read once. */
export type Memory = Surroundings['memory']

function surroundingsOf(source: Source, streams: Streams, memory: Memory = new Map()): Surroundings {
  const roots = [realFolder(streams.cwd)]
  if (source.uri.startsWith('file:')) roots.push(realFolder(dirname(fileURLToPath(source.uri))))
  return { roots, memory }
}

/** A file with its includes, read and not analysed; undefined where that is not possible. */
export function readNamed(path: string, args: Arguments, streams: Streams, memory: Memory): Analysis['readings'] | undefined {
  try {
    const source = sourceOf(path, args, streams)
    return readFamily(source, surroundingsOf(source, streams, memory))?.readings
  } catch (error) {
    // Whoever opens it tells of it.
    if (error instanceof Misuse) return undefined
    throw error
  }
}

function familyOf(source: Source, path: string, surroundings: Surroundings): Analysis['readings'] {
  const family = readFamily(source, surroundings)
  if (!family) throw new Misuse(`${path}: no reader recognises this file; name its format with --as ${knownFormats.map(({ id }) => id).join(', ')}`)
  return family.readings
}

function analysed(source: Source, path: string, streams: Streams, previous?: Analysis, memory?: Memory): Opened {
  const readings = familyOf(source, path, surroundingsOf(source, streams, memory))
  return { path, format: source.format ?? formatIdOf(source) ?? '', analysis: finish(analyze(readings, previous)) }
}

/** A file with its includes that is only compared with: nobody asks what is wrong in it. */
export function readFile(path: string, args: Arguments, streams: Streams): Analysis['readings'] {
  const source = sourceOf(path, args, streams)
  return familyOf(source, path, surroundingsOf(source, streams))
}

/** The same of files as they were at some time; what did not change since `present` is not read again. */
export function readPast(path: string, present: Analysis, past: (uri: string) => string | null, streams: Streams): Analysis['readings'] | undefined {
  const [first] = present.readings
  const text = first && past(first.source.uri)
  if (!first || text === null || text === undefined) return undefined
  const memory: Memory = new Map(present.readings.map((reading) => [reading.source.uri, reading]))
  const { format } = first.source
  return familyOf({ uri: first.source.uri, text, version: 0, ...(format !== undefined && { format }) }, path, { ...surroundingsOf(first.source, streams, memory), past })
}

export const openFile = (path: string, args: Arguments, streams: Streams, memory?: Memory): Opened => analysed(sourceOf(path, args, streams), path, streams, undefined, memory)

/** The same file after a change that edits its text; refused where the text has no answer to it. Nothing is written to disk. */
export function afterChange(opened: Opened, change: Change, streams: Streams): Opened | { refused: string } {
  const edits = edit(opened.analysis, change)
  if ('refused' in edits) return edits
  const [first] = opened.analysis.readings
  if (!first || edits.some(({ uri }) => uri !== first.source.uri)) return { refused: 'it is written in an included file' }
  return analysed({ ...first.source, text: applyEdits(first.source, edits), version: first.source.version + 1 }, opened.path, streams, opened.analysis)
}

const skipped = new Set(['node_modules', '.git', '.hg', '.svn', 'dist', 'out'])

/** Files of a folder that a reader recognises, in the order of their names. */
function filesOf(folder: string, streams: Streams): string[] {
  const found: string[] = []
  const walk = (path: string): void => {
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) walk(inner)
      } else if (entry.isFile() && statSync(inner).size <= mostBytes && looksReadable(inner)) found.push(inner)
    }
  }
  walk(resolve(streams.cwd, folder))
  return found.map((path) => (folder.startsWith('/') ? path : relative(streams.cwd, path)))
}

function looksReadable(path: string): boolean {
  if (!/\.(ya?ml|json)$/i.test(path)) return false
  const read = textOf(pathToFileURL(path).href, { memory: new Map() })
  return !('refused' in read) && formatIdOf(read) !== undefined
}

/** Every file that the arguments name, folders opened; and folders without any. */
export function namedFiles(paths: readonly string[], streams: Streams): readonly (string | { readonly failed: string })[] {
  return paths.flatMap((path): readonly (string | { readonly failed: string })[] => {
    // An empty name would stand for the folder where we are, whoever forgot to set it.
    if (path === '') return [{ failed: 'the name of a file is empty' }]
    try {
      if (path === '-' || !statSync(resolve(streams.cwd, path)).isDirectory()) return [path]
      const files = filesOf(path, streams)
      return files.length > 0 ? files : [{ failed: `${path}: no file in it is one that a reader recognises` }]
    } catch {
      return [path]
    }
  })
}

/** One file after the other. What cannot be read is told and counted, so that one bad file does not hide the others. */
export function* openAll(files: ReturnType<typeof namedFiles>, args: Arguments, streams: Streams, memory?: Memory): Generator<Opened | { readonly failed: string }> {
  for (const file of files) {
    try {
      yield typeof file === 'string' ? openFile(file, args, streams, memory) : file
    } catch (error) {
      if (!(error instanceof Misuse)) throw error
      yield { failed: error.message }
    }
  }
}
