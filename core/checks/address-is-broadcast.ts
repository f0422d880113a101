/** An address that is its subnet's broadcast address. */
import { contains, lastOf, prefixOf, printIp, printPrefix, type Prefix } from '../address/ip.ts'
import type { InterfaceAddress } from '../infra/interface.ts'
import type { Span } from '../text/span.ts'
import type { StackNode } from '../infra/node.ts'
import type { Check, CheckContext } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, labelOf, networkOf, stacksOf, type Device } from './shared/model.ts'
import { oncePerNode } from './shared/once.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'address-is-broadcast',
  title: 'Address is the broadcast address',
  severity: 'error',
  explanation: explain({
    what: 'The interface\'s address is the last one of its prefix, which stands for the subnet\'s broadcast.',
    why: 'No host may use it (RFC 1122 section 3.2.1.3); others do not send to it, or send to all. A /31 has neither (RFC 3021), nor has IPv6.',
    mend: 'Take another address of the subnet; the quick fix proposes the next free one.',
    wrong: 'eth0: { address: 10.0.0.255/24 }',
    right: 'eth0: { address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      for (const { device, value, prefix, at } of [...edgesOf(node), ...inNetworks(context, node)]) {
        const free = freeAddress(context, prefix, value.ip)
        const text = free && spelled(free, value.length)
        report({
          at, subject: labelOf(device),
          message: t`${printIp(value.ip)} of ${labelOf(device)} is the broadcast address of ${printPrefix(prefix)}`,
          fixes: text === undefined ? [] : [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at, value: text } }],
        })
      }
    }
  },
}

/** IPv4 addresses of the node that are the broadcast address of their own prefix. */
const edgesOf = oncePerNode((node): readonly { readonly device: Device; readonly value: InterfaceAddress; readonly prefix: Prefix; readonly at: Span }[] =>
  [...node.interfaces.values()].flatMap((one) => one.addresses.flatMap(({ value, at }) => {
    if (value.ip.family === 6 || value.length === undefined || value.length > 30) return []
    const prefix = prefixOf(value.ip, value.length)
    return value.ip.value === lastOf(prefix).value ? [{ device: deviceOn(node, one), value, prefix, at }] : []
  })))

/** The same of addresses without a length, whose network gives it. */
function inNetworks(context: CheckContext, node: StackNode): ReturnType<typeof edgesOf> {
  return [...node.interfaces.values()].flatMap((one) => one.addresses.flatMap(({ value, at }) => {
    const subnet = value.length === undefined ? networkOf(context, one)?.subnets.find((each) => contains(each.value, value.ip))?.value : undefined
    if (!subnet || value.ip.family === 6 || subnet.length > 30) return []
    const prefix = subnet
    return value.ip.value === lastOf(prefix).value ? [{ device: deviceOn(node, one), value, prefix, at }] : []
  }))
}
