/** Single values: from what is written to what it means, or a problem at its place. */
import { parseInterfaceAddress, parseIp, prefixOf, type Ip, type Prefix } from '../../address/ip.ts'
import { isGroupMac, parseMac, printMac, type Mac } from '../../address/mac.ts'
import { isVlanId, parsePortRange, type PortRange } from '../../address/port.ts'
import { parseBitRate, parseByteRate, parseRatio, parseSize, parseTime } from '../../address/quantity.ts'
import type { InterfaceAddress } from '../../infra/interface.ts'
import type { Written } from '../../text/span.ts'
import type { ScalarTree, Tree } from '../yaml-tree/tree.ts'
import { problem, shown, wrongType, type Say } from './report.ts'
import { later, t } from '../../words.ts'

/** Reads one value; undefined where it is missing or wrong (and then it has said so). */
export type Read<T> = (tree: Tree | undefined, say: Say) => Written<T> | undefined

const scalarOf = (tree: Tree, expected: string, say: Say): ScalarTree | undefined => {
  if (tree.kind === 'scalar') return tree
  say(wrongType(tree, t(expected)))
  return undefined
}

/** A value that is spelled as text; a bare key is nothing, and no problem. */
const spelled = <T>(expected: string, parse: (text: string) => T | undefined, code = 'wrong-type'): Read<T> => (tree, say) => {
  if (!tree) return undefined
  const scalar = scalarOf(tree, expected, say)
  if (!scalar || scalar.value === null) return undefined
  const value = parse(scalar.text.trim())
  if (value === undefined) {
    const mended = code === 'address-invalid' ? plainBytes(scalar.text.trim()) : undefined
    say(problem(code, tree.at, t`${shown(tree)} is not ${t(expected)}`, {
      fixes: mended === undefined || parse(mended) === undefined ? [] : [{ title: t`Change to ${mended}`, change: { kind: 'correct', at: tree.at, value: mended }, preferred: true }],
    }))
    return undefined
  }
  return { value, at: tree.at }
}

/** What was meant where a byte has leading zeros, a prefix is longer than an address, or a mask is written out. */
function plainBytes(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+)(?:\.(\d+)\.(\d+)\.(\d+))?)?$/.exec(text)
  if (!match) return undefined
  const [, a, b, c, d, length, ...mask] = match
  const address = [a, b, c, d].map(Number).join('.')
  if (length === undefined) return address
  if (mask[0] === undefined) return `${address}/${Math.min(32, Number(length))}`
  const bits = [length, ...mask].map((byte) => Number(byte).toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) && bits.length === 32 ? `${address}/${bits.indexOf('0') < 0 ? 32 : bits.indexOf('0')}` : undefined
}

export const text: Read<string> = spelled(later('a text'), (written) => written)
export const size: Read<number> = spelled(later('a size like 64GiB'), parseSize)
export const bitRate: Read<number> = spelled(later('a rate like 10Gbps'), parseBitRate)
export const byteRate: Read<number> = spelled(later('a rate like 50MiB/s'), parseByteRate)
export const ratio: Read<number> = spelled(later('a ratio like 0.1%'), parseRatio)
export const time: Read<number> = spelled(later('a time like 300ms'), parseTime)
export const seconds: Read<number> = spelled(later('a time like 300s'), (written) => parseTime(written) ?? (/^\d+(\.\d+)?$/.test(written) ? Number(written) : undefined))
export const ip: Read<Ip> = spelled(later('an IP address'), parseIp, 'address-invalid')
export const prefix: Read<Prefix> = spelled(later('a prefix like 10.0.0.0/24'), readPrefix, 'address-invalid')
export const ports: Read<PortRange> = portsOf(undefined)

/** Ports of a rule that names a protocol, too: `{ proto: udp, ports: 53 }` is udp's 53, as a filter's own tools have it. */
export function portsOf(proto: string | undefined): Read<PortRange> {
  const beside = proto === 'udp' || proto === 'sctp' ? proto : 'tcp'
  return spelled(later('a port like 80/tcp'), (written) => parsePortRange(written, beside))
}

function readPrefix(written: string): Prefix | undefined {
  const parsed = parseInterfaceAddress(written)
  return parsed && prefixOf(parsed.ip, parsed.length ?? (parsed.ip.family === 4 ? 32 : 128))
}

export const address: Read<InterfaceAddress> = spelled(later('an address like 10.0.0.1/24'), parseInterfaceAddress, 'address-invalid')

const ownMac = (mac: Mac): Mac => {
  const first = Math.floor(mac / 2 ** 40)
  return ((first & 0xfe) | 2) * 2 ** 40 + (mac % 2 ** 40)
}

const anyMac: Read<Mac> = spelled(later('an Ethernet address like 02:00:00:00:00:01'), parseMac, 'mac-invalid')

/** An entry of a forwarding database: all zeros stands for everybody who is not known (bridge-fdb(8)), a group for its listeners. */
export const fdbMac = anyMac

export const mac: Read<Mac> = (tree, say) => {
  const read = anyMac(tree, say)
  if (read && (isGroupMac(read.value) || read.value === 0)) {
    say(problem('mac-invalid', read.at, read.value === 0 ? t`${shown(tree)} is all zeros; an interface needs one of its own` : t`${shown(tree)} is a group address; an interface needs one of its own`, {
      // The group bit cleared, the local one set: nobody else's card has it.
      fixes: read.value === 0 ? [] : [{ title: t`Change to ${printMac(ownMac(read.value))}`, change: { kind: 'correct', at: read.at, value: printMac(ownMac(read.value)) }, preferred: true }],
    }))
    return undefined
  }
  return read
}

export const boolean: Read<boolean> = (tree, say) => {
  if (!tree) return undefined
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return { value: tree.value, at: tree.at }
  if (tree.kind === 'scalar' && tree.value === null) return undefined
  const yes = tree.kind === 'scalar' && /^(yes|on|1)$/i.test(tree.text)
  const no = tree.kind === 'scalar' && /^(no|off|0)$/i.test(tree.text)
  say(problem('wrong-type', tree.at, t`${shown(tree)} is not true or false`, {
    fixes: yes || no ? [{ title: t`Change to ${yes}`, change: { kind: 'correct', at: tree.at, value: yes }, preferred: true }] : [],
  }))
  // What is meant is plain, so nothing is said of what would follow without it.
  return yes || no ? { value: yes, at: tree.at } : undefined
}

/** The kernel's switches are 0 and 1, and people write true and false. */
export const flag: Read<boolean> = (tree, say) =>
  tree?.kind === 'scalar' && (tree.value === 0 || tree.value === 1) ? { value: tree.value === 1, at: tree.at } : boolean(tree, say)

export const number = (expected = later('a number'), least = 0, most = Number.MAX_SAFE_INTEGER, whole = true): Read<number> => (tree, say) => {
  if (!tree) return undefined
  const scalar = scalarOf(tree, expected, say)
  if (!scalar || scalar.value === null) return undefined
  const value = typeof scalar.value === 'number' ? scalar.value : /^\d+(\.\d+)?$/.test(scalar.text) ? Number(scalar.text) : NaN
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    say(wrongType(tree, t(expected)))
    return undefined
  }
  if (value < least || value > most) {
    say(problem('wrong-type', tree.at, t`${shown(tree)} is not ${t(expected)} from ${least} to ${most}`))
    return undefined
  }
  return { value, at: tree.at }
}

/** 0 to 2, where true is 1. */
export const level: Read<number> = (tree, say) =>
  tree?.kind === 'scalar' && typeof tree.value === 'boolean' ? { value: tree.value ? 1 : 0, at: tree.at } : number(later('a number'), 0, 8)(tree, say)

/** An 802.1Q id. One that no frame can carry is kept out, and said by its own code. */
export const vlan: Read<number> = (tree, say) => {
  const read = number(later('a VLAN id'))(tree, say)
  if (read && !isVlanId(read.value)) {
    say(problem('vlan-out-of-range', read.at, t`VLAN ${read.value} does not exist; ids go from 1 to 4094`, {
      fixes: [{ title: t`Change to ${read.value < 1 ? 1 : 4094}`, change: { kind: 'correct', at: read.at, value: read.value < 1 ? 1 : 4094 } }],
    }))
    return undefined
  }
  return read
}

export const word = <T extends string>(words: readonly T[], expected?: string): Read<T> => (tree, say) => {
  if (!tree) return undefined
  const oneOf = (): string => t`one of ${words.join(', ')}`
  const scalar = tree.kind === 'scalar' ? tree : scalarOf(tree, expected ?? oneOf(), say)
  if (!scalar || scalar.value === null) return undefined
  const found = words.find((candidate) => candidate === scalar.text) ?? words.find((candidate) => candidate.toLowerCase() === scalar.text.toLowerCase())
  if (found === undefined) say(wrongType(tree, expected === undefined ? oneOf() : t(expected), words))
  return found === undefined ? undefined : { value: found, at: tree.at }
}

// Protocol numbers (IANA) by the names that iptables and /etc/protocols have for them; what is any protocol has no number.
const protocolNumbers: ReadonlyMap<string, number | undefined> = new Map([
  ['any', undefined], ['all', undefined], ['icmp', 1], ['igmp', 2], ['ipip', 4], ['ipencap', 4], ['ipv4', 4], ['tcp', 6], ['udp', 17], ['dccp', 33], ['ipv6', 41],
  ['gre', 47], ['esp', 50], ['ah', 51], ['icmpv6', 58], ['ipv6-icmp', 58], ['eigrp', 88], ['ospf', 89], ['pim', 103], ['vrrp', 112], ['l2tp', 115], ['sctp', 132], ['udplite', 136],
])

/** A protocol of a rule, by name or number; two names of one are the first of them. */
export const protocol: Read<string> = (tree, say) => {
  if (!tree) return undefined
  const expected = later('a protocol like tcp')
  const scalar = scalarOf(tree, expected, say)
  if (!scalar || scalar.value === null) return undefined
  const written = scalar.text.trim().toLowerCase()
  // To netfilter 0 is any protocol.
  const number = /^\d{1,3}$/.test(written) ? Number(written) || undefined : protocolNumbers.get(written)
  if (number === undefined ? !(protocolNumbers.has(written) || /^0+$/.test(written)) : number > 255) {
    say(wrongType(tree, t(expected), [...protocolNumbers.keys()]))
    return undefined
  }
  const name = [...protocolNumbers].find(([, one]) => one === number)?.[0]
  return { value: name ?? written, at: tree.at }
}

/** A list; with `orOne` a single item may stand alone. Items that are wrong are left out, and have said so. */
export const list = <T>(read: Read<T>, expected: string, orOne = true) => (tree: Tree | undefined, say: Say): readonly Written<T>[] => {
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) return []
  if (tree.kind === 'list') return tree.items.flatMap((item) => read(item, say) ?? [])
  if (!orOne || tree.kind === 'map') {
    say(wrongType(tree, t(expected)))
    return []
  }
  return [read(tree, say)].flatMap((item) => item ?? [])
}
