/** A tunnel to its own node. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'

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
    for (const { device, remote, state } of tunnelWays(context)) {
      if (state.kind !== 'self') continue
      report({
        at: remote.at, subject: labelOf(device), message: `the remote ${printIp(remote.value)} of ${labelOf(device)} is ${device.node.name}'s own address on ${state.owner.interface.name}`,
        related: [{ message: `${labelOf(state.owner)} has it`, at: state.owner.interface.at }],
      })
    }
  },
}
