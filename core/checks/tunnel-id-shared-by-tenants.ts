/** One tunnel number for two networks. */
import { tunnelSpecs } from '../tunnels/index.ts'
import { tunnelTypes } from '../infra/interface.ts'
import type { Network } from '../infra/parts.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-id-shared-by-tenants',
  title: 'Two networks share a tunnel id',
  severity: 'error',
  explanation: explain({
    what: 'Two networks use the same encapsulation, port and id, or the same VLAN on one uplink, so that their packets cannot be told apart.',
    why: 'A host that has members of both cannot make the second device ("File exists"); elsewhere frames of one network come out in the other.',
    mend: 'Give each network an id of its own; the quick fix takes the next free one.',
    wrong: 'blue: { type: vxlan, id: 5001, tenant: blue }\nred: { type: vxlan, id: 5001, tenant: red }',
    right: 'blue: { type: vxlan, id: 5001, tenant: blue }\nred: { type: vxlan, id: 5002, tenant: red }',
  }),
  run(context, report) {
    const first = new Map<string, Network[]>()
    const taken = new Set([...context.written.networks.values()].flatMap((network) => network.id?.value ?? []))
    for (const network of context.written.networks.values()) {
      const kind = kindOf(network)
      if (!kind || !network.id) continue
      const key = `${kind.space} ${network.id.value}`
      const others = first.get(key)
      if (others) others.push(network)
      else first.set(key, [network])
      const other = others?.find((one) => one !== network && (kind.wide || shareUplink(one, network)))
      if (!other) continue
      let free = network.id.value + 1
      while (taken.has(free)) free++
      const of = (one: Network): string => (one.tenant ? t`${one.name} of tenant ${one.tenant.value}` : one.name)
      report({
        at: network.id.at, subject: `network:${network.name}`,
        message: t`networks ${of(other)} and ${of(network)} share the ${kind.words} ${network.id.value}`,
        related: [{ message: t`${other.name} has it too`, at: other.id?.at ?? other.at }],
        fixes: kind.wide || free < 4095 ? [{ title: t`Use ${free}`, preferred: true, change: { kind: 'correct', at: network.id.at, value: free } }] : [],
      })
    }
  },
}

/** Whose ids are compared with whose: tunnels of one kind and port over any way, VLANs on one device. */
function kindOf(network: Network): { readonly space: string; readonly words: string; readonly wide: boolean } | undefined {
  const type = tunnelTypes.find((one) => one === network.type.value)
  if (type) return { space: `${type} ${network.port?.value ?? tunnelSpecs[type].port ?? ''}`, words: `${type} ${tunnelSpecs[type].id?.name ?? 'id'}`, wide: true }
  return network.type.value === 'vlan' ? { space: 'vlan', words: 'VLAN', wide: false } : undefined
}

/** One device of one server carries both; where a file says no uplink nobody knows. */
function shareUplink(one: Network, two: Network): boolean {
  const [a, b] = [one.uplink, two.uplink]
  if (!a || !b) return false
  const servers = new Set([...a.by.keys(), ...b.by.keys()])
  const on = (uplink: typeof a, server: string): string | undefined => uplink.by.get(server)?.value ?? uplink.all?.value
  return (a.all !== undefined && a.all.value === b.all?.value) || [...servers].some((server) => on(a, server) !== undefined && on(a, server) === on(b, server))
}
