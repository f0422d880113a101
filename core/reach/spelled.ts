/** Plain data as one text, without where it is written: equal texts are settings that nothing can tell apart. */
import type { Interface } from '../infra/interface.ts'

const places: ReadonlySet<string> = new Set(['at', 'body', 'origin', 'chunk'])

const plain = (key: string, value: unknown): unknown =>
  places.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value as ReadonlyMap<unknown, unknown>] : value instanceof Set ? [...value as ReadonlySet<unknown>] : value

export const spelled = (value: unknown): string => JSON.stringify(value, plain) ?? ''

// An interface never changes, and most stay from one edit to the next.
const known = new WeakMap<Interface, string>()

/** A device's settings, but for its name, its addresses of either kind, its tunnel's ends, and who is at its other end. */
export function settingsOf(device: Interface): string {
  let text = known.get(device)
  if (text === undefined) {
    const { name: _name, addresses: _addresses, mac: _mac, hostSide, guestSide, enforces, tunnel, ...rest } = device
    const { local: _local, remotes: _remotes, ...carried } = tunnel ?? { local: undefined, remotes: [] }
    known.set(device, (text = spelled({ ...rest, tunnel: tunnel && carried, up: rest.up?.value ?? true, ends: [hostSide !== undefined, guestSide !== undefined, enforces !== undefined] })))
  }
  return text
}
