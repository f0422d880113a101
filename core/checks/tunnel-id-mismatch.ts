/** The two ends of a tunnel carry different numbers. */
import { tunnelSpecs } from '../tunnels/index.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf, writtenOf, type Device } from './shared/model.ts'
import { oncePerPair, placeOf, tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-id-mismatch',
  title: 'Tunnel ends have different ids',
  severity: 'error',
  explanation: explain({
    what: 'The two ends of a tunnel have different keys, VNIs, VSIDs or context ids.',
    why: 'The number says which tenant a packet belongs to; the receiver throws away what has another one, silently.',
    mend: 'Write the same `id` at both ends.',
    wrong: 's1: { interfaces: { tun0: { type: vxlan, local: 20.0.0.1, remote: 20.0.0.2, id: 7 } } }\ns2: { interfaces: { tun0: { type: vxlan, local: 20.0.0.2, remote: 20.0.0.1, id: 8 } } }',
    right: 's1: { interfaces: { tun0: { type: vxlan, local: 20.0.0.1, remote: 20.0.0.2, id: 7 } } }\ns2: { interfaces: { tun0: { type: vxlan, local: 20.0.0.2, remote: 20.0.0.1, id: 7 } } }',
  }),
  run(context, report) {
    for (const { way, far, words } of oncePerPair(tunnelWays(context), 'id')) {
      const { device, type } = way
      const value = (one: Device): number | undefined => one.interface.tunnel?.id?.value
      const [mine, theirs] = [value(device), value(far)]
      report({
        at: placeOf(device, 'id'), subject: labelOf(device),
        message: t`${labelOf(device)} and ${labelOf(far)} are two ends of one ${type} tunnel and differ: ${tunnelSpecs[type].id?.name ?? 'id'} ${mine ?? t('none')} here, ${theirs ?? t('none')} there${words.length > 1 ? t` (and ${words.slice(1).join('; ')})` : ''}`,
        related: [{ message: t`${labelOf(far)} has ${theirs ?? t('none')}`, at: placeOf(far, 'id') }],
        fixes: [
          ...align(device, theirs, true),
          ...align(far, mine, false),
        ],
      })

      function align(one: Device, to: number | undefined, preferred: boolean): readonly Fix[] {
        if (!writtenOf(context, one)) return []
        const part = { kind: 'interface', node: one.node.name, interface: one.interface.name } as const
        return [to === undefined
          ? { title: t`Take the id of ${labelOf(one)} away`, preferred, change: { kind: 'unset', part, key: 'id' } }
          : { title: t`Set the id of ${labelOf(one)} to ${to}`, preferred, change: { kind: 'set', part, key: 'id', value: to } }]
      }
    }
  },
}
