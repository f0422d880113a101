/** A tunnel whose outer packets do not arrive at the remote. */
import { printIp } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import { dropReasons } from '../forwarding/trace.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOf, ownersOf, keyOf } from './shared/model.ts'
import { tunnelCircles } from './shared/tunnel-circles.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'
import { nearestName } from './shared/names.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-endpoint-unreachable',
  title: 'Tunnel endpoint cannot be reached',
  severity: 'error',
  explanation: explain({
    what: 'The underlay has no way from this end of the tunnel to its remote address, or nobody has that address.',
    why: 'A tunnel device is up as soon as it is made, whatever the underlay does; the guests only see silence.',
    mend: 'Correct the remote address, or give the underlay the route, the address or the link that is missing.',
    wrong: 'tun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.9 }   # nobody has 30.0.0.9',
    right: 'tun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1 }',
  }),
  run(context, report) {
    const cut = new Set(tunnelWays(context).filter(({ edge }) => edge?.verdict === 'dropped').map(({ device }) => device.node))
    for (const { device, type, remote, state, edge } of tunnelWays(context)) {
      if (state.kind === 'outside' || state.kind === 'self' || edge?.verdict === 'delivered' || edge?.verdict === 'unknown') continue
      const label = labelOf(device)
      const to = printIp(remote.value)
      if (state.kind === 'unowned') {
        const { down } = state
        if (down) {
          // Who sends from there misses it too, and link-down tells him.
          if (cut.has(down.node)) continue
          report({
            at: remote.at, subject: label,
            message: t`${label} sends ${type} to ${to} of ${labelOf(down)}, which is down`,
            related: [{ message: t`${labelOf(down)} has ${to}`, at: down.interface.at }],
            fixes: [{ title: t('Bring it up'), preferred: true, change: { kind: 'set', part: { kind: 'interface', node: down.node.name, interface: down.interface.name }, key: 'up', value: true } }],
          })
          continue
        }
        if ([...context.infra.nodes.values()].some((node) => node.opaque)) continue
        const ends = [...ownersOf(context).values()].flatMap((owners) => owners)
          .filter((owner) => owner.node !== device.node && [...owner.node.interfaces.values()].some((one) => one.type.value === type))
          .flatMap((owner) => owner.interface.addresses.filter(({ value }) => value.ip.family === remote.value.family).map(({ value }) => printIp(value.ip)))
        // What follows from a network's members is written nowhere.
        const near = device.interface.origin ? undefined : nearestName(to, ends)
        report({
          at: remote.at, subject: label,
          message: t`${label} sends ${type} to ${to}, which no node has`,
          fixes: near === undefined ? [] : [{ title: t`Use ${near}`, preferred: true, change: { kind: 'correct', at: remote.at, value: near } }],
        })
        continue
      }
      // The halves disagree: that is said by its own check; here it is the way between them.
      if (edge?.verdict !== 'dropped' || !dropReasons.some((reason) => reason === edge.reason)) continue
      if (edge.reason === 'tunnel' || edge.reason === 'not-delivered') continue
      const owner = ownersOf(context).get(keyOf(remote.value))?.[0]
      const trace = traceFlow(context.plane, { from: device.node.name, to: remote.value, proto: 'icmp', size: 84, df: false })
      const last = trace.verdict === 'dropped' && trace.reason !== 'no-return' ? trace.hops.at(-1) : undefined
      // A route into the tunnel itself, or into others that lead back, is told so by tunnel-recursion.
      if (tunnelCircles(context).has(label)) continue
      if (edge.reason === 'loop' && (!last || last.node === device.node.name)) continue
      // A stack that was asked to forward and does not is the cause, and is told so itself.
      if (last && trace.reason === 'forwarding-off') continue
      report({
        at: remote.at, subject: label,
        message: t`${label} cannot reach ${to}${owner ? t` of ${labelOf(owner)}` : ''}: ${edge.reason ?? t('dropped')}${last ? t` at ${last.node}` : ''}`,
        related: [
          ...(last?.at ? [{ message: t`dropped here: ${last.detail}`, at: last.at }] : []),
          ...(owner ? [{ message: t`${labelOf(owner)} has ${to}`, at: owner.interface.at }] : []),
        ],
        counterexample: { from: device.node.name, to, proto: 'icmp' },
      })
    }
  },
}
