/** A MAC address that spells another address than the interface has. */
import { contains, prefixOf, printIp, type Ip } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'opennebula-mac-ip',
  title: 'MAC spells another address',
  severity: 'warning',
  explanation: explain({
    what: 'A guest\'s MAC is 02:00 followed by the four bytes of an IPv4 address, as OpenNebula makes it, and the interface has another address of the same subnet. With `migration: { profile: opennebula }` every MAC that begins 02:00 is looked at.',
    why: 'OpenNebula\'s context packages work the address out of the MAC (`context_method: mac`): the guest would come up with the other one.',
    mend: 'Write the MAC that belongs to the address, which the quick fix computes, or leave the MAC away.',
    wrong: 'eth0: { attach: br0, address: 10.0.0.6/24, mac: "02:00:0a:00:00:05" }',
    right: 'eth0: { attach: br0, address: 10.0.0.6/24, mac: "02:00:0a:00:00:06" }',
  }),
  run(context, report) {
    const declared = context.infra.migration.profile?.value === 'opennebula'
    for (const node of context.written.nodes.values()) {
      if (!isGuest(node)) continue
      for (const one of node.interfaces.values()) {
        const { mac } = one
        if (!mac || Math.floor(mac.value / 2 ** 32) !== 0x0200) continue
        // As it came out: the network may complete the prefix length.
        const addresses = (context.infra.nodes.get(node.name)?.interfaces.get(one.name) ?? one).addresses.filter(({ value }) => value.ip.family === 4)
        const [first] = addresses
        if (!first) continue
        const spelt: Ip = { family: 4, value: BigInt(mac.value % 2 ** 32) }
        if (addresses.some(({ value }) => value.ip.value === spelt.value)) continue
        // Without the profile only what can hardly be chance: an address that the interface's own subnet holds.
        const near = addresses.find(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), spelt))
        if (!declared && !near) continue
        const meant = near ?? first
        const right = printMac(0x0200 * 2 ** 32 + Number(meant.value.ip.value))
        report({
          at: mac.at, subject: `${node.name}:${one.name}`,
          message: t`${printMac(mac.value)} spells ${printIp(spelt)}, but ${node.name}:${one.name} has ${printIp(meant.value.ip)}`,
          related: [{ message: t`${node.name}:${one.name} has ${printIp(meant.value.ip)}`, at: meant.at }],
          fixes: [{ title: t`Use ${right}`, preferred: true, change: { kind: 'correct', at: mac.at, value: right } }],
        })
      }
    }
  },
}
