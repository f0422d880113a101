/** What several checks need is computed once for each analysis. */
import type { Node } from '../../infra/node.ts'
import type { CheckContext } from '../check.ts'

/** A function that remembers its answer for as long as the compiled plane lives. */
export function oncePerPlane<T>(make: (context: CheckContext) => T): (context: CheckContext) => T {
  const known = new WeakMap<object, { readonly value: T }>()
  return (context) => {
    const found = known.get(context.plane)
    if (found) return found.value
    const value = make(context)
    known.set(context.plane, { value })
    return value
  }
}

/**
 * A function of a node alone that remembers its answer for as long as the node lives: nodes that an edit left as they were are
 * the same objects after it.
 */
export function oncePerNode<T>(make: (node: Node) => T): (node: Node) => T {
  const known = new WeakMap<Node, { readonly value: T }>()
  return (node) => {
    const found = known.get(node)
    if (found) return found.value
    const value = make(node)
    known.set(node, { value })
    return value
  }
}
