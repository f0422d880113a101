/** A device or link that is down, and that somebody needs. */
import { traceFlow } from '../forwarding/index.ts'
import type { Check, CheckContext } from './check.ts'
import { counterexampleOf, failuresOf, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, isUp, keyOf, labelOf, labelOfEnd, ownersOf, type Device } from './shared/model.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'link-down',
  title: 'Down, but needed',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive ends at a device that is down, or at a link without carrier.',
    why: 'Nothing passes it. An interface that is down loses its routes; a link that is down keeps them.',
    mend: 'Bring it up, or give the packet another way.',
    wrong: 'eth0: { address: 10.0.0.1/24, up: false }',
    right: 'eth0: { address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    const tried = new Map<Device, boolean>()
    for (const failure of failuresOf(context)) {
      const hops = failure.returning ? (failure.trace.reply?.hops ?? []) : failure.trace.hops
      const nodes = new Set(hops.slice(-3).map((hop) => hop.node))
      if (failure.reason !== 'no-carrier' && failure.reason !== 'no-route' && failure.reason !== 'neighbour-unreachable') continue
      const related = [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }]
      const node = context.infra.nodes.get(failure.last.node)
      const device = node && [...node.interfaces.values()].find((one) => !isUp(one) && (one.name === failure.last.interface || one.addresses.length > 0 || one.master))
      const link = context.infra.links.find((one) => one.up?.value === false && one.ends.some((end) => nodes.has(end.node)))
      if (device?.up) {
        report({
          at: device.up.at, subject: `${failure.last.node}:${device.name}`, message: t`${failure.last.node}:${device.name} is down, and ${pairOf(failure)} needs it`, related,
          fixes: [{ title: t('Bring it up'), preferred: true, change: { kind: 'set', part: { kind: 'interface', node: failure.last.node, interface: device.name }, key: 'up', value: true } }],
          counterexample: counterexampleOf(failure),
        })
      } else if (link?.up && failure.reason !== 'no-route') {
        const index = context.written.links.indexOf(link)
        report({
          at: link.up.at, message: t`the link ${link.ends.map((end) => `${end.node}:${end.interface}`).join(' – ')} is down, and ${pairOf(failure)} needs it`, related,
          fixes: index < 0 ? [] : [{ title: t('Bring it up'), preferred: true, change: { kind: 'set', part: { kind: 'link', link: index }, key: 'up', value: true } }],
          counterexample: counterexampleOf(failure),
        })
      } else if (failure.reason !== 'no-route') {
        const port = portDown(context, failure, tried)
        if (!port?.interface.up) continue
        report({
          at: port.interface.up.at, subject: labelOf(port), message: t`${labelOf(port)}, a port of ${port.interface.master?.value ?? port.node.name}, is down, and ${pairOf(failure)} needs it`, related,
          fixes: [{ title: t('Bring it up'), preferred: true, change: { kind: 'set', part: { kind: 'interface', node: port.node.name, interface: port.interface.name }, key: 'up', value: true } }],
          counterexample: counterexampleOf(failure),
        })
      }
    }
  },
}

const mostTried = 12

/**
 * A port that is down, of a bridge or switch that carries the segment on which nobody answers, or the one of whoever should:
 * the first with which the packet would come further.
 */
function portDown(context: CheckContext, failure: Failure, tried: Map<Device, boolean>): Device | undefined {
  const { last, address } = failure
  const index = segmentsByDevice(context)
  const wired = new Set(context.infra.links.flatMap(({ ends }) => ends.map(labelOfEnd)))
  const sides = [last.interface === null ? [] : [`${last.node}:${last.interface}`], (ownersOf(context).get(keyOf(address)) ?? []).map(labelOf)]
  const candidates: Device[] = []
  for (const carrier of new Set(sides.flat().flatMap((label) => index.get(label) ?? []).flatMap(({ segment }) => segment.carriers))) {
    const [node = '', bridge] = carrier.split(':')
    for (const one of context.infra.nodes.get(node)?.interfaces.values() ?? []) {
      const device = isUp(one) || (bridge !== undefined && one.master?.value !== bridge) ? undefined : deviceAt(context.infra, node, one.name)
      if (device && (wired.has(labelOf(device)) || one.guestSide)) candidates.push(device)
    }
  }
  return candidates.find((device) => {
    // Each costs a plane of its own, and is tried with the first packet that may need it.
    const known = tried.get(device) ?? (tried.size < mostTried && wouldHelp(context, failure, device))
    tried.set(device, known)
    return known
  })
}

function wouldHelp({ written, replan }: CheckContext, { demand, address, reason }: Failure, { node, interface: { name } }: Device): boolean {
  const owner = written.nodes.get(node.name)
  const one = owner?.interfaces.get(name)
  if (!replan || !owner || !one?.up) return true
  const up = { ...owner, interfaces: new Map([...owner.interfaces, [name, { ...one, up: { ...one.up, value: true } }]]) }
  const { plane } = replan({ ...written, nodes: new Map([...written.nodes, [owner.name, up]]) })
  const after = traceFlow(plane, {
    from: demand.from.name, to: address, proto: demand.proto, size: 84, df: false,
    ...(demand.toNode !== undefined && { toNode: demand.toNode }), ...(demand.port !== undefined && { port: demand.port }),
  })
  return after.verdict !== 'dropped' || after.reason !== reason
}
