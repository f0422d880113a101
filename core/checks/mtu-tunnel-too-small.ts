/** Guests that send larger packets than what the encapsulation leaves. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { tooLargeForTunnels } from './shared/tunnel-room.ts'

export const check: Check = {
  code: 'mtu-tunnel-too-small',
  title: 'Tunnel leaves too little for the guest',
  severity: 'error',
  explanation: explain({
    what: 'A guest may send packets larger than what the encapsulation leaves of the underlay\'s MTU.',
    why: 'Small packets and pings work; large ones vanish inside the bridge without any ICMP, or are fragmented by the tunnel host. Connections open and then hang.',
    mend: 'Lower the guest\'s MTU to what is left, or raise the underlay\'s on the whole way. Both numbers are in the message, with the encapsulation that costs the difference.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1500 } } }   # br0 leads into VXLAN over 1500',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1450 } } }',
  }),
  run(context, report) {
    // What arrives in pieces is a warning of its own: mtu-fragmentation.
    for (const { finding, fragmenter } of tooLargeForTunnels(context)) if (fragmenter === undefined) report(finding)
  },
}
