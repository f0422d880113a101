/** An anycast service whose backends do not all have its address. */
import { bitsOf, printIp, type Ip } from '../address/ip.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf } from './shared/model.ts'
import { t } from '../words.ts'

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
        report({ at: backend.at, subject: backend.node, message: t`${backend.node} is a backend of the anycast service ${service.name} and does not have its address ${printIp(vip.value)}`, related: [{ message: t('the address'), at: vip.at }], fixes: giveAddress(context, backend.node, vip.value) })
      }
    }
  },
}

/** The address on the loopback, where services keep theirs. */
function giveAddress(context: CheckContext, name: string, vip: Ip): readonly Fix[] {
  const written = context.written.nodes.get(name)
  if (!written || written.kind === 'switch') return []
  const address = `${printIp(vip)}/${bitsOf(vip.family)}`
  const title = t`Give ${name} the address on lo`
  return written.interfaces.has('lo')
    ? [{ title, preferred: true, change: { kind: 'append', part: { kind: 'interface', node: name, interface: 'lo' }, key: 'addresses', value: address } }]
    : [{ title, preferred: true, change: { kind: 'add-interface', node: name, name: 'lo', value: { type: 'loopback', address } } }]
}
