/** Layer 2 tunnels that form a loop among themselves. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { loopsOf } from './shared/layer2.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-parallel-loop',
  title: 'Tunnels form a loop',
  severity: 'error',
  explanation: explain({
    what: 'Bridges are joined in a circle by layer 2 tunnels alone: two tunnels in parallel, or a mesh of point-to-point ones.',
    why: 'What comes in by one tunnel is flooded into the others, and comes back for ever: a storm over the underlay.',
    mend: 'Make the tunnels\' ports `isolated`, so that frames do not pass from tunnel to tunnel (a full mesh needs no more), use one vxlan device with a list of remotes, or turn `stp` on at the bridges.',
    wrong: 'tun1: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2, master: br0 }\ntun2: { type: gretap, local: 20.0.0.1, remote: 20.0.0.3, master: br0 }   # and 2–3 as well',
    right: 'tun1: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2, master: br0, isolated: true }\ntun2: { type: gretap, local: 20.0.0.1, remote: 20.0.0.3, master: br0, isolated: true }',
  }),
  run(context, report) {
    for (const { wire, way, bridges } of loopsOf(context)) {
      if (!wire.tunnel || !way.every((one) => one.tunnel)) continue
      const round = [...new Set(bridges)]
      const changes = [wire, ...way].flatMap(({ ends }) => ends).flatMap((end) =>
        context.written.nodes.get(end.node.name)?.interfaces.has(end.interface.name)
          ? [{ kind: 'set', part: { kind: 'interface', node: end.node.name, interface: end.interface.name }, key: 'isolated', value: true } as const]
          : [])
      report({
        at: wire.at, subject: `${wire.ends[0].node.name}:${wire.ends[0].interface.name}`,
        message: t`the tunnel ${wire.label} closes a loop of tunnels through ${[...round, round[0] ?? ''].join(' → ')}, and no spanning tree runs in it`,
        related: way.slice(0, 10).map((one) => ({ message: t`${one.label} is part of the loop`, at: one.at })),
        fixes: way.length > 1 && changes.length > 0
          ? [{ title: t('Isolate the tunnels\' ports from each other'), preferred: true, change: { kind: 'several', changes } }]
          : [],
      })
    }
  },
}
