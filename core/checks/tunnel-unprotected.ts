/** A tunnel in the clear through somebody else's network. */
import { traceFlow } from '../forwarding/index.ts'
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-unprotected',
  title: 'Tunnel is not encrypted',
  severity: 'information',
  explanation: explain({
    what: 'The outer packets of a tunnel pass an external network, and the encapsulation neither encrypts nor authenticates.',
    why: 'Whoever is on the way reads the tenants\' frames, and can send his own into them.',
    mend: 'Use wireguard or esp for that stretch, or run the tunnel inside one.',
    wrong: 'type: vxlan   # over the Internet',
    right: 'type: wireguard',
  }),
  run(context, report) {
    if (![...context.infra.nodes.values()].some((node) => node.kind === 'external')) return
    for (const { device, type, remote, edge } of tunnelWays(context)) {
      if (type === 'wireguard' || type === 'esp' || edge?.verdict !== 'delivered') continue
      const trace = traceFlow(context.plane, { from: device.node.name, to: remote.value, proto: 'icmp', size: 84, df: false })
      const outside = trace.hops.find((hop) => context.infra.nodes.get(hop.node)?.kind === 'external')
      if (!outside) continue
      report({ at: device.interface.type.at, subject: labelOf(device), message: t`${labelOf(device)} sends ${type} to ${printIp(remote.value)} in the clear through ${outside.node}` })
    }
  },
}
