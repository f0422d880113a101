/** A security group that lets anything in from anywhere. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'security-group-open',
  title: 'Security group is open',
  severity: 'warning',
  explanation: explain({
    what: 'A rule of a security group lets every protocol and port in from everywhere.',
    why: 'The group protects nothing; the other rules in it are without meaning.',
    mend: 'Name the ports, the protocol or the sources.',
    wrong: 'web: { ingress: [{ from: any }] }',
    right: 'web: { ingress: [{ from: any, ports: [443/tcp] }] }',
  }),
  run(context, report) {
    for (const group of context.written.securityGroups.values()) {
      for (const rule of group.ingress) {
        const { value } = rule.from
        const any = value.kind === 'any' || (value.kind === 'prefix' && value.prefix.length === 0)
        if (!any || rule.ports.length > 0 || (rule.proto && rule.proto.value !== 'any' && rule.proto.value !== 'all')) continue
        report({
          at: rule.at, message: t`group ${group.name} lets everything in from everywhere`,
          fixes: [{ title: t('Let in its own members only'), change: { kind: 'correct', at: rule.from.at, value: `group:${group.name}` } }],
        })
      }
    }
  },
}
