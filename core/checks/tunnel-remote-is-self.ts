/** A tunnel to its own node. */
import { printIp, type Ip } from '../address/ip.ts'
import type { TunnelType } from '../infra/interface.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, keyOf, labelOf, type Device } from './shared/model.ts'
import { localsOf, remotesOf, tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-remote-is-self',
  title: 'Tunnel leads to itself',
  severity: 'error',
  explanation: explain({
    what: 'The `remote` address of a tunnel belongs to the same node.',
    why: 'The packets come back to the device that sent them, or are dropped as spoofed.',
    mend: 'Write the far end\'s address.',
    wrong: 'tun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.1 }',
    right: 'tun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2 }',
  }),
  run(context, report) {
    for (const { device, type, remote, state } of tunnelWays(context)) {
      if (state.kind !== 'self') continue
      report({
        at: remote.at, subject: labelOf(device), message: t`the remote ${printIp(remote.value)} of ${labelOf(device)} is ${device.node.name}'s own address on ${state.owner.interface.name}`,
        related: [{ message: t`${labelOf(state.owner)} has it`, at: state.owner.interface.at }],
        fixes: facing(context, device, type).map((ip) => ({ title: t`Use ${printIp(ip)}`, preferred: true, change: { kind: 'correct', at: remote.at, value: printIp(ip) } })),
      })
    }
  },
}

/** Where the one device that sends to us stands, if there is one. */
function facing(context: CheckContext, device: Device, type: TunnelType): readonly Ip[] {
  const mine = new Set(localsOf(device).map(keyOf))
  const halves = devicesOf(context.written).filter((one) => one.node !== device.node && one.node.name !== device.node.name && one.interface.type.value === type
    && one.interface.tunnel?.id?.value === device.interface.tunnel?.id?.value && remotesOf(one).some(({ value }) => mine.has(keyOf(value))))
  const local = halves.length === 1 ? halves[0]?.interface.tunnel?.local?.value : undefined
  return local ? [local] : []
}
