/** What a packet's time to live ran out of: a circle, or a way that is longer than it lasts. RFC 791 section 3.2, RFC 8200 section 3. */
import { sameIp } from '../address/ip.ts'
import type { Packet } from './packet.ts'
import type { Device } from './tables.ts'
import { t } from '../words.ts'

/** The devices by which a packet came to those that forwarded it, newest first. */
export interface Forwarded {
  readonly device: Device
  readonly packet: Packet
  readonly before: Forwarded | null
}

// What a tunnel carries and what carries it are counted apart: each has a time to live of its own.
const same = (a: Packet, b: Packet): boolean =>
  sameIp(a.src, b.src) && sameIp(a.dst, b.dst) && a.proto === b.proto && a.sport === b.sport && a.dport === b.dport && a.carried?.kind === b.carried?.kind

export const goesRound = (): string => t('its time to live ran out: it goes round in a circle')

export const livesNoLonger = (hop: number): string => t`its time to live ran out at hop ${hop}: it does not go round in a circle, the way is longer than that`

/** Why nobody forwards it any more; a packet that came by one device twice is the same again wherever it goes from there. */
export function spent(device: Device, packet: Packet, passed: Forwarded | null): string {
  let hops = 1
  for (let one = passed; one; one = one.before) {
    // A translation on the way makes another packet of it that is none the less on its way.
    if (one.packet.carried?.kind !== packet.carried?.kind) continue
    if (one.device === device && same(one.packet, packet)) return goesRound()
    hops++
  }
  return livesNoLonger(hops)
}
