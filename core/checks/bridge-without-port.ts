/** A bridge that nothing is plugged into. */
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'bridge-without-port',
  title: 'Bridge has no port',
  severity: 'warning',
  explanation: explain({
    what: 'A bridge has neither a port nor an address, and no guest is attached to it.',
    why: 'It does nothing; usually a `master` is missing somewhere.',
    mend: 'Name it as `master` of what should be in it, or take it away.',
    wrong: 'br0: { type: bridge }\neth0: { }',
    right: 'br0: { type: bridge }\neth0: { master: br0 }',
  }),
  run(context, report) {
    for (const node of context.written.nodes.values()) {
      const real = context.infra.nodes.get(node.name)
      if (!isStack(node) || !real) continue
      for (const one of node.interfaces.values()) {
        if ((one.type.value !== 'bridge' && one.type.value !== 'ovs') || one.addresses.length > 0 || one.dhcp?.value) continue
        const used = [...real.interfaces.values()].some((port) => port.master?.value === one.name || port.link?.value === one.name)
        if (!used) report({ at: one.at, subject: `${node.name}:${one.name}`, message: t`${one.name} on ${node.name} has no port, no guest and no address`, fixes: [{ title: t`Take ${one.name} away`, change: { kind: 'remove', at: one.at } }] })
      }
    }
  },
}
