/** A backend that the balancer cannot reach. */
import { printIp } from '../address/ip.ts'
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'

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
      if (!demand.words.startsWith('is a backend')) continue
      // Routes and forwarding are told at the stack that lacks them.
      const target = demand.toNode === undefined ? undefined : context.infra.nodes.get(demand.toNode)
      // What a group that nobody has defined would let in is unknown; it is told where it is named.
      if (target && isGuest(target) && target.securityGroups.some(({ value }) => !context.infra.securityGroups.has(value))) continue
      if (reason === 'no-route' || reason === 'forwarding-off' || reason === 'loop' || reason === 'blackhole') continue
      report({
        at: demand.at, subject: demand.to, message: `${pairOf(failure)} ${demand.words.replace('is a backend of', 'of')}: ${reason ?? 'dropped'} at ${last.node}${failure.returning ? ' on the way back' : ''} (${printIp(failure.address)})`,
        related: last.at ? [{ message: last.detail, at: last.at }] : [], counterexample: counterexampleOf(failure),
      })
    }
  },
}
