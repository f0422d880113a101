/** A device without a link that somebody needs. */
import { contains } from '../address/ip.ts'
import type { Check } from './check.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, labelOf, ownersOf, prefixesOf } from './shared/model.ts'

export const check: Check = {
  code: 'interface-unconnected',
  title: 'Connected to nothing',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive is sent out of a physical device that no link ends in, or looks for an address that such a device has.',
    why: 'It leaves the file\'s world; nobody answers.',
    mend: 'Add the link, or correct the route that chose the device.',
    wrong: 's1: { interfaces: { eth0: { address: 10.0.0.1/24 } } }   # and no link names s1:eth0',
    right: 'links: [[s1:eth0, sw1:p1]]',
  }),
  run(context, report) {
    const linked = new Set(context.infra.links.flatMap((link) => link.ends.map((end) => `${end.node}:${end.interface}`)))
    for (const failure of failuresOf(context)) {
      const { node: name, interface: device } = failure.last
      if (failure.reason === 'neighbour-unreachable') {
        // Nobody answers because whoever has the address hangs on nothing.
        const own = failure.node ? [...failure.node.interfaces.values()] : []
        const near = own.some((each) => prefixesOf(each).some(({ prefix }) => contains(prefix, failure.address)))
        const wanted = near ? [failure.address] : own.flatMap((each) => each.gateways.map(({ value }) => value))
        for (const owner of wanted.flatMap((ip) => ownersOf(context).get(keyOf(ip)) ?? [])) {
          const { node, interface: one } = owner
          if (one.type.value !== 'ethernet' || one.hostSide || one.master || linked.has(labelOf(owner)) || node.kind === 'external' || node.origin.by !== 'text' || node === failure.node) continue
          report({
            at: one.at, subject: labelOf(owner), message: `no link ends in ${labelOf(owner)}, and ${pairOf(failure)} looks for it`,
            related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
            counterexample: counterexampleOf(failure),
          })
        }
      }
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
