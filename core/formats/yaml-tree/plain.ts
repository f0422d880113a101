/** What an entry says, as a value of its own: aliases and merge keys are taken in, so that it can stand in another file. */
import type { Value } from '../../infra/change.ts'
import type { ScalarTree, Tree } from './tree.ts'

/** Undefined where nothing is written. Of a key that is there twice the first counts. */
export function plainValue(tree: Tree | undefined): Value | undefined {
  if (!tree) return undefined
  if (tree.kind === 'scalar') return plainScalar(tree)
  if (tree.kind === 'list') return tree.items.flatMap((item) => plainValue(item) ?? [])
  const value: Record<string, Value> = {}
  // A device or a port may have nothing to say: its name is what counts.
  for (const { key, value: own } of tree.entries) if (!Object.hasOwn(value, key.text)) value[key.text] = plainValue(own) ?? {}
  return value
}

/** Numbers in another spelling than JavaScript's are numbers all the same. */
const plainScalar = ({ value }: ScalarTree): Value | undefined => value ?? undefined
