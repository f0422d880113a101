/** eBGP among directly linked stacks: fewest AS hops, all equal ones. RFC 4271 section 9.1.2.2; maximum-paths as data centres set it. */
import type { Prefix } from '../address/ip.ts'
import { addRoute, routesOf } from './fib.ts'
import { adjacenciesOf, announced, nextHopOver, routingOf, sameAdjacency, sameList, type Adjacency } from './ospf.ts'
import { keyOf } from './packet.ts'
import type { NextHop, Stack, World } from './tables.ts'

const asOf = (stack: Stack): number | undefined => routingOf(stack)?.as?.value

// zebra's metric in the kernel's table, as for ospf.
const kernelMetric = 20

export function installBgp(world: World): void {
  // Neighbours of one AS would need a full mesh of iBGP, which the language does not spell.
  const sessions = adjacenciesOf(world, 'bgp').filter(({ from, to }) => asOf(from) === undefined || asOf(from) !== asOf(to))
  if (sessions.length === 0) return
  const speakers = [...world.stacks.values()].filter((stack) => routingOf(stack)?.protocol.value === 'bgp')
  const by = new Map<Stack, Adjacency[]>(speakers.map((stack) => [stack, []]))
  for (const session of sessions) by.get(session.from)?.push(session)
  const prefixes = new Map<string, { prefix: Prefix; at: Stack[] }>()
  for (const stack of speakers) {
    for (const prefix of announced(stack)) {
      const key = `${keyOf(prefix.ip)}/${prefix.length}`
      const known = prefixes.get(key)
      if (known) known.at.push(stack)
      else prefixes.set(key, { prefix, at: [stack] })
    }
  }
  world.told.bgp = { speakers, sessions, announced: [...prefixes].map(([key, { at }]) => `${key} ${at.map(({ name }) => name).join(' ')}`) }
  for (const { prefix, at } of prefixes.values()) spread(prefix, at, speakers, by)
}

/** Who speaks with whom, and who tells of what: all that decides the routes of this protocol. */
export interface Sessions {
  readonly speakers: readonly Stack[]
  readonly sessions: readonly Adjacency[]
  readonly announced: readonly string[]
}

export const sameSessions = (a: Sessions | undefined, b: Sessions | undefined): boolean =>
  a === undefined || b === undefined ? a === b
    : sameList(a.speakers, b.speakers, (one, other) => one.name === other.name && asOf(one) === asOf(other))
      && sameList(a.sessions, b.sessions, sameAdjacency) && sameList(a.announced, b.announced, (one, other) => one === other)

/** Round by round: what is learned in one round is told in the next. A path that holds one's own AS is refused. */
function spread(prefix: Prefix, origins: readonly Stack[], speakers: readonly Stack[], by: ReadonlyMap<Stack, readonly Adjacency[]>): void {
  const paths = new Map<Stack, ReadonlySet<number>>(origins.map((stack) => [stack, new Set()]))
  for (let round = 0; round < speakers.length; round++) {
    const learned = new Map<Stack, ReadonlySet<number>>()
    for (const stack of speakers) {
      if (paths.has(stack)) continue
      const hops: NextHop[] = []
      let path: ReadonlySet<number> | undefined
      for (const session of by.get(stack) ?? []) {
        const theirs = paths.get(session.to)
        const as = asOf(stack)
        if (!theirs || (as !== undefined && theirs.has(as))) continue
        const hop = nextHopOver(session, prefix.ip.family)
        if (!hop) continue
        hops.push(hop)
        const far = asOf(session.to)
        path ??= new Set([...theirs, ...(far === undefined ? [] : [far])])
      }
      if (!path || hops.length === 0) continue
      learned.set(stack, path)
      addRoute(routesOf(stack).main, { prefix, type: 'unicast', hops, metric: kernelMetric, src: undefined, proto: 'bgp', at: routingOf(stack)?.at })
    }
    if (learned.size === 0) return
    for (const [stack, path] of learned) paths.set(stack, path)
  }
}
