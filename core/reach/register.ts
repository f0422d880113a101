/** Who stands on which node, and who has which address: kept from one infra to the next, so that an edit need not ask everybody. */
import type { Ip, IpKey } from '../address/ip.ts'
import { isInOne, type Moved, type NodeChange } from './mentions.ts'
import { isWhole, summaryOf, type Summary } from './summary.ts'

/** Nodes by name. */
export interface Register {
  /** Who stands on a node, or is plugged into it. */
  readonly guests: Map<string, string[]>
  readonly owners: Map<IpKey, Owners>
  readonly macOwners: Map<number, string[]>
}

interface Owners {
  readonly ip: Ip
  readonly names: string[]
}

export const emptyRegister = (): Register => ({ guests: new Map(), owners: new Map(), macOwners: new Map() })

/** Writes down what has changed. */
export function enter(register: Register, changes: readonly NodeChange[]): void {
  for (const { was } of changes) if (was) strike(register, was.name, summaryOf(was))
  for (const { is } of changes) if (is) list(register, is.name, summaryOf(is))
}

function list({ guests, owners, macOwners }: Register, name: string, { hosts, addresses, owned, macs }: Summary): void {
  for (const host of hosts) add(guests, host, name)
  for (const mac of macs) add(macOwners, mac, name)
  addresses.forEach((ip, i) => {
    const key = owned[i] ?? ''
    const known = owners.get(key)
    if (known) known.names.push(name)
    else owners.set(key, { ip, names: [name] })
  })
}

function add<K>(lists: Map<K, string[]>, key: K, name: string): void {
  const known = lists.get(key)
  if (known) known.push(name)
  else lists.set(key, [name])
}

function strike({ guests, owners, macOwners }: Register, name: string, { hosts, owned, macs }: Summary): void {
  for (const host of hosts) if (isLeft(guests.get(host), name)) guests.delete(host)
  for (const mac of macs) if (isLeft(macOwners.get(mac), name)) macOwners.delete(mac)
  for (const key of owned) if (isLeft(owners.get(key)?.names, name)) owners.delete(key)
}

/** Takes a name off its list; true where that was the last. */
function isLeft(names: string[] | undefined, name: string): boolean {
  const at = names?.indexOf(name) ?? -1
  if (names && at >= 0) names.splice(at, 1)
  return names?.length === 0
}

/** Everybody of whose addresses something else is known now. */
export function eachMoved({ owners, macOwners }: Register, { prefixes, ips, macs }: Moved, tell: (name: string) => void): void {
  for (const key of ips) owners.get(key)?.names.forEach(tell)
  for (const mac of macs) macOwners.get(mac)?.forEach(tell)
  const wide = prefixes.filter((prefix) => !isWhole(prefix))
  for (const [, , key] of prefixes.filter(isWhole)) owners.get(key)?.names.forEach(tell)
  if (wide.length === 0) return
  const isIn = isInOne(wide)
  owners.forEach(({ ip, names }, key) => { if (isIn(ip, key)) names.forEach(tell) })
}
