/** Broadcast domains over a picture: each has a number, a colour and a dash, and lies over whatever else is drawn; none takes part in a layout. */
import type { Diagram, Domain } from './diagram.ts'

/** More than these nobody tells apart. */
export const mostDomains = 24

/** Each is dark enough for a white number in it; after Tol's muted scheme, which people who do not see red and green apart can tell. */
const colors = ['#1f5fbf', '#a04a00', '#1d6f42', '#8e3b7f', '#b02a2a', '#0f6e78', '#6b5510', '#4d47b0'] as const
/** After all colours have been used once, and twice. */
const dashes = ['', '14 5', '3 5'] as const

/** How the network of this number is drawn, from 1. */
export const inkOf = (number: number): Pick<Domain, 'color' | 'dash'> => ({ color: colors[(number - 1) % colors.length] ?? colors[0], dash: dashes[Math.floor((number - 1) / colors.length) % dashes.length] ?? '' })

/** By their number, in the order in which they are told. */
export const numbered = (domains: readonly Pick<Domain, 'name' | 'ids'>[]): readonly Domain[] => domains.map(({ name, ids }, i) => ({ number: i + 1, name, ids, ...inkOf(i + 1) }))

/** The domains of each box and line; what is closed away is told by the box that is drawn for it. */
export function domainsById({ domains = [], boxes, lines }: Diagram, shownBy: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, readonly Domain[]> {
  const drawn = new Set([...boxes, ...lines].map(({ id }) => id))
  const all = new Map<string, Domain[]>()
  for (const domain of domains) {
    for (const id of new Set(domain.ids.map((one) => shownBy.get(one) ?? one))) {
      if (!drawn.has(id)) continue
      const list = all.get(id)
      if (list) list.push(domain)
      else all.set(id, [domain])
    }
  }
  // What holds a box that has the number itself need not repeat it.
  const told = new Map<string, Set<Domain>>()
  for (const { id, parent } of boxes) if (parent !== undefined) for (const domain of all.get(id) ?? []) told.set(parent, (told.get(parent) ?? new Set()).add(domain))
  return new Map([...all].flatMap(([id, own]) => {
    const rest = own.filter((domain) => !told.get(id)?.has(domain))
    return rest.length > 0 ? [[id, rest] as const] : []
  }))
}

/** What is closed away in `whole`, by the box of `diagram` that holds it. */
export function heldBy(diagram: Diagram, whole: Diagram): ReadonlyMap<string, string> {
  const [drawn, parents] = [new Set(diagram.boxes.map(({ id }) => id)), new Map(whole.boxes.map(({ id, parent }) => [id, parent]))]
  return new Map([...parents].flatMap(([id]) => {
    let at: string | undefined = id
    while (at !== undefined && !drawn.has(at)) at = parents.get(at)
    return at === undefined || at === id ? [] : [[id, at] as const]
  }))
}

/** Along a line that several share, their colours take turns. SVG's `stroke-dasharray` and `stroke-dashoffset`; none for a whole line. */
export const stripeOf = ({ dash }: Domain, index: number, of: number): { readonly array?: string; readonly offset?: number } =>
  (of === 1 ? (dash === '' ? {} : { array: dash }) : { array: `10 ${10 * (of - 1)}`, offset: -10 * index })

/** Numbers stand along the lower edge of a box, and as many as there is room for. */
export function chipsOf(domains: readonly Domain[], { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): readonly { readonly domain: Domain; readonly x: number; readonly y: number }[] {
  const room = Math.max(1, Math.floor((width - 8) / 20))
  return domains.slice(0, room).map((domain, i) => ({ domain, x: x + width - 14 - 20 * i, y: y + height }))
}

/** With the layer over it; `whole` also has what is closed away, for which the box around it speaks. */
export function withDomains(diagram: Diagram, domains: readonly Domain[], whole = diagram): Diagram {
  if (domains.length === 0) return diagram
  const holder = heldBy(diagram, whole)
  return { ...diagram, domains: domains.map((domain) => ({ ...domain, ids: [...new Set(domain.ids.map((id) => holder.get(id) ?? id))] })) }
}
