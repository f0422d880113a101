/** A member of an isolated network that gets out. */
import { isLoopback, printIp } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'internal-network-escapes',
  title: 'Isolated network has a way out',
  severity: 'error',
  explanation: explain({
    what: 'A guest whose only network is of type isolated reaches somebody outside it.',
    why: 'The network was to have no way out.',
    mend: 'Take the gateway, the second interface or the forwarding away that lets it out.',
    wrong: 'networks: { db: { type: isolated, subnet: 10.0.0.0/24 } }   # and its host forwards',
    right: 'forwarding: false',
  }),
  run(context, report) {
    const outside = [...context.infra.nodes.values()].flatMap((node) => (node.kind === 'external'
      ? [...node.interfaces.values()].flatMap((one) => one.addresses.filter(({ value }) => !isLoopback(value.ip)).map(({ value }) => ({ node, ip: value.ip })))
      : [])).slice(0, 8)
    const told = new Set<string>()
    for (const guest of context.infra.nodes.values()) {
      if (!isGuest(guest)) continue
      const interfaces = [...guest.interfaces.values()].filter((one) => one.type.value !== 'loopback')
      const network = context.infra.networks.get(interfaces[0]?.network?.value ?? '')
      if (network?.type.value !== 'isolated' || told.has(network.name) || !interfaces.every((one) => one.network?.value === network.name)) continue
      for (const { node, ip } of outside) {
        const trace = traceFlow(context.plane, { from: guest.name, to: ip, toNode: node.name, proto: 'icmp', size: 84, df: false })
        if (trace.verdict !== 'delivered' && trace.reason !== 'no-return') continue
        told.add(network.name)
        const way = [...new Set(trace.hops.map((hop) => hop.node))]
        report({
          at: network.type.at, subject: `network:${network.name}`, message: t`network ${network.name} is isolated, and ${guest.name} reaches ${node.name} over ${way.join(' → ')}`,
          related: [{ message: t`${guest.name} is a member`, at: guest.at }], counterexample: { from: guest.name, to: printIp(ip), proto: 'icmp', path: way },
        })
        break
      }
    }
  },
}
