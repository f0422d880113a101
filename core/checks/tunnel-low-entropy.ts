/** A tunnel that keeps to one of several paths. */
import { tunnelSpecs } from '../tunnels/index.ts'
import { contains } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-low-entropy',
  title: 'Tunnel uses one path only',
  severity: 'information',
  explanation: explain({
    what: 'The underlay has several equal paths, and the encapsulation has no UDP or TCP header: routers hash addresses only, so all flows between two hosts take one path.',
    why: 'One link is full while its neighbours are idle.',
    mend: 'vxlan, geneve and stt put a hash of the inner flow into the outer source port (RFC 7348 section 5); nvgre needs routers that hash the GRE key.',
    wrong: 'type: gretap   # over a leaf-spine fabric',
    right: 'type: vxlan',
  }),
  run(context, report) {
    const spread = [...context.infra.nodes.values()].filter((node) => isStack(node)).flatMap((node) => node.routes.filter((route) => route.via.length > 1).map((route) => ({ node, route })))
    if (spread.length === 0) return
    const told = new Set<string>()
    for (const { device, type, remote, state } of tunnelWays(context)) {
      const spec = tunnelSpecs[type]
      if (spec.port !== undefined || (state.kind !== 'paired' && state.kind !== 'unlisted') || told.has(labelOf(device))) continue
      const over = spread.find(({ route }) => route.to.value.length > 0 && contains(route.to.value, remote.value))
      if (!over) continue
      told.add(labelOf(device))
      report({
        at: device.interface.type.at, subject: labelOf(device),
        message: t`${labelOf(device)} is ${type}, which takes one of the ${over.route.via.length} equal paths of ${over.node.name} for all its flows`,
        related: [{ message: t`${over.node.name} has ${over.route.via.length} next hops`, at: over.route.at }],
      })
    }
  },
}
