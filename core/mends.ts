/** What would let a packet pass where it was dropped: one setting each, at its place. Checks offer more, where something is wrong. */
import { contains, parseIp, prefixOf, printIp, printPrefix } from './address/ip.ts'
import { homeOf } from './checks/shared/demands.ts'
import type { Hop, OneWay, Segment, Trace } from './forwarding/trace.ts'
import type { Change } from './infra/change.ts'
import type { Infra } from './infra/infra.ts'
import { firewallHooks, isStack, type Route, type StackNode } from './infra/node.ts'
import type { Span } from './text/span.ts'
import { t } from './words.ts'

export interface Mend {
  readonly title: string
  readonly change: Change
  /** Where the setting is, or the part that would get it. */
  readonly at: Span
}

/** For the drop that ends the packet, or its answer. */
export function mendsOf(infra: Infra, segments: readonly Segment[], trace: Trace): readonly Mend[] {
  const way: OneWay | null = trace.reason === 'no-return' ? trace.reply : trace
  const last = way?.hops.at(-1)
  const node = last && infra.nodes.get(last.node)
  if (!way || !last || !node) return []
  const stack = isStack(node) ? node : undefined
  // Of what a tunnel carries the outer packet is mended, where that was lost.
  switch (way.reason === 'tunnel' ? last.within ?? way.reason : way.reason) {
    case 'forwarding-off': return stack ? [{ title: t`Turn forwarding on at ${stack.name}`, change: { kind: 'set', part: { kind: 'node', node: stack.name }, key: 'forwarding', value: true }, at: stack.forwarding?.at ?? stack.at }] : []
    case 'no-route': {
      const route = stack?.routes.find(({ at }) => at === last.at)
      return !stack ? [] : [...(route?.type === 'unreachable' ? [takenAway(last, route)] : []), ...routes(infra, segments, stack, last)]
    }
    case 'tunnel': return allowed(stack, last)
    case 'filtered': return filtered(infra, stack, last)
    case 'no-carrier': return carrier(infra, last)
    case 'blackhole': {
      const route = stack?.routes.find(({ at }) => at === last.at)
      return route ? [takenAway(last, route)] : []
    }
    default: return []
  }
}

const takenAway = ({ node }: Hop, { type, at }: Route): Mend => ({ title: t`Take the ${type} route away from ${node}`, change: { kind: 'remove', at }, at })

/** Cryptokey routing: the address that no peer, or not this one, may be sent or send from. */
function allowed(stack: StackNode | undefined, { table }: Hop): readonly Mend[] {
  const [, name = '', ip = ''] = /^allowed (\S+) (\S+)$/.exec(table ?? '') ?? []
  const device = stack?.interfaces.get(name)
  if (!stack || !device) return []
  return (device.tunnel?.peers ?? []).map(({ remote, at }, i): Mend => ({
    title: t`Allow ${ip} to the peer ${remote ? printIp(remote.value) : `${i + 1}`} of ${stack.name}:${name}`, at,
    change: { kind: 'append', part: { kind: 'interface', node: stack.name, interface: name }, key: ['peers', `${i}`, 'allowed'], value: `${ip}/${ip.includes(':') ? 128 : 32}` },
  }))
}

/** A way by each neighbour that could pass packets on, whether it does yet or not: those with another network of their own. */
function routes(infra: Infra, segments: readonly Segment[], stack: StackNode, last: Hop): readonly Mend[] {
  const to = parseIp(addressesOf(last)?.[1] ?? '')
  if (!to) return []
  const mends: Mend[] = []
  const forwards = stack.forwarding?.value ?? stack.kind === 'router'
  for (const one of stack.interfaces.values()) {
    const own = one.addresses.flatMap(({ value: { ip, length } }) => (length === undefined || ip.family !== to.family ? [] : [prefixOf(ip, length)]))
    for (const segment of segments) {
      if (!segment.members.some((member) => member.node === stack.name && member.interface === one.name)) continue
      for (const member of segment.members) {
        const far = infra.nodes.get(member.node)
        if (!far || !isStack(far) || far === stack) continue
        const networks = [...far.interfaces.values()].filter(({ type, addresses }) => type.value !== 'loopback' && addresses.some(({ value }) => value.ip.family === to.family))
        if (networks.length < 2 && far.kind !== 'external') continue
        for (const { value: { ip } } of far.interfaces.get(member.interface)?.addresses ?? []) {
          if (!own.some((prefix) => contains(prefix, ip))) continue
          const text = printIp(ip)
          mends.push(forwards ? {
            title: t`Add a route to ${printPrefix(homeOf({ infra }, to))} via ${text} of ${far.name} on ${stack.name}`, at: stack.at,
            change: { kind: 'append', part: { kind: 'node', node: stack.name }, key: 'routes', value: { to: printPrefix(homeOf({ infra }, to)), via: text } },
          } : {
            title: t`Make ${text} of ${far.name} the gateway of ${stack.name}:${one.name}`, at: one.at,
            change: { kind: 'set', part: { kind: 'interface', node: stack.name, interface: one.name }, key: 'gateway', value: text },
          })
        }
      }
    }
  }
  return mends.slice(0, 6)
}

/** The addresses of the packet that was judged there, the innermost or the outer one of a tunnel: "ipv4 10.0.0.1>10.0.0.3". */
function addressesOf({ headers, within }: Hop): readonly [string, string] | undefined {
  const isIp = (header: string): boolean => /^ipv[46] /.test(header)
  const found = within ? headers.find(isIp) : headers.findLast(isIp)
  const match = found && /^ipv[46] (\S+)>(\S+)$/.exec(found)
  return match ? [match[1] ?? '', match[2] ?? ''] : undefined
}

function filtered(infra: Infra, stack: StackNode | undefined, last: Hop): readonly Mend[] {
  const mends: Mend[] = []
  const addresses = addressesOf(last)
  const { table, at } = last
  for (const hook of firewallHooks) {
    const chain = stack?.firewall?.[hook]
    if (!stack || !chain || !table?.startsWith(`filter ${hook} `)) continue
    const rule = chain.rules.find((one) => one.at === at)
    if (rule) mends.push({ title: t`Take the rule away that drops it in ${hook} at ${stack.name}`, change: { kind: 'remove', at: rule.at }, at: rule.at })
    else if (addresses) {
      const [from, to] = addresses
      mends.push({
        title: t`Accept ${from} → ${to} in ${hook} at ${stack.name}`, at: chain.policy.at,
        change: { kind: 'append', part: { kind: 'node', node: stack.name }, key: ['firewall', hook, 'rules'], value: { from, to, action: 'accept' } },
      })
    }
  }
  if (table?.startsWith('security groups ') && addresses && isFor(stack, addresses[1])) {
    for (const name of table.slice('security groups '.length).split(', ')) {
      const group = infra.securityGroups.get(name)
      if (group) mends.push({ title: t`Let ${addresses[0]} in by security group ${name}`, at: group.at, change: { kind: 'append', part: { kind: 'entry', section: 'security-groups', name }, key: 'ingress', value: { from: `${addresses[0]}/${addresses[0].includes(':') ? 128 : 32}` } } })
    }
  }
  if (table?.startsWith('rp_filter') && stack) {
    const one = last.interface === null ? undefined : stack.interfaces.get(last.interface)
    const setting = one?.sysctl?.rpFilter ?? stack.sysctl.rpFilter
    if (setting) mends.push({ title: t`Turn rp_filter off at ${stack.name}`, change: { kind: 'correct', at: setting.at, value: 0 }, at: setting.at })
  }
  const isolated = last.interface === null ? undefined : infra.nodes.get(last.node)?.interfaces.get(last.interface)?.isolated
  if (at && isolated?.at === at && last.interface !== null) mends.push({ title: t`End the isolation of ${last.node}:${last.interface}`, change: { kind: 'correct', at, value: false }, at })
  return mends
}

/** The packet was on its way in: its group's ingress rules dropped it. */
const isFor = (stack: StackNode | undefined, to: string): boolean =>
  [...(stack?.interfaces.values() ?? [])].some((one) => one.addresses.some(({ value }) => printIp(value.ip) === to))

function carrier(infra: Infra, last: Hop): readonly Mend[] {
  const up = (at: Span | undefined, what: string): readonly Mend[] => (at ? [{ title: t`Set ${what} up`, change: { kind: 'correct', at, value: true }, at }] : [])
  const one = last.interface === null ? undefined : infra.nodes.get(last.node)?.interfaces.get(last.interface)
  if (one?.up?.value === false) return up(one.up.at, `${last.node}:${one.name}`)
  for (const link of infra.links) {
    if (!link.ends.some((end) => end.node === last.node && end.interface === last.interface)) continue
    if (link.up?.value === false) return up(link.up.at, t`the link ${link.ends.map((end) => `${end.node}:${end.interface}`).join(' – ')}`)
    for (const end of link.ends) {
      const far = infra.nodes.get(end.node)?.interfaces.get(end.interface)
      if (far?.up?.value === false) return up(far.up.at, `${end.node}:${end.interface}`)
    }
  }
  return []
}
