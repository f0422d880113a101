/** Guests whose full-sized packets get through a tunnel only because somebody fragments the outer packet. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { tooLargeForTunnels } from './shared/tunnel-room.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-fragmentation',
  title: 'Works, in pieces',
  severity: 'warning',
  explanation: explain({
    what: 'Packets are larger than what the encapsulation leaves of the underlay, and arrive nevertheless: the outer packet may be fragmented, and the node that the message names does it.',
    why: 'Every large packet becomes two. The receiving host must put them together, one lost piece loses the whole, equal-cost paths and firewalls see no ports in the second piece, and many networks drop fragments (RFC 8900).',
    mend: 'Lower the sender\'s MTU to what is left, or raise the underlay\'s. Or forbid it with `df: set`, so that path MTU discovery works.',
    wrong: 'vx0: { type: vxlan, id: 7, local: 20.0.0.1, remote: 30.0.0.1, address: 10.0.0.1/24, mtu: 1500 }',
    right: 'vx0: { type: vxlan, id: 7, local: 20.0.0.1, remote: 30.0.0.1, address: 10.0.0.1/24, mtu: 1450 }',
  }),
  run(context, report) {
    for (const { finding, fragmenter } of tooLargeForTunnels(context)) {
      if (fragmenter !== undefined) report({ ...finding, message: t`${finding.message}: they arrive because ${fragmenter} fragments the outer packets` })
    }
  },
}
