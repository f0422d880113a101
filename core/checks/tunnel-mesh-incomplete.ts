/** A head-end list that leaves somebody out. */
import { printIp, type Ip } from '../address/ip.ts'
import { compareIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, labelOf, writtenOf, type Device } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { meshGaps } from './shared/mesh-gaps.ts'
import { localsOf, remotesOf, tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-mesh-incomplete',
  title: 'Head-end list is incomplete',
  severity: 'error',
  explanation: explain({
    what: 'A vxlan device floods to a list of remotes, and one that sends to it is not on the list; or two that share a third do not list each other.',
    why: 'Broadcasts go one way only: ARP requests from one side are never heard by the other, until it has learned by chance. What came by a vxlan device never leaves by it again, so nobody in the middle helps.',
    mend: 'Add the missing address to `remote`; the quick fix completes the list.',
    wrong: 's1: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: [20.0.0.2, 20.0.0.3] } } }\ns3: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.3, remote: [20.0.0.2] } } }',
    right: 's3: { interfaces: { vx: { type: vxlan, id: 7, local: 20.0.0.3, remote: [20.0.0.1, 20.0.0.2] } } }',
  }),
  run(context, report) {
    // A list that names somebody who is not there is wrong rather than short, and told so.
    const wrong = new Set(tunnelWays(context).flatMap(({ device, state }) => (state.kind === 'unowned' || state.kind === 'self' ? [labelOf(device)] : [])))
    const missing = new Map<string, { far: Device; from: { device: Device; local: Ip }[] }>()
    for (const { device, state } of tunnelWays(context)) {
      if (state.kind !== 'unlisted') continue
      const { far } = state
      const { tunnel } = far.interface
      // A group hears everybody, and tables fed from elsewhere need no list.
      if (wrong.has(labelOf(far)) || !tunnel || tunnel.group || tunnel.fdb.length > 0 || tunnel.remotes.length === 0) continue
      const [local] = localsOf(device)
      if (!local) continue
      const group = missing.get(labelOf(far))
      if (group) group.from.push({ device, local })
      else missing.set(labelOf(far), { far, from: [{ device, local }] })
    }
    for (const [label, { far, from }] of missing) {
      const remotes = remotesOf(far)
      const all = [...new Map([...remotes.map(({ value }) => value), ...from.map(({ local }) => local)].map((ip) => [keyOf(ip), ip])).values()].sort(compareIp)
      const first = remotes[0]?.at ?? far.interface.at
      report({
        at: first, subject: label,
        message: from.length === 1 ? t`${label} does not flood to ${listed(from.map(({ device, local }) => `${printIp(local)} (${labelOf(device)})`))}, which floods to it` : t`${label} does not flood to ${listed(from.map(({ device, local }) => `${printIp(local)} (${labelOf(device)})`))}, which flood to it`,
        related: from.slice(0, 10).map(({ device }) => ({ message: t`${labelOf(device)} lists ${far.node.name}`, at: device.interface.tunnel?.remotes[0]?.at ?? device.interface.at })),
        fixes: writtenOf(context, far)
          ? [{ title: t`Complete the list of ${label}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node: far.node.name, interface: far.interface.name }, key: 'remote', value: all.map(printIp) } }]
          : [],
      })
    }
    for (const { device, missing: others, counterexample } of meshGaps(context)) {
      const remotes = remotesOf(device)
      const all = [...new Map([...remotes.map(({ value }) => value), ...others.map(({ local }) => local)].map((ip) => [keyOf(ip), ip])).values()].sort(compareIp)
      report({
        at: remotes[0]?.at ?? device.interface.at, subject: labelOf(device),
        message: t`${labelOf(device)} and ${listed(others.map(({ device: far, local }) => `${printIp(local)} (${labelOf(far)})`))} do not flood to each other: ${counterexample.from} does not find ${printIp(counterexample.to)}`,
        related: others.slice(0, 10).map(({ device: far }) => ({ message: t`${labelOf(far)} does not list ${device.node.name}`, at: far.interface.tunnel?.remotes[0]?.at ?? far.interface.at })),
        fixes: writtenOf(context, device)
          ? [{ title: t`Complete the list of ${labelOf(device)}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'remote', value: all.map(printIp) } }]
          : [],
        counterexample: { from: counterexample.from, to: printIp(counterexample.to), proto: 'icmp' },
      })
    }
  },
}
