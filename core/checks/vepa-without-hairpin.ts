/** Siblings in vepa mode that should talk, before a switch that does not reflect. */
import type { Check } from './check.ts'
import { childrenByParent } from './shared/children.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'vepa-without-hairpin',
  title: 'VEPA needs a reflecting switch',
  severity: 'error',
  explanation: explain({
    what: 'Two macvlan devices in mode vepa (Linux\'s default) stand on one parent and are expected to reach each other.',
    why: 'In vepa mode every frame leaves by the parent; a sibling is reached only if the switch outside sends it back by the port it came from (hairpin, IEEE 802.1Qbg).',
    mend: 'Use `mode: bridge`, or set `hairpin: true` on the switch\'s port.',
    wrong: 'm1: { type: macvlan, link: eth0 }   # vepa\nm2: { type: macvlan, link: eth0 }',
    right: 'm1: { type: macvlan, link: eth0, mode: bridge }\nm2: { type: macvlan, link: eth0, mode: bridge }',
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
        const vepa = (each: typeof one): boolean => each !== undefined && each.interface.type.value !== 'ipvlan' && (each.interface.mode?.value ?? 'vepa') === 'vepa'
        if (!one || !two || !vepa(one) || !vepa(two) || host === '') continue
        const child = two
        report({
          at: child.interface.mode?.at ?? child.interface.type.at, subject: labelOf(child),
          message: t`${labelOf(one)} and ${labelOf(two)} are in mode vepa on ${parent}, and the switch behind it does not reflect: ${pairOf(failure)} is lost`,
          related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
          fixes: child.interface.type.value === 'ipvlan' || !context.written.nodes.get(child.node.name)?.interfaces.has(child.interface.name) ? [] : [{
            title: t('Use mode bridge for both'), preferred: true,
            change: { kind: 'several', changes: [one, two].flatMap((each) => each ? [{ kind: 'set', part: { kind: 'interface', node: each.node.name, interface: each.interface.name }, key: 'mode', value: 'bridge' } as const] : []) },
          }],
          counterexample: counterexampleOf(failure),
        })
      }
    }
  },
}
