/** One step of a route: where a packet comes up again when a stack gives it to a next hop, and how large it may be. */
import { isStack } from '../infra/node.ts'
import { screensOnly } from './filter.ts'
import { drain, outcomeOf, withinBlock } from './follow.ts'
import { ownedHere, sysctlOf } from './ip-input.ts'
import { finishOutput } from './ip-output.ts'
import { haveSeveralAnswered } from './neighbour.ts'
import type { Packet } from './packet.ts'
import { hasShields } from './shield.ts'
import { startRun, type Context, type Run, type Shortcuts } from './run.ts'
import { lookup, routesOf, sourceFor, type Lookup } from './fib.ts'
import { farEnd, type Device, type NextHop, type Stack, type World } from './tables.ts'
import type { DropReason } from './trace.ts'
import { isMulticast, type Ip } from '../address/ip.ts'
import type { Touched } from './touched.ts'

export interface Landing {
  /** The stack where it comes up; undefined where it is lost. */
  readonly stack: Stack | undefined
  readonly reason: DropReason | null
  readonly because: string | null
  /** Bytes of the largest packet with DF that comes up. */
  readonly mtu: number
}

const trial: Context = { role: { kind: 'landing' }, trail: null, depth: 0, crossed: null, tunnel: null, forwarded: null }

/**
 * Undefined where the step depends on more than the next hop: on addresses, on what was remembered, on chance, or on somebody
 * whose doings are unknown.
 */
export function landingOf(world: World, stack: Stack, hop: NextHop, dst: Ip, touched: Touched, shortcuts: Shortcuts): Landing | undefined {
  touched.stacks.add(stack)
  const near = overWire(world, stack, hop, dst, touched)
  if (near) return near
  const send = (on: Run, size: number, df: boolean): Device | undefined => {
    on.landed.length = 0
    on.drops.length = 0
    const packet: Packet = {
      kind: 'ip', src: sourceFor(stack, hop, undefined, dst) ?? { family: dst.family, value: 0n }, dst, proto: 'udp', answer: false, sport: 1, dport: 1, ttl: 64, df, size, piece: size, carried: undefined,
    }
    finishOutput(on, stack, hop, { packet, tracked: undefined, context: trial })
    drain(on)
    return on.landed[0]
  }
  const isSure = (on: Run): boolean =>
    !on.peculiar && !on.storm && on.landed.length <= 1 && ![...on.choices.values()].some(({ of }) => of > 1) && !haveSeveralAnswered(on, hop.dev, hop.via ?? dst)
  // No device sends a longer one with DF than its own MTU. Mostly that comes up, and then all shorter ones do.
  const most = Math.min(65535, Math.max(hop.dev.mtu, 84))
  const longest = startRun(world, false, undefined, touched, undefined, shortcuts)
  const there = send(longest, most, true)
  if (there) return isSure(longest) ? { stack: there.stack, reason: null, because: null, mtu: most } : undefined
  const run = startRun(world, false, undefined, touched, undefined, shortcuts)
  const device = send(run, 84, false)
  if (!isSure(run)) return undefined
  const outcome = outcomeOf(run, () => false)
  if (!device) return outcome.verdict === 'unknown' ? undefined : { stack: undefined, reason: outcome.reason, because: outcome.because, mtu: 0 }
  let { excess } = outcomeOf(longest, () => false)
  for (let [size, tries] = [most, 1]; tries < 48 && excess > 0; tries++) {
    size -= excess
    if (size <= 84) return { stack: device.stack, reason: null, because: null, mtu: 84 }
    if (send(run, size, true) === device) {
      const mtu = run.padded || longest.padded ? withinBlock(size, (larger) => send(run, larger, true) === device) : size
      return { stack: device.stack, reason: null, because: null, mtu }
    }
    excess = outcomeOf(run, () => false).excess
  }
  return undefined
}

const isSimple = ({ type, admin, running, uppers, bridge, master, lower, guard, mtu, stack: { opaque, node } }: Device): boolean =>
  (type === 'ethernet' || type === 'veth' || type === 'tap') && admin && running && !uppers && !bridge && !master && !lower && !guard
  && mtu >= 84 && opaque === undefined && isStack(node) && node.kind !== 'external'

/** The commonest step, from one plain device over a wire to another that has the address: what a trial would find, by looking. */
function overWire(world: World, stack: Stack, { dev, via }: NextHop, dst: Ip, touched: Touched): Landing | undefined {
  const target = via ?? dst
  const far = farEnd(world, dev)
  if (target.family !== 4 || isMulticast(dst) || !far || far.stack === stack || !isSimple(dev) || !isSimple(far) || kindOf(far.stack) === 'odd') return undefined
  if (sysctlOf(far.stack, far, 'arpIgnore') !== 0 || lookup({ world, touched }, far.stack, routesOf(far.stack).main, target)?.type !== 'local') return undefined
  // A question in the name of one of its own addresses goes without an answer.
  for (const { addresses } of stack.devices.values()) if (addresses.some(({ ip }) => ip.family === 4 && ownedHere(far, ip))) return undefined
  touched.stacks.add(far.stack)
  return { stack: far.stack, reason: null, because: null, mtu: Math.min(65535, dev.mtu, far.mtu) }
}

/** What a stack looks at: of a packet the destination alone; that and rules that, about what it sends and gets itself, ask for no device; or more. */
export type Kind = 'plain' | 'screened' | 'odd'

// Every step to a stack asks, and its tables never change.
const kinds = new WeakMap<Stack, Kind>()

export function kindOf(stack: Stack): Kind {
  let kind = kinds.get(stack)
  if (kind === undefined) kinds.set(stack, (kind = !looksAtNothingElse(stack) ? 'odd' : !stack.policy ? 'plain' : screensOnly(stack.policy) ? 'screened' : 'odd'))
  return kind
}

function looksAtNothingElse(stack: Stack): boolean {
  if (hasShields(stack) || stack.opaque !== undefined || !isStack(stack.node)) return false
  if ((stack.node.sysctl.rpFilter?.value ?? 0) !== 0) return false
  for (const { type, iface } of stack.devices.values()) if (type === 'vrf' || (iface.sysctl?.rpFilter?.value ?? 0) !== 0) return false
  return true
}

export { lookup, sourceFor, type Lookup }
