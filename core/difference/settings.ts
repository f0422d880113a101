/** A part's settings as words, by format.md's keys; where they are written does not count. */
import { printIp, type Ip } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import { printBitRate, printSize, printTime } from '../address/quantity.ts'

/** "interfaces.eth0.mtu" → "1450". An item of a list of maps is a path of its own: "routes: to default via 10.0.0.1". */
export type Settings = ReadonlyMap<string, string>

export interface SettingChange {
  readonly path: string
  /** Null: it was, or is, not said. */
  readonly before: string | null
  readonly after: string | null
}

/** Places, names and what is worked out of something else: no settings. */
const skipped: ReadonlySet<string> = new Set(['at', 'body', 'chunk', 'origin', 'name', 'kind', 'hostSide', 'guestSide', 'enforces'])
/** Our model holds these in a map of their own; the file does not. */
const flattened: ReadonlySet<string> = new Set(['tunnel', 'numbers'])

const sizes: ReadonlySet<string> = new Set(['memory', 'capacity', 'size', 'workingSet', 'resident'])
const times: ReadonlySet<string> = new Set(['latency', 'downtimeLimit', 'ttl', 'downtime', 'total'])
const byteRates: ReadonlySet<string> = new Set(['dirtyRate', 'maxBandwidth'])

/** format.md's spelling of a key of ours. */
const spelled = (key: string): string => (key === 'remotes' ? 'remote' : key === 'gateways' ? 'gateway' : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))

type Record = Readonly<globalThis.Record<string, unknown>>
const isRecord = (value: unknown): value is Record => typeof value === 'object' && value !== null
const isWritten = (value: unknown): value is { readonly value: unknown } => isRecord(value) && 'value' in value && 'at' in value
const isIp = (value: unknown): value is Ip => isRecord(value) && typeof value['value'] === 'bigint' && (value['family'] === 4 || value['family'] === 6)

/** One value in a line, or undefined where it has parts of its own. */
function scalar(key: string, value: unknown): string | undefined {
  if (typeof value === 'number') {
    if (sizes.has(key)) return printSize(value).replace(' ', '')
    if (byteRates.has(key)) return `${printSize(value).replace(' ', '')}/s`
    if (key === 'bandwidth') return printBitRate(value).replace(' ', '')
    if (times.has(key)) return printTime(value).replace(' ', '')
    return key === 'mac' ? printMac(value) : String(value)
  }
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (isIp(value)) return printIp(value)
  if (isRecord(value) && isIp(value['ip']) && 'length' in value) {
    const { ip, length } = value
    return length === 0 ? 'default' : `${printIp(ip)}${typeof length === 'number' ? `/${length}` : ''}`
  }
  return undefined
}

/** A whole item in a line: "to default via 10.0.0.1". */
function line(key: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (isWritten(value)) return line(key, value.value)
  const plain = scalar(key, value)
  if (plain !== undefined) return plain
  if (Array.isArray(value)) return value.map((one) => line(key, one)).filter((word) => word !== '').join(', ')
  if (value instanceof Map) return [...value].map(([name, one]) => `${String(name)} ${line(String(name), one)}`).join(', ')
  if (!isRecord(value)) return ''
  return Object.entries(value).flatMap(([name, one]) => {
    if (skipped.has(name)) return name === 'kind' && typeof one === 'string' ? [one] : []
    const said = line(name, one)
    // What every route is unless it says otherwise is not said.
    if (said === '' || (name === 'type' && said === 'unicast')) return []
    return [`${spelled(name)} ${said}`]
  }).join(' ')
}

export function settingsOf(part: unknown): Settings {
  const found = new Map<string, string>()
  const walk = (key: string, value: unknown, path: string): void => {
    if (value === undefined || value === null || typeof value === 'function') return
    if (isWritten(value)) return walk(key, value.value, path)
    const plain = scalar(key, value)
    if (plain !== undefined) return void found.set(path, plain)
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`)
    if (value instanceof Map) {
      for (const [name, one] of value) {
        found.set(below(String(name)), '')
        walk(String(name), one, below(String(name)))
      }
    } else if (Array.isArray(value)) {
      const items = value.map((one) => line(key, one)).filter((word) => word !== '')
      if (items.length === 0) return
      const maps = value.some((one) => isRecord(one) && !isWritten(one))
      if (!maps) found.set(path, items.join(', '))
      // Two alike are told apart by their number.
      else for (const [i, item] of items.entries()) found.set(`${path}: ${item}${items.indexOf(item) < i ? ` (${i + 1})` : ''}`, '')
    } else if (isRecord(value)) {
      for (const [name, one] of Object.entries(value)) if (!skipped.has(name)) walk(name, one, flattened.has(name) ? path : below(spelled(name)))
    }
  }
  walk('', part, '')
  return found
}

/** In the order of the newer, then what is there no longer. What a whole entry brings or takes with it is told by the entry. */
export function compareSettings(before: Settings, after: Settings): readonly SettingChange[] {
  const changes: SettingChange[] = []
  const entire = (path: string, other: Settings): boolean => {
    for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
      const above = path.slice(0, end)
      // Only maps' own names stand with an empty word.
      if ((before.get(above) ?? after.get(above)) === '' && !other.has(above)) return true
    }
    return false
  }
  for (const [path, value] of after) {
    const was = before.get(path)
    if (was === value || (was === undefined && entire(path, before))) continue
    changes.push({ path, before: was ?? null, after: value })
  }
  for (const [path, value] of before) if (!after.has(path) && !entire(path, after)) changes.push({ path, before: value, after: null })
  return changes
}
