/** A load balancer with one backend. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'service-single-backend',
  title: 'Service has one backend',
  severity: 'warning',
  explanation: explain({
    what: 'A service that balances load has a single backend.',
    why: 'There is nothing to balance, and when the backend fails the service does.',
    mend: 'Add a second backend, on another host.',
    wrong: 'web: { type: l4, vip: 10.0.0.100, port: 80, backends: [web1:80] }',
    right: 'web: { type: l4, vip: 10.0.0.100, port: 80, backends: [web1:80, web2:80] }',
  }),
  run(context, report) {
    for (const service of context.written.services.values()) {
      const [only] = service.backends
      if (service.backends.length === 1 && only) report({ at: only.at, message: t`${only.node} is the only backend of service ${service.name}` })
    }
  },
}
