/** Two ends with jumbo frames, and a path between them without. */
import { printIp } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import type { Change } from '../infra/change.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { passesOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, labelOfEnd } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-jumbo-partial',
  title: 'Jumbo frames end on the way',
  severity: 'warning',
  explanation: explain({
    what: 'Both ends of a path that somebody expects to work have an MTU over 1500, and the path between them takes less.',
    why: 'Path MTU discovery finds the smaller size, if nothing swallows its ICMP; the jumbo frames bring nothing but that risk.',
    mend: 'Raise the MTU of every device on the way, or lower it at both ends.',
    wrong: 's1: { interfaces: { eth0: { mtu: 9000 } } }   # and the router between has 1500',
    right: 'r1: { interfaces: { p1: { mtu: 9000 }, p2: { mtu: 9000 } } }',
  }),
  run(context, report) {
    const told = new Set<string>()
    for (const { demand, address, trace } of passesOf(context)) {
      const receiver = context.infra.nodes.get(demand.toNode ?? '')
      const there = receiver && [...receiver.interfaces.values()].find((one) => one.addresses.some(({ value }) => keyOf(value.ip) === keyOf(address)))
      const first = trace.hops.find((hop) => hop.node === demand.from.name && hop.interface !== null)
      const here = demand.from.interfaces.get(first?.interface ?? '')
      const size = Math.min(here?.mtu?.value ?? 0, there?.mtu?.value ?? 0)
      if (size <= 1500 || here?.type.value === 'loopback' || there?.type.value === 'loopback' || trace.pathMtu === null || trace.pathMtu >= size) continue
      const large = traceFlow(context.plane, { from: demand.from.name, to: address, proto: 'icmp', size, df: true, ...(demand.toNode !== undefined && { toNode: demand.toNode }) })
      const last = large.hops.at(-1)
      const node = last && context.infra.nodes.get(last.node)
      if (!last || !node || told.has(node.name)) continue
      // Where the two ends of one wire differ, that is said by mtu-mismatch-link.
      const differing = context.infra.links.some(({ ends }) => ends.some((end) => end.node === node.name)
        && new Set(ends.map((end) => context.infra.nodes.get(end.node)?.interfaces.get(end.interface)?.mtu?.value)).size > 1)
      if (differing) continue
      told.add(node.name)
      report({
        at: last.at ?? node.at, subject: node.name,
        message: t`${demand.from.name} and ${demand.to} have an MTU of ${size} at least, the path between them takes ${trace.pathMtu} at ${node.name}`,
        related: [{ message: `${demand.from.name} → ${demand.to} ${demand.words}`, at: demand.at }],
        fixes: raiseCable(context, node.name, last.interface, size),
        counterexample: { from: demand.from.name, to: printIp(address), proto: 'icmp', size, df: true },
      })
    }
  },
}

/** Both ends of the cable that is too small, where both are written. */
function raiseCable(context: CheckContext, node: string, device: string | null, size: number): readonly Fix[] {
  const link = context.written.links.find(({ ends }) => ends.some((end) => end.node === node && end.interface === device))
  if (!link || device === null || link.mtu || link.ends.some((end) => context.written.nodes.get(end.node)?.origin.by !== 'text')) return []
  return [{
    title: t`Raise ${link.ends.map(labelOfEnd).join(t(' and '))} to ${size}`, preferred: true,
    change: { kind: 'several', changes: link.ends.map((end): Change => ({ kind: 'set', part: { kind: 'interface', node: end.node, interface: end.interface }, key: 'mtu', value: size })) },
  }]
}
