/** A multicast group over an underlay that does not carry it. */
import { printIp } from '../address/ip.ts'
import type { Change } from '../infra/change.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, isUp, labelOf, type Device } from './shared/model.ts'
import { sameSegment, segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-multicast-unsupported',
  title: 'Group does not reach the other end',
  severity: 'warning',
  explanation: explain({
    what: 'A vxlan device floods to a multicast group, and the other members of the group are behind a router.',
    why: 'Without multicast routing, which is not modelled, the group ends at the first router; Linux also sends it with a TTL of 1.',
    mend: 'List the ends in `remote` instead (head-end replication), or make sure that the underlay routes the group.',
    wrong: 'vx: { type: vxlan, id: 7, group: 239.1.1.1, link: eth0 }',
    right: 'vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: [30.0.0.1] }',
  }),
  run(context, report) {
    const groups = new Map<string, Device[]>()
    for (const device of devicesOf(context.written)) {
      const { tunnel } = device.interface
      if (!tunnel?.group || !isUp(device.interface)) continue
      const key = `${printIp(tunnel.group.value)} ${tunnel.id?.value ?? ''}`
      groups.set(key, [...(groups.get(key) ?? []), device])
    }
    const segments = segmentsByDevice(context)
    const lowerOf = (device: Device) => {
      const name = device.interface.link?.value ?? [...device.node.interfaces.values()].find((one) =>
        one.addresses.some(({ value }) => value.ip.value === device.interface.tunnel?.local?.value.value))?.name
      return name === undefined ? undefined : segments.get(`${device.node.name}:${name}`)
    }
    for (const members of groups.values()) {
      const [first] = members
      const mine = first && lowerOf(first)
      if (!first || !mine) continue
      for (const other of members.slice(1)) {
        const theirs = lowerOf(other)
        const group = other.interface.tunnel?.group
        if (!theirs || !group || sameSegment(mine, theirs)) continue
        report({
          at: group.at, subject: labelOf(other), message: t`${labelOf(other)} and ${labelOf(first)} share the group ${printIp(group.value)}, but a router is between them`,
          related: [{ message: t`${labelOf(first)} is in the group`, at: first.interface.tunnel?.group?.at ?? first.interface.at }],
          fixes: headEnd(members),
        })
      }
    }
  },
}

/** A list of the others at each of them, in place of the group: head-end replication needs no multicast. */
function headEnd(members: readonly Device[]): readonly Fix[] {
  const locals = members.map((one) => one.interface.tunnel?.local?.value)
  const changes = members.flatMap((one, i): readonly Change[] => {
    const part = { kind: 'interface', node: one.node.name, interface: one.interface.name } as const
    const others = locals.flatMap((ip, j) => (ip && j !== i ? [printIp(ip)] : []))
    return [{ kind: 'set', part, key: 'remote', value: others.length === 1 ? others[0] ?? '' : others }, { kind: 'unset', part, key: 'group' }]
  })
  return locals.every((ip) => ip !== undefined) ? [{ title: t('List the others at each of them instead'), change: { kind: 'several', changes } }] : []
}
