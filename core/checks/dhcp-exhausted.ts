/** More guests that ask for an address than the range has. */
import { addToIp, contains, lastOf, printIp } from '../address/ip.ts'
import type { Network } from '../infra/parts.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, keyOf, labelOf, ownersOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'dhcp-exhausted',
  title: 'DHCP range is too small',
  severity: 'warning',
  explanation: explain({
    what: 'More interfaces of a network ask for an address by DHCP than its range holds.',
    why: 'The last ones to boot get none.',
    mend: 'Widen the range, or give some members static addresses outside it.',
    wrong: 'dhcp: { range: 10.0.0.100-10.0.0.101 }   # for three members',
    right: 'dhcp: { range: 10.0.0.100-10.0.0.200 }',
  }),
  run(context, report) {
    for (const network of context.written.networks.values()) {
      const range = network.dhcp
      if (!range) continue
      const asking = [...devicesOf(context.written)].filter(({ interface: one }) => one.network?.value === network.name && one.dhcp?.value === true)
      const size = range.last.value - range.first.value + 1n
      if (BigInt(asking.length) <= size) continue
      report({
        at: range.at, subject: `network:${network.name}`,
        message: t`${asking.length} interfaces of network ${network.name} ask for an address, ${printIp(range.first)}-${printIp(range.last)} has ${String(size)}`,
        fixes: longer(context, network, BigInt(asking.length) - size),
        related: asking.slice(Number(size), Number(size) + 10).map((device) => ({ message: t`${labelOf(device)} gets none`, at: device.interface.dhcp?.at ?? device.interface.at })),
      })
    }
  },
}

/** The range with as many more addresses at its end as are missing, where those are in the subnet and nobody's. */
function longer(context: CheckContext, { dhcp, subnets }: Network, missing: bigint): readonly Fix[] {
  const subnet = dhcp && subnets.find(({ value }) => contains(value, dhcp.first))
  if (!dhcp || !subnet) return []
  const last = addToIp(dhcp.last, missing)
  const owners = ownersOf(context)
  // IPv4 keeps the last address of a subnet for broadcasts.
  if (last.value >= lastOf(subnet.value).value) return []
  for (let ip = addToIp(dhcp.last, 1); ip.value <= last.value; ip = addToIp(ip, 1)) if (owners.has(keyOf(ip))) return []
  const value = `${printIp(dhcp.first)}-${printIp(last)}`
  return [{ title: t`Use ${value}`, preferred: true, change: { kind: 'correct', at: dhcp.at, value } }]
}
