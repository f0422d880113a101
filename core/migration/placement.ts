/** Who runs where, and what room is left: kept beside the infra, so that a plan can move guests without realising anything. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode, type Server } from '../infra/node.ts'

export interface Usage {
  readonly vcpus: number
  /** Bytes. */
  readonly memory: number
  readonly vms: number
  readonly containers: number
}

export interface Placement {
  /** Server of every guest that runs directly on one. */
  readonly hostOf: ReadonlyMap<string, string>
  readonly guestsOf: ReadonlyMap<string, readonly string[]>
  readonly usageOf: ReadonlyMap<string, Usage>
}

export const noUsage: Usage = { vcpus: 0, memory: 0, vms: 0, containers: 0 }

/** What a guest takes of its host. A VM has one processor unless it says more; a container takes what its limits allow. */
export const appetiteOf = (guest: GuestNode): { readonly vcpus: number; readonly memory: number } =>
  guest.kind === 'vm'
    ? { vcpus: guest.vcpus?.value ?? 1, memory: guest.memory?.value ?? 0 }
    : { vcpus: guest.limits?.cpus?.value ?? 0, memory: guest.limits?.memory?.value ?? 0 }

const add = (usage: Usage, guest: GuestNode, sign: 1 | -1): Usage => {
  const { vcpus, memory } = appetiteOf(guest)
  const [vms, containers] = guest.kind === 'vm' ? [sign, 0] : [0, sign]
  return { vcpus: usage.vcpus + sign * vcpus, memory: usage.memory + sign * memory, vms: usage.vms + vms, containers: usage.containers + containers }
}

const known = new WeakMap<Infra['nodes'], Placement>()

export function placementOf({ nodes }: Infra): Placement {
  const found = known.get(nodes)
  if (found) return found
  const hostOf = new Map<string, string>()
  const guestsOf = new Map<string, string[]>()
  const usageOf = new Map<string, Usage>()
  for (const node of nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    const host = node.host.value
    hostOf.set(node.name, host)
    const list = guestsOf.get(host)
    if (list) list.push(node.name)
    else guestsOf.set(host, [node.name])
    usageOf.set(host, add(usageOf.get(host) ?? noUsage, node, 1))
  }
  const placement = { hostOf, guestsOf, usageOf }
  known.set(nodes, placement)
  return placement
}

/** The placement after one guest has gone to another host. */
export function withMove(placement: Placement, guest: GuestNode, to: string): Placement {
  const from = placement.hostOf.get(guest.name)
  const guestsOf = new Map(placement.guestsOf)
  const usageOf = new Map(placement.usageOf)
  if (from !== undefined) {
    guestsOf.set(from, (guestsOf.get(from) ?? []).filter((name) => name !== guest.name))
    usageOf.set(from, add(usageOf.get(from) ?? noUsage, guest, -1))
  }
  guestsOf.set(to, [...(guestsOf.get(to) ?? []), guest.name])
  usageOf.set(to, add(usageOf.get(to) ?? noUsage, guest, 1))
  return { hostOf: new Map(placement.hostOf).set(guest.name, to), guestsOf, usageOf }
}

/** The placement while a guest is on its way: both hosts hold it. */
export function withArrival(placement: Placement, guest: GuestNode, to: string): Placement {
  const { hostOf, guestsOf, usageOf } = placement
  return { hostOf, guestsOf: new Map(guestsOf).set(to, [...(guestsOf.get(to) ?? []), guest.name]), usageOf: new Map(usageOf).set(to, add(usageOf.get(to) ?? noUsage, guest, 1)) }
}

const serverLists = new WeakMap<Infra['nodes'], readonly Server[]>()
export function serversOf({ nodes }: Infra): readonly Server[] {
  let list = serverLists.get(nodes)
  if (!list) serverLists.set(nodes, (list = [...nodes.values()].filter((node) => node.kind === 'server')))
  return list
}

/** Infra with one guest on another host, everything else the very same objects. */
export function moved(infra: Infra, guest: string, to: string): Infra {
  const node = infra.nodes.get(guest)
  if (!node || !isGuest(node) || !node.host) return infra
  const nodes = new Map(infra.nodes)
  nodes.set(guest, { ...node, host: { ...node.host, value: to } })
  return { ...infra, nodes }
}
