/** What differs between two compilations, as far as an answer could tell: by stack, by owner of an address, by who hears a flood. */
import { changedNames } from '../infra/changed.ts'
import { same, sameMeaning, type Same } from '../infra/same.ts'
import { keyOf, type IpKey } from './packet.ts'
import { keysOf, shapeOf } from './audience.ts'
import { sameSessions } from './bgp.ts'
import { changedSpeakers, isSaidAgain } from './told.ts'
import type { Device, Guard, Stack, World } from './tables.ts'
import { addGathered, anything, slotOf, whatIsTold, type Changes, type Slots } from './touched.ts'

/** Conservative: whatever is not known to be the same has changed. */
export function changesBetween(before: World, after: World, slots: Slots): Changes {
  if (before === after) return { all: false, slots: new Set(), retold: undefined }
  // Where several could be meant, the first of the file is; so those that stay must stand in the order they stood in.
  if (!changedNames(before.infra.nodes, after.infra.nodes).inOrder) return { all: true, slots: new Set(), retold: undefined }
  const exactly: Comparer = { same, guards: guardComparer(same) }
  const inMeaning: Comparer = { same: sameMeaning, guards: guardComparer(sameMeaning) }
  const changed = new Set<string>()
  const found = new Set<number>()
  for (const name of changedNames(before.stacks, after.stacks).names) {
    const [stack, other] = [before.stacks.get(name), after.stacks.get(name)]
    if (stack && other && (stack === other || sameStack(stack, other, exactly))) continue
    if (stack) found.add(slotOf(slots, 'places', name))
    if (!stack || !other || !sameStack(stack, other, inMeaning)) changed.add(name)
  }
  const worlds = [before, after]
  const mark = (name: string): void => void found.add(slotOf(slots, 'stacks', name))
  // Who shares a device with somebody that changed sees it without a packet between them.
  const near = new Set<string>(changed)
  for (const name of changed) {
    mark(name)
    for (const world of worlds) {
      for (const device of world.stacks.get(name)?.devices.values() ?? []) {
        if (device.lower && device.lower.stack.name !== name) mark(device.lower.stack.name)
        if (device.wire) near.add(device.wire.node)
      }
    }
    markAddresses(found, slots, before.stacks.get(name), after.stacks.get(name))
  }
  for (const name of near) {
    const [one, other] = [before.stacks.get(name), after.stacks.get(name)]
    if (one && other && (one === other || shapeOf(before, one) === shapeOf(after, other))) continue
    mark(name)
    found.add(slotOf(slots, 'passedBy', name))
  }
  markServices(found, slots, before, after, changed)
  const [from, to] = [before.told.ospf, after.told.ospf]
  const apart = from && to ? changedSpeakers({ from, to }) : undefined
  if (!isSaidAgain(from, to, apart)) {
    found.add(whatIsTold)
    for (const name of apart ?? worlds.flatMap(({ told }) => [...told.ospf?.speakers.keys() ?? []])) mark(name)
  }
  if (!sameSessions(before.told.bgp, after.told.bgp)) for (const world of worlds) for (const name of world.told.bgp?.speakers.keys() ?? []) mark(name)
  addGathered(slots, found)
  if (found.size > 0) found.add(anything)
  return { all: false, slots: found, retold: from && to && apart && found.has(whatIsTold) ? { from, to } : undefined }
}

interface Comparer {
  readonly same: Same
  readonly guards: SameGuard
}

type SameGuard = (a: Guard | undefined, b: Guard | undefined) => boolean

/** Groups are shared by all their guests, so each two are compared once. */
function guardComparer(same: Same): SameGuard {
  const known = new Map<ReadonlySet<IpKey>, Map<ReadonlySet<IpKey>, boolean>>()
  const samePeers = (a: ReadonlySet<IpKey> | undefined, b: ReadonlySet<IpKey> | undefined): boolean => {
    if (!a || !b || a === b) return a === b
    let row = known.get(a)
    if (!row) known.set(a, (row = new Map()))
    let answer = row.get(b)
    if (answer === undefined) row.set(b, (answer = same(a, b)))
    return answer
  }
  const sameRules = (a: Guard['egress'], b: Guard['egress']): boolean => {
    if (!a || !b) return a === b
    return a.length === b.length && a.every((rule, i) => {
      const other = b[i]
      return other !== undefined && samePeers(rule.peers, other.peers) && same({ ...rule, peers: undefined }, { ...other, peers: undefined })
    })
  }
  return (a, b) => {
    if (!a || !b) return a === b
    const { ingress, egress, ...rest } = a
    const { ingress: otherIn, egress: otherOut, ...others } = b
    return same(rest, others) && sameRules(ingress, otherIn) && sameRules(egress, otherOut)
  }
}

function sameStack(a: Stack, b: Stack, comparer: Comparer): boolean {
  const { same } = comparer
  if (a.node !== b.node && (same === sameMeaning ? !same(a.node, b.node) : true)) return false
  if (a.forwarding !== b.forwarding || a.bridgeNf !== b.bridgeNf || a.opaque !== b.opaque) return false
  if (a.devices.size !== b.devices.size || (a.vips.length + b.vips.length > 0 && !same(a.vips, b.vips)) || !same(a.policy, b.policy)) return false
  for (const device of a.devices.values()) {
    const other = b.devices.get(device.name)
    if (!other || !sameDevice(device, other, comparer)) return false
  }
  return a.bridges.length === b.bridges.length && a.bridges.every((bridge, i) => {
    const other = b.bridges[i]
    return other !== undefined && bridge.mac === other.mac && sameNames([...bridge.blocked], [...other.blocked])
  })
}

const sameEnd = (a: Device | undefined, b: Device | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.name === b.name && a.stack.name === b.stack.name
const sameNames = (a: readonly Device[], b: readonly Device[]): boolean => a.length === b.length && a.every((device, i) => sameEnd(device, b[i]))

/** What the node itself spells is the same already; this is what others and the tables made of it. */
function sameDevice(a: Device, b: Device, { same, guards }: Comparer): boolean {
  if (a.mtu !== b.mtu || a.mac !== b.mac || a.admin !== b.admin || a.running !== b.running) return false
  if ((a.wire !== b.wire && !same(a.wire, b.wire)) || !sameEnd(a.lower, b.lower)) return false
  if (a.guard !== b.guard && !guards(a.guard, b.guard)) return false
  if (!a.uppers || !b.uppers) return a.uppers === b.uppers
  return sameNames([...a.uppers.vlans.values()], [...b.uppers.vlans.values()]) && sameNames(a.uppers.macvlans, b.uppers.macvlans)
    && sameNames(a.uppers.ipvlans, b.uppers.ipvlans) && sameNames(a.uppers.functions, b.uppers.functions)
}

/** Addresses of either kind that one of the two has and the other has not, or has elsewhere. */
function markAddresses(found: Set<number>, slots: Slots, a: Stack | undefined, b: Stack | undefined): void {
  const owned = (stack: Stack | undefined): ReadonlyMap<string, readonly ['asked' | 'macs', IpKey]> => {
    const all = new Map<string, readonly ['asked' | 'macs', IpKey]>()
    for (const device of stack?.devices.values() ?? []) {
      all.set(`${device.name} mac ${device.mac}`, ['macs', device.mac])
      for (const { ip } of device.addresses) all.set(`${device.name} ip ${keyOf(ip)}`, ['asked', keyOf(ip)])
    }
    for (const key of stack ? keysOf(stack) : []) all.set(`ip ${key}`, ['asked', key])
    return all
  }
  const [old, now] = [owned(a), owned(b)]
  for (const [label, [kind, key]] of old) if (!now.has(label)) found.add(slotOf(slots, kind, key))
  for (const [label, [kind, key]] of now) if (!old.has(label)) found.add(slotOf(slots, kind, key))
}

function markServices(found: Set<number>, slots: Slots, before: World, after: World, changed: ReadonlySet<string>): void {
  const all = new Set([...before.infra.services.values(), ...after.infra.services.values()])
  for (const service of all) {
    const stays = before.infra.services.get(service.name) === after.infra.services.get(service.name)
    const leans = [service.on?.value, ...service.backends.map(({ node }) => node)].some((name) => name !== undefined && changed.has(name))
    if (service.vip && (!stays || leans)) found.add(slotOf(slots, 'asked', keyOf(service.vip.value)))
  }
}

