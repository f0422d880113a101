/** A packet of one tenant's member arrives at another tenant's. */
import { printIp, type Ip } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import type { Flow } from '../forwarding/flow.ts'
import type { Hop } from '../forwarding/trace.ts'
import { isStack, type GuestNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { devicesAt, dropBetween } from './shared/drop-between.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, isUp, labelOf, type Device } from './shared/model.ts'
import { segmentsByDevice, type SegmentView } from './shared/segments.ts'
import { membersOf } from './shared/tenancy.ts'
import { t } from '../words.ts'

/** Guests that forwarding and filters cannot tell apart but by address; one of them speaks for all. */
interface Kin {
  readonly tenant: string
  readonly witness: GuestNode
  readonly others: number
  readonly views: ReadonlySet<SegmentView>
}

export const check: Check = {
  code: 'tenant-leak',
  title: 'One tenant reaches another',
  severity: 'error',
  explanation: explain({
    what: 'A packet sent by a member of one tenant arrives at a member of another. Asked with an ICMP echo and with TCP to the ports that the receiver\'s security groups open; what matters is that the first packet arrives, not whether it is answered.',
    why: 'Tenants take it for granted that nobody else gets in. The message names every node on the way, and the counterexample can be traced.',
    mend: 'Take the route or the forwarding between the two away, or filter in between. If the receiver serves others on purpose, name them in its security group (`from: tenant:red`) or expect it (`reach:`), and nothing is said.',
    wrong: 's1:\n  forwarding: true\n  interfaces:\n    br-blue: { type: bridge, address: 10.1.0.1/24 }\n    br-red: { type: bridge, address: 10.2.0.1/24 }',
    right: 's1:\n  forwarding: true\n  firewall:\n    forward: { policy: accept, rules: [{ in: br-blue, out: br-red, action: drop }, { in: br-red, out: br-blue, action: drop }] }',
  }),
  run(context, report) {
    const members = membersOf(context)
    if (members.size < 2) return
    const kin = kinOf(context, members)
    const told = new Set<string>()
    for (const from of kin) {
      for (const to of kin) {
        if (from.tenant === to.tenant || told.has(`${from.tenant} ${to.tenant}`)) continue
        // On one segment they are told so by tenant-shared-segment.
        if ([...from.views].some((view) => to.views.has(view))) continue
        if (wished(context, from, to)) continue
        const leak = leakBetween(context, from.witness, to.witness)
        if (!leak) continue
        told.add(`${from.tenant} ${to.tenant}`)
        told.add(`${to.tenant} ${from.tenant}`)
        const { flow, path, device } = leak
        const what = flow.proto === 'icmp' ? t('an echo request') : t`${flow.proto} port ${flow.port ?? 0}`
        report({
          at: device.interface.attach?.at ?? device.interface.network?.at ?? device.interface.at, subject: labelOf(device),
          message: t`${from.witness.name} of tenant ${from.tenant} reaches ${to.witness.name} (${printIp(flow.to)}) of tenant ${to.tenant} with ${what} over ${path.join(' → ')}`,
          related: [{ message: t`${from.witness.name} of tenant ${from.tenant} sends`, at: from.witness.at }],
          fixes: stopBetween(context, leak),
          counterexample: {
            from: from.witness.name, to: printIp(flow.to), proto: flow.proto, path,
            ...(flow.port !== undefined && { port: flow.port }),
          },
        })
      }
    }
  },
}

function kinOf(context: CheckContext, members: ReadonlyMap<string, readonly GuestNode[]>): readonly Kin[] {
  const segments = segmentsByDevice(context)
  const found = new Map<string, { tenant: string; witness: GuestNode; others: number; views: ReadonlySet<SegmentView> }>()
  for (const [tenant, guests] of members) {
    for (const guest of guests) {
      if (![...guest.interfaces.values()].some((one) => isUp(one) && one.addresses.length > 0)) continue
      const views = new Set([...guest.interfaces.values()].flatMap((one) => segments.get(`${guest.name}:${one.name}`) ?? []))
      const key = [
        tenant, [...views].map((view) => view.segment.id).sort((a, b) => a - b).join('.'),
        guest.securityGroups.map((group) => group.value).join(' '),
        [...guest.interfaces.values()].flatMap((one) => one.gateways.map(({ value }) => printIp(value))).join(' '),
        // A guest with rules or routes of its own stands for itself.
        guest.firewall || guest.routes.length > 0 || guest.nat.length > 0 ? guest.name : '',
      ].join('|')
      const known = found.get(key)
      if (known) known.others++
      else found.set(key, { tenant, witness: guest, others: 0, views })
    }
  }
  return [...found.values()]
}

/** Somebody wrote down that this is to be: a rule that names the tenant or its group, or an expectation. */
function wished(context: CheckContext, from: Kin, to: Kin): boolean {
  const groups = new Set(from.witness.securityGroups.map((group) => group.value))
  for (const { value } of to.witness.securityGroups) {
    for (const { from: source } of context.infra.securityGroups.get(value)?.ingress ?? []) {
      if (source.value.kind === 'tenant' && source.value.name === from.tenant) return true
      if (source.value.kind === 'group' && groups.has(source.value.name)) return true
    }
  }
  const names = (kin: Kin, selector: { readonly value: { readonly kind: string; readonly node?: string; readonly name?: string } }): boolean =>
    selector.value.kind === 'node' ? selector.value.node === kin.witness.name : selector.value.kind === 'tenant' && selector.value.name === kin.tenant
  return context.infra.expectations.some((one) =>
    (one.kind === 'reach' || one.kind === 'path' || one.kind === 'mtu')
    && one.from.some((selector) => names(from, selector)) && one.to.some((selector) => names(to, selector)))
}

interface Leak {
  readonly flow: Flow
  readonly path: readonly string[]
  readonly hops: readonly Hop[]
  readonly device: Device
}

/** A filter at the first stack of the way that forwards. */
function stopBetween(context: CheckContext, { path, hops }: Leak): readonly Fix[] {
  for (const name of path) {
    const node = context.written.nodes.get(name)
    const through = node && isStack(node) ? devicesAt(hops, name) : undefined
    const bridge = (device: string): string => (node?.interfaces.has(device) ? device : context.infra.nodes.get(name)?.interfaces.get(device)?.master?.value ?? device)
    if (node && isStack(node) && through) return dropBetween(node, bridge(through.into), bridge(through.out))
  }
  return []
}

function leakBetween(context: CheckContext, from: GuestNode, to: GuestNode): Leak | undefined {
  for (const one of to.interfaces.values()) {
    if (!isUp(one)) continue
    for (const { value } of one.addresses) {
      for (const flow of flowsTo(context, from, to, value.ip)) {
        const trace = traceFlow(context.plane, flow)
        if (trace.verdict !== 'delivered' && trace.reason !== 'no-return') continue
        const path: string[] = []
        for (const hop of trace.hops) if (path.at(-1) !== hop.node) path.push(hop.node)
        return { flow, path, hops: trace.hops, device: deviceOn(to, one) }
      }
    }
  }
  return undefined
}

/** An echo, and one TCP flow for every port that the receiver's security groups open. */
function flowsTo(context: CheckContext, from: GuestNode, to: GuestNode, ip: Ip): readonly Flow[] {
  const ports = new Map<string, { proto: 'tcp' | 'udp'; port: number }>()
  for (const { value } of to.securityGroups) {
    for (const rule of context.infra.securityGroups.get(value)?.ingress ?? []) {
      for (const { value: range } of rule.ports) {
        if (range.protocol !== 'sctp') ports.set(`${range.protocol} ${range.first}`, { proto: range.protocol, port: range.first })
      }
    }
  }
  const base = { from: from.name, to: ip, toNode: to.name, df: false } as const
  return [{ ...base, proto: 'icmp', size: 84 }, ...[...ports.values()].slice(0, 8).map((port) => ({ ...base, ...port, size: 60 }))]
}
