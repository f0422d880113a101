/** Translation on a stack that does not forward. */
import { printIp, printPrefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { failuresOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { forwards, keyOf, stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'nat-without-forwarding',
  title: 'Translation without forwarding',
  severity: 'error',
  explanation: explain({
    what: 'A stack is told to translate the addresses of others\' packets, and its forwarding is off.',
    why: 'The packets never come to the postrouting hook: they are dropped before.',
    mend: 'Write `forwarding: true`.',
    wrong: 's1: { nat: [{ masquerade: 10.0.0.0/24, out: eth0 }] }',
    right: 's1: { forwarding: true, nat: [{ masquerade: 10.0.0.0/24, out: eth0 }] }',
  }),
  run(context, report) {
    const told = new Set(failuresOf(context).flatMap((failure) => (failure.reason === 'forwarding-off' ? [failure.last.node] : [])))
    for (const node of stacksOf(context.written)) {
      if (node.nat.length === 0) continue
      const real = context.infra.nodes.get(node.name)
      // A host that the format made (docker) forwards by itself; what already fails for it is told at the node.
      if (!real || real.kind === 'switch' || forwards(real) || node.origin.by !== 'text' || told.has(node.name)) continue
      const own = new Set([...real.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => keyOf(value.ip))))
      const rule = node.nat.find((one) => one.kind !== 'dnat' || !own.has(keyOf(one.to.value.ip)))
      if (!rule) continue
      const what = rule.kind === 'dnat' ? t`to ${printIp(rule.to.value.ip)}` : printPrefix(rule.from.value)
      report({
        at: rule.at, subject: node.name, message: t`${node.name} is to translate ${what} and does not forward`,
        fixes: [{ title: t`Turn forwarding on at ${node.name}`, preferred: true, change: { kind: 'set', part: { kind: 'node', node: node.name }, key: 'forwarding', value: true } }],
      })
    }
  },
}
