/** An address that two stacks claim on one segment, or in one routed network. */
import { contains, isLinkLocal, isLoopback, prefixOf, printIp, type Ip } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import type { Fix } from '../infra/problem.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext } from './check.ts'
import { freeAddress, sharedOnPurpose, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, labelOf, networkOf, ownersOf, writtenOf, type Device, type IpKey } from './shared/model.ts'
import { sameSegment, segmentsByDevice, type SegmentView } from './shared/segments.ts'
import { tenantOfDevice } from './shared/tenancy.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'address-duplicate',
  title: 'Duplicate address',
  severity: 'error',
  explanation: explain({
    what: 'Two network stacks have the same address on one segment, or in one routed network.',
    why: 'Who answers the ARP request first gets the traffic (RFC 5227); connections to the other break, and which of them it is changes from minute to minute. The same range in two isolated tenants is fine and is not reported.',
    mend: 'Give one of the two another address of the same subnet. The quick fix proposes the next free one.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\nvm2: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\nvm2: { interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }',
  }),
  run(context, report) {
    const shared = sharedOnPurpose(context)
    const segments = segmentsByDevice(context)
    let routed = 0
    for (const [key, owners] of ownersOf(context)) {
      if (owners.length < 2 || shared.has(key)) continue
      const told = new Set<Device>()
      for (const [i, second] of owners.entries()) {
        const at = addressOf(second, key)
        if (!at || isLoopback(at.ip) || told.has(second)) continue
        const views = segments.get(labelOf(second))
        const first = owners.slice(0, i).find((one) => one.node !== second.node && sameSegment(segments.get(labelOf(one)), views))
        if (first) {
          told.add(second)
          say(first, second, at, false)
          continue
        }
        if (isLinkLocal(at.ip) || routed >= 50) continue
        for (const one of owners.slice(0, i)) {
          if (one.node === second.node || told.has(one) || routed++ >= 50) continue
          if (!bothReached(context, one, second, at.ip, segments)) continue
          told.add(second)
          say(one, second, at, true)
          break
        }
      }
    }

    function say(first: Device, second: Device, here: Address, routed: boolean): void {
      const there = addressOf(first, keyOf(here.ip))
      const label = labelOf(second)
      report({
        at: here.at, subject: label,
        message: routed ? t`${printIp(here.ip)} is used by ${labelOf(first)} and ${label} and routing leads to both` : t`${printIp(here.ip)} is used by ${labelOf(first)} and ${label} on the same segment`,
        related: there ? [{ message: t`${labelOf(first)} has it too`, at: there.at }] : [],
        // What an alias says twice is written once: another word there would be both's.
        fixes: there && there.at.chunk === here.at.chunk && there.at.start === here.at.start ? [] : fixes(context, second, here),
      })
    }
  },
}

interface Address {
  readonly ip: Ip
  readonly length: number | undefined
  readonly at: Span
}

function addressOf(device: Device, key: IpKey): Address | undefined {
  const found = device.interface.addresses.find(({ value }) => keyOf(value.ip) === key)
  return found && { ip: found.value.ip, length: found.value.length, at: found.at }
}

function fixes(context: CheckContext, device: Device, here: Address): readonly Fix[] {
  const written = writtenOf(context, device)?.addresses.find(({ value }) => keyOf(value.ip) === keyOf(here.ip))
  const length = here.length ?? networkOf(context, device.interface)?.subnets.find(({ value }) => contains(value, here.ip))?.value.length
  if (!written || length === undefined) return []
  const free = freeAddress(context, prefixOf(here.ip, length), here.ip)
  if (!free) return []
  const text = spelled(free, written.value.length)
  return [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at: written.at, value: text } }]
}

/**
 * Do packets from elsewhere arrive at both owners? Asked of neighbours that must route to get there: for those on the link
 * itself each host's own gateway address is a matter of their host alone. And do the neighbours of one reach the other's
 * surroundings at all? Two islands that nothing joins may well use the same addresses.
 */
function bothReached(
  context: CheckContext, first: Device, second: Device, ip: Ip, segments: ReadonlyMap<string, readonly SegmentView[]>,
): boolean {
  if (tenantOfDevice(context, first) !== tenantOfDevice(context, second)) return false
  const inVrf = (device: Device): boolean =>
    device.node.interfaces.get(device.interface.master?.value ?? '')?.type.value === 'vrf'
  if (inVrf(first) || inVrf(second)) return false
  const arrives = (from: StackNode, to: Ip, at: Node): boolean =>
    traceFlow(context.plane, { from: from.name, to, proto: 'icmp', size: 84, df: false }).hops.findLast((hop) => hop.step === 'deliver')?.node === at.name
  const reachedFrom = (owner: Device): readonly StackNode[] => {
    const probes = new Set<StackNode>()
    for (const one of owner.node.interfaces.values()) {
      for (const view of segments.get(`${owner.node.name}:${one.name}`) ?? []) {
        for (const { node } of view.devices) {
          if (probes.size >= 4 || node === first.node || node === second.node || !isStack(node)) continue
          const onLink = [...node.interfaces.values()].some((near) =>
            near.addresses.some(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), ip)))
          if (!onLink) probes.add(node)
        }
      }
    }
    return [...probes].filter((from) => arrives(from, ip, owner.node))
  }
  const near = reachedFrom(first)
  const far = near.length === 0 ? [] : reachedFrom(second)
  return near.some((from) => [...far, second.node].some((to) => from === to || addressesOf(to, ip).some((address) => arrives(from, address, to))))
}

/** A few addresses by which a node can be asked for, other than the one in question. */
const addressesOf = (node: Node, but: Ip): readonly Ip[] =>
  [...node.interfaces.values()].flatMap(({ addresses }) => addresses.map(({ value }) => value.ip))
    .filter((ip) => ip.family === but.family && !isLoopback(ip) && !isLinkLocal(ip) && keyOf(ip) !== keyOf(but)).slice(0, 4)
