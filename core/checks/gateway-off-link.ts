/** A default gateway that is on none of the interface's own prefixes. */
import { bitsOf, contains, isLinkLocal, keyOf, printIp, printPrefix, type Ip } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext, Report } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, forwards, labelOf, labelOfEnd, networkOf, prefixesOf, stacksOf, writtenOf, type Device, type OnLink } from './shared/model.ts'
import { distance } from './shared/names.ts'
import { oncePerNode } from './shared/once.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'gateway-off-link',
  title: 'Gateway is not on the link',
  severity: 'error',
  explanation: explain({
    what: 'The gateway is outside every prefix of the interface, so the stack does not know how to ask for it.',
    why: 'Linux refuses such a route ("Nexthop has invalid gateway"); nothing leaves the subnet (RFC 1122 section 3.3.1).',
    mend: 'Name the router\'s address on this segment, or correct the interface\'s own prefix. A gateway on purpose off-link needs a route to it with `dev` first.',
    wrong: 'eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.1.254 }',
    right: 'eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254 }',
  }),
  run(context, report) {
    for (const node of stacksOf(context.infra)) {
      for (const { device, gateway, at, own } of gatewaysOff(node)) {
        if (tooLong(context, [device], gateway, report)) continue
        report({
          at, subject: labelOf(device),
          message: t`gateway ${printIp(gateway)} is not on a link of ${labelOf(device)}, which is on ${own.map(({ prefix }) => printPrefix(prefix)).join(t(' and '))}`,
          related: own[0] ? [{ message: t`its own address is ${printIp(own[0].ip)}`, at: own[0].at }] : [],
          fixes: fixes(context, [device], gateway, at),
        })
      }
      // A written default route is a gateway as well; a generated one stands for what is written elsewhere.
      const written = context.written.nodes.get(node.name)
      if (!written || !isStack(written) || !written.routes.some((route) => route.to.value.length === 0)) continue
      const devices = [...node.interfaces.values()].map((one) => deviceOn(node, one))
      const all = devices.flatMap((device) => prefixesOf(device.interface))
      if (devices.some((device) => device.interface.dhcp)) continue
      for (const route of written.routes) {
        if (route.to.value.length !== 0 || (route.onlink?.value && route.dev)) continue
        for (const { value: gateway, at } of route.via) {
          const near = all.filter(({ ip }) => ip.family === gateway.family)
          if (isLinkLocal(gateway) || near.length === 0 || near.some(({ prefix }) => contains(prefix, gateway))) continue
          if (onLinkByRoute(node, gateway, undefined) || tooLong(context, devices, gateway, report)) continue
          report({
            at, subject: node.name,
            message: t`gateway ${printIp(gateway)} is not on a link of ${node.name}, which is on ${near.map(({ prefix }) => printPrefix(prefix)).join(t(' and '))}`,
            related: near[0] ? [{ message: t`its own address is ${printIp(near[0].ip)}`, at: near[0].at }] : [],
            fixes: fixes(context, devices, gateway, at),
          })
        }
      }
    }
  },
}

interface GatewayOff {
  readonly device: Device
  readonly gateway: Ip
  readonly at: Span
  /** The prefixes of the same family that the device is on. */
  readonly own: readonly OnLink[]
}

const gatewaysOff = oncePerNode((node): readonly GatewayOff[] => {
  if (!isStack(node)) return []
  const found: GatewayOff[] = []
  for (const one of node.interfaces.values()) {
    const prefixes = prefixesOf(one)
    if (one.dhcp || prefixes.length === 0) continue
    for (const { value: gateway, at } of one.gateways) {
      const own = prefixes.filter(({ ip }) => ip.family === gateway.family)
      if (isLinkLocal(gateway) || own.length === 0 || own.some(({ prefix }) => contains(prefix, gateway))) continue
      if (!onLinkByRoute(node, gateway, one.name)) found.push({ device: deviceOn(node, one), gateway, at, own })
    }
  }
  return found
})

/** The gateway is a neighbour on the wire that counts us in its subnet: our own address was written as a host's alone. Says so. */
function tooLong(context: CheckContext, devices: readonly Device[], gateway: Ip, report: Report): boolean {
  for (const device of devices) {
    // The other end of our cable has it, on a subnet that we are not on: that is what subnet-mismatch says.
    const apart = (segmentsByDevice(context).get(labelOf(device)) ?? []).some(({ devices: both }) => both.length === 2
      && both.some((one) => one.node !== device.node && one.interface.addresses.some(({ value }) => keyOf(value.ip) === keyOf(gateway) && value.length !== undefined && value.length < bitsOf(gateway.family))
        && context.written.links.some(({ ends }) => ends.some((end) => labelOfEnd(end) === labelOf(one)) && ends.some((end) => labelOfEnd(end) === labelOf(device)))))
    if (apart && prefixesOf(device.interface).every(({ ip, prefix }) => ip.family !== gateway.family || prefix.length < bitsOf(ip.family))) return true
    const written = writtenOf(context, device)
    for (const { ip, prefix, at } of prefixesOf(device.interface)) {
      if (ip.family !== gateway.family || prefix.length !== bitsOf(ip.family)) continue
      for (const view of segmentsByDevice(context).get(labelOf(device)) ?? []) {
        for (const other of view.devices) {
          const there = other.node === device.node ? undefined : prefixesOf(other.interface).find((one) => keyOf(one.ip) === keyOf(gateway) && one.prefix.length < prefix.length && contains(one.prefix, ip))
          if (!there) continue
          const text = `${printIp(ip)}/${there.prefix.length}`
          report({
            at, subject: labelOf(device),
            message: t`${labelOf(device)} is on ${printPrefix(prefix)} alone, so its gateway ${printIp(gateway)} is not on the link; ${labelOf(other)} has it on ${printPrefix(there.prefix)}`,
            related: [{ message: t`${labelOf(other)} is on ${printPrefix(there.prefix)}`, at: there.at }],
            fixes: written?.addresses.some((one) => one.at === at) ? [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at, value: text } }] : [],
          })
          return true
        }
      }
    }
  }
  return false
}

/** A route without a gateway of its own makes its destination on-link. */
const onLinkByRoute = (node: StackNode, gateway: Ip, dev: string | undefined): boolean =>
  node.routes.some((route) => route.dev && route.via.length === 0 && route.to.value.length > 0
    && (dev === undefined || route.dev.value === dev) && contains(route.to.value, gateway))

/** Addresses on the segment that would forward, the one spelled most alike first. */
function fixes(context: CheckContext, devices: readonly Device[], wrong: Ip, at: Span): readonly Fix[] {
  const candidates = new Map<string, number>()
  const segments = segmentsByDevice(context)
  for (const device of devices) {
    const own = prefixesOf(device.interface)
    const onLink = (ip: Ip): boolean => own.some((mine) => mine.ip.value !== ip.value && contains(mine.prefix, ip))
    const add = (ip: Ip): void => void (onLink(ip) && candidates.set(printIp(ip), distance(printIp(ip), printIp(wrong))))
    for (const { value } of networkOf(context, device.interface)?.gateway?.addresses ?? []) add(value)
    for (const view of segments.get(labelOf(device)) ?? []) {
      for (const other of view.devices) {
        if (other.node === device.node || !isStack(other.node)) continue
        if (forwards(other.node) || other.node.kind === 'external') for (const { value } of other.interface.addresses) add(value.ip)
        for (const { value } of other.interface.gateways) add(value)
      }
    }
  }
  return [...candidates].sort((a, b) => a[1] - b[1]).slice(0, 3).map(([text], i) => ({
    title: t`Use ${text}`, preferred: i === 0, change: { kind: 'correct', at, value: text },
  }))
}
