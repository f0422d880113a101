/** The symmetries of a network, found once, and again only when an edit touches what they were found in. */
import type { Infra } from '../infra/infra.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import { sameMeaning } from '../infra/same.ts'
import type { Swap } from './exchange.ts'
import { sayingsOf, type Model, type Sayings } from './sayings.ts'
import { swapsOf } from './swaps.ts'

export interface Symmetries {
  readonly sayings: Sayings
  readonly swaps: readonly Swap[]
}

type Found = Symmetries | { readonly none: true }

// A model never changes.
const known = new WeakMap<Infra, Found>()

// Nodes stay from one edit to the next: by the first that is no end system, what was found last where it was.
const last = new WeakMap<Node, { readonly model: Model; readonly found: Found }>()

export function symmetriesOf(model: Model): Symmetries | undefined {
  let found = known.get(model.infra)
  if (!found) {
    const first = firstKept(model)
    const before = first && last.get(first)
    found = before && !('none' in before.found) && isStill(before.model, before.found.sayings, model) ? before.found : foundIn(model)
    if (first) last.set(first, { model, found })
    known.set(model.infra, found)
  }
  return 'none' in found ? undefined : found
}

function foundIn(model: Model): Found {
  const sayings = sayingsOf(model)
  return sayings ? { sayings, swaps: swapsOf(sayings.structure, [...sayings.nodes.values()]) } : { none: true }
}

function firstKept({ infra, ends }: Model): Node | undefined {
  for (const node of infra.nodes.values()) if (!ends.has(node.name)) return node
  return undefined
}

/**
 * Whether all that was said is said still: end systems alone have changed, and name nothing that was not named. What they name no
 * more only tells apart what could now be alike.
 */
function isStill(before: Model, sayings: Sayings, after: Model): boolean {
  const [old, now] = [before.infra, after.infra]
  if (before.ends.size !== after.ends.size || old.nodes.size !== now.nodes.size) return false
  if (!sameItems(old.links, now.links) || !sameItems([...old.services.values()], [...now.services.values()]) || !sameItems([...old.networks.values()], [...now.networks.values()])) return false
  if (!sameItems([...old.securityGroups.values()], [...now.securityGroups.values()])) return false
  const others = old.nodes.values()
  for (const node of now.nodes.values()) {
    const other = others.next().value
    const [end, was] = [after.ends.get(node.name), before.ends.get(node.name)]
    if (other?.name !== node.name || (end === undefined) !== (was === undefined)) return false
    if (other === node) continue
    // A server is made anew with each of its guests, mostly as it was.
    if (!end && !was && other.kind === node.kind && sameMeaning(other, node)) continue
    if (!end || !was || end.owner !== was.owner || end.port !== was.port || (end.device.up?.value ?? true) !== (was.device.up?.value ?? true)) return false
    if (!isStack(node) || !isNamed(sayings, node)) return false
  }
  return true
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => a === b || (a.length === b.length && a.every((one, i) => one === b[i] || sameMeaning(one, b[i])))

function isNamed({ address, isPrefix }: Sayings, { interfaces, routes }: StackNode): boolean {
  for (const { addresses, gateways } of interfaces.values()) {
    if (!addresses.every(({ value }) => isPrefix(value.ip, value.length)) || !gateways.every(({ value }) => address(value) !== undefined)) return false
  }
  return routes.every(({ to, via, src }) => isPrefix(to.value.ip, to.value.length) && [...via, ...(src ? [src] : [])].every(({ value }) => address(value) !== undefined))
}
