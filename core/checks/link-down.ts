/** A device or link that is down, and that somebody needs. */
import type { Check } from './check.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { isUp } from './shared/model.ts'

export const check: Check = {
  code: 'link-down',
  title: 'Down, but needed',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive ends at a device that is down, or at a link without carrier.',
    why: 'Nothing passes it. An interface that is down loses its routes; a link that is down keeps them.',
    mend: 'Bring it up, or give the packet another way.',
    wrong: 'eth0: { address: 10.0.0.1/24, up: false }',
    right: 'eth0: { address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    for (const failure of failuresOf(context)) {
      const hops = failure.returning ? (failure.trace.reply?.hops ?? []) : failure.trace.hops
      const nodes = new Set(hops.slice(-3).map((hop) => hop.node))
      if (failure.reason !== 'no-carrier' && failure.reason !== 'no-route' && failure.reason !== 'neighbour-unreachable') continue
      const related = [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }]
      const node = context.infra.nodes.get(failure.last.node)
      const device = node && [...node.interfaces.values()].find((one) => !isUp(one) && (one.name === failure.last.interface || one.addresses.length > 0 || one.master))
      const link = context.infra.links.find((one) => one.up?.value === false && one.ends.some((end) => nodes.has(end.node)))
      if (device?.up) {
        report({
          at: device.up.at, subject: `${failure.last.node}:${device.name}`, message: `${failure.last.node}:${device.name} is down, and ${pairOf(failure)} needs it`, related,
          fixes: [{ title: 'Bring it up', preferred: true, change: { kind: 'set', part: { kind: 'interface', node: failure.last.node, interface: device.name }, key: 'up', value: true } }],
          counterexample: counterexampleOf(failure),
        })
      } else if (link?.up && failure.reason !== 'no-route') {
        const index = context.written.links.indexOf(link)
        report({
          at: link.up.at, message: `the link ${link.ends.map((end) => `${end.node}:${end.interface}`).join(' – ')} is down, and ${pairOf(failure)} needs it`, related,
          fixes: index < 0 ? [] : [{ title: 'Bring it up', preferred: true, change: { kind: 'set', part: { kind: 'link', link: index }, key: 'up', value: true } }],
          counterexample: counterexampleOf(failure),
        })
      }
    }
  },
}
