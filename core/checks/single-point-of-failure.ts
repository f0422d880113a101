/** A service with several backends behind one balancer. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'single-point-of-failure',
  title: 'Single point of failure',
  severity: 'information',
  explanation: explain({
    what: 'Several backends share the work of a service, and one balancer stands before them all.',
    why: 'The balancer\'s failure takes the whole service down, whatever is behind it.',
    mend: 'Run two of them with a shared address (VRRP), or use anycast or dns.',
    wrong: 'web: { type: l4, backends: [web1:80, web2:80], on: lb }',
    right: 'web: { type: anycast, vip: 10.255.0.80, backends: [web1:80, web2:80] }',
  }),
  run(context, report) {
    for (const service of context.written.services.values()) {
      if (!service.on || service.backends.length < 2 || ![service.on.value, ...service.backends.map((backend) => backend.node)].every((name) => context.infra.nodes.has(name))) continue
      report({ at: service.on.at, subject: service.on.value, message: t`the ${service.backends.length} backends of service ${service.name} are all behind ${service.on.value}` })
    }
  },
}
