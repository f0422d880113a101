/** What is missing where no few settings would let a packet arrive, in words. */
import { keyOf, printIp, sameIp } from './address/ip.ts'
import type { Flow } from './forwarding/flow.ts'
import type { Trace } from './forwarding/trace.ts'
import type { Infra } from './infra/infra.ts'
import { isStack } from './infra/node.ts'
import { joinedTo, wiringOf, type Place } from './why-not-wiring.ts'
import { t } from './words.ts'

/** Names of a few, the rest counted. */
const few = (names: readonly string[]): string => (names.length > 3 ? t`${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', '))

/** A clause: who has the address, what joins the two, or where the packet ends all the same. */
export function lacking(infra: Infra, { flow, reason, hops, reply }: Trace): string {
  const wiring = wiringOf(infra)
  const ip = printIp(flow.to)
  const target = flow.toNode === undefined ? undefined : infra.nodes.get(flow.toNode)
  const owners = [...new Set((wiring.owners.get(keyOf(flow.to)) ?? []).map(({ node }) => node.name))]
  if (owners.length === 0 && target?.kind !== 'external') return t`nobody in the file has the address ${ip}`
  const others = owners.filter((name) => name !== flow.toNode)
  if (owners.includes(flow.from)) return t`${flow.from} has ${ip} itself, so that nothing it sends there ever leaves it: one of the two needs another address`
  const sender = infra.nodes.get(flow.from)
  const speaks = [...(sender?.interfaces.values() ?? [])].some((one) => one.addresses.some(({ value }) => value.ip.family === flow.to.family))
  if (sender && !speaks && !sender.opaque) return t`${flow.from} has no IPv${flow.to.family} address, and ${ip} is one`
  const gap = gapBetween(infra, flow.from, flow.toNode ?? owners[0] ?? '')
  if (gap) return gap
  if (target && others.length > 0) return t`not only ${target.name} has ${ip}, but ${few(others)}, too: one of them needs another address`
  const stacked = stackedOn(infra, flow)
  if (stacked) return t`${stacked.child} stands on ${stacked.parent}, and a device and what stands on it never hear each other: the host needs a device of its own beside it`
  const last = (reason === 'no-return' ? reply?.hops : hops)?.at(-1)
  if (last?.table?.endsWith('DOCKER-ISOLATION')) return t`docker keeps its networks apart at ${last.node}: the two need a network in common, or a published port`
  if (!last) return t('it is never sent')
  return reason === 'no-return'
    ? t`the answer ends at ${last.node} (${last.detail})`
    : t`it ends at ${last.node} (${last.detail})`
}

/** One of the two is a device that the other's stands on: macvlan and ipvlan keep those apart, whatever their mode. */
function stackedOn(infra: Infra, { from, to: ip, toNode: to = '' }: Flow): { readonly child: string; readonly parent: string } | undefined {
  for (const [guest, host] of [[from, to], [to, from]] as const) {
    for (const one of infra.nodes.get(guest)?.interfaces.values() ?? []) {
      const parent = one.hostSide?.node === host && ['macvlan', 'macvtap', 'ipvlan'].includes(one.type.value) ? infra.nodes.get(host)?.interfaces.get(one.hostSide.interface) : undefined
      if (parent && parent.addresses.some(({ value }) => (host === to ? sameIp(value.ip, ip) : value.ip.family === ip.family))) return { child: `${guest}:${one.name}`, parent: `${host}:${parent.name}` }
    }
  }
  return undefined
}

/** Where nothing at all joins the two: their parts, and who in them would be nearest to a wire between. */
function gapBetween(infra: Infra, from: string, to: string): string | undefined {
  const here = partOf(infra, from)
  if (here.has(to) || !infra.nodes.has(from) || !infra.nodes.has(to)) return undefined
  const there = partOf(infra, to)
  const [one, two] = [nearest(infra, here), nearest(infra, there)]
  return t`no wire, bridge or tunnel joins ${from} and ${to} at all: nearest to each other would be ${one} and ${two}`
}

/** All nodes that are joined to this one by whatever carries packets, nearest first; a guest has what its host has. */
function partOf(infra: Infra, start: string): ReadonlySet<string> {
  const wiring = wiringOf(infra)
  const seen = new Set([start])
  for (const name of seen) {
    for (const one of infra.nodes.get(name)?.interfaces.values() ?? []) {
      const place: Place | undefined = wiring.places.get(`${name}:${one.name}`)
      for (const { node } of place ? joinedTo(wiring, place, ({ kind }) => kind !== 'loose') : []) seen.add(node.name)
    }
  }
  return seen
}

/** Where a cable would be put: a switch or router before a server, a server before a guest. */
function nearest(infra: Infra, part: ReadonlySet<string>): string {
  const rank = (name: string): number => {
    const node = infra.nodes.get(name)
    if (!node) return 9
    if (!isStack(node)) return 0
    return { router: 1, server: 2, external: 3, vm: 4, container: 4 }[node.kind]
  }
  return [...part].sort((a, b) => rank(a) - rank(b))[0] ?? ''
}
