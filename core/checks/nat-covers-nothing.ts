/** A translation of addresses that nobody has. */
import { contains, overlaps, printIp, printPrefix, type Prefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Check, CheckContext, Report } from './check.ts'
import { counterexampleOf, failuresOf, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { prefixesOf, stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'nat-covers-nothing',
  title: 'Translation does not cover',
  severity: 'warning',
  explanation: explain({
    what: 'No address, subnet or route of the file is inside the prefix that a rule translates; a sender beside that prefix goes out untranslated and gets no answer; or the rule names a device that is a port of a bridge or bond, by which nothing is routed.',
    why: 'The rule is never used; the guests it is meant for leave with their private addresses and get no answer.',
    mend: 'Write the prefix of the guests\' subnet.',
    wrong: 'br0: { type: bridge, address: 10.0.0.254/24 }\nnat: [{ masquerade: 10.0.1.0/24, out: eth0 }]',
    right: 'nat: [{ masquerade: 10.0.0.0/24, out: eth0 }]',
  }),
  run(context, report) {
    for (const failure of failuresOf(context)) untranslated(context, failure, report)
    for (const node of stacksOf(context.written)) for (const rule of node.nat) passedBy(node, rule, report)
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
          at, subject: node.name, message: t`nobody in this file has an address in ${printPrefix(value)}, which ${node.name} translates`,
          fixes: near ? [{ title: t`Translate ${printPrefix(near.prefix)}`, preferred: true, change: { kind: 'correct', at, value: printPrefix(near.prefix) } }] : [],
        })
      }
    }
  },
}

/** A rule for a device that is a port of another: what is routed comes in and goes out by the bridge or bond, never by its port. */
function passedBy(node: StackNode, rule: StackNode['nat'][number], report: Report): void {
  const dev = rule.kind === 'dnat' ? rule.in : rule.out
  const master = dev && node.interfaces.get(dev.value)?.master
  const type = master && node.interfaces.get(master.value)?.type.value
  if (!dev || !master || (type !== 'bridge' && type !== 'ovs' && type !== 'bond')) return
  report({
    at: dev.at, subject: `${node.name}:${dev.value}`,
    message: rule.kind === 'dnat' ? t`${dev.value} of ${node.name} is a port of ${master.value}: what is routed comes in by ${master.value}, so this rule is never used` : t`${dev.value} of ${node.name} is a port of ${master.value}: what is routed goes out by ${master.value}, so this rule is never used`,
    related: [{ message: t`${dev.value} is a port of ${master.value}`, at: master.at }],
    fixes: [{ title: t`Use ${master.value}`, preferred: true, change: { kind: 'correct', at: dev.at, value: master.value } }],
  })
}

/** The answer is lost because a private sender went out as himself, past a rule that is for his neighbours only. */
function untranslated(context: CheckContext, failure: Failure, report: Report): void {
  const { demand, returning, trace, last } = failure
  if (!returning || context.infra.nodes.get(last.node)?.kind !== 'external') return
  for (const name of new Set(trace.hops.map(({ node }) => node))) {
    const node = context.written.nodes.get(name)
    if (!node || !isStack(node)) continue
    const out = trace.hops.find((hop) => hop.node === name && hop.step === 'forward')?.interface
    for (const rule of node.nat) {
      if (rule.kind === 'dnat' || (rule.out && rule.out.value !== out)) continue
      const subnet = [...demand.from.interfaces.values()].flatMap((one) => prefixesOf(one)).find(({ ip, prefix }) => ip.family === rule.from.value.ip.family && !contains(rule.from.value, ip) && overlaps(prefix, rule.from.value))
      if (!subnet) continue
      report({
        at: rule.from.at, subject: name,
        message: t`${name} translates ${printPrefix(rule.from.value)}, which ${demand.from.name} (${printIp(subnet.ip)}) is not in: the answer to ${pairOf(failure)} finds no way back`,
        related: [{ message: `${pairOf(failure)} ${demand.words}`, at: demand.at }],
        fixes: [{ title: t`Translate ${printPrefix(subnet.prefix)}`, preferred: true, change: { kind: 'correct', at: rule.from.at, value: printPrefix(subnet.prefix) } }],
        counterexample: counterexampleOf(failure),
      })
      return
    }
  }
}
