/** Two default routes of equal rank on one stack. */
import { printIp } from '../address/ip.ts'
import type { Span } from '../text/span.ts'
import type { Change } from '../infra/change.ts'
import { isStack } from '../infra/node.ts'
import type { Check, Finding } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, keyOf, stacksOf, type IpKey } from './shared/model.ts'
import { oncePerNode } from './shared/once.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'multiple-default-routes',
  title: 'Several default routes',
  severity: 'warning',
  explanation: explain({
    what: 'A stack has two default gateways of one family with the same metric.',
    why: 'Linux takes the first it was given and refuses the second ("File exists"), or they change places with the order of the interfaces.',
    mend: 'Give one of them a higher `metric`, take it away, or write both as one equal-cost route (`via: [a, b]`).',
    wrong: 'eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 }\neth1: { address: 10.1.0.1/24, gateway: 10.1.0.254 }',
    right: 'eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 }\neth1: { address: 10.1.0.1/24 }',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) findingsOf(node).forEach(report)
  },
}

const findingsOf = oncePerNode((node): readonly Finding[] => {
  const found: Finding[] = []
  if (!isStack(node)) return found
  const first = new Map<string, { text: IpKey; at: Span }>()
  const see = (family: 4 | 6, table: string, metric: number, text: string, key: IpKey, at: Span, subject: string, change: Change): void => {
    const rank = `${family} ${table} ${metric}`
    const known = first.get(rank)
    if (!known) first.set(rank, { text: key, at })
    else if (known.text !== key) {
      found.push({
        at, subject, message: t`${node.name} has two IPv${family} default routes of metric ${metric}; this one is by ${text}`,
        related: [{ message: t('the other one'), at: known.at }],
        fixes: [{ title: t('Take this one away'), change }],
      })
    }
  }
  const vrfOf = (name: string | undefined): string => {
    const master = name === undefined ? undefined : node.interfaces.get(name)?.master?.value
    return master !== undefined && node.interfaces.get(master)?.type.value === 'vrf' ? master : 'main'
  }
  for (const one of node.interfaces.values()) {
    if (!isUp(one)) continue
    for (const { value, at } of one.gateways) see(value.family, vrfOf(one.name), 0, printIp(value), keyOf(value), at, `${node.name}:${one.name}`,
      one.gateways.length > 1 ? { kind: 'remove', at } : { kind: 'unset', part: { kind: 'interface', node: node.name, interface: one.name }, key: 'gateway' })
  }
  for (const route of node.routes) {
    const [via] = route.via
    if (route.to.value.length !== 0 || route.type !== 'unicast') continue
    const text = via ? route.via.map(({ value }) => printIp(value)).join(', ') : (route.dev?.value ?? t('no next hop'))
    const key = via && route.via.length === 1 ? keyOf(via.value) : text
    see(route.to.value.ip.family, vrfOf(route.dev?.value), route.metric?.value ?? 0, text, key, route.at, node.name, { kind: 'remove', at: route.at })
  }
  return found
})
