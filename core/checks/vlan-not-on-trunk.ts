/** A VLAN that is used on both sides of a link and not carried over it. */
import { contains } from '../address/ip.ts'
import type { Check, CheckContext, Report } from './check.ts'
import { counterexampleOf, failuresOf, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { carries, portOf, vlansOf, wiresOf, type Port } from './shared/layer2.ts'
import { deviceAt, keyOf, labelOf, labelOfEnd, ownersOf, prefixesOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'vlan-not-on-trunk',
  title: 'VLAN missing on a trunk',
  severity: 'error',
  explanation: explain({
    what: 'A VLAN is used behind both ends of a link, or by a vlan device at one end, and the port at the other end does not carry it.',
    why: 'Frames of that VLAN are dropped at the port; the two halves of the VLAN are apart.',
    mend: 'Add the VLAN to the port\'s `trunk`.',
    wrong: 'sw1: { ports: { up: { trunk: [10, 20] }, a: { vlan: 20 } } }\nsw2: { ports: { up: { trunk: [10] }, b: { vlan: 20 } } }',
    right: 'sw1: { ports: { up: { trunk: [10, 20] }, a: { vlan: 20 } } }\nsw2: { ports: { up: { trunk: [10, 20] }, b: { vlan: 20 } } }',
  }),
  run(context, report) {
    const label = (port: Port): string => `${port.node.name}:${port.interface.name}`
    const add = (port: Port, id: number) =>
      context.written.nodes.get(port.node.name)?.interfaces.has(port.interface.name)
        ? [{
            title: t`Carry VLAN ${id} on ${label(port)}`, preferred: true,
            change: { kind: 'set', part: { kind: 'interface', node: port.node.name, interface: port.interface.name }, key: 'trunk', value: [...(vlansOf(port)?.tagged ?? []), id].sort((a, b) => a - b) },
          } as const]
        : []
    const usedBehind = (port: Port, id: number): string | undefined => {
      for (const one of port.node.interfaces.values()) {
        const other = one === port.interface ? undefined : portOf(port.node, one)
        if (other && other.bridge === port.bridge && (other.interface.vlan ?? other.interface.trunk) && carries(other, id)) return one.name
      }
      return undefined
    }
    for (const { ends, at } of wiresOf(context)) {
      for (const [here, there] of [ends, [ends[1], ends[0]]] as const) {
        const [mine, theirs] = [vlansOf(here), vlansOf(there)]
        if (!mine || !theirs || theirs.tagged.size === 0 || mine.tagged.size === 0) continue
        for (const id of theirs.tagged) {
          const user = carries(here, id) ? undefined : usedBehind(here, id)
          if (user === undefined) continue
          report({
            at: here.interface.trunk?.at ?? at, subject: label(here),
            message: t`${label(here)} does not carry VLAN ${id}, which ${label(there)} sends and ${here.node.name}:${user} uses`,
            related: [{ message: t`${label(there)} carries VLAN ${id}`, at: there.interface.trunk?.at ?? at }],
            fixes: add(here, id),
          })
        }
      }
    }
    silentPorts(context, report)
    // A vlan device straight on a linked interface, facing a port that is without its VLAN.
    for (const link of context.infra.links) {
      for (const [end, other] of [link.ends, [link.ends[1], link.ends[0]]] as const) {
        const device = deviceAt(context.infra, end.node, end.interface)
        const far = deviceAt(context.infra, other.node, other.interface)
        const port = far && portOf(far.node, far.interface)
        if (!device || !port || device.interface.master || !vlansOf(port)) continue
        for (const one of device.node.interfaces.values()) {
          const id = one.type.value === 'vlan' && one.link?.value === device.interface.name ? one.id : undefined
          if (!id || vlansOf(port)?.tagged.has(id.value)) continue
          const written = (port.interface.trunk ?? port.interface.vlan)?.at
          report({
            at: written ?? id.at, subject: label(port),
            message: t`${label(port)} does not carry VLAN ${id.value} tagged, which ${device.node.name}:${one.name} sends to it`,
            related: [{ message: t`${device.node.name}:${one.name} is VLAN ${id.value}`, at: id.at }],
            fixes: port.interface.vlan ? [] : add(port, id.value),
          })
        }
      }
    }
  },
}

/** A packet ends for its VLAN, and the port that it came in by says none: Linux and most switches then take VLAN 1. */
function silentPorts(context: CheckContext, report: Report): void {
  for (const failure of failuresOf(context)) {
    const { last, demand } = failure
    if (failure.reason !== 'vlan') continue
    for (const label of [`${last.node}:${last.interface ?? ''}`, ...(ownersOf(context).get(keyOf(failure.address)) ?? []).map(labelOf)]) {
      const link = context.infra.links.find(({ ends }) => ends.some((end) => labelOfEnd(end) === label))
      const far = link?.ends.find((end) => labelOfEnd(end) !== label)
      const device = far && deviceAt(context.infra, far.node, far.interface)
      const port = device && portOf(device.node, device.interface)
      if (!far || !port?.vlanAware || port.interface.vlan || port.interface.trunk || port.interface.native) continue
      const id = vlanOfNeighbours(context, failure)
      report({
        at: port.interface.at, subject: labelOfEnd(far),
        message: t`${labelOfEnd(far)} says no VLAN, so what comes by it is in VLAN 1: ${pairOf(failure)} ends for that`,
        related: [{ message: `${pairOf(failure)} ${demand.words}`, at: demand.at }],
        fixes: id === undefined ? [] : [{ title: t`Put ${labelOfEnd(far)} into VLAN ${id}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node: far.node, interface: far.interface }, key: 'vlan', value: id } }],
        counterexample: counterexampleOf(failure),
      })
      break
    }
  }
}

/** The VLAN of the ports whose stations have addresses of the sender's subnet, where it is one. */
function vlanOfNeighbours({ infra }: CheckContext, { demand }: Failure): number | undefined {
  const subnets = [...demand.from.interfaces.values()].flatMap((one) => prefixesOf(one))
  const ids = new Set<number>()
  for (const { ends } of infra.links) {
    for (const [here, there] of [ends, [ends[1], ends[0]]] as const) {
      const station = infra.nodes.get(here.node)
      const id = deviceAt(infra, there.node, there.interface)?.interface.vlan?.value
      if (id === undefined || !station || station === demand.from) continue
      const near = [...station.interfaces.values()].some((one) => one.name === here.interface && prefixesOf(one).some(({ ip }) => subnets.some(({ prefix }) => contains(prefix, ip))))
      if (near) ids.add(id)
    }
  }
  return ids.size === 1 ? [...ids][0] : undefined
}
