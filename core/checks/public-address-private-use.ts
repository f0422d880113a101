/** Addresses that belong to documentation, to nobody, or to somebody else. */
import { contains, overlaps, parsePrefix, printPrefix, type Prefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'public-address-private-use',
  title: 'Address range is not yours',
  severity: 'information',
  explanation: explain({
    what: 'The range is reserved for documentation (RFC 5737, RFC 3849) or for the future (240.0.0.0/4), or it is public space hidden behind a translation.',
    why: 'It works inside, but the true owner of a public range cannot be reached from here, and reserved ranges are filtered by many.',
    mend: 'Take a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or fd00::/8.',
    wrong: 'nat: [{ masquerade: 30.0.0.0/24, out: eth0 }]',
    right: 'nat: [{ masquerade: 10.30.0.0/24, out: eth0 }]',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      for (const rule of node.nat) {
        if (rule.kind === 'dnat') continue
        const { value, at } = rule.from
        if (value.length === 0 || value.ip.family === 6 || own.some((prefix) => overlaps(prefix, value))) continue
        report({ at, subject: node.name, message: t`${printPrefix(value)}, which ${node.name} translates, is public space; its owner cannot be reached from inside` })
      }
    }
    for (const network of context.written.networks.values()) {
      for (const { value, at } of network.subnets) {
        if (!reserved.some((prefix) => contains(prefix, value.ip))) continue
        report({ at, subject: `network:${network.name}`, message: t`${printPrefix(value)} of network ${network.name} is reserved for documentation or the future` })
      }
    }
  },
}

const prefixes = (...texts: readonly string[]): readonly Prefix[] => texts.flatMap((text) => parsePrefix(text) ?? [])
// RFC 1918, RFC 6598, RFC 3927.
const own = prefixes('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16')
const reserved = prefixes('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4', '0.0.0.0/8', '2001:db8::/32')
