/** One tunnel number for two networks. */
import { tunnelSpecs } from '../tunnels/index.ts'
import { tunnelTypes } from '../infra/interface.ts'
import type { Network } from '../infra/parts.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'

export const check: Check = {
  code: 'tunnel-id-shared-by-tenants',
  title: 'Two networks share a tunnel id',
  severity: 'error',
  explanation: explain({
    what: 'Two networks use the same encapsulation, port and id, so that their packets cannot be told apart on the underlay.',
    why: 'A host that has members of both cannot make the second device ("File exists"); elsewhere frames of one network come out in the other.',
    mend: 'Give each network an id of its own; the quick fix takes the next free one.',
    wrong: 'blue: { type: vxlan, id: 5001, tenant: blue }\nred: { type: vxlan, id: 5001, tenant: red }',
    right: 'blue: { type: vxlan, id: 5001, tenant: blue }\nred: { type: vxlan, id: 5002, tenant: red }',
  }),
  run(context, report) {
    const first = new Map<string, Network>()
    const taken = new Set([...context.written.networks.values()].flatMap((network) => network.id?.value ?? []))
    for (const network of context.written.networks.values()) {
      const type = tunnelTypes.find((one) => one === network.type.value)
      if (!type || !network.id) continue
      const key = `${type} ${network.port?.value ?? tunnelSpecs[type].port ?? ''} ${network.id.value}`
      const other = first.get(key)
      if (!other) {
        first.set(key, network)
        continue
      }
      let free = network.id.value + 1
      while (taken.has(free)) free++
      const of = (one: Network): string => (one.tenant ? `${one.name} of tenant ${one.tenant.value}` : one.name)
      report({
        at: network.id.at, subject: `network:${network.name}`,
        message: `networks ${of(other)} and ${of(network)} share the ${type} ${tunnelSpecs[type].id?.name ?? 'id'} ${network.id.value}`,
        related: [{ message: `${other.name} has it too`, at: other.id?.at ?? other.at }],
        fixes: [{ title: `Use ${free}`, preferred: true, change: { kind: 'correct', at: network.id.at, value: free } }],
      })
    }
  },
}
