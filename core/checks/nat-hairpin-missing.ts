/** An inside client that uses the outside address of its neighbour. */
import { contains, printIp, printPrefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, ownersOf, prefixesOf, stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'nat-hairpin-missing',
  title: 'Hairpin translation is missing',
  severity: 'warning',
  explanation: explain({
    what: 'A member of an inner network is expected to reach a neighbour by the outer address that is forwarded to it, and the answer goes past the translator.',
    why: 'The neighbour answers directly, from its inner address; the client does not know that address and resets (RFC 4787 REQ-9).',
    mend: 'Translate the source as well for packets from the inside (`masquerade` out of the inner device), or let insiders use the inner address.',
    wrong: 'nat: [{ dnat: 198.51.100.10:443/tcp, to: 10.0.0.11:443 }]   # and 10.0.0.12 asks 198.51.100.10',
    right: 'nat:\n  - { dnat: 198.51.100.10:443/tcp, to: 10.0.0.11:443 }\n  - { masquerade: 10.0.0.0/24, out: br0 }',
  }),
  run(context, report) {
    for (const failure of failuresOf(context)) {
      for (const node of stacksOf(context.written)) {
        const rule = node.nat.find((one) => one.kind === 'dnat' && one.ip !== undefined && keyOf(one.ip.value) === keyOf(failure.address))
        if (rule?.kind !== 'dnat') continue
        const target = ownersOf(context).get(keyOf(rule.to.value.ip))?.[0]
        const client = [...failure.demand.from.interfaces.values()].flatMap((one) => prefixesOf(one)).find(({ prefix }) => contains(prefix, rule.to.value.ip))
        if (!target || !client || !failure.returning) continue
        const inner = [...node.interfaces.values()].find((one) => prefixesOf(one).some(({ prefix }) => contains(prefix, rule.to.value.ip)))
        report({
          at: rule.at, subject: node.name,
          message: t`${failure.demand.from.name} and ${target.node.name} are both inside, so the answer to ${pairOf(failure)} goes past ${node.name} and comes from ${printIp(rule.to.value.ip)}`,
          related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
          fixes: inner ? [{
            title: t`Masquerade ${printPrefix(client.prefix)} out of ${inner.name} as well`, preferred: true,
            change: { kind: 'append', part: { kind: 'node', node: node.name }, key: 'nat', value: { masquerade: printPrefix(client.prefix), out: inner.name } },
          }] : [],
          counterexample: counterexampleOf(failure),
        })
      }
    }
  },
}
