/** Where nodes stand in the file, and which differ between two infras. */
import type { Infra } from '../infra/infra.ts'
import type { Node } from '../infra/node.ts'
import type { NodeChange } from './mentions.ts'

export interface Positions {
  readonly nodes: readonly Node[]
  /** By name; the very same object while the same names stand in the same order. */
  readonly places: ReadonlyMap<string, number>
}

export function laidOut({ nodes }: Infra, before: Positions | undefined): Positions {
  const list = [...nodes.values()]
  const stays = before?.nodes.length === list.length && list.every((node, i) => node === before.nodes[i] || node.name === before.nodes[i]?.name)
  if (before && stays) return { nodes: list, places: before.places }
  const places = new Map<string, number>()
  list.forEach(({ name }, i) => places.set(name, i))
  return { nodes: list, places }
}

export function nodeChanges(before: Positions | undefined, after: Positions): readonly NodeChange[] {
  if (!before) return after.nodes.map((is) => ({ was: undefined, is }))
  const found: NodeChange[] = []
  if (before.places === after.places) {
    after.nodes.forEach((is, i) => { if (is !== before.nodes[i]) found.push({ was: before.nodes[i], is }) })
    return found
  }
  for (const is of after.nodes) {
    const was = before.nodes[before.places.get(is.name) ?? -1]
    if (was !== is) found.push({ was, is })
  }
  for (const was of before.nodes) if (!after.places.has(was.name)) found.push({ was, is: undefined })
  return found
}
