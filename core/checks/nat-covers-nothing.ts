/** A translation of addresses that nobody has. */
import { contains, overlaps, printPrefix, type Prefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { prefixesOf, stacksOf } from './shared/model.ts'

export const check: Check = {
  code: 'nat-covers-nothing',
  title: 'Translation covers nothing',
  severity: 'warning',
  explanation: explain({
    what: 'No address, subnet or route of the file is inside the prefix that a rule translates.',
    why: 'The rule is never used; the guests it is meant for leave with their private addresses and get no answer.',
    mend: 'Write the prefix of the guests\' subnet.',
    wrong: 'br0: { type: bridge, address: 10.0.0.254/24 }\nnat: [{ masquerade: 10.0.1.0/24, out: eth0 }]',
    right: 'nat: [{ masquerade: 10.0.0.0/24, out: eth0 }]',
  }),
  run(context, report) {
    if (!stacksOf(context.written).some((node) => node.nat.length > 0)) return
    const all: Prefix[] = []
    for (const node of stacksOf(context.infra)) {
      for (const one of node.interfaces.values()) all.push(...prefixesOf(one).map(({ ip }) => ({ ip, length: ip.family === 4 ? 32 : 128 })))
    }
    for (const network of context.infra.networks.values()) all.push(...network.subnets.map(({ value }) => value))
    for (const node of stacksOf(context.written)) {
      for (const rule of node.nat) {
        if (rule.kind === 'dnat' || rule.from.value.length === 0) continue
        const { value, at } = rule.from
        const routed = node.routes.some((route) => route.to.value.length > 0 && overlaps(route.to.value, value))
        if (routed || all.some((prefix) => contains(value, prefix.ip) || overlaps(value, prefix))) continue
        // The node's own subnets are what such a rule is usually for.
        const near = [...node.interfaces.values()].flatMap((one) => prefixesOf(one)).find(({ prefix, ip }) => prefix.length === value.length && ip.family === value.ip.family && !rule.out)
          ?? [...node.interfaces.values()].filter((one) => one.name !== rule.out?.value).flatMap((one) => prefixesOf(one)).find(({ ip, prefix }) => ip.family === value.ip.family && prefix.length < 31)
        report({
          at, subject: node.name, message: `nobody in this file has an address in ${printPrefix(value)}, which ${node.name} translates`,
          fixes: near ? [{ title: `Translate ${printPrefix(near.prefix)}`, preferred: true, change: { kind: 'correct', at, value: printPrefix(near.prefix) } }] : [],
        })
      }
    }
  },
}
