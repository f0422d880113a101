/** A definition that nothing names. */
import type { Span } from '../text/span.ts'
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'unused-definition',
  title: 'Nothing uses this',
  severity: 'information',
  explanation: explain({
    what: 'A tenant, a network, a storage or a security group is defined and nothing in the file names it.',
    why: 'It does nothing; perhaps a reference to it is missing.',
    mend: 'Use it, or take it away.',
    wrong: 'security-groups: { web: { ingress: [] } }   # and no guest has it',
    right: 'vms: { web1: { security-groups: [web] } }',
  }),
  run(context, report) {
    const { written } = context
    const used = { tenant: new Set<string>(), network: new Set<string>(), storage: new Set<string>(), group: new Set<string>() }
    for (const node of written.nodes.values()) {
      for (const one of node.interfaces.values()) if (one.network) used.network.add(one.network.value)
      if (!isGuest(node)) continue
      if (node.tenant) used.tenant.add(node.tenant.value)
      for (const group of node.securityGroups) used.group.add(group.value)
      if (node.kind === 'vm') for (const { on } of node.disks) if (on) used.storage.add(on.value)
    }
    for (const network of written.networks.values()) if (network.tenant) used.tenant.add(network.tenant.value)
    for (const group of written.securityGroups.values()) {
      for (const { from } of [...group.ingress, ...(group.egress ?? [])]) {
        if (from.value.kind === 'group') used.group.add(from.value.name)
        if (from.value.kind === 'tenant') used.tenant.add(from.value.name)
      }
    }
    const see = (kind: keyof typeof used, what: string, entries: Iterable<{ readonly name: string; readonly at: Span }>): void => {
      for (const { name, at } of entries) if (!used[kind].has(name)) report({ at, message: t`nothing uses ${what} ${name}`, fixes: [{ title: t`Take ${what} ${name} away`, change: { kind: 'remove', at } }], ...(kind === 'network' && { subject: `network:${name}` }) })
    }
    see('tenant', t('tenant'), written.tenants.values())
    see('network', t('network'), written.networks.values())
    see('storage', t('storage'), [...written.storage.values()].filter((one) => one.servers.length === 0))
    see('group', t('security group'), written.securityGroups.values())
  },
}
