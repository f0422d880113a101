/** Finding what a picture holds: by name, address, prefix, VNI, or by what is wrong with it. */
import { contains, parseInterfaceAddress, parsePrefix } from '../address/ip.ts'
import type { Diagram } from './diagram.ts'

export interface Found {
  readonly id: string
  readonly name: string
  /** A box's kind; of a line what it joins. */
  readonly kind: string
  /** What of it was asked for; where that is its name, what the picture says below it. */
  readonly says: string
  /** The machine that is drawn closed around it. */
  readonly inside?: string
  /** How well it is meant: the smaller, the better. */
  readonly rank: number
}

/** Something that can be found. */
export interface Findable extends Omit<Found, 'rank'> {
  /** What it is called, besides its name. */
  readonly names: readonly string[]
  readonly facts: readonly string[]
  readonly kinds: readonly string[]
}

/** A problem as it is told beside a picture: its subject is a box, a line, or a device of a box. */
export interface Said {
  readonly code: string
  readonly message: string
  readonly subject?: string | null
}

const [itself, whole, exactly, begins, named, within, told] = [0, 1, 2, 3, 4, 5, 6]

/** Best first: that name, that address or number, names that begin so, names, addresses within that prefix, and whatever else says it. */
export const findIn = (diagram: Diagram, words: string, problems: readonly Said[] = [], most = 40): readonly Found[] => bestOf(findablesOf(diagram, problems), words, most)

export function bestOf(all: Iterable<Findable>, words: string, most = 40): readonly Found[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return []
  const found: Found[] = []
  for (const { names, facts, kinds, ...one } of all) {
    const [rank, says] = match(wanted, [one.name, ...names], facts, kinds) ?? []
    if (rank !== undefined) found.push({ ...one, ...(says !== undefined && { says }), rank })
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, most)
}

function findablesOf({ boxes, lines }: Diagram, problems: readonly Said[]): readonly Findable[] {
  const drawn = new Set([...boxes, ...lines].map(({ id }) => id))
  const wrong = new Map<string, string[]>()
  for (const { code, message, subject } of problems) {
    if (subject === undefined || subject === null) continue
    const on = drawn.has(subject) ? subject : subject.slice(0, Math.max(0, subject.indexOf(':')))
    wrong.set(on, [...(wrong.get(on) ?? []), message, code])
  }
  return [
    ...boxes.map(({ id, label, kind, tenant, details, facts, badge }): Findable => ({
      id, name: label, kind, says: details[0] ?? '', names: [id], kinds: [kind, tenant ?? ''],
      facts: [...details, ...facts.map(({ value }) => value), ...(badge?.messages ?? []), ...(wrong.get(id) ?? [])],
    })),
    // A cable is found by its boxes; a tunnel has a name of its own, and any line something that is wrong.
    ...lines.map(({ id, kind, from, to, label, facts, badge }): Findable => ({
      id, name: label ?? `${from} – ${to}`, kind: label === undefined ? kind : `${from} – ${to}`, says: '', names: label?.split(' ') ?? [], kinds: [],
      facts: [...(label === undefined ? [] : facts.map(({ value }) => value)), ...(badge?.messages ?? []), ...(wrong.get(id) ?? [])],
    })).filter(({ names, facts }) => names.length > 0 || facts.length > 0),
  ]
}

/** How well it is meant, and by which of its words, where that is not its name. */
function match(wanted: string, names: readonly string[], facts: readonly string[], kinds: readonly string[]): readonly [rank: number, says: string | undefined] | undefined {
  const low = names.map((name) => name.toLowerCase())
  if (low.includes(wanted)) return [low.every((name) => name === wanted) ? itself : whole, undefined]
  const parts = facts.map((fact) => [fact, fact.toLowerCase().split(/[\s,·]+/)] as const)
  const exact = parts.find(([, words]) => words.some((word) => word === wanted || word.split('/')[0] === wanted))
  if (exact) return [exactly, exact[0]]
  if (low.some((name) => name.startsWith(wanted))) return [begins, undefined]
  if (low.some((name) => name.includes(wanted))) return [named, undefined]
  const inside = addressIn(wanted, parts)
  if (inside !== undefined) return [within, inside]
  const said = facts.find((fact) => fact.toLowerCase().includes(wanted))
  if (said !== undefined) return [told, said]
  return kinds.some((kind) => kind.includes(wanted)) ? [told, undefined] : undefined
}

function addressIn(wanted: string, parts: readonly (readonly [string, readonly string[]])[]): string | undefined {
  const prefix = parsePrefix(wanted)
  if (!prefix) return undefined
  return parts.find(([, words]) => words.some((word) => {
    const own = /^[0-9a-f.:]+(\/\d+)?$/.test(word) ? parseInterfaceAddress(word) : undefined
    return own !== undefined && own.ip.family === prefix.ip.family && contains(prefix, own.ip)
  }))?.[0]
}
