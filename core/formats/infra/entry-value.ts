/** A node's entry as a value, for whoever writes it into another file. */
import type { Value } from '../../infra/change.ts'
import type { Reading } from '../format.ts'
import { entryOf } from '../yaml-tree/edit-tree.ts'
import { plainValue } from '../yaml-tree/plain.ts'
import { parsedOf } from './read.ts'
import { nodeSections } from './read-nodes.ts'

/** Undefined where this file does not write it. */
export function entryValue(reading: Reading, node: string): Value | undefined {
  const { root } = parsedOf(reading)
  for (const section of Object.keys(nodeSections)) {
    const own = entryOf(entryOf(root, section)?.value, node)
    if (own) return plainValue(own.value) ?? {}
  }
  return undefined
}
