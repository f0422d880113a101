/** A security group on an interface where nobody can enforce it. */
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'security-group-unenforced',
  title: 'Security group is bypassed',
  severity: 'error',
  explanation: explain({
    what: 'A guest has security groups and an interface whose frames do not pass the host\'s filters: a device passed through, a virtual function, or a macvtap in mode passthru.',
    why: 'The host never sees the frames, so that the groups hold for the other interfaces only.',
    mend: 'Attach the interface to a bridge, or filter in the guest or in the switch.',
    wrong: 'vm1: { security-groups: [web], interfaces: { eth0: { type: vf, attach: eth2 } } }',
    right: 'vm1: { security-groups: [web], interfaces: { eth0: { attach: br0 } } }',
  }),
  run(context, report) {
    for (const node of context.written.nodes.values()) {
      const [group] = isGuest(node) ? node.securityGroups : []
      if (!group) continue
      for (const one of node.interfaces.values()) {
        const type = one.type.value
        const passthru = (type === 'macvtap' || type === 'macvlan') && one.mode?.value === 'passthru'
        if (type !== 'passthrough' && type !== 'vf' && !passthru) continue
        report({
          at: passthru ? (one.mode?.at ?? one.type.at) : one.type.at, subject: `${node.name}:${one.name}`,
          message: passthru ? t`${node.name}:${one.name} is a ${type} in mode passthru, so group ${group.value} is not enforced on it` : t`${node.name}:${one.name} is of type ${type}, so group ${group.value} is not enforced on it`,
          related: [{ message: t`group ${group.value}`, at: group.at }],
        })
      }
    }
  },
}
