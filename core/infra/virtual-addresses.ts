/** Addresses that a node holds for services, beside those of its interfaces: who has them, and on which device. */
import { contains, prefixOf, type Ip } from '../address/ip.ts'
import type { Infra } from './infra.ts'
import { isStack } from './node.ts'

/** Virtual addresses by the node that holds them: an anycast address is configured at each backend, a balancer holds its own as keepalived would add it. */
export function virtualAddresses(infra: Infra): ReadonlyMap<string, readonly Ip[]> {
  const vips = new Map<string, Ip[]>()
  for (const { vip, on, type } of infra.services.values()) {
    const node = on && infra.nodes.get(on.value)
    if (!vip || !node || !isStack(node) || type?.value === 'anycast') continue
    const list = vips.get(node.name)
    if (list) list.push(vip.value)
    else vips.set(node.name, [vip.value])
  }
  return vips
}

interface Addressed {
  readonly ip: Ip
  /** Of its prefix, in bits; of an address without one all of them. */
  readonly length?: number | undefined
}

/** The device that a virtual address stands on: the first whose network holds it; undefined where none does, which means the loopback. */
export function holderOf<D>(devices: Iterable<D>, addressesOf: (device: D) => Iterable<Addressed>, vip: Ip): D | undefined {
  for (const device of devices) {
    for (const { ip, length } of addressesOf(device)) {
      if (length !== undefined && ip.family === vip.family && contains(prefixOf(ip, length), vip)) return device
    }
  }
  return undefined
}
