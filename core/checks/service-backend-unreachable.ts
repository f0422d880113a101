/** A backend that the balancer cannot reach. */
import { bitsOf, printIp } from '../address/ip.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { counterexampleOf, failuresOf, pairOf, type Demand } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'service-backend-unreachable',
  title: 'Backend cannot be reached',
  severity: 'error',
  explanation: explain({
    what: 'The balancer of a service cannot reach one of its backends on the service\'s port.',
    why: 'Its share of the requests fails, or the health check takes it out and the others carry the load.',
    mend: 'Open the port in the backend\'s security group or firewall, or correct the backend.',
    wrong: 'services: { web: { type: l4, vip: 10.0.0.100, port: 80, backends: [web1:80], on: lb } }   # web1 lets only 443 in',
    right: 'security-groups: { web: { ingress: [{ from: any, ports: [80/tcp] }] } }',
  }),
  run(context, report) {
    for (const failure of failuresOf(context)) {
      const { demand, last, reason } = failure
      if (demand.service === undefined) continue
      // Routes and forwarding are told at the stack that lacks them.
      const target = demand.toNode === undefined ? undefined : context.infra.nodes.get(demand.toNode)
      // What a group that nobody has defined would let in is unknown; it is told where it is named.
      if (target && isGuest(target) && target.securityGroups.some(({ value }) => !context.infra.securityGroups.has(value))) continue
      if (reason === 'no-route' || reason === 'forwarding-off' || reason === 'loop' || reason === 'blackhole') continue
      report({
        at: demand.at, subject: demand.to, message: failure.returning ? t`${pairOf(failure)} of service ${demand.service}: ${reason ?? t('dropped')} at ${last.node} on the way back (${printIp(failure.address)})` : t`${pairOf(failure)} of service ${demand.service}: ${reason ?? t('dropped')} at ${last.node} (${printIp(failure.address)})`,
        related: last.at ? [{ message: last.detail, at: last.at }] : [], counterexample: counterexampleOf(failure),
        fixes: target && isGuest(target) && reason === 'filtered' && !failure.returning ? letIn(context, target, demand) : [],
      })
    }
  },
}

/** A rule for the balancer and the port, in the words of the group's other rules, in the first of the backend's groups. */
function letIn(context: CheckContext, backend: GuestNode, { from, port, proto }: Demand): readonly Fix[] {
  const group = backend.securityGroups.map(({ value }) => context.written.securityGroups.get(value)).find((one) => one !== undefined)
  const address = [...from.interfaces.values()].flatMap((one) => one.addresses)[0]?.value.ip
  if (!group || !address || port === undefined) return []
  const mine = isGuest(from) ? from.securityGroups[0]?.value : undefined
  const open = group.ingress.some((rule) => rule.from.value.kind === 'any')
  const who = mine !== undefined ? `group:${mine}` : open ? 'any' : `${printIp(address)}/${bitsOf(address.family)}`
  return [{
    title: t`Let ${from.name} in on port ${port}/${proto} in group ${group.name}`, preferred: true,
    change: { kind: 'append', part: { kind: 'entry', section: 'security-groups', name: group.name }, key: 'ingress', value: { from: who, ports: [`${port}/${proto}`] } },
  }]
}
