/** The command line taken apart: flags by name, the rest in order. Unknown flags are refused with the nearest known one. */
import { Misuse } from './streams.ts'

/** What a flag takes: nothing, or one value. */
export type Flags = Readonly<Record<string, 'switch' | 'value'>>

export interface Arguments {
  readonly rest: readonly string[]
  has(flag: string): boolean
  value(flag: string): string | undefined
  /** Every time it is given, in order. */
  values(flag: string): readonly string[]
  /** One of these words, or the command line is wrong. */
  oneOf<T extends string>(flag: string, words: readonly T[]): T | undefined
  /** A whole number of at least `least`. */
  number(flag: string, least?: number): number | undefined
}

/** Flags that every command takes. */
export const sharedFlags: Flags = { json: 'switch', as: 'value', help: 'switch' }

const short: Readonly<Record<string, string>> = { o: 'out', h: 'help' }

const nameOf = (spelled: string): string => (spelled.startsWith('--') ? spelled.slice(2) : short[spelled.slice(1)] ?? spelled.slice(1))
const isOption = (word: string, flags: Flags): boolean => /^--?\w/.test(word) && Object.hasOwn(flags, nameOf(word.split('=', 1)[0] ?? ''))

export function parseArguments(words: readonly string[], own: Flags): Arguments {
  const flags: Flags = { ...sharedFlags, ...own }
  const rest: string[] = []
  const given = new Map<string, readonly string[]>()
  let onlyRest = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (onlyRest || word === '-' || !word.startsWith('-')) {
      rest.push(word)
      continue
    }
    if (word === '--') {
      onlyRest = true
      continue
    }
    const equals = word.indexOf('=')
    const spelled = word.slice(0, equals < 0 ? undefined : equals)
    const name = nameOf(spelled)
    const kind = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!kind) throw new Misuse(`unknown option ${spelled}${nearest(name, Object.keys(flags))}`)
    if (kind === 'switch') {
      if (equals >= 0) throw new Misuse(`${spelled} takes no value`)
      given.set(name, [])
      continue
    }
    const value = equals >= 0 ? word.slice(equals + 1) : words[++i]
    // An option that follows is none: a picture would be written into a file of its name, and the option be lost.
    if (value === undefined || (equals < 0 && isOption(value, flags))) throw new Misuse(`${spelled} needs a value`)
    given.set(name, [...(given.get(name) ?? []), value])
  }
  // The last one counts where one is asked for.
  const value = (flag: string): string | undefined => given.get(flag)?.at(-1)
  return {
    rest, value,
    has: (flag) => given.has(flag),
    values: (flag) => given.get(flag) ?? [],
    oneOf(flag, choices) {
      const word = value(flag)
      const found = choices.find((choice) => choice === word)
      if (word !== undefined && found === undefined) throw new Misuse(`--${flag} is one of ${choices.join(', ')}, not ${word}`)
      return found
    },
    number(flag, least = 0) {
      const word = value(flag)
      if (word === undefined) return undefined
      if (!/^\d+$/.test(word) || Number(word) < least || !Number.isSafeInteger(Number(word))) throw new Misuse(`--${flag} is a whole number of ${least} at least, not ${word}`)
      return Number(word)
    },
  }
}

/** ", did you mean --x?" where one is near enough. */
export function nearest(word: string, known: readonly string[], prefix = '--'): string {
  const far = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i)
    for (let i = 1; i <= a.length; i++) {
      const next = [i]
      for (let j = 1; j <= b.length; j++) {
        next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
      }
      row = next
    }
    return row[b.length] ?? 0
  }
  const best = known.map((one) => ({ one, distance: far(word, one) })).sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))[0]
  return best && best.distance <= Math.ceil(word.length / 3) ? `; did you mean ${prefix}${best.one}?` : ''
}
