/** A frame comes in at a device: vlan devices first, then what stands on it, then the stack. Linux __netif_receive_skb_core. */
import { printMac } from '../address/mac.ts'
import type { Span } from '../text/span.ts'
import { bridgeInput } from './bridge.ts'
import { connectionsOf, isReply, remember } from './conntrack.ts'
import { passes as guardPasses } from './guard.ts'
import { receiveIp } from './ip-input.ts'
import { ipvlanInput } from './ipvlan.ts'
import { macvlanInput } from './macvlan.ts'
import { receiveNeighbour } from './neighbour.ts'
import { isGroup, lengthOf, type Frame } from './packet.ts'
import { drop, note, passes, type Context, type Run } from './run.ts'
import type { Device } from './tables.ts'
import { t } from '../words.ts'

/**
 * Bytes by which a frame is longer than a device takes; 0 when it fits. The kernel's own limit is 4 bytes wider, for a VLAN
 * tag (__is_skb_forwardable); we hold frames to the configured MTU, and of the tags the first travels beside the frame
 * and the second in those 4 bytes.
 */
export function excessAt(device: Device, frame: Frame): number {
  const inBand = Math.max(0, frame.tags.length - 2) * 4
  return Math.max(0, lengthOf(frame) + inBand - device.mtu)
}

/** A frame too long for the device that would take it vanishes; false says so. */
export function fitsInto(run: Run, device: Device, frame: Frame, context: Context): boolean {
  const excess = excessAt(device, frame)
  if (excess === 0) return true
  drop(run, context, device.stack, device, 'mtu-exceeded', frame, {
    detail: t`${lengthOf(frame)} bytes are more than the ${device.mtu} that ${device.name} takes: it vanishes without a word`, at: device.iface.mtu?.at ?? device.iface.at, excess,
  })
  return false
}

/** From the wire. */
export function receive(run: Run, device: Device, frame: Frame, context: Context): void {
  const { stack } = device
  run.touched.stacks.add(stack)
  if (!device.admin) return drop(run, context, stack, device, 'no-carrier', frame, { detail: t`${device.name} is down`, at: device.iface.up?.at })
  if (!fitsInto(run, device, frame, context)) return
  enter(run, device, frame, note(run, context, stack, device, 'receive', frame, () => ({ detail: t`comes in at ${device.name}`, at: device.iface.at })))
}

/** What follows once a device has the frame; `functions` is false for what the card's own switch has decided on already. */
export function enter(run: Run, device: Device, frame: Frame, outer: Context, functions = true): void {
  if (run.passage) passes(run.passage, device, frame, outer)
  const { stack, uppers } = device
  run.touched.stacks.add(stack)
  if (stack.opaque !== undefined) return enterOpaque(run, device, frame, outer)
  const context = guardLets(run, device, frame, outer, true)
  if (!context) return
  if (uppers) {
    const function_ = uppers.functions.find((one) => one.type === 'passthrough')
    if (function_) return enter(run, function_, frame, context)
    const [tag, ...rest] = frame.tags
    const vlan = tag && uppers.vlans.get(`${tag.protocol} ${tag.id}`)
    if (vlan) {
      if (!vlan.admin) return drop(run, context, stack, vlan, 'no-carrier', frame, { detail: t`${vlan.name} is down`, at: vlan.iface.up?.at })
      return enter(run, vlan, { ...frame, tags: rest }, context)
    }
    if (functions && uppers.functions.length > 0) {
      for (const one of uppers.functions) {
        if (one.admin && (isGroup(frame.dst) || frame.dst === one.mac) && frame.src !== one.mac) enter(run, one, frame, context)
      }
      if (!isGroup(frame.dst) && uppers.functions.some((one) => one.mac === frame.dst)) return
    }
  }
  if (device.bridge) return bridgeInput(run, device, frame, context)
  if (device.master?.members) {
    if (standsBy(device, device.master, frame)) {
      return drop(run, context, stack, device, 'not-delivered', frame, { detail: t`${device.name} stands by: ${device.master.name} does not hear this frame there`, at: device.iface.master?.at })
    }
    return enter(run, device.master, frame, context)
  }
  if (uppers && uppers.macvlans.length > 0 && macvlanInput(run, device, frame, context)) return
  if (uppers && uppers.ipvlans.length > 0 && ipvlanInput(run, device, frame, context)) return
  toStack(run, device, frame, context)
}

/** Modes in which one member, the first that runs, sends and hears what goes to groups. */
export const balances = (mode: string | undefined): boolean => mode === 'balance-tlb' || mode === 'balance-alb'

/**
 * Whether a bond leaves a frame unheard at this member, as bond_should_deliver_exact_match does: all frames at one that stands
 * by, and frames to groups where one member is chosen for them. The partner of an aggregate (802.3ad) sends nothing back into it.
 */
function standsBy(device: Device, bond: Device, frame: Frame): boolean {
  const mode = bond.iface.mode?.value
  if (mode === '802.3ad') return frame.leftBy === bond
  if (mode !== 'active-backup' && !(balances(mode) && isGroup(frame.dst))) return false
  return bond.members?.find((one) => one.running) !== device
}

/** Up to the protocols, where the frame is for us. */
export function toStack(run: Run, device: Device, frame: Frame, context: Context): void {
  const { stack } = device
  const group = isGroup(frame.dst)
  const [tag] = frame.tags
  if (tag && tag.id !== 0) {
    return drop(run, context, stack, device, 'vlan', frame, { detail: t`no vlan device on ${device.name} takes VLAN ${tag.id}`, at: device.iface.at })
  }
  const { payload } = frame
  if (payload.kind === 'probe') return void run.heard.add(device)
  if (!group && frame.dst !== device.mac) {
    return drop(run, context, stack, device, 'not-delivered', frame, { detail: t`${printMac(frame.dst)} is not ${device.name}'s address` })
  }
  if (payload.kind === 'neighbour') return receiveNeighbour(run, device, payload, context)
  receiveIp(run, device, payload, context)
}

function enterOpaque(run: Run, device: Device, frame: Frame, context: Context): void {
  const { stack } = device
  if (context.role.kind === 'probe') {
    run.open = true
    // What an unknown system does with a frame is unknown, but its own port hears it.
    run.heard.add(device)
    return
  }
  if (context.role.kind === 'neighbour') return void context.role.resolution.opaque.push(stack.name)
  drop(run, context, stack, device, 'unknown-node', frame, { detail: t`what ${stack.name} does is not known: ${stack.opaque ?? ''}`, at: stack.node.opaque?.at, unknown: true })
}

/** Security groups, at the border between a guest's interface and its host: with what was consulted noted, undefined where they drop. */
export function guardLets(run: Run, device: Device, frame: Frame, context: Context, inward: boolean): Context | undefined {
  const { guard } = device
  if (!guard || frame.payload.kind !== 'ip') return context
  const packet = frame.payload
  if (context.role.kind === 'landing' && !packet.carried) {
    run.peculiar = true
    return context
  }
  const table = connectionsOf(run, device)
  const letBy = (detail: string, at: Span | undefined): Context =>
    note(run, context, device.stack, device, 'filter', frame, () => ({ detail, table: `security groups ${guard.groups}`, at }))
  if (isReply(table, packet)) return letBy(t`${guard.groups} let an answer pass`, undefined)
  const rule = guardPasses(guard, packet, inward)
  if (rule !== undefined) {
    remember(table, packet)
    return letBy(inward ? t`an ingress rule of ${guard.groups} allows it` : t`an egress rule of ${guard.groups} allows it`, rule === true ? undefined : rule.at)
  }
  drop(run, context, device.stack, device, 'filtered', frame, {
    detail: inward ? t`no ingress rule of ${guard.groups} allows it` : t`no egress rule of ${guard.groups} allows it`, table: `security groups ${guard.groups}`,
  })
  return undefined
}
