/** A device without a link that somebody needs. */
import { contains } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { counterexampleOf, failuresOf, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, devicesOf, isUp, keyOf, labelOf, labelOfEnd, layer2Tunnels, ownersOf, prefixesOf, type Device } from './shared/model.ts'
import { oncePerPlane } from './shared/once.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'interface-unconnected',
  title: 'Connected to nothing',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive is sent out of a physical device that no link ends in, looks for an address that such a device has, or finds no way out of a bridge beside which a cabled card or a tunnel belongs to nobody.',
    why: 'It leaves the file\'s world; nobody answers.',
    mend: 'Add the link, or correct the route that chose the device.',
    wrong: 's1: { interfaces: { eth0: { address: 10.0.0.1/24 } } }   # and no link names s1:eth0',
    right: 'links: [[s1:eth0, sw1:p1]]',
  }),
  run(context, report) {
    const linked = new Set(context.infra.links.flatMap((link) => link.ends.map((end) => `${end.node}:${end.interface}`)))
    for (const failure of failuresOf(context)) {
      const { node: name, interface: device } = failure.last
      if (failure.reason === 'neighbour-unreachable' || failure.reason === 'no-carrier') {
        for (const { device, bridge } of idleBeside(context, failure, linked)) {
          report({
            at: device.interface.at, subject: labelOf(device),
            message: t`${labelOf(device)} belongs to no bridge and has no address, and ${pairOf(failure)} finds no way out of ${device.node.name}:${bridge}`,
            related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
            fixes: [{ title: t`Make it a port of ${bridge}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'master', value: bridge } }],
            counterexample: counterexampleOf(failure),
          })
        }
        // Nobody answers because whoever has the address hangs on nothing.
        const own = failure.node ? [...failure.node.interfaces.values()] : []
        const near = own.some((each) => prefixesOf(each).some(({ prefix }) => contains(prefix, failure.address)))
        const wanted = near ? [failure.address] : own.flatMap((each) => each.gateways.map(({ value }) => value))
        for (const owner of wanted.flatMap((ip) => ownersOf(context).get(keyOf(ip)) ?? [])) {
          const { node, interface: one } = owner
          if (one.type.value !== 'ethernet' || one.hostSide || one.master || linked.has(labelOf(owner)) || node.kind === 'external' || node.origin.by !== 'text' || node === failure.node) continue
          report({
            at: one.at, subject: labelOf(owner), message: t`no link ends in ${labelOf(owner)}, and ${pairOf(failure)} looks for it`, fixes: plugIn(context, labelOf(owner), failure),
            related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
            counterexample: counterexampleOf(failure),
          })
        }
      }
      if (device === null || (failure.reason !== 'no-carrier' && failure.reason !== 'neighbour-unreachable')) continue
      const one = context.infra.nodes.get(name)?.interfaces.get(device)
      if (!one || one.type.value !== 'ethernet' || one.hostSide || linked.has(`${name}:${device}`) || one.up?.value === false) continue
      report({
        at: one.at, subject: `${name}:${device}`, message: t`no link ends in ${name}:${device}, and ${pairOf(failure)} is sent out of it`,
        related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
        counterexample: counterexampleOf(failure),
      })
    }
  },
}

/** A cable to the switch that the one who asks hangs on. */
function plugIn(context: CheckContext, label: string, { last }: Failure): readonly Fix[] {
  for (const { segment } of segmentsByDevice(context).get(`${last.node}:${last.interface ?? ''}`) ?? []) {
    const found = segment.carriers.map((name) => context.written.nodes.get(name)).find((node) => node?.kind === 'switch')
    if (!found) continue
    const ports = context.infra.nodes.get(found.name)?.interfaces ?? found.interfaces
    let number = 1
    while (ports.has(`p${number}`)) number++
    return [{ title: t`Plug ${label} into ${found.name}:p${number}`, preferred: true, change: { kind: 'add-link', ends: [label, `${found.name}:p${number}`] } }]
  }
  return []
}

/**
 * A cabled card or a tunnel that nobody uses, on a host with a bridge of the segment on which nobody answers: of the one who
 * asks, or of the one who should.
 */
function idleBeside(context: CheckContext, { last, address }: Failure, linked: ReadonlySet<string>): readonly { readonly device: Device; readonly bridge: string }[] {
  const sides = [`${last.node}:${last.interface ?? ''}`, ...(ownersOf(context).get(keyOf(address)) ?? []).map(labelOf)]
  const found = new Map<string, { device: Device; bridge: string }>()
  for (const carrier of new Set([...sides, ...sides.flatMap((label) => segmentsByDevice(context).get(label) ?? []).flatMap(({ segment }) => segment.carriers)])) {
    const [name = '', bridge = ''] = carrier.split(':')
    const node = context.written.nodes.get(name)
    const kind = node?.interfaces.get(bridge)?.type.value
    if (!node || !isStack(node) || (kind !== 'bridge' && kind !== 'ovs')) continue
    for (const one of node.interfaces.values()) {
      const tunnel = layer2Tunnels.has(one.type.value)
      if (one.master || one.addresses.length > 0 || one.dhcp?.value || !isUp(one) || !(tunnel || (one.type.value === 'ethernet' && linked.has(`${name}:${one.name}`)))) continue
      const used = [...node.interfaces.values()].some(({ link }) => link?.value === one.name)
        || parents(context).has(`${name}:${one.name}`)
      const device = used ? undefined : deviceAt(context.infra, name, one.name)
      if (device) found.set(labelOf(device), { device, bridge })
    }
  }
  // One that is idle is a slip; several are spare.
  return found.size === 1 ? [...found.values()] : []
}

/** Devices of hosts that a guest's interface hangs on. */
const parents = oncePerPlane((context): ReadonlySet<string> =>
  new Set(devicesOf(context.infra).flatMap(({ interface: { hostSide } }) => (hostSide ? [labelOfEnd(hostSide)] : []))))
