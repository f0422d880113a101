/** An anycast service whose backends do not all have its address. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf } from './shared/model.ts'

export const check: Check = {
  code: 'anycast-inconsistent',
  title: 'Anycast backend without the address',
  severity: 'warning',
  explanation: explain({
    what: 'A backend of an anycast service does not have the service\'s address on any interface.',
    why: 'Routing brings clients to it, and it does not answer for the address.',
    mend: 'Give the address to every backend, best as /32 on `lo`.',
    wrong: 'services: { dns: { type: anycast, vip: 10.255.0.53, backends: [ns1:53, ns2:53] } }   # ns2 has no 10.255.0.53',
    right: 'ns2: { interfaces: { lo: { type: loopback, address: 10.255.0.53/32 } } }',
  }),
  run(context, report) {
    for (const service of context.infra.services.values()) {
      const { vip } = service
      if (service.type?.value !== 'anycast' || !vip) continue
      for (const backend of service.backends) {
        const node = context.infra.nodes.get(backend.node)
        if (!node || [...node.interfaces.values()].some((one) => one.addresses.some(({ value }) => keyOf(value.ip) === keyOf(vip.value)))) continue
        report({ at: backend.at, subject: backend.node, message: `${backend.node} is a backend of the anycast service ${service.name} and does not have its address ${printIp(vip.value)}`, related: [{ message: 'the address', at: vip.at }] })
      }
    }
  },
}
