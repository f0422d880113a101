/** A tenant's guest that reaches its host's own network. */
import { bitsOf, isLoopback, printIp, sameIp, type Ip } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import type { Hop } from '../forwarding/trace.ts'
import { isGuest, isStack, type StackNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, tunnelTypeOf } from './shared/model.ts'
import { sameSegment, segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'host-reachable-from-guest',
  title: 'Guest reaches the host\'s network',
  severity: 'information',
  explanation: explain({
    what: 'A guest of a tenant reaches its host at an address of the underlay, not only at the gateway of its own network.',
    why: 'What listens on the host for its administrators (ssh, the hypervisor\'s API, storage) is open to the tenant.',
    mend: 'Drop it on the host: `firewall: { input: { rules: [{ in: br0, to: 20.0.0.1/32, action: drop }] } }`.',
    wrong: 's1: { forwarding: true, interfaces: { eth0: { address: 20.0.0.1/24 }, br0: { type: bridge, address: 10.0.0.254/24 } } }',
    right: 's1: { firewall: { input: { policy: accept, rules: [{ in: br0, to: 20.0.0.0/24, action: drop }] } } }',
  }),
  run(context, report) {
    const segments = segmentsByDevice(context)
    const told = new Set<string>()
    for (const guest of context.infra.nodes.values()) {
      if (!isGuest(guest) || !guest.tenant || !guest.host || told.has(guest.host.value)) continue
      const host = context.infra.nodes.get(guest.host.value)
      if (host?.kind !== 'server' || !isStack(host)) continue
      told.add(host.name)
      const mine = [...guest.interfaces.values()].flatMap((one) => segments.get(`${guest.name}:${one.name}`) ?? [])
      for (const one of host.interfaces.values()) {
        const [address] = one.addresses
        if (!address || !isUp(one) || isLoopback(address.value.ip) || tunnelTypeOf(one) || one.origin) continue
        if (sameSegment(mine, segments.get(`${host.name}:${one.name}`))) continue
        if (one.type.value !== 'ethernet' && one.type.value !== 'bond' && one.type.value !== 'vlan') continue
        const trace = traceFlow(context.plane, { from: guest.name, to: address.value.ip, toNode: host.name, proto: 'tcp', port: 22, size: 60, df: false })
        if (trace.verdict !== 'delivered' && trace.reason !== 'no-return') continue
        report({
          at: address.at, subject: `${host.name}:${one.name}`, message: t`${guest.name} of tenant ${guest.tenant.value} reaches its host at ${printIp(address.value.ip)} on ${host.name}:${one.name}`,
          related: [{ message: t`${guest.name} of tenant ${guest.tenant.value}`, at: guest.at }],
          fixes: shutOut(context, host, trace.hops, address.value.ip),
          counterexample: { from: guest.name, to: printIp(address.value.ip), proto: 'tcp', port: 22 },
        })
        break
      }
    }
  },
}

/** A rule of the host's own input for the device that the guest came in by; only where it has none yet. */
function shutOut(context: CheckContext, host: StackNode, hops: readonly Hop[], ip: Ip): readonly Fix[] {
  const written = context.written.nodes.get(host.name)
  // Where it comes in at last: a guest whose gateway is elsewhere passes its host first, as a frame, and comes round from outside.
  const away = hops.findLastIndex((hop) => hop.node !== host.name && hop.step === 'transmit')
  const ports = hops.slice(away + 1).filter((hop) => hop.node === host.name && hop.interface !== null && (hop.step === 'receive' || hop.step === 'bridge')).map((hop) => host.interfaces.get(hop.interface ?? ''))
  const into = ports.map((one) => (one?.guestSide && one.master ? one.master.value : one?.name)).find((name) => name !== undefined && written?.interfaces.has(name))
  if (!written || !isStack(written) || written.firewall?.input?.rules.length || into === undefined) return []
  // By the device of the address comes everybody, the tunnels' own packets too.
  if (host.interfaces.get(into)?.addresses.some(({ value }) => sameIp(value.ip, ip))) return []
  const rule = { in: into, to: `${printIp(ip)}/${bitsOf(ip.family)}`, action: 'drop' }
  return [{
    title: t`Drop what comes by ${into} for ${printIp(ip)} on ${host.name}`,
    change: { kind: 'set', part: { kind: 'node', node: host.name }, key: ['firewall', 'input'], value: { policy: written.firewall?.input?.policy.value ?? 'accept', rules: [rule] } },
  }]
}
