/** macvlan and macvtap: several Ethernet addresses on one device, in four modes. Linux drivers/net/macvlan.c. */
import { isGroup, type Frame } from './packet.ts'
import { enter, fitsInto } from './receive.ts'
import { note, type Context, type Run } from './run.ts'
import type { Device } from './tables.ts'
import { transmit } from './transmit.ts'
import { t } from '../words.ts'

type Mode = 'private' | 'vepa' | 'bridge' | 'passthru'

export function modeOf(device: Device): Mode {
  const mode = device.iface.mode?.value
  return mode === 'private' || mode === 'bridge' ? mode : mode === 'passthru' || mode === 'passthrough' ? 'passthru' : 'vepa'
}

const childrenOf = (lower: Device): readonly Device[] => lower.uppers?.macvlans ?? []

/** macvlan_broadcast: to the children of these modes, but not back to `except`. */
function broadcast(run: Run, lower: Device, frame: Frame, context: Context, except: Device | undefined, modes: readonly Mode[], local = false): void {
  for (const child of childrenOf(lower)) {
    if (child !== except && child.admin && modes.includes(modeOf(child)) && (!local || fitsInto(run, child, frame, context))) up(run, child, frame, context)
  }
}

const up = (run: Run, child: Device, frame: Frame, context: Context): void =>
  enter(run, child, frame, note(run, context, child.stack, child, 'receive', frame, () => ({ detail: t`${child.name} takes it from ${child.lower?.name ?? t('its parent')}`, at: child.iface.at })))

/** macvlan_queue_xmit. */
export function macvlanSend(run: Run, device: Device, lower: Device, frame: Frame, context: Context): void {
  if (modeOf(device) === 'bridge') {
    if (isGroup(frame.dst)) broadcast(run, lower, frame, context, device, ['bridge'], true)
    else {
      const sibling = childrenOf(lower).find((one) => one !== device && one.mac === frame.dst)
      if (sibling && modeOf(sibling) === 'bridge') {
        // dev_forward_skb to the parent, which takes it like a frame from outside, and by its own MTU.
        if (lower.admin && fitsInto(run, lower, frame, context)) enter(run, lower, frame, context)
        return
      }
    }
  }
  transmit(run, lower, frame, note(run, context, device.stack, device, 'transmit', frame, () => ({ detail: t`${device.name} (${modeOf(device)}) sends by ${lower.name}`, at: device.iface.at })))
}

/** macvlan_handle_frame; true where the frame goes no further at this device. */
export function macvlanInput(run: Run, lower: Device, frame: Frame, context: Context): boolean {
  const children = childrenOf(lower)
  if (isGroup(frame.dst)) {
    const source = children.find((one) => one.mac === frame.src)
    const mode = source && modeOf(source)
    if (source && mode !== 'vepa' && mode !== 'bridge') {
      // Its own broadcast come back from outside: it alone gets it, and nobody answers that.
      if (source.admin) up(run, source, frame, context)
      return true
    }
    if (!source) broadcast(run, lower, frame, context, undefined, ['private', 'vepa', 'passthru', 'bridge'])
    else broadcast(run, lower, frame, context, source, mode === 'vepa' ? ['vepa', 'bridge'] : ['vepa'])
    return false
  }
  const child = children.find((one) => modeOf(one) === 'passthru') ?? children.find((one) => one.mac === frame.dst)
  if (!child) return false
  if (child.admin) up(run, child, frame, context)
  return true
}
