/** A base that is too small for the fabric's addresses. */
import { prefixOf, printIp, printPrefix } from '../address/ip.ts'
import { fabricFaults } from '../fabric/index.ts'
import type { Fabric } from '../infra/parts.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'fabric-address-scheme',
  title: 'Base is too small',
  severity: 'warning',
  explanation: explain({
    what: 'The addresses of a fat tree are base.pod.switch.id: they need a /8, and fewer than 256 pods. The other kinds cut the base into /24s, one a switch, and need room for all of them.',
    why: 'Addresses leave the base, and collide with what is beside it.',
    mend: 'Write a base of length 8, such as 10.0.0.0/8.',
    wrong: 'dc: { type: fat-tree, k: 4, base: 10.0.0.0/24 }',
    right: 'dc: { type: fat-tree, k: 4, base: 10.0.0.0/8 }',
  }),
  run(context, report) {
    for (const fabric of context.written.fabrics.values()) {
      const { base } = fabric
      if (fabric.type.value !== 'fat-tree' || base?.value.ip.family !== 4 || base.value.length <= 8) {
        for (const { code, message, at } of fabricFaults(fabric)) if (code === check.code) report({ at, message, subject: `fabric:${fabric.name}`, fixes: wider(fabric) })
        continue
      }
      const text = `${printIp(base.value.ip).split('.')[0] ?? '10'}.0.0.0/8`
      report({
        at: base.at, message: t`the fat tree ${fabric.name} numbers base.pod.switch.id and needs a /8, ${printPrefix(base.value)} is smaller`,
        fixes: [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at: base.at, value: text } }],
      })
    }
  },
}

/** The longest prefix around the base that has room. */
function wider(fabric: Fabric): readonly Fix[] {
  const { base } = fabric
  if (!base) return []
  for (let length = base.value.length - 1; length >= 8; length--) {
    const value = prefixOf(base.value.ip, length)
    if (fabricFaults({ ...fabric, base: { ...base, value } }).length === 0) {
      return [{ title: t`Use ${printPrefix(value)}`, preferred: true, change: { kind: 'correct', at: base.at, value: printPrefix(value) } }]
    }
  }
  return []
}
