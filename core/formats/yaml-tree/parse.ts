/** Text to tree, piece by piece; pieces whose text did not change keep their trees. */
import type { Problem } from '../../infra/problem.ts'
import { sameItems } from '../../infra/same.ts'
import { commonOf } from '../../text/difference.ts'
import { lineStartsOf, positionAt, type Source } from '../../text/source.ts'
import type { Chunk, Places, Span } from '../../text/span.ts'
import { syntaxProblem, type Anchored, type Converted } from './convert.ts'
import { maxLength } from './guard.ts'
import { isPlain, knownOf, place, readPiece, type Again, type Remembered } from './known.ts'
import { fromThere, reparse, tailOf, withTail, type Memory } from './reparse.ts'
import { pieced, resplit } from './resplit.ts'
import { split, type Piece } from './split.ts'
import type { MapEntry, MapTree, ParsedYaml, ScalarTree, Tree } from './tree.ts'
import { t } from '../../words.ts'

const stillMeans = (converted: Converted, anchors: ReadonlyMap<string, Anchored>): boolean => {
  for (const [name, meant] of converted.uses) if (anchors.get(name) !== meant) return false
  return true
}

/** Never throws. `memory` is that of any older parse of the same source. */
export function parseYaml(source: Source, memory?: unknown): ParsedYaml {
  const { text, uri } = source
  if (text.length > maxLength) {
    const chunk: Chunk = { uri }
    const megabytes = (text.length / 1e6).toFixed(1)
    const problem = syntaxProblem({ chunk, start: 0, end: 1 }, t`this file has ${megabytes} million characters; more than ${maxLength / 1e6} million are not read`)
    return { root: undefined, problems: [problem], places: new Map([[chunk, 0]]), whole: false, memory: undefined, source }
  }
  const old = memory as Memory | undefined
  const common = old && old.text !== text ? commonOf(old.text, text) : undefined
  const cut = old && common && resplit(text, old.pieces, old.text.length, common)
  const again = old && (common ? cut && reparse(text, uri, old, cut) : old.plain ? old : undefined)
  if (again) return parsedAs(again, source)
  // Sections that come, go or change their head: from the one before them on.
  const tail = old && common && !cut ? tailOf(old, common.before) : undefined
  if (old && tail) {
    const rest = parseYaml({ ...source, text: text.slice(tail.start) }, fromThere(old, tail)).memory as Memory | undefined
    if (rest?.plain) return parsedAs(withTail(old, tail, text, rest), source)
  }
  const pieces = cut ? pieced(old.pieces, cut) : old && !common ? old.pieces : split(text)
  const known: Again = old && common ? knownOf(old, text, pieces, common) : { same: old?.read ?? [], before: new Map() }
  const places = new Map<Chunk, number>()
  const problems: Problem[] = []
  const kept: Remembered[] = []
  const anchors = new Map<string, Anchored>()
  let start = 0

  const read = (piece: Piece, number: number): Remembered => {
    const from = start
    start += piece.length
    let result = known.same[number]
    if (!result || !stillMeans(result.converted, anchors)) {
      const words = text.slice(from, start)
      const before = result?.parts ? { text: words, read: result.parts } : known.before.get(piece)
      result = readPiece(words, piece, result?.chunk ?? { uri }, anchors, before)
    }
    kept.push(result)
    place([result], from, places)
    const { converted } = result
    if (converted.problems.length > 0) problems.push(...converted.problems)
    if (converted.defines.size > 0) for (const [name, anchored] of converted.defines) anchors.set(name, anchored)
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
    const before = old?.sections.find(({ key }) => key === open?.key)
    entries.push(before && sameParts(before.value, value) ? before : { key: open.key, value, at: open.at })
    open = undefined
  }
  for (const [number, piece] of pieces.entries()) {
    const { chunk, converted } = read(piece, number)
    rootAt ??= { chunk, start: 0, end: piece.length }
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
  const plain = root?.pieces === true && kept.every(({ converted }, i) => { const piece = pieces[i]; return piece !== undefined && isPlain(piece, converted) })
  return { root, problems: withoutEchoes(text, problems, places), places, whole: problems.length === 0, memory: { text, pieces, read: kept, sections: entries, plain } satisfies Memory, source }
}

/** What a memory says that has nothing to complain about; where its pieces stand is counted when somebody asks. */
function parsedAs(memory: Memory, source: Source): ParsedYaml {
  const { read, sections } = memory
  const [first] = read
  let places: Places | undefined
  return {
    root: first && { kind: 'map', at: { chunk: first.chunk, start: 0, end: first.piece.length }, entries: sections, flow: false, pieces: true },
    problems: [], whole: true, memory, source,
    get places() { return (places ??= placesOf(read)) },
  }
}

function placesOf(read: readonly Remembered[]): Places {
  const places = new Map<Chunk, number>()
  place(read, 0, places)
  return places
}

/** Whether a section has the very same entries or items. */
const sameParts = (a: Tree | undefined, b: Tree): boolean =>
  a?.kind === 'map' ? b.kind === 'map' && sameItems(a.entries, b.entries) : a?.kind === 'list' && b.kind === 'list' && sameItems(a.items, b.items)

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
