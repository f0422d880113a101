/** One step of a route: where a packet comes up again when a stack gives it to a next hop, and how large it may be. */
import { isStack } from '../infra/node.ts'
import { drain, outcomeOf } from './follow.ts'
import { finishOutput } from './ip-output.ts'
import type { Packet } from './packet.ts'
import { startRun, type Context, type Run } from './run.ts'
import { lookup, sourceFor, type Lookup } from './fib.ts'
import type { Device, NextHop, Stack, World } from './tables.ts'
import type { DropReason } from './trace.ts'
import type { Ip } from '../address/ip.ts'

export interface Landing {
  /** The device by which it comes up; undefined where it is lost. */
  readonly device: Device | undefined
  readonly reason: DropReason | null
  readonly because: string | null
  /** Bytes of the largest packet with DF that comes up. */
  readonly mtu: number
}

const trial: Context = { role: { kind: 'landing' }, trail: null, depth: 0, crossed: null, tunnel: null }

/**
 * Undefined where the step depends on more than the next hop: on addresses, on what was remembered, on chance, or on somebody
 * whose doings are unknown.
 */
export function landingOf(world: World, stack: Stack, hop: NextHop, dst: Ip): Landing | undefined {
  const run = startRun(world, false)
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
  const device = send(run, 84, false)
  if (run.peculiar || run.storm || run.landed.length > 1 || [...run.choices.values()].some(({ of }) => of > 1)) return undefined
  const outcome = outcomeOf(run, () => false)
  if (!device) return outcome.verdict === 'unknown' ? undefined : { device: undefined, reason: outcome.reason, because: outcome.because, mtu: 0 }
  let size = 65535
  for (let tries = 0; tries < 48; tries++) {
    if (send(run, size, true) === device) return { device, reason: null, because: null, mtu: size }
    const { excess } = outcomeOf(run, () => false)
    if (excess <= 0) return undefined
    size -= excess
    if (size <= 84) return { device, reason: null, because: null, mtu: 84 }
  }
  return undefined
}

/** Nothing on the stack looks at more than a packet's destination. */
export function isPlain(stack: Stack): boolean {
  if (stack.policy || stack.opaque !== undefined || !isStack(stack.node)) return false
  if ((stack.node.sysctl.rpFilter?.value ?? 0) !== 0) return false
  for (const { type, iface } of stack.devices.values()) if (type === 'vrf' || (iface.sysctl?.rpFilter?.value ?? 0) !== 0) return false
  return true
}

export { lookup, sourceFor, type Lookup }
