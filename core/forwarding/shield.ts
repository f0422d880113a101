/**
 * IPsec in transport mode: not a device that packets are routed into, but a policy for what two addresses say to each other,
 * tunnels' outer packets included. Linux xfrm_lookup on the way out, xfrm_policy_check on the way in. RFC 4301 section 4.1.
 */
import { sameIp, type Ip } from '../address/ip.ts'
import { factsOf, tunnelSpecs } from '../tunnels/index.ts'
import { sealOf } from './encapsulate.ts'
import type { Packet } from './packet.ts'
import type { Device, Stack } from './tables.ts'

const known = new WeakMap<Stack, readonly Device[]>()

function shieldsOf(stack: Stack): readonly Device[] {
  let shields = known.get(stack)
  if (!shields) known.set(stack, (shields = stack.tunnels.filter((one) => one.type === 'esp' && one.admin && one.iface.mode?.value === 'transport')))
  return shields
}

export const hasShields = (stack: Stack): boolean => shieldsOf(stack).length > 0

/** The device that seals what goes from one of the stack's addresses to the other. */
export const shieldOf = (stack: Stack, local: Ip, remote: Ip): Device | undefined =>
  shieldsOf(stack).find(({ iface: { tunnel } }) => tunnel?.local !== undefined && tunnel.remotes[0] !== undefined && sameIp(tunnel.local.value, local) && sameIp(tunnel.remotes[0].value, remote))

/** What sealing leaves of an MTU. */
export const shieldedMtu = (shield: Device | undefined, mtu: number, family: 4 | 6): number =>
  shield ? tunnelSpecs.esp.innerMtu(mtu, factsOf(shield.iface), family) : mtu

/** The packet with its own header kept and the rest sealed. */
export function sealed(shield: Device, packet: Packet): Packet {
  const facts = factsOf(shield.iface)
  const size = tunnelSpecs.esp.outerLength(packet.size, facts, packet.src.family)
  return {
    ...packet, proto: 'tunnel', answer: false, sport: 0, dport: 0, size, piece: size,
    carried: {
      kind: 'esp', id: facts.id?.value, csum: false, seq: false, port: undefined, labels: tunnelSpecs.esp.labels(facts), seal: sealOf('esp', facts),
      sender: shield.stack.name, frame: undefined, packet,
    },
  }
}
