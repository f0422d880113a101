/** Who has an address on an interface: an index that is patched from one compilation to the next. */
import { changedNames, type Changed, copyOf } from '../infra/changed.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { Infra } from '../infra/infra.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Device, World } from './tables.ts'

/** Names of stacks by address, in file order; one with the address on several interfaces stands there once. */
export type Owners = ReadonlyMap<IpKey, readonly string[]>

/** `before` is the index of an older infra whose nodes stand in the same order. */
export function ownersOf(infra: Infra, before?: { readonly infra: Infra; readonly owners: Owners }, { names: changed }: Pick<Changed, 'names'> = changedNames(before?.infra.nodes ?? infra.nodes, infra.nodes)): Owners {
  if (!before) return collected(infra)
  const touched = new Map<IpKey, Set<string>>()
  const touch = (key: IpKey, name: string): void => void (touched.get(key) ?? put(touched, key)).add(name)
  for (const name of changed) {
    const [now, then] = [keysOn(infra.nodes.get(name)), keysOn(before.infra.nodes.get(name))]
    for (const key of now) if (!then.has(key)) touch(key, name)
    for (const key of then) if (!now.has(key)) touch(key, name)
  }
  if (touched.size === 0) return before.owners
  const owners = copyOf(before.owners)
  let order: readonly string[] | undefined
  for (const [key, names] of touched) {
    const all = new Set([...(owners.get(key) ?? []), ...names])
    const left = [...all].filter((name) => keysOn(infra.nodes.get(name)).has(key))
    if (left.length === 0) owners.delete(key)
    else if (left.length === 1) owners.set(key, left)
    else owners.set(key, (order ??= [...infra.nodes.keys()]).filter((name) => left.includes(name)))
  }
  return owners
}

function put(touched: Map<IpKey, Set<string>>, key: IpKey): Set<string> {
  const names = new Set<string>()
  touched.set(key, names)
  return names
}

function collected(infra: Infra): Owners {
  const owners = new Map<IpKey, string[]>()
  for (const [name, node] of infra.nodes) {
    for (const key of keysOn(node)) {
      const list = owners.get(key)
      if (list) list.push(name)
      else owners.set(key, [name])
    }
  }
  return owners
}

const nothing: ReadonlySet<IpKey> = new Set()

function keysOn(node: Node | undefined): ReadonlySet<IpKey> {
  if (!node || !isStack(node)) return nothing
  const keys = new Set<IpKey>()
  for (const { addresses } of node.interfaces.values()) for (const { value } of addresses) keys.add(keyOf(value.ip))
  return keys
}

/** The devices that have the address, in file order. */
export function devicesWith({ owners, stacks }: World, key: IpKey): readonly Device[] {
  const found: Device[] = []
  for (const name of owners.get(key) ?? []) {
    for (const device of stacks.get(name)?.devices.values() ?? []) for (const { ip } of device.addresses) if (keyOf(ip) === key) found.push(device)
  }
  return found
}

/** Whether one interface has the address, and no other. */
export const isOwnedOnce = (world: World, key: IpKey): boolean => world.owners.get(key)?.length === 1 && devicesWith(world, key).length === 1
