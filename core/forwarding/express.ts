/**
 * What tunnels send outside: where routes alone carry it, it comes up at its far end whole, whichever of the equal ways it takes, and only
 * who writes down its hops follows it. What is inside then leans on where it came up and how large it may be, not on who carried it.
 */
import { isMulticast, type Ip } from '../address/ip.ts'
import { isTunnelType } from '../infra/interface.ts'
import type { End } from './column.ts'
import { mostUnasked } from './kept-columns.ts'
import { routesOf } from './fib.ts'
import { kindOf, lookup } from './landing.ts'
import { isOwnedOnce } from './owners.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { CarriedAcross, Express } from './run.ts'
import type { Device, Stack, World } from './tables.ts'
import { slotOf, type Changes, type Slots } from './touched.ts'
import { walkerOf, type Walker } from './walk.ts'

/** One that somebody has taken. */
interface Way {
  readonly sender: Stack
  readonly dst: Ip
  readonly end: End
  readonly found: CarriedAcross
  /** So many edits ago it was taken first. */
  readonly age: number
}

export interface Underlay {
  readonly express: Express
  /** For later tables; and the slots of those ways that end elsewhere than before, or that are forgotten as nobody leans on them any more. */
  readonly after: (world: World, changes: Changes, isLeanedOn: (slot: number) => boolean) => { readonly underlay: Underlay; readonly moved: readonly number[] }
}

/** Its walker follows tunnels in tunnels packet by packet, so that nothing here leans on itself. */
export const underlayOf = (world: World, slots: Slots): Underlay => underlayWith(world, slots, walkerOf(world, slots)).underlay

interface Made {
  readonly underlay: Underlay
  readonly across: (stack: Stack, dst: Ip, age?: number) => CarriedAcross | undefined
  /** Takes over what was found for older tables; false where it is not sure to hold. */
  readonly adopts: (way: Way) => boolean
}

function underlayWith(world: World, slots: Slots, walker: Walker): Made {
  const ways = new Map<number, Way>()
  const known = new Map<Stack, Map<IpKey, CarriedAcross | undefined>>()
  const rowOf = (stack: Stack): Map<IpKey, CarriedAcross | undefined> => {
    let row = known.get(stack)
    if (!row) known.set(stack, (row = new Map()))
    return row
  }
  const across = (stack: Stack, dst: Ip, age = 0): CarriedAcross | undefined => {
    const row = rowOf(stack)
    const key = keyOf(dst)
    if (row.has(key)) return row.get(key)
    const [first, ...others] = lookup({ world, touched: undefined }, stack, routesOf(stack).main, dst)?.hops ?? []
    const end = first && [first, ...others].every(({ dev }) => isShallow(dev)) ? walker.endOf(stack, dst) : undefined
    const device = end?.stack === undefined || end.apart ? undefined : holderIn(world.stacks.get(end.stack), key)
    const by = others.every(({ dev }) => dev === first?.dev) ? first?.dev : undefined
    const found = end && device && { device, by, mtu: end.mtu, steps: end.steps, slot: slotOf(slots, 'ways', `${stack.name} ${key}`) }
    row.set(key, found)
    if (end && found) ways.set(found.slot, { sender: stack, dst, end, found, age })
    return found
  }
  /** Who is told no routes, and where it comes up: both as they were, and the very same end. */
  const adopts = (way: Way): boolean => {
    const { sender, dst, end, found } = way
    if (world.stacks.get(sender.name) !== sender || world.stacks.get(found.device.stack.name) !== found.device.stack) return false
    if (world.told.ospf?.speakers.has(sender.name) || walker.endOf(sender, dst) !== end) return false
    rowOf(sender).set(keyOf(dst), found)
    ways.set(found.slot, { ...way, age: way.age + 1 })
    return true
  }
  const underlay: Underlay = {
    express: (stack, { src, dst, piece, ttl }, by) => {
      if (dst.family !== 4 || isMulticast(dst)) return undefined
      const found = across(stack, dst)
      return found && (!by || by === found.by) && piece <= found.mtu && ttl > found.steps && isOwnedOnce(world, keyOf(src)) ? found : undefined
    },
    after(later, changes, isLeanedOn) {
      const next = underlayWith(later, slots, walker.after(later, changes))
      const moved: number[] = []
      for (const [slot, way] of ways) {
        // Each edit asks for others, and to look at the ways of all that were ever asked for would cost more with every one.
        if (way.age >= mostUnasked && !isLeanedOn(slot)) {
          moved.push(slot)
          continue
        }
        if (next.adopts(way)) continue
        const { sender, dst, found: { device, mtu, steps } } = way
        const stack = later.stacks.get(sender.name)
        const now = stack && next.across(stack, dst, way.age + 1)
        if (!now || now.device.label !== device.label || now.mtu !== mtu || now.steps !== steps) moved.push(slot)
      }
      return { underlay: next.underlay, moved }
    },
  }
  return { underlay, across, adopts }
}

/** Whether no tunnel is below: how deep tunnels are nested in a sender is counted from its first one on. */
function isShallow({ type, lower, owns }: Device, left = mostBelow): boolean {
  if (left === 0 || isTunnelType(type)) return false
  return (!lower || isShallow(lower, left - 1)) && (owns?.ports ?? []).every((port) => isShallow(port, left - 1))
}

/** A bridge, a VLAN, a bond and its port: with as many above, not too many (XMIT_RECURSION_LIMIT). */
const mostBelow = 4

/** The device that has the address, where the stack asks nothing of a packet but where it is for, by whichever device it comes. */
function holderIn(stack: Stack | undefined, key: IpKey): Device | undefined {
  if (!stack || kindOf(stack) !== 'plain') return undefined
  let holder: Device | undefined
  for (const device of stack.devices.values()) {
    if (device.type === 'ipvlan') return undefined
    if (device.addresses.some(({ ip }) => keyOf(ip) === key)) holder = device
  }
  return holder
}
