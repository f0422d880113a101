/** One piece of YAML to a Tree, through the `yaml` package; spans are relative to the piece. */
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Document, type ParsedNode } from 'yaml'
import type { Problem } from '../../infra/problem.ts'
import type { Chunk, Span } from '../../text/span.ts'
import { maxExpansion, tooDeepAt } from './guard.ts'
import type { MapEntry, ScalarTree, Tree } from './tree.ts'
import { t } from '../../words.ts'

/** What an anchor stands for, and how many nodes it expands to. */
export interface Anchored {
  readonly tree: Tree | undefined
  readonly size: number
}

export interface Converted {
  readonly tree: Tree | undefined
  readonly problems: readonly Problem[]
  readonly defines: ReadonlyMap<string, Anchored>
  /** What each alias meant when it was read; undefined where nothing did. */
  readonly uses: ReadonlyMap<string, Anchored | undefined>
}

export const syntaxProblem = (at: Span, message: string): Problem => ({
  code: 'yaml-syntax', severity: 'error', message, at, related: [], fixes: [],
})

function parsed(text: string): Document.Parsed<ParsedNode> {
  return parseDocument(text, {
    version: '1.2', uniqueKeys: false, strict: false, prettyErrors: false, logLevel: 'error', keepSourceTokens: false, merge: false,
  })
}

/**
 * Never throws; whatever cannot be read is a problem with a place. `colon`: where a key that is being typed lacks its colon;
 * the piece is read as if it were there.
 */
export function convert(written: string, chunk: Chunk, anchors: ReadonlyMap<string, Anchored>, colon?: number): Converted {
  const text = colon === undefined ? written : `${written.slice(0, colon)}:${written.slice(colon)}`
  const problems: Problem[] = []
  const defines = new Map<string, Anchored>()
  const uses = new Map<string, Anchored | undefined>()
  const back = (offset: number): number => Math.min(colon !== undefined && offset > colon ? offset - 1 : offset, written.length)
  const span = (start: number, end: number): Span => ({ chunk, start: back(start), end: back(Math.max(start, end)) })
  if (colon !== undefined) {
    const word = /[^\s]*$/.exec(written.slice(0, colon))?.[0] ?? ''
    problems.push(syntaxProblem({ chunk, start: colon - word.length, end: colon }, t`${word} has no colon yet`))
  }
  const deep = tooDeepAt(text)
  if (deep !== undefined) {
    problems.push(syntaxProblem(span(deep, deep + 1), t('this is nested too deep to be read')))
    return { tree: undefined, problems, defines, uses }
  }

  /** The tree of a node, and how many nodes it expands to. */
  const walk = (node: unknown): Anchored => {
    if (isAlias(node)) {
      const name = node.source
      const target = defines.get(name) ?? anchors.get(name)
      if (!defines.has(name)) uses.set(name, target)
      if (!target) {
        const [start, end] = node.range ?? [0, 0]
        problems.push(syntaxProblem(span(start, end), t`no anchor &${name} above`))
      }
      return target ?? { tree: undefined, size: 1 }
    }
    const anchored = remember(node, plainWalk(node))
    return anchored
  }

  const remember = (node: unknown, value: Anchored): Anchored => {
    const anchor = (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor
    if (anchor) defines.set(anchor, value)
    return value
  }

  const plainWalk = (node: unknown): Anchored => {
    if (isScalar(node)) {
      const [start, end] = node.range ?? [0, 0]
      if (node.value === null && start === end) return { tree: undefined, size: 1 }
      return { tree: scalar(node, start, end), size: 1 }
    }
    if (isSeq(node)) {
      const [start, end] = node.range ?? [0, 0]
      let size = 1
      const items = node.items.map((item) => {
        const child = walk(isPair(item) ? undefined : item)
        size = bounded(size + child.size, start, end)
        return size > maxExpansion ? undefined : child.tree
      })
      return { tree: { kind: 'list', at: span(start, trimmedEnd(start, end)), items, flow: node.flow === true }, size }
    }
    if (isMap(node)) return map(node)
    return { tree: undefined, size: 1 }
  }

  /** Says once that aliases expand without measure. */
  let expanded = false
  const bounded = (size: number, start: number, end: number): number => {
    if (size > maxExpansion && !expanded) {
      expanded = true
      problems.push(syntaxProblem(span(start, Math.min(end, start + 80)), t('the aliases here expand to more than a million values')))
    }
    return size
  }

  /** A block collection's range runs into the blank lines and comments below it; what is written ends before. */
  const trimmedEnd = (start: number, end: number): number => {
    let stop = Math.min(end, text.length)
    while (stop > start && /\s/.test(text[stop - 1] ?? '')) stop--
    return stop
  }

  const scalar = (node: { value: unknown; source?: string; type?: string }, start: number, end: number): ScalarTree => {
    const plain = node.type === 'PLAIN' || node.type === undefined
    const value = node.value
    const kept = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : value === null ? null : String(value)
    return { kind: 'scalar', at: span(start, end), value: kept, text: plain ? (node.source ?? text.slice(start, end)) : String(value), plain }
  }

  const map = (node: { items: unknown[]; range?: readonly number[] | null; flow?: boolean }): Anchored => {
    const [start = 0, end = 0] = node.range ?? []
    const entries: MapEntry[] = []
    const merged: Tree[] = []
    let size = 1
    for (const pair of node.items) {
      if (!isPair(pair)) continue
      const key = pair.key
      if (!isScalar(key)) {
        const range = (key as ParsedNode | null)?.range ?? [start, start + 1, start + 1]
        problems.push(syntaxProblem(span(range[0], range[1]), t('a key must be a plain word')))
        continue
      }
      const [keyStart, keyEnd] = key.range ?? [start, start]
      const name = remember(key, { tree: scalar(key, keyStart, keyEnd), size: 1 }).tree as ScalarTree
      const child = walk(pair.value)
      size = bounded(size + child.size, start, end)
      if (name.plain && name.text === '<<') {
        if (child.tree?.kind === 'list') merged.push(...child.tree.items.filter((item) => item !== undefined))
        else if (child.tree) merged.push(child.tree)
        continue
      }
      const value = size > maxExpansion ? undefined : child.tree
      const valueRange = (pair.value as ParsedNode | null)?.range
      const valueEnd = valueRange ? trimmedEnd(keyEnd, valueRange[1]) : keyEnd
      entries.push({ key: name, value, at: span(keyStart, Math.max(keyEnd, valueEnd)) })
    }
    // The map that says `<<` wins over what it takes in; of several, the first (YAML's merge key type).
    const present = new Set(entries.map((entry) => entry.key.text))
    for (const source of merged) {
      if (source.kind !== 'map') continue
      for (const entry of source.entries) {
        if (present.has(entry.key.text)) continue
        present.add(entry.key.text)
        entries.push(entry)
      }
    }
    return { tree: { kind: 'map', at: span(start, trimmedEnd(start, end)), entries, flow: node.flow === true }, size }
  }

  try {
    const document = parsed(text)
    for (const error of document.errors) {
      // A second document has no place of its own here; its first line tells where it begins.
      const more = error.code === 'MULTIPLE_DOCS'
      problems.push(syntaxProblem(span(error.pos[0], more ? error.pos[0] + 3 : Math.max(error.pos[1], error.pos[0] + 1)), more ? t('a second document begins here; only the first of a file is read') : sentence(error.message)))
    }
    const { tree } = walk(document.contents)
    return { tree, problems, defines, uses }
  } catch (error) {
    // The parser gives up on some texts (a stack that is too deep); that is a property of the text, not of us.
    problems.push(syntaxProblem(span(0, 1), t`this cannot be read as YAML: ${error instanceof Error ? error.message : t('unknown')}`))
    return { tree: undefined, problems, defines, uses }
  }
}

/** The parser's message, in our manner: no position, no full stop. */
const sentence = (message: string): string => (message.split('\n')[0] ?? message).replace(/[.:]$/, '')
