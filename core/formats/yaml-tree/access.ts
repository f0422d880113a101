/** Reading a Tree where no table describes it: foreign formats take what they know and leave the rest. */
import type { Written } from '../../text/span.ts'
import type { MapEntry, ScalarTree, Tree } from './tree.ts'

export const entriesOf = (tree: Tree | undefined): readonly MapEntry[] => (tree?.kind === 'map' ? tree.entries : [])
export const get = (tree: Tree | undefined, key: string): Tree | undefined => entriesOf(tree).find((entry) => entry.key.text === key)?.value
/** The items of a list, or the one value that stands for a list. */
export const itemsOf = (tree: Tree | undefined): readonly Tree[] =>
  tree?.kind === 'list' ? tree.items.filter((item) => item !== undefined) : tree?.kind === 'scalar' && tree.value !== null ? [tree] : []
export const scalar = (tree: Tree | undefined): ScalarTree | undefined => (tree?.kind === 'scalar' && tree.value !== null ? tree : undefined)
export const textOf = (tree: Tree | undefined): Written<string> | undefined => {
  const found = scalar(tree)
  return found && { value: found.text, at: found.at }
}
export const textAt = (tree: Tree | undefined, key: string): Written<string> | undefined => textOf(get(tree, key))
export const numberOf = (tree: Tree | undefined): Written<number> | undefined => {
  const found = scalar(tree)
  const value = found && (typeof found.value === 'number' ? found.value : /^\d+$/.test(found.text) ? Number(found.text) : undefined)
  return found && value !== undefined ? { value, at: found.at } : undefined
}
export const booleanOf = (tree: Tree | undefined): Written<boolean> | undefined => {
  const found = scalar(tree)
  if (!found) return undefined
  if (typeof found.value === 'boolean') return { value: found.value, at: found.at }
  return /^(true|false)$/i.test(found.text) ? { value: /^true$/i.test(found.text), at: found.at } : undefined
}
/** A path of keys. */
export const dig = (tree: Tree | undefined, ...path: readonly string[]): Tree | undefined => path.reduce(get, tree)
