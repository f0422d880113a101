/** Which addresses are free, and which are meant to have several owners. */
import { addToIp, lastOf, printIp, type Ip, type Prefix } from '../../address/ip.ts'
import type { CheckContext } from '../check.ts'
import { keyOf, ownersOf, type IpKey } from './model.ts'
import { oncePerPlane } from './once.ts'

/** Addresses that something other than an interface claims: gateways, virtual addresses, translations, tunnel ends. */
const claimed = oncePerPlane((context): ReadonlySet<IpKey> => {
  const taken = new Set<IpKey>()
  for (const network of context.infra.networks.values()) for (const { value } of network.gateway?.addresses ?? []) taken.add(keyOf(value))
  for (const service of context.infra.services.values()) if (service.vip) taken.add(keyOf(service.vip.value))
  for (const node of context.infra.nodes.values()) {
    for (const one of node.interfaces.values()) {
      for (const { value } of one.gateways) taken.add(keyOf(value))
      for (const { value } of one.tunnel?.remotes ?? []) taken.add(keyOf(value))
    }
    if (node.kind !== 'switch') for (const route of node.routes) for (const { value } of route.via) taken.add(keyOf(value))
  }
  return taken
})

/** Addresses that several nodes may have at once: gateways that every host answers to, anycast services. */
export const sharedOnPurpose = oncePerPlane((context): ReadonlySet<IpKey> => {
  const shared = new Set<IpKey>()
  for (const network of context.infra.networks.values()) {
    // A routed or nat network puts its gateway on each host unless one is named.
    const each = network.gateway?.on?.value === 'each' || network.type.value === 'routed' || network.type.value === 'nat'
    if (each) for (const { value } of network.gateway?.addresses ?? []) shared.add(keyOf(value))
  }
  for (const service of context.infra.services.values()) {
    if (service.type?.value === 'anycast' && service.vip) shared.add(keyOf(service.vip.value))
  }
  return shared
})

/**
 * The first address after `near` in the prefix that nothing in the file uses, going round at the end. At most 4096 are
 * tried; undefined when none is free among them.
 */
export function freeAddress(context: CheckContext, prefix: Prefix, near: Ip): Ip | undefined {
  const owners = ownersOf(context)
  const taken = claimed(context)
  const ranges = [...context.infra.networks.values()].flatMap((network) => network.dhcp ?? [])
  const last = lastOf(prefix).value
  // IPv4 keeps the first and the last address of a prefix for itself, unless it is a /31 (RFC 3021).
  const edge = prefix.ip.family === 4 && prefix.length < 31 ? 1n : 0n
  const low = prefix.ip.value + (prefix.ip.family === 6 && prefix.length < 127 ? 1n : edge)
  const high = last - edge
  let candidate = near.value >= low && near.value < high ? addToIp(near, 1) : { family: near.family, value: low }
  for (let tries = 0; tries < 4096 && candidate.value <= high; tries++) {
    const key = keyOf(candidate)
    const one = candidate
    const inRange = ranges.find((range) => range.first.family === one.family && range.first.value <= one.value && one.value <= range.last.value)
    if (!inRange && !owners.has(key) && !taken.has(key)) return candidate
    candidate = candidate.value >= high ? { family: near.family, value: low } : addToIp(inRange && inRange.last.value < high ? inRange.last : candidate, 1)
    if (sameValue(candidate, near)) return undefined
  }
  return undefined
}

const sameValue = (a: Ip, b: Ip): boolean => a.value === b.value

/** `10.0.0.4/24`, or `10.0.0.4` where the network gives the length. */
export const spelled = (ip: Ip, length: number | undefined): string => (length === undefined ? printIp(ip) : `${printIp(ip)}/${length}`)
