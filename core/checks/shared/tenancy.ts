/** Whose a guest is. */
import { isGuest, type GuestNode, type Node } from '../../infra/node.ts'
import type { Written } from '../../text/span.ts'
import type { CheckContext } from '../check.ts'
import { networkOf, type Device } from './model.ts'

/** The tenant of a guest, as it says itself. */
export const tenantOf = (node: Node): Written<string> | undefined => (isGuest(node) ? node.tenant : undefined)

/** The tenant of a guest's interface: the guest's own word, else its network's. */
export function tenantOfDevice(context: CheckContext, device: Device): string | undefined {
  return tenantOf(device.node)?.value ?? networkOf(context, device.interface)?.tenant?.value
}

/** Guests by tenant; a guest that says none belongs to the tenant of its networks when they agree. */
export function membersOf(context: CheckContext): ReadonlyMap<string, readonly GuestNode[]> {
  const members = new Map<string, GuestNode[]>()
  for (const node of context.infra.nodes.values()) {
    if (!isGuest(node)) continue
    const tenant = tenantOfGuest(context, node)
    if (tenant === undefined) continue
    const list = members.get(tenant)
    if (list) list.push(node)
    else members.set(tenant, [node])
  }
  return members
}

export function tenantOfGuest(context: CheckContext, guest: GuestNode): string | undefined {
  if (guest.tenant) return guest.tenant.value
  const names = new Set<string>()
  for (const one of guest.interfaces.values()) {
    const owner = networkOf(context, one)?.tenant?.value
    if (owner !== undefined) names.add(owner)
  }
  return names.size === 1 ? [...names][0] : undefined
}
