/** eBGP among directly linked stacks: fewest AS hops, all equal ones. RFC 4271 section 9.1.2.2; maximum-paths as data centres set it. */
import type { Prefix } from '../address/ip.ts'
import { routingOf, sameAdjacency, sameList, speakersOf, type Adjacency, type Speakers } from './adjacency.ts'
import { addRoute, routesOf } from './fib.ts'
import { keyOf } from './packet.ts'
import type { NextHop, Stack, World } from './tables.ts'

const asOf = (stack: Stack | undefined): number | undefined => stack && routingOf(stack)?.as?.value

// zebra's metric in the kernel's table, as for ospf.
const kernelMetric = 20

/** Who speaks with whom, and who tells of what: all that decides the routes of this protocol. */
export interface Sessions {
  readonly speakers: Speakers
  readonly sessions: readonly Session[]
  readonly announced: readonly string[]
}

interface Session {
  readonly from: Stack
  readonly to: Stack
  readonly over: Adjacency
}

/**
 * Adds the routes that speakers tell each other to their tables. Told are those who need tables made anew for it: where anything
 * differs from before, all of them, and nothing is added as long as some of them have their old ones.
 */
export function installBgp(world: World, before: World | undefined): readonly string[] {
  const old = before?.told.bgp
  const speakers = speakersOf(world, 'bgp', before && old && { stacks: before.stacks, speakers: old.speakers })
  if (speakers.size === 0) return []
  const sessions: Session[] = []
  for (const { stack: from, adjacencies } of speakers.values()) {
    for (const over of adjacencies) {
      const to = world.stacks.get(over.to)
      // Neighbours of one AS would need a full mesh of iBGP, which the language does not spell.
      if (to && (asOf(from) === undefined || asOf(from) !== asOf(to))) sessions.push({ from, to, over })
    }
  }
  const prefixes = new Map<string, { prefix: Prefix; at: Stack[] }>()
  for (const { stack, announced } of speakers.values()) {
    for (const prefix of announced) {
      const key = `${keyOf(prefix.ip)}/${prefix.length}`
      const known = prefixes.get(key)
      if (known) known.at.push(stack)
      else prefixes.set(key, { prefix, at: [stack] })
    }
  }
  const told: Sessions = { speakers, sessions, announced: [...prefixes].map(([key, { at }]) => `${key} ${at.map(({ name }) => name).join(' ')}`) }
  if (sessions.length > 0) world.told.bgp = told
  if ([...speakers.values(), ...(old?.speakers.values() ?? [])].some(({ by }) => by === 'tunnel') && [...world.stacks].some(([name, stack]) => before?.stacks.get(name) === stack)) return [...world.stacks.keys()]
  const stacks = [...speakers.values()].map(({ stack }) => stack)
  const anew = stacks.filter((stack) => before?.stacks.get(stack.name) !== stack)
  if (anew.length === 0 && sameSessions(old, world.told.bgp)) return []
  if (anew.length === stacks.length) {
    const by = new Map<Stack, Session[]>(stacks.map((stack) => [stack, []]))
    for (const session of sessions) by.get(session.from)?.push(session)
    if (sessions.length > 0) for (const { prefix, at } of prefixes.values()) spread(prefix, at, stacks, by)
  }
  return stacks.map(({ name }) => name)
}

export const sameSessions = (a: Sessions | undefined, b: Sessions | undefined): boolean =>
  a === undefined || b === undefined ? a === b
    : sameList([...a.speakers.values()], [...b.speakers.values()], (one, other) => one.stack.name === other.stack.name && asOf(one.stack) === asOf(other.stack))
      && sameList(a.sessions, b.sessions, (one, other) => one.from.name === other.from.name && sameAdjacency(one.over, other.over)) && sameList(a.announced, b.announced, () => false)

/** Round by round: what is learned in one round is told in the next. A path that holds one's own AS is refused. */
function spread(prefix: Prefix, origins: readonly Stack[], speakers: readonly Stack[], by: ReadonlyMap<Stack, readonly Session[]>): void {
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
        const hop = session.over.hops[prefix.ip.family]
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
