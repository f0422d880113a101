/** One router in front of two tenants that would let them through, were it not for filters elsewhere. */
import { printIp } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import { isStack, type GuestNode, type StackNode } from '../infra/node.ts'
import type { Check, CheckContext } from './check.ts'
import { dropBetween } from './shared/drop-between.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, isUp, keyOf, labelOf, ownersOf, type Device } from './shared/model.ts'
import { sameSegment, segmentsByDevice } from './shared/segments.ts'
import { tenantOfGuest } from './shared/tenancy.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tenant-shared-gateway',
  title: 'Two tenants share a gateway',
  severity: 'warning',
  explanation: explain({
    what: 'Guests of two tenants have the same stack as their gateway, it forwards between them without a filter of its own, and only something behind it, such as a guest\'s security group, stops the packet.',
    why: 'The tenants are one forgotten group away from each other, and the gateway is one address space for both: a route added for the one is there for the other.',
    mend: 'Drop between the tenants in the gateway\'s `forward` chain, or put each tenant\'s device into a `vrf` of its own.',
    wrong: 'gw: { forwarding: true }   # br-blue and br-red, and red\'s guests have a group that lets nobody in',
    right: 'gw: { forwarding: true, firewall: { forward: { policy: accept, rules: [{ in: br-blue, out: br-red, action: drop }, { in: br-red, out: br-blue, action: drop }] } } }',
  }),
  run(context, report) {
    const segments = segmentsByDevice(context)
    for (const [gateway, users] of usersByGateway(context)) {
      const told = new Set<string>()
      for (const one of users) {
        for (const two of users) {
          const pair = [one.tenant, two.tenant].sort().join(' ')
          if (one.tenant === two.tenant || told.has(pair)) continue
          if (sameSegment(segments.get(labelOf(one.device)), segments.get(labelOf(two.device)))) continue
          const stop = stoppedBehind(context, gateway, one, two)
          if (!stop) continue
          told.add(pair)
          report({
            at: one.at, subject: labelOf(one.device),
            message: t`${gateway.name} is the gateway of ${one.guest.name} of tenant ${one.tenant} and of ${two.guest.name} of tenant ${two.tenant}, and forwards between them: only ${stop} keeps them apart`,
            related: [{ message: t`${two.guest.name} of tenant ${two.tenant} has the same gateway`, at: two.at }],
            fixes: dropBetween(gateway, one.port, two.port),
            counterexample: { from: one.guest.name, to: two.guest.name, proto: 'icmp' },
          })
        }
      }
    }
  },
}

interface User {
  readonly guest: GuestNode
  readonly tenant: string
  readonly device: Device
  /** The gateway's device that the guest sends to. */
  readonly port: string
  readonly at: User['guest']['at']
}

/** Each stack that is somebody's gateway with one guest for every tenant and device; first come, first kept. */
function usersByGateway(context: CheckContext): ReadonlyMap<StackNode, readonly User[]> {
  const owners = ownersOf(context)
  const found = new Map<StackNode, User[]>()
  const known = new Set<string>()
  for (const guest of context.infra.nodes.values()) {
    if (guest.kind !== 'vm' && guest.kind !== 'container') continue
    const tenant = tenantOfGuest(context, guest)
    if (tenant === undefined) continue
    for (const one of guest.interfaces.values()) {
      const [gateway] = one.gateways
      const [owner, ...others] = (gateway && isUp(one) ? owners.get(keyOf(gateway.value)) : undefined) ?? []
      // An address of several owners is each guest's own host.
      if (!gateway || !owner || others.length > 0 || !isStack(owner.node) || owner.node.opaque || owner.node === guest) continue
      const key = `${owner.node.name}:${owner.interface.name} ${tenant}`
      const device = deviceAt(context.infra, guest.name, one.name)
      if (!device || known.has(key)) continue
      known.add(key)
      const list = found.get(owner.node)
      const user = { guest, tenant, device, port: owner.interface.name, at: gateway.at }
      if (list) list.push(user)
      else found.set(owner.node, [user])
    }
  }
  return found
}

/** Who drops what the gateway has already let through; undefined where the gateway stops it, nobody does, or nobody knows. */
function stoppedBehind(context: CheckContext, gateway: StackNode, from: User, to: User): string | undefined {
  const address = to.device.interface.addresses[0]?.value.ip
  if (!address) return undefined
  const { verdict, reason, hops } = traceFlow(context.plane, { from: from.guest.name, to: address, toNode: to.guest.name, proto: 'icmp', size: 84, df: false })
  const last = hops.at(-1)
  if (verdict !== 'dropped' || reason !== 'filtered' || !last) return undefined
  const through = hops.findIndex(({ node, step }) => node === gateway.name && step === 'forward')
  const left = hops.findIndex(({ node, step }, i) => i > through && node === gateway.name && step === 'transmit')
  // Its own forward chain is asked before it sends.
  return through < 0 || left < 0 ? undefined : t`the filter of ${last.interface === null || last.node !== to.guest.name ? t`${last.node} for ${printIp(address)}` : `${last.node}:${last.interface}`}`
}
