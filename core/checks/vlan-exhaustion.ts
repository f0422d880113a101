/** A design that runs out of VLANs. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'vlan-exhaustion',
  title: 'VLANs run out',
  severity: 'warning',
  explanation: explain({
    what: 'The networks of type vlan come near the 4094 that a tag can tell apart.',
    why: 'There is no 4095th. A cloud that gives each tenant a few VLANs reaches the end with about a thousand tenants.',
    mend: 'Use vxlan, geneve or nvgre for new networks: 24 bits are 16 million.',
    wrong: '# 4000 networks of type vlan',
    right: 'type: vxlan',
  }),
  run(context, report) {
    const vlans = [...context.written.networks.values()].filter((network) => network.type.value === 'vlan')
    const last = vlans.at(-1)
    if (!last || vlans.length < 3686) return
    const tenants = new Set(vlans.flatMap((network) => network.tenant?.value ?? []))
    const more = Math.floor((4094 - vlans.length) / Math.max(1, vlans.length / Math.max(1, tenants.size)))
    report({
      at: last.type.at, subject: `network:${last.name}`,
      message: tenants.size > 0 ? t`${vlans.length} of 4094 VLANs are used by ${tenants.size} tenants; room is left for ${Math.max(0, more)} more tenants of the same size` : t`${vlans.length} of 4094 VLANs are used`,
    })
  },
}
