/** Prefixes by what holds what: of an address, or of another prefix, the longest one that it lies in. */
import { bitsOf, keyOf, prefixOf, type Ip, type IpKey, type Prefix } from '../address/ip.ts'

export interface Holders {
  /** The number of a prefix, given when it is first named. */
  readonly numberOf: (prefix: Prefix) => number
  /** Whether somebody has named it. */
  readonly isNamed: (prefix: Prefix) => boolean
  /** The longest named prefix that holds the address; undefined where none does. */
  readonly holding: (ip: Ip) => number | undefined
  /** Each named prefix: its number, itself, and the longest other one around it. */
  readonly all: () => readonly { readonly number: number; readonly prefix: Prefix; readonly within: number | undefined }[]
}

const maskedKey = (ip: Ip, length: number): IpKey => {
  if (ip.family === 6) return keyOf(prefixOf(ip, length).ip)
  const unit = 2 ** (32 - length)
  return Math.floor(Number(ip.value) / unit) * unit
}

/** `next` gives numbers out. Ask who holds an address only when all prefixes are named. */
export function holders(next: () => number): Holders {
  const byLength = { 4: new Map<number, Map<IpKey, number>>(), 6: new Map<number, Map<IpKey, number>>() }
  const named: { readonly number: number; readonly prefix: Prefix }[] = []
  let orders: Readonly<Record<4 | 6, readonly number[]>> | undefined
  const within = (ip: Ip, most: number): number | undefined => {
    orders ??= { 4: [...byLength[4].keys()].sort((a, b) => b - a), 6: [...byLength[6].keys()].sort((a, b) => b - a) }
    for (const length of orders[ip.family]) {
      const found = length > most ? undefined : byLength[ip.family].get(length)?.get(maskedKey(ip, length))
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    numberOf({ ip, length }) {
      const lengths = byLength[ip.family]
      let table = lengths.get(length)
      if (!table) lengths.set(length, (table = new Map()))
      const key = maskedKey(ip, length)
      let number = table.get(key)
      if (number === undefined) {
        table.set(key, (number = next()))
        named.push({ number, prefix: prefixOf(ip, length) })
        orders = undefined
      }
      return number
    },
    isNamed: ({ ip, length }) => byLength[ip.family].get(length)?.has(maskedKey(ip, length)) ?? false,
    holding: (ip) => within(ip, bitsOf(ip.family)),
    all: () => named.map(({ number, prefix }) => ({ number, prefix, within: within(prefix.ip, prefix.length - 1) })),
  }
}
