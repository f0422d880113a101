/** A tunnel whose outer packets are routed into the tunnel. */
import { bitsOf, contains, printIp, printPrefix, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, labelOf, prefixesOf, type Device } from './shared/model.ts'
import { tunnelCircles } from './shared/tunnel-circles.ts'
import { tunnelWays } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-recursion',
  title: 'Tunnel runs through itself',
  severity: 'error',
  explanation: explain({
    what: 'The most specific route to the tunnel\'s remote address leads into the tunnel itself, or into another tunnel, of this node or one on the way, whose own way leads back into it.',
    why: 'Each packet would be wrapped again and again; Linux drops it and counts a collision (ip_tunnel_xmit: `rt->dst.dev == dev`). Over several nodes nobody notices: it grows by a header each time round until it is too long for some device, and is lost there.',
    mend: 'Add a more specific route to the remote over the underlay, or narrow the route through the tunnel.',
    wrong: 'tun0: { type: gre, local: 20.0.0.1, remote: 30.0.0.1 }\nroutes: [{ to: 30.0.0.0/24, dev: tun0 }]',
    right: 'routes: [{ to: 10.2.0.0/24, dev: tun0 }, { to: 30.0.0.0/24, via: 20.0.0.254 }]',
  }),
  run(context, report) {
    const ways = tunnelWays(context).flatMap(({ device, remote }) => {
      const { node } = device
      const best = isStack(node) ? bestRoute(node, remote.value) : undefined
      return isStack(node) && best ? [{ device, node, remote, best }] : []
    })
    const byDevice = new Map<string, typeof ways>()
    for (const way of ways) byDevice.set(labelOf(way.device), [...(byDevice.get(labelOf(way.device)) ?? []), way])
    for (const { device, node, remote, best } of ways) {
      const name = device.interface.name
      if (best.dev !== name) continue
      report({
        at: best.at, subject: labelOf(device),
        message: t`the route to ${printPrefix(best.prefix)} sends ${printIp(remote.value)}, the remote of ${labelOf(device)}, into ${name} itself`,
        related: [{ message: t`the remote ${printIp(remote.value)}`, at: remote.at }],
        fixes: around(node, name, remote.value),
      })
    }
    // Tunnels of one node that carry each other; said once, at the first of them that is told of.
    const told = new Set<string>()
    for (const way of ways) {
      const circle = circleOf(way, ({ device, best }) => byDevice.get(`${device.node.name}:${best.dev ?? ''}`) ?? [])
      if (circle.length < 2 || circle.some(({ device }) => told.has(labelOf(device)))) continue
      for (const { device } of circle) told.add(labelOf(device))
      const { device, node, remote, best } = way
      const others = circle.slice(1)
      report({
        at: best.at, subject: labelOf(device),
        message: t`the route to ${printPrefix(best.prefix)} sends ${printIp(remote.value)}, the remote of ${labelOf(device)}, into ${others.map((one) => one.device.interface.name).join(', ')}, which leads back into ${device.interface.name}`,
        related: others.map((one) => ({ message: t`the remote ${printIp(one.remote.value)}`, at: one.remote.at })),
        fixes: around(node, device.interface.name, remote.value),
      })
    }
    // The same over several nodes, whose routes say nothing of it each by itself: a packet shows it.
    for (const [label, { way: { device, remote }, mouths, turn }] of tunnelCircles(context)) {
      const [first] = mouths
      if (!first || told.has(label)) continue
      const names = mouths.map((hop) => `${hop.node}:${hop.interface ?? ''}`)
      for (const name of names) told.add(name)
      const turning = context.written.nodes.get(first.node)
      report({
        at: turn?.at ?? remote.at, subject: `${first.node}:${first.interface ?? ''}`,
        message: t`${first.node} sends ${printIp(remote.value)}, the remote of ${label}, into ${[...new Set(names.slice(0, -1))].join(', ')}, which leads back into ${label}`,
        related: [{ message: t`the remote ${printIp(remote.value)}`, at: remote.at }],
        fixes: turning && isStack(turning) ? around(turning, first.interface ?? '', remote.value) : [],
        counterexample: { from: device.node.name, to: printIp(remote.value), proto: 'icmp' },
      })
    }
  },
}

/** The ways that lead one into the next, from this one back to its own device; empty where they do not. */
function circleOf<T extends { readonly device: Device }>(start: T, next: (way: T) => readonly T[]): readonly T[] {
  const seen = new Set<T>([start])
  const trails: (readonly T[])[] = [[start]]
  for (let trail = trails.shift(); trail; trail = trails.shift()) {
    const last = trail.at(-1) ?? start
    for (const way of next(last)) {
      if (way.device === start.device) return trail
      if (seen.has(way)) continue
      seen.add(way)
      trails.push([...trail, way])
    }
  }
  return []
}

interface Best {
  readonly prefix: Prefix
  readonly dev: string | undefined
  readonly metric: number
  readonly at: Span
}

/** The most specific of a node's written and on-link routes to an address, then the one of the least metric. */
function bestRoute(node: StackNode, to: Ip): Best | undefined {
  let best: Best | undefined
  const see = (prefix: Prefix, dev: string | undefined, metric: number, at: Span): void => {
    if (!contains(prefix, to)) return
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
  return best
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
