/** The symmetries of a network, found once. */
import type { Infra } from '../infra/infra.ts'
import { sayingsOf, type Model, type Sayings } from './sayings.ts'
import type { Swap } from './exchange.ts'
import { swapsOf } from './swaps.ts'

export interface Symmetries {
  readonly sayings: Sayings
  readonly swaps: readonly Swap[]
}

// A model never changes.
const known = new WeakMap<Infra, Symmetries | { readonly none: true }>()

export function symmetriesOf(model: Model): Symmetries | undefined {
  let found = known.get(model.infra)
  if (!found) {
    const sayings = sayingsOf(model)
    known.set(model.infra, (found = sayings ? { sayings, swaps: swapsOf(sayings.structure, [...sayings.nodes.values()]) } : { none: true }))
  }
  return 'none' in found ? undefined : found
}
