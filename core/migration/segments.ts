/** Who hears whom: broadcast domains of a plane, by the devices that belong to them. */
import { sameIp, type Ip } from '../address/ip.ts'
import { segmentsOf, type Plane } from '../forwarding/index.ts'
import type { Segment, SegmentMember } from '../forwarding/trace.ts'
import type { Node } from '../infra/node.ts'

/** By `node:interface`, whether as a member or as what carries it (a switch: by its name alone). */
const tables = new WeakMap<Plane, ReadonlyMap<string, readonly Segment[]>>()

function tableOf(plane: Plane): ReadonlyMap<string, readonly Segment[]> {
  const known = tables.get(plane)
  if (known) return known
  const table = new Map<string, Segment[]>()
  const put = (key: string, segment: Segment): void => {
    const list = table.get(key)
    if (!list) table.set(key, [segment])
    else if (list.at(-1) !== segment) list.push(segment)
  }
  for (const segment of segmentsOf(plane)) {
    for (const { node, interface: device } of segment.members) put(`${node}:${device}`, segment)
    for (const carrier of segment.carriers) put(carrier, segment)
  }
  tables.set(plane, table)
  return table
}

/** The domains that a device is a member of, or carries. */
export const segmentsAt = (plane: Plane, node: string, device: string): readonly Segment[] =>
  tableOf(plane).get(`${node}:${device}`) ?? []

export const isIpOf = (node: Node, ip: Ip): boolean =>
  [...node.interfaces.values()].some(({ addresses }) => addresses.some(({ value }) => sameIp(value.ip, ip)))

/** The member that has the address, of those that are not `except`. */
export function ownerOn(plane: Plane, segment: Segment, ip: Ip, except: string): SegmentMember | undefined {
  return segment.members.find(({ node, interface: device }) =>
    node !== except && plane.infra.nodes.get(node)?.interfaces.get(device)?.addresses.some(({ value }) => sameIp(value.ip, ip)))
}

export const macOwnerOn = (plane: Plane, segment: Segment, mac: number, except: string): SegmentMember | undefined =>
  segment.members.find(({ node, interface: device }) => node !== except && plane.infra.nodes.get(node)?.interfaces.get(device)?.mac?.value === mac)
