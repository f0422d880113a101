/** IPv4 and IPv6 addresses and prefixes: parse, print, compare. RFC 4291, RFC 5952 for the printed form. */

export interface Ip {
  readonly family: 4 | 6
  /** The address as an unsigned number of 32 or 128 bits. */
  readonly value: bigint
}

/** A prefix with its host bits cleared. */
export interface Prefix {
  readonly ip: Ip
  readonly length: number
}

export const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128)

/** The address a text spells, or undefined. Leading zeros in IPv4 are refused, as inet_pton does. */
export function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseIp6(text) : parseIp4(text)
}

function parseIp4(text: string): Ip | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  let value = 0
  for (let i = 1; i <= 4; i++) {
    const part = match[i] ?? ''
    if (part.length > 1 && part.startsWith('0')) return undefined
    const byte = Number(part)
    if (byte > 255) return undefined
    value = value * 256 + byte
  }
  return { family: 4, value: BigInt(value) }
}

function parseIp6(text: string): Ip | undefined {
  let head = text
  let embedded: bigint | undefined
  const lastColon = text.lastIndexOf(':')
  if (text.includes('.')) {
    const v4 = parseIp4(text.slice(lastColon + 1))
    if (!v4) return undefined
    embedded = v4.value
    head = text.slice(0, lastColon + 1) + '0:0'
  }
  const halves = head.split('::')
  if (halves.length > 2) return undefined
  const groups = (half: string): number[] | undefined => {
    if (half === '') return []
    const out: number[] = []
    for (const group of half.split(':')) {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
      out.push(parseInt(group, 16))
    }
    return out
  }
  const left = groups(halves[0] ?? '')
  const right = halves.length === 2 ? groups(halves[1] ?? '') : []
  if (!left || !right) return undefined
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...left, ...new Array<number>(missing).fill(0), ...right]
  let value = all.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
  if (embedded !== undefined) value |= embedded
  return { family: 6, value }
}

export function printIp(ip: Ip): string {
  if (ip.family === 4) {
    const value = Number(ip.value)
    return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
  }
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((ip.value >> shift) & 0xffffn))
  // RFC 5952 section 4.2.3: the longest run of zero groups, the first of equals, never a single one.
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let j = i
    while (j < 8 && groups[j] === 0) j++
    if (j - i > bestLength) {
      best = i
      bestLength = j - i
    }
    i = Math.max(j, i + 1)
  }
  const hex = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(':')
  if (best < 0) return hex(groups)
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`
}

export const sameIp = (a: Ip, b: Ip): boolean => a.family === b.family && a.value === b.value

/** Orders by family, then by number. */
export function compareIp(a: Ip, b: Ip): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}

/** The netmask of a length, as a number. */
export function maskOf(family: 4 | 6, length: number): bigint {
  const bits = BigInt(bitsOf(family))
  const all = (1n << bits) - 1n
  return all ^ ((1n << (bits - BigInt(length))) - 1n)
}

export function prefixOf(ip: Ip, length: number): Prefix {
  return { ip: { family: ip.family, value: ip.value & maskOf(ip.family, length) }, length }
}

/** Reads `10.0.0.0/8`; host bits are cleared. Undefined when it is no prefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const parsed = parseInterfaceAddress(text)
  return parsed?.length === undefined ? undefined : prefixOf(parsed.ip, parsed.length)
}

/** Reads `10.0.0.1/24` or a bare `10.0.0.1` (then without a length). */
export function parseInterfaceAddress(text: string): { ip: Ip; length: number | undefined } | undefined {
  const [address = '', length, ...rest] = text.split('/')
  if (rest.length > 0) return undefined
  const ip = parseIp(address)
  if (!ip) return undefined
  if (length === undefined) return { ip, length: undefined }
  if (!/^\d{1,3}$/.test(length) || Number(length) > bitsOf(ip.family)) return undefined
  return { ip, length: Number(length) }
}

export const printPrefix = (prefix: Prefix): string => `${printIp(prefix.ip)}/${prefix.length}`

export function contains(prefix: Prefix, ip: Ip): boolean {
  return prefix.ip.family === ip.family && (ip.value & maskOf(ip.family, prefix.length)) === prefix.ip.value
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.length <= b.length ? contains(a, b.ip) : contains(b, a.ip)
}

export const firstOf = (prefix: Prefix): Ip => prefix.ip
export function lastOf(prefix: Prefix): Ip {
  const { family } = prefix.ip
  return { family, value: prefix.ip.value | (maskOf(family, prefix.length) ^ ((1n << BigInt(bitsOf(family))) - 1n)) }
}

/** The address n further on; it may leave the prefix it started in. */
export const addToIp = (ip: Ip, n: number | bigint): Ip => ({ family: ip.family, value: ip.value + BigInt(n) })

export const defaultPrefix = (family: 4 | 6): Prefix => ({ ip: { family, value: 0n }, length: 0 })

export const isLoopback = (ip: Ip): boolean =>
  ip.family === 4 ? ip.value >> 24n === 127n : ip.value === 1n
export const isLinkLocal = (ip: Ip): boolean =>
  ip.family === 4 ? ip.value >> 16n === 0xa9fen : ip.value >> 118n === 0x3fan
export const isMulticast = (ip: Ip): boolean =>
  ip.family === 4 ? ip.value >> 28n === 14n : ip.value >> 120n === 0xffn
export const isUnspecified = (ip: Ip): boolean => ip.value === 0n

/** An address as a map's key, cheaper than printing it: a number for IPv4, a text for IPv6. */
export type IpKey = number | string
export const keyOf = (ip: Ip): IpKey => (ip.family === 4 ? Number(ip.value) : ip.value.toString(36))
