/** Containers of two tenants on one kernel. */
import type { Container } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tenant-shared-kernel',
  title: 'Two tenants share a kernel',
  severity: 'information',
  explanation: explain({
    what: 'Containers of two tenants run on the same host, and so on the same kernel.',
    why: 'Namespaces alone keep them apart: a hole in the kernel is a hole between the tenants. Two tenants\' VMs do not share a kernel.',
    mend: 'Give each tenant VMs or hosts of its own, if that is not enough for you.',
    wrong: 'c1: { host: s1, tenant: blue }\nc2: { host: s1, tenant: red }',
    right: 'c1: { host: vm-blue, tenant: blue }\nc2: { host: vm-red, tenant: red }',
  }),
  run(context, report) {
    const first = new Map<string, Container>()
    const told = new Set<string>()
    for (const node of context.infra.nodes.values()) {
      if (node.kind !== 'container' || !node.host || !node.tenant) continue
      const other = first.get(node.host.value)
      if (!other) first.set(node.host.value, node)
      else if (other.tenant && other.tenant.value !== node.tenant.value && !told.has(node.host.value)) {
        told.add(node.host.value)
        report({
          at: node.tenant.at, subject: node.name, message: t`${node.name} of tenant ${node.tenant.value} and ${other.name} of tenant ${other.tenant.value} share the kernel of ${node.host.value}`,
          related: [{ message: t`${other.name} of tenant ${other.tenant.value}`, at: other.tenant.at }],
        })
      }
    }
  },
}
