/** The packet arrives, and its answer finds no way back. */
import { parseIp, printIp, type Ip } from '../address/ip.ts'
import type { Check } from './check.ts'
import { byNode, counterexampleOf, failuresOf, hasRefusedRoute, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { routeFixes } from './shared/next-hops.ts'

export const check: Check = {
  code: 'no-return-route',
  title: 'The answer finds no way back',
  severity: 'error',
  explanation: explain({
    what: 'A packet arrives where it is expected to, but on the way back some stack has no route to the sender.',
    why: 'Every connection hangs, though each hop of the way there looks right. It is the classic of direct routing: the routers were told of one subnet and not of the other.',
    mend: 'Add the route to the sender\'s subnet, or a default gateway, at the stack that the finding names.',
    wrong: 'r2: { routes: [] }   # knows 10.2.0.0/24 only',
    right: 'r2: { routes: [{ to: 10.1.0.0/24, via: 192.0.2.1 }] }',
  }),
  run(context, report) {
    const lost = failuresOf(context).filter((failure) => failure.returning && failure.reason === 'no-route')
    for (const [node, failures] of byNode(lost)) {
      const [first] = failures
      if (!first) continue
      const sender = senderOf(first)
      if (sender && hasRefusedRoute(node, sender)) continue
      report({
        at: node.at, subject: node.name,
        message: `${node.name} has no route back to ${sender ? printIp(sender) : first.demand.from.name}: ${listed(failures.map(pairOf))} arrives and is not answered`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: sender ? routeFixes(context, node, sender, new Set(first.trace.hops.map((hop) => hop.node))) : [],
        counterexample: counterexampleOf(first),
      })
    }
  },
}

/** The address that the answer is sent to: the destination in the reply's own headers. */
function senderOf({ trace, demand, address }: Failure): Ip | undefined {
  for (const hop of trace.reply?.hops ?? []) {
    for (const header of hop.headers) {
      const match = /^ipv[46] (\S+)>(\S+)$/.exec(header)
      const ip = match && parseIp(match[2] ?? '')
      if (ip) return ip
    }
  }
  return [...demand.from.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => value.ip)).find((ip) => ip.family === address.family)
}
