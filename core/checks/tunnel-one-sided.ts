/** A tunnel whose other half is missing. */
import { printIp } from '../address/ip.ts'
import type { Value } from '../infra/change.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf, layer2Tunnels, writtenOf, type Device } from './shared/model.ts'
import { localsOf, tunnelWays, type TunnelWay } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-one-sided',
  title: 'Tunnel has only one half',
  severity: 'error',
  explanation: explain({
    what: 'A tunnel sends to a node that has no tunnel of that kind back.',
    why: 'The packets arrive and are thrown away: no device takes them out of their encapsulation, and nothing comes back.',
    mend: 'Add the other half, with `local` and `remote` exchanged and the same id and port. The quick fix writes it.',
    wrong: 's1: { interfaces: { tun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2 } } }\ns2: { interfaces: { eth0: { address: 20.0.0.2/24 } } }',
    right: 's1: { interfaces: { tun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2 } } }\ns2:\n  interfaces:\n    eth0: { address: 20.0.0.2/24 }\n    tun0: { type: gretap, local: 20.0.0.2, remote: 20.0.0.1 }',
  }),
  run(context, report) {
    const ways = tunnelWays(context)
    // A half over there that sends to nobody, or to itself, is the cause; it is told so itself.
    const astray = new Set(ways.flatMap((way) => (way.state.kind === 'unowned' || way.state.kind === 'self' ? [`${way.device.node.name} ${way.type}`] : [])))
    for (const way of ways) {
      const { device, state, remote, type, edge } = way
      if (state.kind === 'one-sided' && astray.has(`${state.owner.node.name} ${type}`)) continue
      if (state.kind !== 'one-sided' || edge?.verdict === 'delivered' || edge?.verdict === 'unknown') continue
      const label = labelOf(device)
      const { owner, others } = state
      const [other] = others
      // Two halves that face each other and are of two kinds: told once, at the second of them.
      const facing = ways.findIndex((one) => one.state.kind === 'one-sided' && one.device.interface === other?.interface && one.state.others.some((back) => back.interface === device.interface))
      if (facing > ways.indexOf(way)) continue
      const but = other ? t`; ${labelOf(other)} is ${other.interface.type.value}${describe(other)}` : ''
      report({
        at: remote.at, subject: label,
        message: t`${label} sends ${type} to ${printIp(remote.value)}, but ${owner.node.name} has no ${type} back to ${localsOf(device).slice(0, 1).map(printIp).join('') || device.node.name}${but}`,
        related: [
          { message: t`${labelOf(owner)} has ${printIp(remote.value)}`, at: owner.interface.at },
          ...(other ? [{ message: t`${labelOf(other)} does not match`, at: other.interface.at }] : []),
        ],
        fixes: [...(facing >= 0 && other ? sameKind(context, device, other) : []), ...fixes(context, way, owner, facing < 0)],
      })
    }
  },
}

/** This half made what the other one is. */
function sameKind(context: CheckContext, device: Device, other: Device): readonly Fix[] {
  const type = writtenOf(context, device)?.type
  const { value } = other.interface.type
  return type ? [{ title: t`Make ${labelOf(device)} a ${value}`, preferred: true, change: { kind: 'correct', at: type.at, value } }] : []
}

function describe(other: Device): string {
  const remotes = other.interface.tunnel?.remotes ?? []
  return remotes.length > 0 ? t` to ${remotes.map(({ value }) => printIp(value)).join(', ')}` : ''
}

function fixes(context: CheckContext, { device, remote, type }: TunnelWay, owner: Device, first: boolean): readonly Fix[] {
  const written = writtenOf(context, device)
  const far = context.written.nodes.get(owner.node.name)
  const [local] = localsOf(device)
  if (!written || !far || !local || written.tunnel?.peers.length) return []
  let name = device.interface.name
  for (let n = 0; far.interfaces.has(name); n++) name = `tun${n}`
  const bridges = [...far.interfaces.values()].filter((one) => one.type.value === 'bridge' || one.type.value === 'ovs')
  const master = bridges.find((one) => one.name === written.master?.value) ?? (bridges.length === 1 ? bridges[0] : undefined)
  const value: Record<string, Value> = { type, local: printIp(remote.value), remote: printIp(local) }
  if (written.tunnel?.id) value['id'] = written.tunnel.id.value
  if (written.tunnel?.port) value['port'] = written.tunnel.port.value
  if (written.mtu) value['mtu'] = written.mtu.value
  if (written.master && master && layer2Tunnels.has(type)) value['master'] = master.name
  return [{
    title: t`Add the other half on ${far.name}`, preferred: first,
    change: { kind: 'add-interface', node: far.name, name, value },
  }]
}
