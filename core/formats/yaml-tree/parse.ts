/** Text to tree, piece by piece; pieces whose text did not change keep their trees. */
import type { Problem } from '../../infra/problem.ts'
import { lineStartsOf, positionAt, type Source } from '../../text/source.ts'
import type { Chunk, Span } from '../../text/span.ts'
import { convert, syntaxProblem, type Anchored, type Converted } from './convert.ts'
import { maxLength } from './guard.ts'
import { split } from './split.ts'
import type { MapEntry, MapTree, ParsedYaml, ScalarTree, Tree } from './tree.ts'
import { t } from '../../words.ts'

interface Remembered {
  readonly chunk: Chunk
  readonly converted: Converted
}

/** By the piece's text; several pieces may have the same text, so a list in file order. */
type Memory = ReadonlyMap<string, readonly Remembered[]>

const stillMeans = (converted: Converted, anchors: ReadonlyMap<string, Anchored>): boolean => {
  for (const [name, meant] of converted.uses) if (anchors.get(name) !== meant) return false
  return true
}

/** Never throws. `memory` is that of any older parse of the same source. */
export function parseYaml(source: Source, memory?: unknown): ParsedYaml {
  const { text, uri } = source
  const places = new Map<Chunk, number>()
  const problems: Problem[] = []
  if (text.length > maxLength) {
    const chunk: Chunk = { uri }
    places.set(chunk, 0)
    const megabytes = (text.length / 1e6).toFixed(1)
    problems.push(syntaxProblem({ chunk, start: 0, end: 1 }, t`this file has ${megabytes} million characters; more than ${maxLength / 1e6} million are not read`))
    return { root: undefined, problems, places, whole: false, memory: undefined, source }
  }
  const old = (memory ?? new Map()) as Memory
  const taken = new Map<string, number>()
  const kept = new Map<string, Remembered[]>()
  const anchors = new Map<string, Anchored>()

  const read = (start: number, end: number, colon: number | undefined): Remembered => {
    const written = text.slice(start, end)
    // The same words mean another thing where they are a key that lacks its colon.
    const piece = colon === undefined ? written : `${colon}\u0000${written}`
    const candidates = old.get(piece)
    const used = taken.get(piece) ?? 0
    const candidate = candidates?.[used]
    taken.set(piece, used + 1)
    let remembered = candidate
    if (!candidate || !stillMeans(candidate.converted, anchors)) {
      const chunk: Chunk = candidate?.chunk ?? { uri }
      remembered = { chunk, converted: convert(written, chunk, anchors, colon) }
    }
    const result = remembered as Remembered
    const same = kept.get(piece)
    if (same) same.push(result)
    else kept.set(piece, [result])
    places.set(result.chunk, start)
    problems.push(...result.converted.problems)
    for (const [name, anchored] of result.converted.defines) anchors.set(name, anchored)
    return result
  }

  const entries: MapEntry[] = []
  let rootAt: Span | undefined
  let root: MapTree | undefined
  let open: { key: ScalarTree; list: boolean; maps: MapEntry[]; items: (Tree | undefined)[]; at: Span } | undefined
  const close = (): void => {
    if (!open) return
    const value: Tree = open.list
      ? { kind: 'list', at: open.at, items: open.items, flow: false, pieces: true }
      : { kind: 'map', at: open.at, entries: open.maps, flow: false, pieces: true }
    entries.push({ key: open.key, value, at: open.at })
    open = undefined
  }
  for (const piece of split(text)) {
    const { chunk, converted } = read(piece.start, piece.end, piece.colon)
    rootAt ??= { chunk, start: 0, end: piece.end - piece.start }
    if (piece.kind === 'entry') {
      const { tree } = converted
      if (open?.list) open.items.push(tree?.kind === 'list' ? tree.items[0] : undefined)
      else if (tree?.kind === 'map') open?.maps.push(...tree.entries)
      continue
    }
    close()
    const { tree } = converted
    if (piece.kind === 'whole') {
      root = tree?.kind === 'map' ? tree : undefined
      if (tree && tree.kind !== 'map') problems.push(syntaxProblem(tree.at, t('the file should be a map of sections')))
    } else if (tree?.kind === 'map') {
      const [first] = tree.entries
      if (piece.kind === 'head' && first) open = { key: first.key, list: piece.list === true, maps: [], items: [], at: first.key.at }
      else entries.push(...tree.entries)
    }
  }
  close()
  if (!root && entries.length > 0 && rootAt) root = { kind: 'map', at: rootAt, entries, flow: false, pieces: true }
  return { root, problems: withoutEchoes(text, problems, places), places, whole: problems.length === 0, memory: kept satisfies Memory, source }
}

/**
 * What one broken place says again and again: the same in one piece, and whatever stands in the lines that follow it without a
 * gap. After the first is mended the others are gone, or stand alone.
 */
function withoutEchoes(text: string, problems: readonly Problem[], places: ReadonlyMap<Chunk, number>): readonly Problem[] {
  if (problems.length < 2) return problems
  const lines = lineStartsOf(text)
  const placed = problems.map((problem) => ({ problem, line: positionAt(lines, (places.get(problem.at.chunk) ?? 0) + problem.at.start).line })).sort((a, b) => a.line - b.line)
  const said = new Map<Chunk, Set<string>>()
  const kept: Problem[] = []
  let last = -2
  for (const { problem, line } of placed) {
    const mine = said.get(problem.at.chunk) ?? new Set<string>()
    said.set(problem.at.chunk, mine)
    const echo = line <= last + 1 || mine.has(problem.message)
    mine.add(problem.message)
    last = line
    if (!echo) kept.push(problem)
  }
  return kept
}
