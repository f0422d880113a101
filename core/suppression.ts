/** Comments that keep findings quiet: `# underlay-disable-next-line code -- reason`, and `# underlay-disable code` for a whole file. */
import { explainedCodes, explanationOf } from './checks/index.ts'
import { nearestName } from './checks/shared/names.ts'
import type { Problem } from './infra/problem.ts'
import { lineStartsOf, positionAt, type Source } from './text/source.ts'
import { offsetsOf, type Chunk, type Places, type Span } from './text/span.ts'
import type { TextEdit } from './text/edit.ts'
import { t } from './words.ts'

export interface Suppressed {
  readonly problem: Problem
  /** What stands behind `--`; empty where nothing does. */
  readonly reason: string
}

interface Directive {
  /** The line it speaks of; undefined: the whole file. */
  readonly line: number | undefined
  readonly codes: readonly { readonly code: string; readonly start: number }[]
  readonly reason: string
  /** Offsets of the comment. */
  readonly start: number
  readonly end: number
}

/** A comment of its own line. Several codes are separated by commas or spaces. */
const comment = /^([ \t]*)#[ \t]*underlay-disable(-next-line)?(?=[ \t]|$)([^\r\n]*?)[ \t]*$/

function directivesOf(text: string): readonly Directive[] {
  if (!text.includes('underlay-disable')) return []
  const starts = lineStartsOf(text)
  const lines = [...starts].map((start, i) => text.slice(start, starts[i + 1] ?? text.length).replace(/[\r\n]+$/, ''))
  return lines.flatMap((line, number): Directive[] => {
    const match = comment.exec(line)
    if (!match) return []
    const [, indent = '', next, rest = ''] = match
    const base = starts[number] ?? 0
    const [words = '', ...reason] = rest.split(/(?:^|[ \t])--(?:[ \t]|$)/)
    const from = base + line.length - line.slice(line.indexOf('underlay-disable')).length + 'underlay-disable'.length + (next?.length ?? 0)
    let target = number + 1
    // Comments may stand under each other.
    while (target < lines.length && /^\s*(#|$)/.test(lines[target] ?? '')) target++
    return [{
      line: next === undefined ? undefined : target, reason: reason.join(' -- ').trim(),
      codes: [...words.matchAll(/[^\s,]+/g)].map(({ 0: code, index }) => ({ code, start: from + index })),
      start: base + indent.length, end: base + line.trimEnd().length,
    }]
  })
}

/** The chunk that begins last before an offset: what a fix can be told by. */
function spanAt(places: Places, uri: string, start: number, end: number): Span {
  let best: { chunk: Chunk; base: number } | undefined
  for (const [chunk, base] of places) if (chunk.uri === uri && base <= start && (!best || base >= best.base)) best = { chunk, base }
  // A file of comments alone has no chunk: its first line stands for it.
  return best ? { chunk: best.chunk, start: start - best.base, end: end - best.base } : { chunk: { uri }, start, end }
}

/** Takes away what the files' own comments keep quiet, and says which comment keeps nothing quiet. Reads comments, never values. */
export function suppress(
  readings: readonly { readonly source: Source; readonly whole: boolean }[], problems: readonly Problem[], places: Places,
): { readonly problems: readonly Problem[]; readonly suppressed: readonly Suppressed[] } {
  const byFile = new Map(readings.map(({ source, whole }) => [source.uri, { source, whole, directives: directivesOf(source.text), used: new Set<string>() }]))
  if ([...byFile.values()].every(({ directives }) => directives.length === 0)) return { problems, suppressed: [] }
  const starts = new Map([...byFile].map(([uri, { source }]) => [uri, lineStartsOf(source.text)]))
  const suppressed: Suppressed[] = []
  const quiet = (problem: Problem): boolean => {
    const file = byFile.get(problem.at.chunk.uri)
    if (!file || file.directives.length === 0) return false
    const line = positionAt(starts.get(problem.at.chunk.uri) ?? Uint32Array.of(0), offsetsOf(problem.at, places)?.start ?? 0).line
    for (const [i, directive] of file.directives.entries()) {
      if (directive.line !== undefined && directive.line !== line) continue
      if (!directive.codes.some(({ code }) => code === problem.code)) continue
      file.used.add(`${i} ${problem.code}`)
      suppressed.push({ problem, reason: directive.reason })
      return true
    }
    return false
  }
  const kept = problems.filter((problem) => !quiet(problem))
  // While a text is broken its findings come and go.
  const useless = [...byFile.values()].flatMap(({ source, whole, directives, used }) => (whole ? directives.flatMap((one, i) => uselessIn(source.uri, one, i, used, places)) : []))
  return { problems: [...kept, ...useless.filter((problem) => !quiet(problem))], suppressed }
}

function uselessIn(uri: string, directive: Directive, index: number, used: ReadonlySet<string>, places: Places): readonly Problem[] {
  const span = (start: number, end: number): Span => spanAt(places, uri, start, end)
  const whole = span(directive.start, directive.end)
  const say = (at: Span, message: string, fixes: Problem['fixes']): Problem => ({ code: 'useless-suppression', severity: 'warning', message, at, related: [], fixes })
  const erase: Problem['fixes'] = [{ title: t('Take the comment away'), preferred: true, change: { kind: 'erase', at: whole } }]
  if (directive.codes.length === 0) return [say(whole, t('this comment names no code, so it suppresses nothing'), erase)]
  return directive.codes.flatMap(({ code, start }): readonly Problem[] => {
    if (used.has(`${index} ${code}`) || code === 'useless-suppression') return []
    const at = span(start, start + code.length)
    if (explanationOf(code)) return [say(at, directive.line === undefined ? t`${code} is not found in this file` : t`${code} is not found in the next line`, directive.codes.length === 1 ? erase : [])]
    const near = nearestName(code, explainedCodes)
    return [say(at, near === undefined ? t`there is no code ${code}` : t`there is no code ${code}; ${near} is the nearest`, near === undefined ? erase : [{ title: t`Change to ${near}`, change: { kind: 'correct', at, value: near } }])]
  })
}

/** The comment that would keep a finding of this line quiet; undefined in JSON, which has no comments. */
export function suppressionFor(source: Source, offset: number, code: string): TextEdit | undefined {
  if (source.uri.endsWith('.json') || /^\s*\{/.test(source.text)) return undefined
  const starts = lineStartsOf(source.text)
  const { line } = positionAt(starts, offset)
  const start = starts[line] ?? 0
  const indent = /^[ \t]*/.exec(source.text.slice(start))?.[0] ?? ''
  return { uri: source.uri, start, end: start, newText: `${indent}# underlay-disable-next-line ${code}${source.text.includes('\r\n') ? '\r\n' : '\n'}` }
}
