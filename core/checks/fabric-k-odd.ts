/** A fat tree of an odd k. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'fabric-k-odd',
  title: 'k must be even',
  severity: 'error',
  explanation: explain({
    what: 'The `k` of a fat tree is odd.',
    why: 'Each switch gives half of its k ports to the layer below and half to the one above; k is even by construction.',
    mend: 'Take the next even number.',
    wrong: 'dc: { type: fat-tree, k: 5 }',
    right: 'dc: { type: fat-tree, k: 6 }',
  }),
  run(context, report) {
    for (const fabric of context.written.fabrics.values()) {
      const k = fabric.numbers.get('k')
      if (fabric.type.value !== 'fat-tree' || !k || k.value % 2 === 0) continue
      report({
        at: k.at, message: t`a fat tree takes an even k, ${fabric.name} has ${k.value}`,
        fixes: [{ title: t`Use ${k.value + 1}`, preferred: true, change: { kind: 'correct', at: k.at, value: k.value + 1 } }],
      })
    }
  },
}
