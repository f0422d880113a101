/** Finding what a picture holds: by name, address, prefix, VNI, or by what is wrong with it. */
import { contains, parseInterfaceAddress, parsePrefix } from '../address/ip.ts'
import type { Diagram, Line } from './diagram.ts'

export interface Found {
  readonly id: string
  readonly name: string
  /** A box's kind; of a line what it joins. */
  readonly kind: string
  /** What of it was asked for; where that is its name, what the picture says below it. */
  readonly says: string
}

const [itself, whole, address, begins, named, within, told] = [0, 1, 2, 3, 4, 5, 6]

/** Best first: that name, that address or number, names that begin so, names, addresses within that prefix, and whatever else says it. */
export function findIn(diagram: Diagram, words: string, most = 40): readonly Found[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return []
  const names = new Map(diagram.boxes.map(({ id, label }) => [id, label]))
  const nameOf = (line: Line): string => `${names.get(line.from) ?? line.from} – ${names.get(line.to) ?? line.to}`
  const found: { readonly rank: number; readonly found: Found }[] = []
  for (const box of diagram.boxes) {
    const [rank, says] = match(wanted, [box.label, box.id], [...box.details, ...box.facts.map(({ value }) => value), ...(box.badge?.messages ?? [])], [box.kind, box.tenant ?? '']) ?? []
    if (rank !== undefined) found.push({ rank, found: { id: box.id, name: box.label, kind: box.kind, says: says ?? box.details[0] ?? '' } })
  }
  for (const line of diagram.lines) {
    // A cable is found by its boxes; a tunnel has a name of its own, and a line something that is wrong.
    const [rank, says] = match(wanted, line.label === undefined ? [] : [line.label], [...(line.label === undefined ? [] : line.facts.map(({ value }) => value)), ...(line.badge?.messages ?? [])], []) ?? []
    if (rank !== undefined) found.push({ rank, found: { id: line.id, name: line.label ?? nameOf(line), kind: line.label === undefined ? line.kind : nameOf(line), says: says ?? '' } })
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, most).map((one) => one.found)
}

/** How well it is meant, and by which of its words, where that is not its name. */
function match(wanted: string, names: readonly string[], facts: readonly string[], kinds: readonly string[]): readonly [rank: number, says: string | undefined] | undefined {
  const low = names.map((name) => name.toLowerCase())
  if (low.includes(wanted)) return [low.every((name) => name === wanted) ? itself : whole, undefined]
  const parts = facts.map((fact) => [fact, fact.toLowerCase().split(/[\s,·]+/)] as const)
  const exact = parts.find(([, words]) => words.some((word) => word === wanted || word.split('/')[0] === wanted))
  if (exact) return [address, exact[0]]
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
