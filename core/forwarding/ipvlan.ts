/** ipvlan: several stacks behind one Ethernet address, told apart by IP. Linux drivers/net/ipvlan. */
import { sameIp, type Ip } from '../address/ip.ts'
import { sendByRoute } from './ip-output.ts'
import { isGroup, type Frame, type Packet } from './packet.ts'
import { enter, fitsInto, toStack } from './receive.ts'
import { drop, note, type Context, type Run } from './run.ts'
import type { Device } from './tables.ts'
import { transmit } from './transmit.ts'
import { t } from '../words.ts'

export function ipvlanMode(device: Device): 'l2' | 'l3' | 'l3s' {
  const mode = device.iface.mode?.value
  return mode === 'l2' || mode === 'l3s' ? mode : 'l3'
}

/** IFF_NOARP: a layer 3 child asks for no neighbours and answers for none. */
export const asksNeighbours = (device: Device): boolean => device.type !== 'ipvlan' || ipvlanMode(device) === 'l2'

const childOf = (lower: Device, ip: Ip): Device | undefined =>
  lower.uppers?.ipvlans.find((one) => one.admin && one.addresses.some((address) => sameIp(address.ip, ip)))

/** ipvlan_get_L3_hdr: the address by which a frame finds its child. */
const addressIn = (frame: Frame): Ip | undefined =>
  frame.payload.kind === 'ip' ? frame.payload.dst : frame.payload.kind === 'neighbour' ? frame.payload.target : undefined

const up = (run: Run, child: Device, frame: Frame, context: Context): void =>
  enter(run, child, { ...frame, dst: isGroup(frame.dst) ? frame.dst : child.mac }, note(run, context, child.stack, child, 'receive', frame, () => ({ detail: t`${child.name} takes it from ${child.lower?.name ?? t('its parent')}`, at: child.iface.at })))

/** ipvlan_rcv_frame of what another child sent: held to the taker's MTU by dev_forward_skb. */
const across = (run: Run, child: Device, frame: Frame, context: Context): void => {
  if (fitsInto(run, child, frame, context)) up(run, child, frame, context)
}

/** ipvlan_xmit_mode_l2. */
export function ipvlanSend(run: Run, device: Device, lower: Device, frame: Frame, context: Context): void {
  run.peculiar = true
  if (frame.payload.kind === 'ip' && ipvlanMode(device) !== 'l2') return ipvlanRoute(run, device, frame.payload, context)
  if (isGroup(frame.dst)) {
    for (const sibling of lower.uppers?.ipvlans ?? []) if (sibling !== device && sibling.admin) up(run, sibling, frame, context)
    return transmit(run, lower, frame, context)
  }
  if (frame.dst === lower.mac) {
    const target = addressIn(frame)
    const sibling = target && childOf(lower, target)
    if (sibling) return sibling === device ? undefined : across(run, sibling, frame, context)
    return toStack(run, lower, frame, context)
  }
  transmit(run, lower, frame, context)
}

/** ipvlan_xmit_mode_l3: to a sibling, or by the routes of the stack that has the parent. */
export function ipvlanRoute(run: Run, device: Device, packet: Packet, context: Context): void {
  run.peculiar = true
  const { lower } = device
  if (!lower) return drop(run, context, device.stack, device, 'not-delivered', packet, { detail: t`${device.name} has no parent` })
  run.touched.stacks.add(lower.stack)
  if (!device.running) {
    return drop(run, context, device.stack, device, 'no-carrier', packet, { detail: t`${device.name} has no carrier`, at: device.admin ? device.iface.at : device.iface.up?.at })
  }
  const sibling = childOf(lower, packet.dst)
  if (sibling) {
    if (sibling !== device) across(run, sibling, { src: lower.mac, dst: sibling.mac, tags: [], payload: packet }, context)
    return
  }
  sendByRoute(run, lower.stack, packet, note(run, context, device.stack, device, 'transmit', packet, () => ({ detail: t`${lower.stack.name} routes it for ${device.name}`, at: device.iface.at })), lower)
}

/** ipvlan_external_frame: a child's own broadcast that came back from outside is not given to the children again. */
function isExternal(lower: Device, frame: Frame): boolean {
  if (frame.src !== lower.mac) return true
  const { payload } = frame
  const source = payload.kind === 'ip' ? payload.src : payload.kind === 'neighbour' ? payload.sender : undefined
  return source === undefined || childOf(lower, source) === undefined
}

/** ipvlan_l3_rcv: the child that a packet is for after its host's stack has tracked it and translated where it goes. */
export const routedChild = (lower: Device, dst: Ip): Device | undefined => {
  const child = lower.uppers?.ipvlans.length ? childOf(lower, dst) : undefined
  return child && ipvlanMode(child) === 'l3s' ? child : undefined
}

/** ipvlan_handle_frame; true where a child takes the frame from the parent. */
export function ipvlanInput(run: Run, lower: Device, frame: Frame, context: Context): boolean {
  const [first] = lower.uppers?.ipvlans ?? []
  run.peculiar = true
  // l3s leaves all to the host's own stack, its rules included.
  if (!first || ipvlanMode(first) === 'l3s') return false
  if (isGroup(frame.dst) && ipvlanMode(first) === 'l2') {
    if (isExternal(lower, frame)) for (const child of lower.uppers?.ipvlans ?? []) if (child.admin) up(run, child, frame, context)
    return false
  }
  const target = addressIn(frame)
  const child = target && childOf(lower, target)
  if (!child) return false
  if (frame.payload.kind === 'neighbour' && ipvlanMode(child) !== 'l2') return true
  up(run, child, frame, context)
  return true
}
