/** The nesting of a structure: who holds whom, and the lines of each level, lifted to boxes that share a parent. */
import type { Structure, StructureBox } from './structure.ts'

export interface Levels {
  readonly children: ReadonlyMap<string | undefined, readonly string[]>
  readonly boxes: ReadonlyMap<string, StructureBox>
  readonly parentOf: ReadonlyMap<string, string | undefined>
  /** Each line between the two ancestors that are siblings; parallel ones once. By parent. */
  readonly edges: ReadonlyMap<string | undefined, readonly (readonly [string, string])[]>
  readonly tierOf: (id: string) => number
}

export function levelsOf(structure: Structure): Levels {
  const children = new Map<string | undefined, string[]>()
  const parentOf = new Map<string, string | undefined>()
  const boxes = new Map(structure.boxes.map((box) => [box.id, box]))
  for (const { id, parent } of structure.boxes) {
    const up = parent !== undefined && boxes.has(parent) ? parent : undefined
    parentOf.set(id, up)
    const list = children.get(up)
    if (list) list.push(id)
    else children.set(up, [id])
  }
  const tiers = new Map<string, number>()
  const tierOf = (id: string): number => {
    const known = tiers.get(id)
    if (known !== undefined) return known
    const tier = boxes.get(id)?.tier ?? Math.max(0, ...(children.get(id) ?? []).map(tierOf))
    tiers.set(id, tier)
    return tier
  }
  return { children, boxes, parentOf, edges: edgesByParent(structure, parentOf), tierOf }
}

function edgesByParent(structure: Structure, parentOf: ReadonlyMap<string, string | undefined>): ReadonlyMap<string | undefined, [string, string][]> {
  const edges = new Map<string | undefined, [string, string][]>()
  const seen = new Set<string>()
  const line = (id: string): string[] => {
    const up = [id]
    for (let at = parentOf.get(id); at !== undefined; at = parentOf.get(at)) up.push(at)
    return up.reverse()
  }
  for (const { from, to } of structure.lines) {
    if (!parentOf.has(from) || !parentOf.has(to)) continue
    const [a, b] = [line(from), line(to)]
    let depth = 0
    while (depth < a.length - 1 && depth < b.length - 1 && a[depth] === b[depth]) depth++
    const [x, y] = [a[depth], b[depth]]
    if (x === undefined || y === undefined || x === y) continue
    const key = x < y ? `${x}\n${y}` : `${y}\n${x}`
    if (seen.has(key)) continue
    seen.add(key)
    const parent = parentOf.get(x)
    const list = edges.get(parent)
    if (list) list.push([x, y])
    else edges.set(parent, [[x, y]])
  }
  return edges
}
