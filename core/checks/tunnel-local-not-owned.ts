/** A tunnel that says it sends from an address that its node does not have. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, keyOf, labelOf, tunnelTypeOf } from './shared/model.ts'
import { nearestName } from './shared/names.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-local-not-owned',
  title: 'Local address is not the node\'s',
  severity: 'error',
  explanation: explain({
    what: 'The `local` address of a tunnel is on no interface of its node.',
    why: 'Linux sends with it all the same, or not at all; the answers go to whoever really has the address.',
    mend: 'Write an address of the node; the quick fix takes the nearest.',
    wrong: 'eth0: { address: 20.0.0.1/24 }\ntun0: { type: gretap, local: 20.0.0.9, remote: 20.0.0.2 }',
    right: 'eth0: { address: 20.0.0.1/24 }\ntun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2 }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      const local = device.interface.tunnel?.local
      const real = context.infra.nodes.get(device.node.name)
      if (!local || !real || !tunnelTypeOf(device.interface) || real.opaque) continue
      const own = [...real.interfaces.values()].filter((one) => !tunnelTypeOf(one) || one.name !== device.interface.name)
        .flatMap((one) => one.addresses.map(({ value }) => value.ip)).filter((ip) => ip.family === local.value.family)
      if (own.some((ip) => keyOf(ip) === keyOf(local.value)) || [...real.interfaces.values()].some((one) => one.dhcp?.value)) continue
      const near = nearestName(printIp(local.value), own.map(printIp)) ?? (own.length === 1 && own[0] ? printIp(own[0]) : undefined)
      report({
        at: local.at, subject: labelOf(device), message: t`${labelOf(device)} sends from ${printIp(local.value)}, which ${device.node.name} does not have`,
        fixes: near === undefined ? [] : [{ title: t`Use ${near}`, preferred: true, change: { kind: 'correct', at: local.at, value: near } }],
      })
    }
  },
}
