/** A host and the macvlan child on its own device, which cannot talk. */
import type { Check } from './check.ts'
import { childrenByParent } from './shared/children.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'macvlan-parent-talk',
  title: 'Host cannot talk to its macvlan child',
  severity: 'warning',
  explanation: explain({
    what: 'A stack is expected to reach the macvlan or ipvlan child that stands on its own device, or the other way round.',
    why: 'The parent\'s own stack and its children never see each other\'s frames on the device (macvlan_handle_frame); only a reflecting switch outside would bring them back.',
    mend: 'Give the host a macvlan child of its own in mode bridge and let it use that one.',
    wrong: 's1: { interfaces: { eth0: { address: 10.0.0.1/24 } } }\nvm1: { interfaces: { eth0: { type: macvtap, attach: eth0, mode: bridge, address: 10.0.0.2/24 } } }',
    right: 's1: { interfaces: { eth0: {}, host0: { type: macvlan, link: eth0, mode: bridge, address: 10.0.0.1/24 } } }',
  }),
  run(context, report) {
    const failures = failuresOf(context)
    if (failures.length === 0) return
    for (const [parent, children] of childrenByParent(context)) {
      const [host = ''] = parent.split(':')
      for (const failure of failures) {
        const { from, toNode } = failure.demand
        const reason = failure.reason
        if (reason !== 'neighbour-unreachable' && reason !== 'no-carrier' && reason !== 'filtered') continue
        const one = children.find((child) => child.node === from)
        const two = children.find((child) => child.node.name === toNode)
        const child = from.name === host ? two : toNode === host ? one : undefined
        if (!child || child.node.name === host) continue
        report({
          at: child.interface.mode?.at ?? child.interface.type.at, subject: labelOf(child),
          message: t`${labelOf(child)} stands on ${parent}, and the two cannot talk to each other: ${pairOf(failure)} is lost`,
          related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
          fixes: [],
          counterexample: counterexampleOf(failure),
        })
      }
    }
  },
}
