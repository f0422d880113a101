/** What would let a packet pass whom it met on purpose: filters, security groups, reverse path filters, isolation. */
import { printIp } from './address/ip.ts'
import type { Flow } from './forwarding/flow.ts'
import type { Hop } from './forwarding/trace.ts'
import type { Value } from './infra/change.ts'
import type { Infra } from './infra/infra.ts'
import { firewallHooks, isStack, type FilterRule, type StackNode } from './infra/node.ts'
import type { Mend } from './mends.ts'
import { t } from './words.ts'

/** Addresses of the packet that was judged: from whom, to whom. */
export type Ends = readonly [string, string]

/** `answering`: it is the answer's way. The least that lets exactly this pair pass comes first. */
export function passes(infra: Infra, stack: StackNode | undefined, last: Hop, ends: Ends | undefined, flow: Flow, answering: boolean): readonly Mend[] {
  const mends: Mend[] = []
  const { table, at } = last
  for (const hook of firewallHooks) {
    const chain = stack?.firewall?.[hook]
    if (!stack || !chain || !table?.startsWith(`filter ${hook} `)) continue
    const rule = chain.rules.find((one) => one.at === at)
    const title = ends && t`Accept ${ends[0]} → ${ends[1]} in ${hook} at ${stack.name}`
    const value = ends && accepted(ends, last.within === undefined && !answering ? flow : undefined)
    const part = { kind: 'node', node: stack.name } as const
    const key = ['firewall', hook, 'rules']
    // What comes before the rule that drops it opens no more than was asked for; without that rule everybody else of it comes, too.
    if (rule && title && value && !isAlone(rule, ends)) mends.push({ title, at: rule.at, change: { kind: 'append', part, key, value, before: rule.at } })
    if (rule) mends.push({ title: t`Take the rule away that drops it in ${hook} at ${stack.name}`, change: { kind: 'remove', at: rule.at }, at: rule.at, weight: isAlone(rule, ends) ? 1 : 2.5 })
    else if (title && value) mends.push({ title, at: chain.policy.at, change: { kind: 'append', part, key, value } })
  }
  if (table?.startsWith('security groups ') && ends) mends.push(...groups(infra, last, table.slice('security groups '.length).split(', '), ends, flow, answering))
  if (table?.startsWith('rp_filter') && stack) {
    const one = last.interface === null ? undefined : stack.interfaces.get(last.interface)
    for (const setting of new Set([one?.sysctl?.rpFilter, stack.sysctl.rpFilter])) {
      if (!setting || setting.value === 0) continue
      // Loose still drops what no route leads back to.
      if (setting.value === 1) mends.push({ title: t`Make rp_filter loose (2) at ${stack.name}`, change: { kind: 'correct', at: setting.at, value: 2 }, at: setting.at })
      mends.push({ title: t`Turn rp_filter off at ${stack.name}`, change: { kind: 'correct', at: setting.at, value: 0 }, at: setting.at, weight: 1.2 })
    }
  }
  const isolated = last.interface === null ? undefined : infra.nodes.get(last.node)?.interfaces.get(last.interface)?.isolated
  if (at && isolated?.at === at && last.interface !== null) mends.push({ title: t`End the isolation of ${`${last.node}:${last.interface}`}`, change: { kind: 'correct', at, value: false }, at })
  return mends
}

const accepted = ([from, to]: Ends, flow: Flow | undefined): Value => ({
  from, to, ...(flow && flow.proto !== 'icmp' && { proto: flow.proto, ...(flow.port !== undefined && { ports: flow.port }) }), action: 'accept',
})

/** The rule speaks of no more than these two. */
const isAlone = ({ from, to }: FilterRule, ends: Ends | undefined): boolean =>
  ends !== undefined && [from, to].every((list, i) => list.length > 0 && list.every(({ value }) => printIp(value.ip) === ends[i] && value.length === (value.ip.family === 4 ? 32 : 128)))

function groups(infra: Infra, last: Hop, names: readonly string[], [from, to]: Ends, flow: Flow, answering: boolean): readonly Mend[] {
  const guarded = last.interface === null ? undefined : infra.nodes.get(last.node)?.interfaces.get(last.interface)?.enforces
  const guest = infra.nodes.get(guarded?.guest ?? last.node)
  const stack = guest && isStack(guest) ? guest : undefined
  const has = (ip: string): boolean => [...(stack?.interfaces.values() ?? [])].some((one) => one.addresses.some(({ value }) => printIp(value.ip) === ip))
  const inward = has(to)
  if (!inward && !has(from)) return []
  const whole = (ip: string): string => `${ip}/${ip.includes(':') ? 128 : 32}`
  const what = flow.proto === 'icmp' || answering ? {} : { proto: flow.proto, ...(flow.port !== undefined && { ports: flow.port }) }
  return names.flatMap((name): readonly Mend[] => {
    const group = infra.securityGroups.get(name)
    if (!group) return []
    const part = { kind: 'entry', section: 'security-groups', name } as const
    return [inward
      ? { title: t`Let ${from} in by security group ${name}`, at: group.at, change: { kind: 'append', part, key: 'ingress', value: { from: whole(from), ...what } } }
      : { title: t`Let ${to} be reached by security group ${name}`, at: group.at, change: { kind: 'append', part, key: 'egress', value: { to: whole(to), ...what } } }]
  })
}
