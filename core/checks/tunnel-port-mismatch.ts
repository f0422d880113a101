/** The two ends of a tunnel use different ports. */
import { tunnelSpecs } from '../tunnels/index.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf, writtenOf, type Device } from './shared/model.ts'
import { oncePerPair, placeOf, tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-port-mismatch',
  title: 'Tunnel ends use different ports',
  severity: 'error',
  explanation: explain({
    what: 'The two ends of a tunnel send to different UDP ports.',
    why: 'Nobody listens on the port that the packets come to. Linux made its first vxlan devices with port 8472; IANA assigned 4789 later, and a mixture of the two is the usual cause.',
    mend: 'Write the same `port` at both ends.',
    wrong: 's1: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: 20.0.0.2, port: 8472 } } }\ns2: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.2, remote: 20.0.0.1 } } }',
    right: 's1: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: 20.0.0.2 } } }\ns2: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.2, remote: 20.0.0.1 } } }',
  }),
  run(context, report) {
    for (const { way, far, words } of oncePerPair(tunnelWays(context), 'port')) {
      const { device, type } = way
      const value = (one: Device): number | undefined => one.interface.tunnel?.port?.value ?? tunnelSpecs[type].port
      const [mine, theirs] = [value(device), value(far)]
      report({
        at: placeOf(device, 'port'), subject: labelOf(device),
        message: t`${labelOf(device)} uses UDP port ${mine ?? t('none')} and ${labelOf(far)} ${theirs ?? t('none')}${[mine, theirs].includes(8472) && [mine, theirs].includes(4789) ? t(' (4789 is IANA\'s for vxlan, 8472 the old default of Linux)') : ''}${words.length > 1 ? `; ${words.slice(0, -1).join('; ')}` : ''}`,
        related: [{ message: t`${labelOf(far)} has ${theirs ?? t('none')}`, at: placeOf(far, 'port') }],
        fixes: [
          ...align(device, theirs, true),
          ...align(far, mine, false),
        ],
      })

      function align(one: Device, to: number | undefined, preferred: boolean): readonly Fix[] {
        if (!writtenOf(context, one)) return []
        const part = { kind: 'interface', node: one.node.name, interface: one.interface.name } as const
        return [to === undefined
          ? { title: t`Take the port of ${labelOf(one)} away`, preferred, change: { kind: 'unset', part, key: 'port' } }
          : { title: t`Set the port of ${labelOf(one)} to ${to}`, preferred, change: { kind: 'set', part, key: 'port', value: to } }]
      }
    }
  },
}
