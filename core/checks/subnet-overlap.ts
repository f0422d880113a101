/** One stack, or one routed network, with the same range in two places. */
import { isLinkLocal, isLoopback, overlaps, printPrefix, type Prefix } from '../address/ip.ts'
import { bitsOf } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, isUp, labelOf, networkBehind, prefixesOf, stacksOf, type Device } from './shared/model.ts'
import { oncePerNode } from './shared/once.ts'
import { sameSegment, segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

interface Range {
  readonly device: Device
  readonly prefix: Prefix
  readonly at: Span
}

export const check: Check = {
  code: 'subnet-overlap',
  title: 'Overlapping subnets',
  severity: 'error',
  explanation: explain({
    what: 'Two interfaces of one stack are on overlapping prefixes but on different segments, or two networks that can reach each other use overlapping ranges.',
    why: 'The routing table sends everything for the range out of one of them; whoever lives behind the other is cut off.',
    mend: 'Give one of the two another range. Tenants that are isolated from each other may use the same ranges; that is not reported.',
    wrong: 'r1:\n  interfaces:\n    p1: { address: 10.0.0.1/24 }\n    p2: { address: 10.0.0.129/25 }',
    right: 'r1:\n  interfaces:\n    p1: { address: 10.0.0.1/24 }\n    p2: { address: 10.0.1.1/24 }',
  }),
  run(context, report) {
    const segments = segmentsByDevice(context)
    const toldNetworks = new Set<string>()
    for (const node of stacksOf(context.infra)) {
      const told = new Set<Span>()
      for (const { first, second } of overlapsOn(node)) {
        if (told.has(second.at)) continue
        if (sameSegment(segments.get(labelOf(first.device)), segments.get(labelOf(second.device)))) continue
        told.add(second.at)
        const one = networkBehind(context, first.device)
        const two = networkBehind(context, second.device)
        if (one && two) sayNetworks(one, two, t`meet on ${node.name}`)
        else {
          report({
            at: second.at, subject: labelOf(second.device),
            message: t`${printPrefix(second.prefix)} of ${labelOf(second.device)} overlaps ${printPrefix(first.prefix)} of ${labelOf(first.device)}`,
            related: [{ message: t`${labelOf(first.device)} is on ${printPrefix(first.prefix)}`, at: first.at }],
          })
        }
      }
    }

    // Routed networks are announced into the underlay whole: there is only one place for a range.
    const routed = [...context.infra.networks.values()].filter((network) => network.type.value === 'routed')
    for (const [i, second] of routed.entries()) for (const first of routed.slice(0, i)) sayNetworks(first, second, t('are both routed through the underlay'))

    function sayNetworks(first: Network, second: Network, how: string): void {
      const key = [first.name, second.name].sort().join(' ')
      if (first === second || toldNetworks.has(key)) return
      for (const here of second.subnets) {
        const there = first.subnets.find(({ value }) => overlaps(value, here.value))
        if (!there) continue
        toldNetworks.add(key)
        report({
          at: here.at, subject: `network:${second.name}`,
          message: t`${printPrefix(here.value)} of network ${second.name} overlaps ${printPrefix(there.value)} of network ${first.name}, and they ${how}`,
          related: [{ message: t`${first.name} is ${printPrefix(there.value)}`, at: there.at }],
        })
        return
      }
    }
  },
}

const vrfOf = (device: Device): string | undefined => {
  const master = device.interface.master?.value
  return master !== undefined && device.node.interfaces.get(master)?.type.value === 'vrf' ? master : undefined
}

/** Ranges of one node's devices that overlap within one table, in file order of the second. */
const overlapsOn = oncePerNode((node): readonly { readonly first: Range; readonly second: Range }[] => {
  if (!isStack(node)) return []
  const ranges: Range[] = []
  for (const one of node.interfaces.values()) {
    if (!isUp(one) || one.type.value === 'loopback') continue
    for (const { ip, prefix, at } of prefixesOf(one)) {
      if (prefix.length === bitsOf(ip.family) || isLinkLocal(ip) || isLoopback(ip)) continue
      ranges.push({ device: deviceOn(node, one), prefix, at })
    }
  }
  return ranges.flatMap((second, i) => ranges.slice(0, i)
    .filter((first) => first.device !== second.device && overlaps(first.prefix, second.prefix) && vrfOf(first.device) === vrfOf(second.device))
    .map((first) => ({ first, second })))
})
