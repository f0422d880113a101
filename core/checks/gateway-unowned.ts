/** A gateway that nobody answers to, where somebody needs it. */
import { contains, printIp, type Ip } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext, Report } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, isUp, keyOf, labelOf, labelOfEnd, ownersOf, prefixesOf, stacksOf, writtenOf, type Device } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { nextHopsOf } from './shared/next-hops.ts'
import { oncePerNode } from './shared/once.ts'
import { segmentsByDevice, type SegmentView } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'gateway-unowned',
  title: 'Nobody answers to the gateway',
  severity: 'warning',
  explanation: explain({
    what: 'A stack is asked to send by its gateway, and nobody on the segment has that address; or the only router of the segment, or the other end of the link, has another.',
    why: 'The ARP request is never answered; "host unreachable" after three seconds.',
    mend: 'Give the address to the router on that segment, or correct the gateway.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.253 } } }   # the router is .254',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254 } } }',
  }),
  run(context, report) {
    const told = new Set<Span>()
    const lost = failuresOf(context).filter((failure) => failure.reason === 'neighbour-unreachable')
    for (const [node, failures] of byNode(lost)) {
      const own = [...node.interfaces.values()].flatMap((one) => prefixesOf(one))
      const gateways = [
        ...[...node.interfaces.values()].flatMap((one) => (writtenOf(context, deviceOn(node, one))?.gateways ?? []).map((gateway) => ({ ...gateway, subject: `${node.name}:${one.name}` }))),
        ...node.routes.filter((route) => route.to.value.length === 0).flatMap((route) => route.via.map((via) => ({ ...via, subject: node.name }))),
      ]
      // A destination on the node's own link needs no gateway.
      const far = failures.filter((failure) => failure.returning || !own.some(({ prefix }) => contains(prefix, failure.address)))
      const [first] = far
      const gateway = gateways.find(({ value }) => own.some(({ prefix }) => contains(prefix, value)) && !ownersOf(context).has(keyOf(value)))
      if (!first || !gateway) continue
      told.add(gateway.at)
      const hops = nextHopsOf(context, node, gateway.value.family)
      report({
        at: gateway.at, subject: gateway.subject,
        message: t`nobody answers to the gateway ${printIp(gateway.value)} of ${node.name}: ${listed([...new Set(far.map(pairOf))])} ends there`,
        related: far.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: hops.slice(0, 2).map(({ ip, node: router }, i) => ({
          title: t`Use ${printIp(ip)} of ${router.name}`, preferred: i === 0, change: { kind: 'correct', at: gateway.at, value: printIp(ip) },
        })),
        counterexample: counterexampleOf(first),
      })
    }
    for (const node of stacksOf(context.written)) mistaken(context, node, told, report)
  },
}

/**
 * Nobody needs the gateway here, and yet it is plainly another: one router or external is on the segment, in the same subnet, at
 * another address. Of two the third may be the address that they share; a network's own plain gateway lives elsewhere.
 */
function mistaken(context: CheckContext, node: StackNode, told: ReadonlySet<Span>, report: Report): void {
  const owners = ownersOf(context)
  const unowned = namedGateways(node).filter(({ value, at }) => !told.has(at) && !owners.has(keyOf(value)))
  const real = unowned.length > 0 ? context.infra.nodes.get(node.name) : undefined
  if (!real || !isStack(real)) return
  for (const { value, at, subject } of unowned) {
    const device = [...real.interfaces.values()].find((one) => isUp(one) && prefixesOf(one).some(({ prefix }) => contains(prefix, value)))
    const prefix = device && prefixesOf(device).find((one) => contains(one.prefix, value))?.prefix
    const views = device ? segmentsByDevice(context).get(`${node.name}:${device.name}`) ?? [] : []
    // At the other end of a cable there is nobody else.
    const [end, more] = views.flatMap(({ devices }) => devices.filter((one) => one.node !== real))
    const wired = end && !more && context.written.links.some(({ ends }) => ends.some((one) => labelOfEnd(one) === labelOf(end)) && ends.some((one) => labelOfEnd(one) === `${node.name}:${device?.name ?? ''}`))
    const near = wired && isStack(end.node) ? [{ routers: [end], opaque: end.node.opaque !== undefined }] : views.map(routersOf)
    if (!prefix || near.some(({ opaque }) => opaque)) continue
    const [only, another] = [...new Set(near.flatMap(({ routers }) => routers))].filter((one) => one.node !== real && prefixesOf(one.interface).some(({ ip }) => contains(prefix, ip)))
    const ip = only && prefixesOf(only.interface).find((one) => contains(prefix, one.ip))?.ip
    if (!only || !ip || another) continue
    report({
      at, subject, message: only.node.kind === 'router' || only.node.kind === 'external' ? t`nobody answers to the gateway ${printIp(value)} of ${node.name}; ${labelOf(only)}, the only router on that segment, has ${printIp(ip)}` : t`nobody answers to the gateway ${printIp(value)} of ${node.name}; ${labelOf(only)}, the other end of its link, has ${printIp(ip)}`,
      related: [{ message: t`${labelOf(only)} has ${printIp(ip)}`, at: only.interface.addresses.find((one) => keyOf(one.value.ip) === keyOf(ip))?.at ?? only.interface.at }],
      fixes: [{ title: t`Use ${printIp(ip)} of ${only.node.name}`, preferred: true, change: { kind: 'correct', at, value: printIp(ip) } }],
    })
  }
}

/** The default gateways that a node names itself, not by a network. */
const namedGateways = oncePerNode((node): readonly { readonly value: Ip; readonly at: Span; readonly subject: string }[] => (!isStack(node) ? [] : [
  ...[...node.interfaces.values()].filter((one) => !one.network).flatMap((one) => one.gateways.map((gateway) => ({ ...gateway, subject: `${node.name}:${one.name}` }))),
  ...node.routes.filter((route) => route.to.value.length === 0).flatMap((route) => route.via.map((via) => ({ ...via, subject: node.name }))),
]))

interface Near {
  readonly routers: readonly Device[]
  /** Somebody of whom nobody knows which addresses he has. */
  readonly opaque: boolean
}
const nearBy = new WeakMap<SegmentView, Near>()

/** Asked for every gateway of a segment: worked out once for it. */
function routersOf(view: SegmentView): Near {
  let known = nearBy.get(view)
  if (!known) {
    nearBy.set(view, known = {
      routers: view.devices.filter(({ node }) => node.kind === 'router' || node.kind === 'external'), opaque: view.devices.some(({ node }) => isStack(node) && node.opaque !== undefined),
    })
  }
  return known
}
