/** A device without a link that somebody needs. */
import type { Check } from './check.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'

export const check: Check = {
  code: 'interface-unconnected',
  title: 'Connected to nothing',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive is sent out of a physical device that no link ends in.',
    why: 'It leaves the file\'s world; nobody answers.',
    mend: 'Add the link, or correct the route that chose the device.',
    wrong: 's1: { interfaces: { eth0: { address: 10.0.0.1/24 } } }   # and no link names s1:eth0',
    right: 'links: [[s1:eth0, sw1:p1]]',
  }),
  run(context, report) {
    const linked = new Set(context.infra.links.flatMap((link) => link.ends.map((end) => `${end.node}:${end.interface}`)))
    for (const failure of failuresOf(context)) {
      const { node: name, interface: device } = failure.last
      if (device === null || (failure.reason !== 'no-carrier' && failure.reason !== 'neighbour-unreachable')) continue
      const one = context.infra.nodes.get(name)?.interfaces.get(device)
      if (!one || one.type.value !== 'ethernet' || one.hostSide || linked.has(`${name}:${device}`) || one.up?.value === false) continue
      report({
        at: one.at, subject: `${name}:${device}`, message: `no link ends in ${name}:${device}, and ${pairOf(failure)} is sent out of it`,
        related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
        counterexample: counterexampleOf(failure),
      })
    }
  },
}
