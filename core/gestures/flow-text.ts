/** What is typed in YAML's flow style, as a value: `{ to: default, via: [10.0.0.1, 10.0.0.2] }`. Words stay words. */
import type { Value } from '../infra/change.ts'

const deepest = 8

/** A word as YAML's core schema reads it: numbers and truth values are such, everything else is text. */
export function wordValue(text: string): Value {
  const trimmed = text.trim()
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(trimmed)) return Number(trimmed)
  return trimmed === 'true' || trimmed === 'false' ? trimmed === 'true' : trimmed
}

/** Undefined where brackets, braces or quotes do not match. */
export function parseFlow(text: string): Value | undefined {
  let at = 0
  const blank = (): void => { while (/\s/.test(text[at] ?? '')) at++ }
  const word = (stops: RegExp): Value | undefined => {
    blank()
    const quote = text[at]
    if (quote === '"' || quote === "'") {
      let found = ''
      for (at++; at < text.length; at++) {
        if (text[at] === quote && quote === "'" && text[at + 1] === "'") at++
        else if (text[at] === quote) {
          at++
          return found
        } else if (text[at] === '\\' && quote === '"') at++
        found += text[at] ?? ''
      }
      return undefined
    }
    const start = at
    // A colon belongs to the word unless a blank follows: `s1:eth0`, `fd00::1`.
    while (at < text.length && !stops.test(text[at] ?? '') && !(text[at] === ':' && /^:(\s|$)/.test(text.slice(at, at + 2)))) at++
    return wordValue(text.slice(start, at))
  }
  const value = (depth: number): Value | undefined => {
    blank()
    if (depth > deepest) return undefined
    if (text[at] === '[') {
      at++
      const items: Value[] = []
      for (;;) {
        blank()
        if (text[at] === ']') { at++; return items }
        const item = value(depth + 1)
        if (item === undefined) return undefined
        items.push(item)
        blank()
        if (text[at] === ',') at++
        else if (text[at] !== ']') return undefined
      }
    }
    if (text[at] === '{') {
      at++
      const entries: [string, Value][] = []
      for (;;) {
        blank()
        if (text[at] === '}') { at++; return Object.fromEntries(entries) }
        const key = word(/[,{}[\]]/)
        if (key === undefined || typeof key === 'object' || key === '') return undefined
        blank()
        if (text[at] !== ':') return undefined
        at++
        const own = value(depth + 1)
        if (own === undefined) return undefined
        entries.push([String(key), own])
        blank()
        if (text[at] === ',') at++
        else if (text[at] !== '}') return undefined
      }
    }
    return depth === 0 ? wordValue(text.slice(at, (at = text.length))) : word(/[,{}[\]]/)
  }
  const found = value(0)
  blank()
  return at < text.length ? undefined : found
}

/** Words between commas; one word stands alone where it may. */
export function wordsValue(text: string, alone: boolean): Value {
  const items = text.split(/\s*,\s*/).map((item) => item.trim()).filter((item) => item !== '').map(wordValue)
  const [first] = items
  return items.length === 1 && alone && first !== undefined ? first : items
}
