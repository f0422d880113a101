/** A frame leaves by a device, through everything the device stands on, as far as the next wire. */
import { bridgeSend } from './bridge.ts'
import { encapsulateFrame } from './encapsulate.ts'
import { ipvlanSend } from './ipvlan.ts'
import { macvlanSend } from './macvlan.ts'
import { isGroup, type Frame } from './packet.ts'
import { balances, enter, guardLets } from './receive.ts'
import { atDepth, arriveLater, choose, drop, note, passes, type Context, type Run } from './run.ts'
import { farEnd, type Device } from './tables.ts'
import { t } from '../words.ts'

// XMIT_RECURSION_LIMIT of include/linux/netdevice.h.
const deepest = 8

/** Whether the nesting allows one more transmission; says so where not. */
export function mayNest(run: Run, device: Device, frame: Frame, context: Context): boolean {
  if (context.depth <= deepest) return true
  drop(run, context, device.stack, device, 'loop', frame, { detail: t`more than ${deepest} devices send through each other: the tunnels lead into themselves` })
  return false
}

export function transmit(run: Run, device: Device, frame: Frame, outer: Context): void {
  if (run.passage) passes(run.passage, device, frame, outer)
  const { stack } = device
  run.touched.stacks.add(stack)
  // Who else stands on the same device matters, too.
  if (device.lower) run.touched.stacks.add(device.lower.stack)
  if (!mayNest(run, device, frame, outer)) return
  const deeper = atDepth(outer, outer.depth + 1)
  if (!device.running) {
    return drop(run, deeper, stack, device, 'no-carrier', frame, {
      detail: device.admin ? t`${device.name} has no carrier` : t`${device.name} is down`, at: device.admin ? device.wire?.at ?? device.iface.at : device.iface.up?.at,
    })
  }
  const context = guardLets(run, device, frame, deeper, false)
  if (!context) return
  switch (device.type) {
    case 'bridge': case 'ovs': return bridgeSend(run, device, frame, context)
    case 'vlan': {
      if (!device.lower) return lost(run, device, frame, context)
      const tag = { protocol: device.iface.protocol?.value ?? '802.1q', id: device.iface.id?.value ?? 0 } as const
      const tagged = { ...frame, tags: [tag, ...frame.tags] }
      return transmit(run, device.lower, tagged, note(run, context, stack, device, 'transmit', tagged, () => ({ detail: t`${device.name} puts VLAN ${tag.id} on it`, at: device.iface.id?.at })))
    }
    case 'bond': {
      const up = device.members?.filter((one) => one.running) ?? []
      const mode = device.iface.mode?.value ?? 'balance-rr'
      if (mode === 'broadcast') {
        for (const one of up) transmit(run, one, frame, context)
        return
      }
      // Only active-backup names its port, tlb and alb do for groups; the others spread flows by a hash or in turn.
      const one = up[mode === 'active-backup' || (balances(mode) && isGroup(frame.dst)) ? 0 : choose(run, `bond ${stack.name}:${device.name}`, up.length, () => t`which port ${stack.name}:${device.name} sends by`)]
      return one ? transmit(run, one, mode === '802.3ad' ? { ...frame, leftBy: device } : frame, context) : lost(run, device, frame, context)
    }
    case 'macvlan': case 'macvtap': return device.lower ? macvlanSend(run, device, device.lower, frame, context) : lost(run, device, frame, context)
    case 'ipvlan': return device.lower ? ipvlanSend(run, device, device.lower, frame, context) : lost(run, device, frame, context)
    case 'vf': return device.lower ? switchInCard(run, device, device.lower, frame, context) : onWire(run, device, frame, context)
    case 'passthrough': return onWire(run, device.lower ?? device, frame, context)
    case 'gretap': case 'nvgre': case 'vxlan': case 'geneve': case 'stt': return encapsulateFrame(run, device, frame, context)
    case 'loopback': case 'dummy': case 'vrf': return lost(run, device, frame, context)
    default: {
      const functions = device.uppers?.functions
      return functions && functions.length > 0 ? switchInCard(run, device, device, frame, context) : onWire(run, device, frame, context)
    }
  }
}

const lost = (run: Run, device: Device, frame: Frame, context: Context): void =>
  drop(run, context, device.stack, device, 'not-delivered', frame, { detail: t`${device.name} leads nowhere`, at: device.iface.at })

function onWire(run: Run, device: Device, frame: Frame, context: Context): void {
  const far = farEnd(run.world, device)
  if (!far) return lost(run, device, frame, context)
  arriveLater(run, far, frame, note(run, context, device.stack, device, 'transmit', frame, () => ({ detail: t`leaves by ${device.name}`, at: device.wire?.at ?? device.iface.at })))
}

/** SR-IOV: the card's own switch joins the physical and the virtual functions and the wire. */
function switchInCard(run: Run, from: Device, card: Device, frame: Frame, context: Context): void {
  const all = [card, ...(card.uppers?.functions ?? [])].filter((one) => one !== from && one.admin)
  const group = isGroup(frame.dst)
  for (const one of all) {
    if (!group && one.mac !== frame.dst) continue
    enter(run, one, frame, context, one !== card)
    if (!group) return
  }
  if (card.wire) onWire(run, card, frame, context)
}
