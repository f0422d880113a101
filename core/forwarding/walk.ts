/** Routes as a graph: what becomes of a packet at a stack by its destination alone, worked out once for all that send there. */
import { printIp, type Ip } from '../address/ip.ts'
import { routesOf } from './fib.ts'
import { isPlain, landingOf, lookup, sourceFor, type Landing, type Lookup } from './landing.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Device, NextHop, Stack, World } from './tables.ts'
import type { DropReason } from './trace.ts'

/** The end of a way. Undefined stands for what has to be followed packet by packet. */
export interface End {
  readonly stack: Stack | undefined
  readonly reason: DropReason | null
  readonly because: string | null
  readonly mtu: number
  /** Stacks from here to there. */
  readonly steps: number
}

export interface Walker {
  /** The way of a packet that the stack itself sends. */
  sent(stack: Stack, dst: Ip): Way | undefined
}

export interface Way {
  readonly end: End
  /** The address it is sent from. */
  readonly src: Ip
}

// A packet's time to live lets it pass 64 stacks; near that it is followed for real.
const mostSteps = 60

export function walkerOf(world: World): Walker {
  const plain = new Map<Stack, boolean>()
  const landings = new Map<Device, Map<IpKey, Landing | undefined>>()
  const ends = new Map<Stack, Map<IpKey, End | undefined>>()
  /** Stacks that the walk under way has come through. */
  const under = new Set<Stack>()
  const plainStack = (stack: Stack): boolean => {
    const known = plain.get(stack)
    if (known !== undefined) return known
    const answer = isPlain(stack)
    plain.set(stack, answer)
    return answer
  }
  const landing = (stack: Stack, hop: NextHop, dst: Ip): Landing | undefined => {
    let ofDevice = landings.get(hop.dev)
    if (!ofDevice) landings.set(hop.dev, (ofDevice = new Map()))
    const key = keyOf(hop.via ?? dst)
    const known = ofDevice.get(key)
    if (known || ofDevice.has(key)) return known
    const found = landingOf(world, stack, hop, dst)
    ofDevice.set(key, found)
    return found
  }

  /** All next hops, where they agree. */
  const across = (stack: Stack, found: Lookup, dst: Ip): End | undefined => {
    let all: End | undefined
    for (const hop of found.hops) {
      const land = landing(stack, hop, dst)
      if (!land) return undefined
      const next: End | undefined = land.device
        ? forwarded(land.device.stack, dst)
        : { stack: undefined, reason: land.reason, because: land.because, mtu: 0, steps: 0 }
      if (!next || next.steps >= mostSteps) return undefined
      const mtu = Math.min(land.mtu, next.mtu)
      if (!all) all = { ...next, mtu, steps: next.steps + 1 }
      else if (all.stack !== next.stack || all.reason !== next.reason) return undefined
      else all = { ...all, mtu: Math.min(all.mtu, mtu), steps: Math.max(all.steps, next.steps + 1) }
    }
    return all
  }

  const lost = (reason: DropReason, because: string): End => ({ stack: undefined, reason, because, mtu: 0, steps: 0 })

  const forwarded = (stack: Stack, dst: Ip): End | undefined => {
    let table = ends.get(stack)
    if (!table) ends.set(stack, (table = new Map()))
    const key = keyOf(dst)
    const known = table.get(key)
    if (known || table.has(key)) return known
    // A circle is followed for real, so that the trace can show it.
    if (under.has(stack) || !plainStack(stack)) return undefined
    const found = lookup(stack, routesOf(stack).main, dst)
    if (found?.type === 'broadcast') return undefined
    const end = found?.type === 'local' ? { stack, reason: null, because: null, mtu: 65535, steps: 0 }
      : !stack.forwarding ? lost('forwarding-off', `${printIp(dst)} is not ${stack.name}'s own and ${stack.name} does not forward`)
      : routed(stack, found, dst)
    table.set(key, end)
    return end
  }

  const routed = (stack: Stack, found: Lookup | undefined, dst: Ip): End | undefined => {
    if (!found) return lost('no-route', `${stack.name} has no route to ${printIp(dst)}`)
    if (found.type === 'blackhole' || found.type === 'unreachable') {
      return lost(found.type === 'blackhole' ? 'blackhole' : 'no-route', `${stack.name} has a route that says ${found.type} for ${printIp(dst)}`)
    }
    under.add(stack)
    const end = across(stack, found, dst)
    under.delete(stack)
    return end
  }

  return {
    sent(stack, dst) {
      if (!plainStack(stack)) return undefined
      const found = lookup(stack, routesOf(stack).main, dst)
      if (!found || found.type !== 'unicast') return undefined
      let src: Ip | undefined
      for (const hop of found.hops) {
        const one = sourceFor(stack, hop, found.route, dst)
        if (!one || (src && keyOf(src) !== keyOf(one))) return undefined
        src = one
      }
      if (!src || (world.owners.get(keyOf(src))?.length ?? 0) !== 1) return undefined
      // A router's own packets go the way of those that it forwards, which is remembered.
      const end = stack.forwarding ? forwarded(stack, dst) : routed(stack, found, dst)
      return end && { end, src }
    },
  }
}
