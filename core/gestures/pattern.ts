/**
 * Names by pattern: `leaf[1-4]`, `spine*`, `tor?`, `r#`, `{core,edge}1`, or a regular expression between slashes; several
 * after commas. What a pattern leaves open is remembered: `$1` in the other pattern is the first of it.
 */
import { t } from '../words.ts'

export interface Matched {
  readonly name: string
  /** What each open place of the pattern stood for, in order. */
  readonly groups: readonly string[]
}

export type Matcher = (name: string, given: readonly string[]) => readonly string[] | undefined

/** Longer ones are no names that a person types. */
const longestPattern = 300
/** Open-ended places of one pattern: every one more multiplies how long a name can be looked at. */
const mostOpen = 4

/** One matcher for each pattern between commas; or why there is none, in words. */
export function parsePatterns(text: string): readonly Matcher[] | string {
  if (text.length > longestPattern) return t('the pattern is too long')
  const parts = text.trim().startsWith('/') ? [text.trim()] : splitList(text)
  if (parts.length === 0) return t('a pattern is needed, like leaf[1-4] or spine*')
  const found = parts.map((part) => (part.startsWith('/') ? expression(part) : glob(part)))
  const wrong = found.find((one) => typeof one === 'string')
  return typeof wrong === 'string' ? wrong : found.flatMap((one) => (typeof one === 'string' ? [] : [one]))
}

/** All names that any of the patterns fits, in the names' order, each once. */
export function matching(names: readonly string[], patterns: readonly Matcher[], given: readonly string[] = []): readonly Matched[] {
  return names.flatMap((name) => {
    for (const pattern of patterns) {
      const groups = pattern(name, given)
      if (groups) return [{ name, groups }]
    }
    return []
  })
}

/** At commas that stand in no braces. */
function splitList(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const char of text) {
    if (char === '{') depth++
    if (char === '}') depth = Math.max(0, depth - 1)
    if (char === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else part += char
  }
  return [...parts, part.trim()].filter((one) => one !== '')
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function glob(text: string): Matcher | string {
  const pieces: { readonly source: string; readonly fits?: (group: string) => boolean; readonly of?: number }[] = []
  let open = 0
  for (let rest = text; rest !== '';) {
    const range = /^\[(\d{1,6})-(\d{1,6})\]/.exec(rest)
    const letters = /^\[([^\]]+)\]/.exec(rest)
    const words = /^\{([^{}]*)\}/.exec(rest)
    const back = /^\$(\d)/.exec(rest)
    const [whole, first = '', last = ''] = range ?? letters ?? words ?? back ?? [rest[0] ?? '']
    if (range) {
      const [from, to] = [Number(first), Number(last)]
      if (from > to) return t`[${first}-${last}] is empty`
      pieces.push({ source: '(\\d+)', fits: (group) => Number(group) >= from && Number(group) <= to })
      open++
    } else if (letters) {
      if (!/^!?[\w.-]+$/.test(first)) return t`[${first}] is no range like [1-4] or [a-c]`
      try {
        new RegExp(`[${first.replace('!', '^')}]`)
      } catch {
        return t`[${first}] is empty`
      }
      pieces.push({ source: `([${first.replace('!', '^')}])` })
    } else if (words) pieces.push({ source: `(${first.split(',').map((word) => escaped(word.trim())).join('|')})` })
    else if (back) pieces.push({ source: '', of: Number(first) })
    else if (whole === '*' || whole === '#') {
      pieces.push({ source: whole === '*' ? '(.*)' : '(\\d+)' })
      open++
    } else if (whole === '?') pieces.push({ source: '(.)' })
    else if (/[[\]{}]/.test(whole)) return t`${whole} stands alone in ${text}`
    else pieces.push({ source: escaped(whole) })
    rest = rest.slice(whole.length)
  }
  if (open > mostOpen) return t`${text} leaves more than ${mostOpen} places open`
  const checks = pieces.filter(({ source }) => source.startsWith('('))
  const borrows = pieces.some(({ of }) => of !== undefined)
  const expressionOf = (given: readonly string[]): RegExp => new RegExp(`^${pieces.map(({ source, of }) => (of === undefined ? source : escaped(given[of - 1] ?? ''))).join('')}$`)
  const plain = borrows ? undefined : expressionOf([])
  return (name, given) => {
    if (borrows && given.length === 0) return undefined
    const groups = (plain ?? expressionOf(given)).exec(name)?.slice(1)
    return groups?.every((group, i) => checks[i]?.fits?.(group) ?? true) ? groups : undefined
  }
}

function expression(text: string): Matcher | string {
  const body = /^\/(.*)\/$/.exec(text)?.[1]
  if (body === undefined || body === '') return t('a regular expression ends with a slash')
  // A repeated group, or a reference back, can be looked for without end in a name that does not fit.
  if (/\)[*+{]|\\[1-9]|\\k</.test(body)) return t('a group that is repeated is not followed here')
  if ((body.match(/[*+]|\{\d+,/g) ?? []).length > mostOpen) return t`the expression leaves more than ${mostOpen} places open`
  const compile = (source: string): RegExp | undefined => {
    try {
      return new RegExp(source)
    } catch {
      return undefined
    }
  }
  const borrows = /\$\d/.test(body)
  const plain = compile(body)
  if (!plain) return t`${text} is no regular expression`
  return (name, given) => {
    if (borrows && given.length === 0) return undefined
    const own = borrows ? compile(body.replace(/\$(\d)/g, (_whole, n: string) => escaped(given[Number(n) - 1] ?? ''))) : plain
    return own?.exec(name)?.slice(1).map((group) => group ?? '')
  }
}

/** Names as a person would write them: `leaf[1-4]` for leaf1 to leaf4, the rest one by one. */
export function patternOf(names: readonly string[]): string {
  const byStem = new Map<string, number[]>()
  const alone: string[] = []
  for (const name of names) {
    const [, stem, number] = /^(.*?)(0|[1-9]\d{0,5})$/.exec(name) ?? []
    if (stem === undefined || number === undefined) alone.push(name)
    else byStem.set(stem, [...(byStem.get(stem) ?? []), Number(number)])
  }
  const ranges = [...byStem].flatMap(([stem, numbers]) => {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b)
    const runs: [number, number][] = []
    for (const n of sorted) {
      const last = runs.at(-1)
      if (last && last[1] === n - 1) last[1] = n
      else runs.push([n, n])
    }
    return runs.map(([from, to]) => (from === to ? `${stem}${from}` : `${stem}[${from}-${to}]`))
  })
  return [...ranges, ...alone].join(', ')
}
