/** A loop of bridges and switches without spanning tree. */
import type { Change } from '../infra/change.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { loopsOf, type Wire } from './shared/layer2.ts'
import { labelOfEnd } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'bridge-loop',
  title: 'Layer 2 loop without spanning tree',
  severity: 'error',
  explanation: explain({
    what: 'Bridges or switches are joined in a circle, and none of them in it runs the spanning tree protocol.',
    why: 'One broadcast goes round for ever and multiplies: an Ethernet frame has no hop count. The segment is dead within milliseconds.',
    mend: 'Turn `stp` on at one of them at least, better at all, or take one link away.',
    wrong: 'switches: { a: {}, b: {} }\nlinks: [[a:p1, b:p1], [a:p2, b:p2]]',
    right: 'switches: { a: { stp: true }, b: { stp: true } }\nlinks: [[a:p1, b:p1], [a:p2, b:p2]]',
  }),
  run(context, report) {
    // One socket with two cables is no loop but a mistake: link-endpoint-reused tells it.
    const cables = new Map<string, number>()
    for (const { ends } of context.infra.links) for (const end of ends) cables.set(labelOfEnd(end), (cables.get(labelOfEnd(end)) ?? 0) + 1)
    const isDoubled = ({ ends }: Wire): boolean => ends.some(({ node, interface: one }) => (cables.get(`${node.name}:${one.name}`) ?? 0) > 1)
    for (const { wire, way, bridges } of loopsOf(context)) {
      if ([wire, ...way].some(isDoubled)) continue
      if (wire.tunnel && way.every((one) => one.tunnel)) continue
      const round = [...new Set(bridges)]
      const [first] = round
      const changes = round.flatMap((name): readonly Change[] => {
        const [node = '', bridge] = name.split(':')
        const written = context.written.nodes.get(node)
        if (!written) return []
        if (bridge === undefined) return [{ kind: 'set', part: { kind: 'node', node }, key: 'stp', value: true } as const]
        return written.interfaces.has(bridge) && written.interfaces.get(bridge)?.type.value === 'bridge'
          ? [{ kind: 'set', part: { kind: 'interface', node, interface: bridge }, key: 'stp', value: true } as const]
          : []
      })
      report({
        at: wire.at, subject: `link:${wire.label.replace(' – ', '-')}`,
        message: t`${wire.label} closes a loop through ${[...round, first ?? ''].join(' → ')}, and no spanning tree runs in it`,
        related: way.slice(0, 10).map((one) => ({ message: t`${one.label} is part of the loop`, at: one.at })),
        fixes: changes.length === 0 ? [] : [{ title: t`Turn spanning tree on at ${round.join(', ')}`, preferred: true, change: { kind: 'several', changes } }],
      })
    }
  },
}
