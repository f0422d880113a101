/** Infra files as plain data that a fault can change, and their text, with the line of everything that is written. */

export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain }
export type Plan = { [key: string]: Plain }
export type Path = readonly (string | number)[]

/** A small generator of chance, the same for the same seed (mulberry32). */
export interface Chance {
  below(n: number): number
  pick<T>(all: readonly T[]): T
  flip(): boolean
}

export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below, flip: () => below(2) === 1,
    pick: (all) => {
      const found = all[below(all.length)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
  }
}

const isMap = (value: Plain | undefined): value is Plan => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands at a path. */
export function get(plan: Plain, path: Path): Plain | undefined {
  let here: Plain | undefined = plan
  for (const step of path) here = Array.isArray(here) ? here[Number(step)] : isMap(here) ? here[step] : undefined
  return here
}

/** The map at a path, made where it is missing. */
export function mapAt(plan: Plan, path: Path): Plan {
  let here: Plain = plan
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)] ?? null
    else if (isMap(here)) here = here[step] ??= {}
  }
  if (!isMap(here)) throw new Error(`no map at ${path.join('/')}`)
  return here
}

export function set(plan: Plan, path: Path, value: Plain): Path {
  const last = path.at(-1) ?? ''
  const holder = get(plan, path.slice(0, -1))
  if (Array.isArray(holder)) holder[Number(last)] = value
  else mapAt(plan, path.slice(0, -1))[last] = value
  return path
}

export function drop(plan: Plan, path: Path): void {
  const last = path.at(-1) ?? ''
  const holder = get(plan, path.slice(0, -1))
  if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else if (isMap(holder)) delete holder[last]
}

/** Adds to the list at a path, made where it is missing; the new item's path. */
export function push(plan: Plan, path: Path, value: Plain): Path {
  const found = get(plan, path)
  const list: Plain[] = Array.isArray(found) ? found : []
  if (list !== found) set(plan, path, list)
  list.push(value)
  return [...path, list.length - 1]
}

export interface Printed {
  readonly text: string
  /** The zero-based line of what stands at a path, or of the nearest that holds it. */
  lineOf(path: Path): number
}

const special = /^(?:|~|null|true|false|[-+]?\d.*|.*(: |:$| #|[,[\]{}&*!|>'"%@`]).*|[-?:] .*)$/i
const scalar = (value: Plain, quote: string): string => {
  if (typeof value !== 'string') return String(value)
  if (/^(\d+|\d+\.\d+|.*::.*|.*[:,[\]{}#].*|true|false|null|)$/.test(value) && special.test(value)) return `${quote}${value}${quote}`
  return value
}
const flow = (value: Plain, quote: string): string => {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item, quote)).join(', ')}]`
  if (isMap(value)) return Object.keys(value).length === 0 ? '{}' : `{ ${Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner, quote)}`).join(', ')} }`
  return scalar(value, quote)
}
const isDeep = (value: Plain): boolean => isMap(value) && Object.values(value).some((inner) => isMap(inner) || (Array.isArray(inner) && inner.some(isMap)))

/** The text in one of several styles: line ends, quotes, indentation, what is opened over lines, blank lines and comments. */
export function print(plan: Plan, rnd: Chance): Printed {
  const eol = rnd.below(4) === 0 ? '\r\n' : '\n'
  const quote = rnd.flip() ? '"' : "'"
  const step = rnd.flip() ? 2 : 4
  const open = rnd.below(3)
  const lines: string[] = []
  const known = new Map<string, number>()
  const put = (line: string, path: Path): void => {
    known.set(path.join('/'), lines.length)
    lines.push(line)
  }
  const walk = (map: Plan, path: Path, indent: number): void => {
    const pad = ' '.repeat(indent)
    for (const [key, value] of Object.entries(map)) {
      const here = [...path, key]
      const opened = isMap(value) && Object.keys(value).length > 0 && (path.length < 1 || isDeep(value) || open === 2)
      if (opened) {
        put(`${pad}${key}:${rnd.below(9) === 0 ? '   # as it was' : ''}`, here)
        walk(value, here, indent + step)
      } else if (Array.isArray(value) && value.length > 0 && (path.length < 1 || (value.some(isMap) && open > 0))) {
        put(`${pad}${key}:`, here)
        for (const [i, item] of value.entries()) put(`${pad}  - ${flow(item, quote)}`, [...here, i])
      } else put(`${pad}${key}: ${flow(value, quote)}`, here)
    }
    if (path.length === 1 && rnd.below(3) === 0) lines.push('')
    if (path.length === 1 && rnd.below(6) === 0) lines.push('# the next part')
  }
  walk(plan, [], 0)
  return {
    text: lines.join(eol) + eol,
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const line = known.get(path.slice(0, length).join('/'))
        if (line !== undefined) return line
      }
      return 0
    },
  }
}

/** Everything in braces, one line a section. */
export const inBraces = (plan: Plan): string => Object.entries(plan).map(([key, value]) => `${key}: ${flow(value, '"')}\n`).join('')
