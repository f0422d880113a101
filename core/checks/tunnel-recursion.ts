/** A tunnel whose outer packets are routed into the tunnel. */
import { bitsOf, contains, printIp, printPrefix, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, labelOf, prefixesOf } from './shared/model.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-recursion',
  title: 'Tunnel runs through itself',
  severity: 'error',
  explanation: explain({
    what: 'The most specific route to the tunnel\'s remote address leads into the tunnel itself.',
    why: 'Each packet would be wrapped again and again; Linux drops it and counts a collision (ip_tunnel_xmit: `rt->dst.dev == dev`).',
    mend: 'Add a more specific route to the remote over the underlay, or narrow the route through the tunnel.',
    wrong: 'tun0: { type: gre, local: 20.0.0.1, remote: 30.0.0.1 }\nroutes: [{ to: 30.0.0.0/24, dev: tun0 }]',
    right: 'routes: [{ to: 10.2.0.0/24, dev: tun0 }, { to: 30.0.0.0/24, via: 20.0.0.254 }]',
  }),
  run(context, report) {
    for (const { device, remote } of tunnelWays(context)) {
      const { node } = device
      if (!isStack(node)) continue
      let best: { prefix: Prefix; dev: string | undefined; metric: number; at: Span } | undefined
      const see = (prefix: Prefix, dev: string | undefined, metric: number, at: Span): void => {
        if (!contains(prefix, remote.value)) return
        if (!best || prefix.length > best.prefix.length || (prefix.length === best.prefix.length && metric < best.metric)) best = { prefix, dev, metric, at }
      }
      const onLink = new Map<string, readonly { readonly prefix: Prefix; readonly at: Span }[]>()
      for (const one of node.interfaces.values()) {
        if (!isUp(one)) continue
        onLink.set(one.name, prefixesOf(one))
        for (const { prefix, at } of prefixesOf(one)) see(prefix, one.name, 0, at)
        for (const { value, at } of one.gateways) see({ ip: { family: value.family, value: 0n }, length: 0 }, one.name, 0, at)
      }
      for (const route of node.routes) {
        const [via] = route.via
        const dev = route.dev?.value ?? (via && [...onLink].find(([, prefixes]) => prefixes.some(({ prefix }) => contains(prefix, via.value)))?.[0])
        see(route.to.value, dev, route.metric?.value ?? 0, route.at)
      }
      if (best?.dev !== device.interface.name) continue
      report({
        at: best.at, subject: labelOf(device),
        message: t`the route to ${printPrefix(best.prefix)} sends ${printIp(remote.value)}, the remote of ${labelOf(device)}, into ${device.interface.name} itself`,
        related: [{ message: t`the remote ${printIp(remote.value)}`, at: remote.at }],
        fixes: around(node, device.interface.name, remote.value),
      })
    }
  },
}

/** A route to the remote alone, by the gateway that the node has beside the tunnel. */
function around(node: StackNode, tunnel: string, remote: Ip): readonly Fix[] {
  const outside = [...node.interfaces.values()].filter((one) => one.name !== tunnel)
  const via = outside.flatMap((one) => one.gateways)[0]?.value
    ?? node.routes.find((route) => route.to.value.length === 0 && route.dev?.value !== tunnel)?.via[0]?.value
  if (!via || via.family !== remote.family) return []
  const to = `${printIp(remote)}/${bitsOf(remote.family)}`
  return [{ title: t`Route ${to} by ${printIp(via)}`, preferred: true, change: { kind: 'append', part: { kind: 'node', node: node.name }, key: 'routes', value: { to, via: printIp(via) } } }]
}
