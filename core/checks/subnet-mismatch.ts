/** Members of one segment that disagree about how long its prefix is. */
import { bitsOf, isLinkLocal, isLoopback, overlaps, printPrefix, type Prefix } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext, Finding } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { isUp, keyOf, labelOf, labelOfEnd, networkOf, prefixesOf, writtenOf, type Device } from './shared/model.ts'
import { oncePerPlane } from './shared/once.ts'
import { segmentViews } from './shared/segments.ts'
import type { Ip } from '../address/ip.ts'
import { t } from '../words.ts'

interface Member {
  readonly device: Device
  readonly ip: Ip
  readonly prefix: Prefix
  readonly at: Span
}

export const check: Check = {
  code: 'subnet-mismatch',
  title: 'Members disagree about the prefix',
  severity: 'error',
  explanation: explain({
    what: 'Two members of one segment have overlapping prefixes of different lengths, or the two ends of one link are on different subnets.',
    why: 'The one with the longer prefix sends to its gateway what its neighbour expects directly, and the other asks by ARP for hosts that are elsewhere. It works for some pairs and in some directions.',
    mend: 'Write the same prefix length for all. The quick fix takes the one that the network declares, or that most members use.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\nvm2: { interfaces: { eth0: { attach: br0, address: 10.0.0.2/16 } } }',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\nvm2: { interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }',
  }),
  run(context, report) {
    const told = new Set<Span>()
    for (const { devices } of segmentViews(context)) {
      const members: Member[] = []
      for (const device of devices) {
        if (!isUp(device.interface)) continue
        for (const { ip, prefix, at } of prefixesOf(device.interface)) {
          if (prefix.length < bitsOf(ip.family) && !isLinkLocal(ip) && !isLoopback(ip)) members.push({ device, ip, prefix, at })
        }
      }
      const apart = farApart(context, members)
      if (apart) {
        report(apart)
        continue
      }
      const lengths = new Set(members.map(({ ip, prefix }) => `${ip.family}/${prefix.length}`))
      if (lengths.size < 2) continue
      const declared = devices.flatMap((device) => networkOf(context, device.interface)?.subnets ?? [])
      for (const member of members) {
        if (told.has(member.at)) continue
        const near = members.filter((other) => overlaps(other.prefix, member.prefix))
        const votes = new Map<number, number>()
        for (const { prefix } of near) votes.set(prefix.length, (votes.get(prefix.length) ?? 0) + 1)
        const subnet = declared.find(({ value }) => overlaps(value, member.prefix))?.value
        // Of equals the first in the file is right.
        const right = subnet?.length ?? [...votes].reduce((best, one) => (one[1] > best[1] ? one : best), [near[0]?.prefix.length ?? 0, 0])[0]
        if (votes.size < 2 || member.prefix.length === right) continue
        const other = near.find(({ prefix }) => prefix.length === right)
        told.add(member.at)
        const label = labelOf(member.device)
        const text = spelled(member.ip, right)
        const written = writtenOf(context, member.device)?.addresses.find(({ value }) => value.ip.value === member.ip.value)
        report({
          at: member.at, subject: label,
          message: other
            ? t`${label} is on ${printPrefix(member.prefix)} and ${labelOf(other.device)} on ${printPrefix(other.prefix)}, on the same segment`
            : t`${label} is on ${printPrefix(member.prefix)}, its network is ${subnet ? printPrefix(subnet) : ''}`,
          related: other ? [{ message: t`${labelOf(other.device)} is on ${printPrefix(other.prefix)}`, at: other.at }] : [],
          fixes: written ? [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at: written.at, value: text } }] : [],
        })
      }
    }
  },
}

/** Two on one segment, and neither is on the other's subnet: the second of them has the finding, and the next free address of the first's. */
function farApart(context: CheckContext, members: readonly Member[]): Finding | undefined {
  const [one] = members
  const other = members.find(({ device }) => device !== one?.device)
  if (!one || !other) return undefined
  // Who names the other as its gateway is on the wrong subnet itself; else the second in the file.
  const [first, second] = leadsTo(one, other) ? [other, one] : [one, other]
  if (members.some(({ device }) => device !== first.device && device !== second.device)) return undefined
  if (first.ip.family !== second.ip.family || members.some((a) => members.some((b) => a.device !== b.device && a.ip.family === b.ip.family && overlaps(a.prefix, b.prefix)))) return undefined
  // A cable between two, nobody else on it: several subnets beside each other make no sense there.
  if (!wiredPairs(context).has(`${labelOf(first.device)} ${labelOf(second.device)}`)) return undefined
  const written = writtenOf(context, second.device)?.addresses.find(({ value }) => value.ip.value === second.ip.value)
  const free = freeAddress(context, first.prefix, first.ip)
  return {
    at: second.at, subject: labelOf(second.device),
    message: t`${labelOf(second.device)} is on ${printPrefix(second.prefix)} and ${labelOf(first.device)} on ${printPrefix(first.prefix)}, at the two ends of one link`,
    related: [{ message: t`${labelOf(first.device)} is on ${printPrefix(first.prefix)}`, at: first.at }],
    fixes: written && free ? [{ title: t`Use ${spelled(free, first.prefix.length)}`, preferred: true, change: { kind: 'correct', at: written.at, value: spelled(free, first.prefix.length) } }] : [],
  }
}

const leadsTo = ({ device: { node, interface: own } }: Member, { ip }: Member): boolean =>
  [...own.gateways, ...(isStack(node) ? node.routes.flatMap((route) => route.via) : [])].some(({ value }) => keyOf(value) === keyOf(ip))

/** The two ends of every link, in either order. */
const wiredPairs = oncePerPlane((context): ReadonlySet<string> =>
  new Set(context.written.links.flatMap(({ ends: [a, b] }) => [`${labelOfEnd(a)} ${labelOfEnd(b)}`, `${labelOfEnd(b)} ${labelOfEnd(a)}`])))
