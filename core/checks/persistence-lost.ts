/** Persistence that the kind of service cannot give. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'persistence-lost',
  title: 'Persistence cannot hold',
  severity: 'warning',
  explanation: explain({
    what: 'A service asks for persistence, and its kind cannot keep a client at one backend.',
    why: 'With anycast the network chooses, and a change of routes moves the client (RFC 7094); with dns each new look-up may give another address.',
    mend: 'Balance at layer 4 or in the application, or keep the sessions\' state where every backend finds it.',
    wrong: 'web: { type: anycast, persistence: source }',
    right: 'web: { type: l4, persistence: source }',
  }),
  run(context, report) {
    for (const service of context.written.services.values()) {
      const type = service.type?.value
      if (!service.persistence || (type !== 'dns' && type !== 'anycast') || /^(none|off|false|no)$/i.test(service.persistence.value)) continue
      report({ at: service.persistence.at, message: t`service ${service.name} is of type ${type}, which cannot keep a client at one backend`, fixes: [{ title: t('Take persistence away'), change: { kind: 'unset', part: { kind: 'entry', section: 'services', name: service.name }, key: 'persistence' } }] })
    }
  },
}
