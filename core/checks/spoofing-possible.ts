/** A rule trusts an address that a neighbour could take. */
import { contains, printIp, type Ip } from '../address/ip.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { SecurityRule } from '../infra/parts.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, labelOf, type Device } from './shared/model.ts'
import { segmentViews } from './shared/segments.ts'
import { tenantOfGuest } from './shared/tenancy.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'spoofing-possible',
  title: 'A trusted address can be taken',
  severity: 'information',
  explanation: explain({
    what: 'A security group lets in a group, a tenant or a prefix, which means: certain source addresses. A guest that is not meant stands on the same segment as one that is, and nothing pins it to its own address: it is in no security group itself.',
    why: 'It can answer ARP for the trusted address, or simply send with it, and the rule lets it in. Cloud managers pin MAC and address at the port of a guest that has groups (port security); a plain bridge port is pinned by nobody.',
    mend: 'Give the neighbour a security group, too; put the trusted guests on a segment of their own; or let the application ask for more than an address.',
    wrong: 'db: { security-groups: [db] }   # db: { ingress: [{ from: group:web }] }\nweb: { security-groups: [web], interfaces: { eth0: { attach: br0 } } }\nother: { interfaces: { eth0: { attach: br0 } } }',
    right: 'other: { security-groups: [plain], interfaces: { eth0: { attach: br0 } } }',
  }),
  run(context, report) {
    const used = new Set([...context.infra.nodes.values()].flatMap((node) => (isGuest(node) ? node.securityGroups.map(({ value }) => value) : [])))
    if (used.size === 0) return
    const views = segmentViews(context).map(({ devices }) => devices.filter(({ node, interface: one }) => isGuest(node) && isUp(one))).filter((devices) => devices.length > 1)
    for (const group of context.infra.securityGroups.values()) {
      if (!used.has(group.name)) continue
      for (const rule of group.ingress) {
        const found = takerOf(context, rule, views)
        if (!found) continue
        const { trusted, address, taker } = found
        report({
          at: rule.from.at, subject: labelOf(taker),
          message: t`group ${group.name} trusts ${printIp(address)} of ${trusted.node.name}, and ${labelOf(taker)} on the same segment can send with it: nothing pins it to its own address`,
          related: [{ message: labelOf(taker), at: taker.interface.at }, { message: labelOf(trusted), at: trusted.interface.at }],
        })
      }
    }
  },
}

interface Taker {
  readonly trusted: Device
  readonly address: Ip
  readonly taker: Device
}

/** Somebody trusted, and an unpinned neighbour of his whom the rule does not name. */
function takerOf(context: CheckContext, { from: { value: from } }: SecurityRule, views: readonly (readonly Device[])[]): Taker | undefined {
  if (from.kind === 'any' || (from.kind === 'prefix' && from.prefix.length === 0)) return undefined
  const means = (node: GuestNode, one: Interface): boolean => {
    switch (from.kind) {
      case 'prefix': return one.addresses.some(({ value }) => contains(from.prefix, value.ip))
      case 'group': return node.securityGroups.some(({ value }) => value === from.name)
      case 'tenant': return tenantOfGuest(context, node) === from.name
    }
  }
  for (const devices of views) {
    const trusted = devices.find(({ node, interface: one }) => isGuest(node) && one.addresses.length > 0 && means(node, one))
    const address = trusted?.interface.addresses.find(({ value }) => from.kind !== 'prefix' || contains(from.prefix, value.ip))?.value.ip
    if (!trusted || !address) continue
    const taker = devices.find(({ node, interface: one }) => isGuest(node) && node.securityGroups.length === 0 && !means(node, one)
      && node !== trusted.node && one.addresses.length > 0)
    if (taker) return { trusted, address, taker }
  }
  return undefined
}

