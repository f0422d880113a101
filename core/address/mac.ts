/** Ethernet addresses: parse, print, derive. */

/** Six bytes as a number below 2^48. */
export type Mac = number

/** Reads `02:00:00:aa:bb:cc`, with `:` or `-`; undefined when it is none. */
export function parseMac(text: string): Mac | undefined {
  if (!/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(text)) return undefined
  return Number.parseInt(text.replace(/[:-]/g, ''), 16)
}

export function printMac(mac: Mac): string {
  return mac.toString(16).padStart(12, '0').replace(/(..)(?=.)/g, '$1:')
}

export const broadcastMac: Mac = 0xffffffffffff

/** The group bit of IEEE 802: such an address can be no interface's own. */
export const isGroupMac = (mac: Mac): boolean => Math.floor(mac / 2 ** 40) % 2 === 1

/**
 * A stable, locally administered unicast address for an interface that was given none (IEEE 802c: second-least bit of
 * the first byte set, least clear). 46 bits of FNV-1a over "node interface", so two files give the same one.
 */
export function derivedMac(node: string, name: string): Mac {
  const text = `${node} ${name}`
  let high = 0x811c9dc5
  let low = 0x01000193
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193) >>> 0
    low = Math.imul(low ^ (text.charCodeAt(i) + i), 0x85ebca6b) >>> 0
  }
  const firstByte = ((high >>> 24) & 0xfc) | 0x02
  return firstByte * 2 ** 40 + (high & 0xffffff) * 2 ** 16 + (low >>> 16)
}
