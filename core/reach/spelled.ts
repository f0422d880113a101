/** Plain data as one text, without where it is written: equal texts are settings that nothing can tell apart. */
import type { Interface } from '../infra/interface.ts'

const places: ReadonlySet<string> = new Set(['at', 'body', 'origin', 'chunk'])

const plain = (key: string, value: unknown): unknown =>
  places.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value as ReadonlyMap<unknown, unknown>] : value instanceof Set ? [...value as ReadonlySet<unknown>] : value

export const spelled = (value: unknown): string => JSON.stringify(value, plain) ?? ''

// An interface never changes, and most stay from one edit to the next.
const known = new WeakMap<Interface, string>()
const bare = new WeakMap<Interface, string>()

/** What else tells of a device: its name, its addresses of either kind, whom it sends to, and who is at its other end. */
const apart: ReadonlySet<string> = new Set(['name', 'at', 'body', 'origin', 'addresses', 'gateways', 'mac', 'up', 'hostSide', 'guestSide', 'enforces', 'tunnel'])

/** A device's settings, as far as no address is among them. */
export function bareSettingsOf(device: Interface): string {
  let text = bare.get(device)
  if (text === undefined) {
    text = `${device.up?.value ?? true} ${device.hostSide !== undefined} ${device.guestSide !== undefined} ${device.enforces !== undefined}`
    for (const [key, value] of Object.entries(device) as [string, unknown][]) if (!apart.has(key) && value !== undefined) text += ` ${key} ${plainly(value)}`
    const { local: _local, remotes: _remotes, group: _group, fdb: _fdb, peers: _peers, ...carried } = device.tunnel ?? {}
    for (const [key, value] of Object.entries(carried) as [string, unknown][]) if (value !== undefined) text += ` ${key} ${plainly(value)}`
    bare.set(device, text)
  }
  return text
}

/** The same, but for its MTU. */
export const settingsButMtu = (settings: string): string => settings.replace(/ mtu \d+/, '')

/** Most settings are a word or a number where it is written. */
function plainly(value: unknown): string {
  const inner: unknown = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  return typeof inner === 'number' || typeof inner === 'boolean' ? String(inner) : spelled(inner)
}

/** A device's settings, but for its name, its addresses of either kind, its tunnel's ends, and who is at its other end. */
export function settingsOf(device: Interface): string {
  let text = known.get(device)
  if (text === undefined) {
    const { gateways, tunnel } = device
    const told = gateways.length > 0 || tunnel ? ` ${spelled([gateways, tunnel?.group, tunnel?.fdb, tunnel?.peers])}` : ''
    known.set(device, (text = bareSettingsOf(device) + told))
  }
  return text
}
