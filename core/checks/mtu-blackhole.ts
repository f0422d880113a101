/** A router that says "too large" to somebody it cannot reach. */
import { parseIp, printIp, type Ip } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import type { Hop } from '../forwarding/trace.ts'
import type { Check } from './check.ts'
import { passesOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { keyOf } from './shared/model.ts'
import { routeFixes } from './shared/next-hops.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-blackhole',
  title: 'Path MTU discovery is broken',
  severity: 'error',
  explanation: explain({
    what: 'On a path that somebody expects to work, a router must drop large packets and tell the sender by ICMP, and has no way back to the sender for that message.',
    why: 'The sender goes on sending large packets that vanish: connections open and then hang (RFC 2923).',
    mend: 'Give the router a route to the sender\'s subnet, or lower the sender\'s MTU to the path\'s.',
    wrong: '# vm1 has 1500, s1\'s tunnel 1476, and s1 has no route to 10.1.0.0/24',
    right: 'routes: [{ to: 10.1.0.0/24, via: 192.0.2.2 }]',
  }),
  run(context, report) {
    const told = new Set<string>()
    for (const { demand, address, trace } of passesOf(context)) {
      const source = sourceOf(trace.hops)
      const device = source && [...demand.from.interfaces.values()].find((one) => one.addresses.some(({ value }) => keyOf(value.ip) === keyOf(source)))
      const size = device?.mtu?.value
      if (!source || size === undefined || trace.pathMtu === null || trace.pathMtu >= size) continue
      const large = traceFlow(context.plane, {
        from: demand.from.name, to: address, proto: 'icmp', size, df: true, ...(demand.toNode !== undefined && { toNode: demand.toNode }),
      })
      const last = large.hops.at(-1)
      const node = last && context.infra.nodes.get(last.node)
      // What drops without a word (a bridge) has checks of its own; the sender itself needs no message.
      // A router refuses what is too long before its filter sees it: routed, and not yet forwarded. A tunnel's host routes the outer packet only.
      const here = large.hops.filter((hop) => hop.node === last?.node)
      const routed = here.some(({ step }) => step === 'forward') || (here.some(({ step }) => step === 'route') && !here.some(({ step }) => step === 'encapsulate'))
      if (large.reason !== 'mtu-exceeded' || !last || !node || node.kind === 'switch' || !routed || node === demand.from || told.has(node.name)) continue
      // The error itself is sent, through filters and translations; where none is, the sender learns nothing either way.
      const back = large.error
      if (back?.verdict !== 'dropped') continue
      told.add(node.name)
      report({
        at: last.at ?? node.at, subject: node.name,
        message: t`${node.name} drops packets of ${demand.from.name} over ${trace.pathMtu} bytes and cannot tell it: no way back to ${printIp(source)} (${back.reason ?? t('dropped')})`,
        related: [{ message: `${demand.from.name} → ${demand.to} ${demand.words}`, at: demand.at }],
        fixes: routeFixes(context, node, source, new Set(trace.hops.map((hop) => hop.node))),
        counterexample: { from: demand.from.name, to: printIp(address), proto: 'icmp', size, df: true },
      })
    }
  },
}

/** The source address of the packet as it was sent. */
function sourceOf(hops: readonly Hop[]): Ip | undefined {
  for (const hop of hops) {
    for (const header of hop.headers) {
      const match = /^ipv[46] (\S+)>/.exec(header)
      if (match) return parseIp(match[1] ?? '')
    }
  }
  return undefined
}
