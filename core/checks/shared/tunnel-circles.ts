/** Tunnels of several nodes that carry each other: the outer packets of one come back into it by another's. */
import { traceFlow } from '../../forwarding/index.ts'
import type { Hop } from '../../forwarding/trace.ts'
import { labelOf } from './model.ts'
import { oncePerPlane } from './once.ts'
import { tunnelWays, type TunnelWay } from './tunnel-pairs.ts'

export interface Circle {
  readonly way: TunnelWay
  /** Where its outer packets go into the other tunnels, in order, and last of all into itself again. */
  readonly mouths: readonly Hop[]
  /** What a stack says of where it sends them before the first of these. */
  readonly turn: Hop | undefined
}

/** By device, as `node:interface`. Each goes round until it is longer than anything takes, and is lost for that: the length is not the cause. */
export const tunnelCircles = oncePerPlane((context): ReadonlyMap<string, Circle> => {
  const circles = new Map<string, Circle>()
  for (const way of tunnelWays(context)) {
    const { device, remote, edge } = way
    const label = labelOf(device)
    if (circles.has(label) || edge?.verdict !== 'dropped' || (edge.reason !== 'mtu-exceeded' && edge.reason !== 'loop')) continue
    const { hops } = traceFlow(context.plane, { from: device.node.name, to: remote.value, proto: 'icmp', size: 84, df: false })
    const mouths = hops.filter(({ step }) => step === 'encapsulate')
    const round = mouths.findIndex((hop) => hop.node === device.node.name && hop.interface === device.interface.name)
    // Of one node alone the routes say it.
    if (round < 1 || mouths.slice(0, round).every((hop) => hop.node === device.node.name)) continue
    const [first] = mouths
    const turn = first && hops.slice(0, hops.indexOf(first)).findLast(({ node, step }) => node === first.node && step === 'route')
    circles.set(label, { way, mouths: mouths.slice(0, round + 1), turn })
  }
  return circles
})
