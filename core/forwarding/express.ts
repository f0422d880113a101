/**
 * What tunnels send outside: where routes alone carry it, it comes up at its far end whole, whichever of the equal ways it takes, and only
 * who writes down its hops follows it. What is inside then leans on where it came up and how large it may be, not on who carried it.
 */
import { isMulticast, type Ip } from '../address/ip.ts'
import { kindOf, lookup } from './landing.ts'
import { routesOf } from './fib.ts'
import { isOwnedOnce } from './owners.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { CarriedAcross, Express } from './run.ts'
import type { Device, Stack, World } from './tables.ts'
import { slotOf, type Changes, type Slots } from './touched.ts'
import { walkerOf, type Walker } from './walk.ts'

/** The same by names, as it outlives tables. */
interface Way {
  readonly sender: string
  readonly dst: Ip
  readonly device: string
  readonly mtu: number
  readonly steps: number
}

export interface Underlay {
  readonly express: Express
  /** For later tables; and the slots of those ways that end elsewhere than before. */
  readonly after: (world: World, changes: Changes) => { readonly underlay: Underlay; readonly moved: readonly number[] }
}

/** Its walker follows tunnels in tunnels packet by packet, so that nothing here leans on itself. */
export const underlayOf = (world: World, slots: Slots): Underlay => underlayWith(world, slots, walkerOf(world, slots)).underlay

function underlayWith(world: World, slots: Slots, walker: Walker): { readonly underlay: Underlay; readonly across: (stack: Stack, dst: Ip) => CarriedAcross | undefined } {
  /** By slot: those that somebody has taken. */
  const ways = new Map<number, Way>()
  const known = new Map<Stack, Map<IpKey, CarriedAcross | undefined>>()
  const across = (stack: Stack, dst: Ip): CarriedAcross | undefined => {
    let row = known.get(stack)
    if (!row) known.set(stack, (row = new Map()))
    const key = keyOf(dst)
    if (row.has(key)) return row.get(key)
    const end = walker.endOf(stack, dst)
    const device = end?.stack === undefined || end.apart ? undefined : holderIn(world.stacks.get(end.stack), key)
    const [first, ...others] = (device && lookup({ world, touched: undefined }, stack, routesOf(stack).main, dst)?.hops) ?? []
    const by = others.every(({ dev }) => dev === first?.dev) ? first?.dev : undefined
    const found = end && device && { device, by, mtu: end.mtu, steps: end.steps, slot: slotOf(slots, 'ways', `${stack.name} ${key}`) }
    row.set(key, found)
    if (found) ways.set(found.slot, { sender: stack.name, dst, device: found.device.label, mtu: found.mtu, steps: found.steps })
    return found
  }
  const underlay: Underlay = {
    express: (stack, { src, dst, piece, ttl }, by) => {
      if (dst.family !== 4 || isMulticast(dst)) return undefined
      const found = across(stack, dst)
      return found && (!by || by === found.by) && piece <= found.mtu && ttl > found.steps && isOwnedOnce(world, keyOf(src)) ? found : undefined
    },
    after(later, changes) {
      const next = underlayWith(later, slots, walker.after(later, changes))
      const moved: number[] = []
      for (const [slot, { sender, dst, device, mtu, steps }] of ways) {
        const stack = later.stacks.get(sender)
        const now = stack && next.across(stack, dst)
        if (!now || now.device.label !== device || now.mtu !== mtu || now.steps !== steps) moved.push(slot)
      }
      return { underlay: next.underlay, moved }
    },
  }
  return { underlay, across }
}

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
