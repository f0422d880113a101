/** What the peers see: reach and path MTU before and after, and how long the gap is. */
import { isStack } from '../infra/node.ts'
import type { Verdict } from '../forwarding/trace.ts'
import type { Plane } from '../forwarding/index.ts'
import { reach } from '../reach/index.ts'
import type { Progress, ReachPair } from '../reach/pair.ts'
import { attachmentsOf } from './attachment.ts'
import type { Candidate } from './candidate.ts'
import { isRoutedAlone } from './network-rules.ts'
import type { PeerEffect } from './report.ts'

/** Withdraw, advertise, compute, install. BGP: about 2 s were seen with routed pods; OSPF without BFD: 0.1 to 5 s. */
const convergenceSeconds = { ospf: 1, bgp: 2 } as const

/** Both directions between the guest and everyone else, by peer, in file order. */
function* pairsOf(plane: Plane, guest: string): Generator<Progress, ReadonlyMap<string, readonly ReachPair[]>> {
  const byPeer = new Map<string, ReachPair[]>()
  const out = yield* reach(plane, { from: [guest] })
  const back = yield* reach(plane, { to: [guest] })
  for (const pair of [...out, ...back]) {
    const peer = pair.from === guest ? pair.to : pair.from
    if (peer === guest) continue
    const list = byPeer.get(peer)
    if (list) list.push(pair)
    else byPeer.set(peer, [pair])
  }
  return byPeer
}

const keyOf = ({ from, to, address }: ReachPair): string => `${from}\n${to}\n${address.family} ${address.value}`
const leastMtu = (pairs: readonly ReachPair[]): number | null =>
  pairs.reduce<number | null>((least, { pathMtu }) => (pathMtu === null ? least : Math.min(least ?? Infinity, pathMtu)), null)

/**
 * Delivered only where everything that arrived before still arrives. An address that is no longer there is no loss while others
 * are: the gateway that a host played for a network goes when its last member goes.
 */
function verdictAfter(before: readonly ReachPair[], after: ReadonlyMap<string, ReachPair>): { verdict: Verdict; lost: ReachPair | undefined; gone: boolean } {
  let verdict: Verdict = 'delivered'
  let lost: ReachPair | undefined
  const gone = before.length > 0 && before.every((pair) => !after.has(keyOf(pair)))
  for (const pair of before) {
    const now = after.get(keyOf(pair))
    if (now?.verdict === 'delivered' || (!now && !gone)) continue
    if (now?.verdict === 'unknown' && verdict === 'delivered') [verdict, lost] = ['unknown', now]
    else if (now?.verdict !== 'unknown' && verdict !== 'dropped') [verdict, lost] = ['dropped', now ?? pair]
  }
  return { verdict, lost, gone }
}

export interface EffectInput {
  readonly candidate: Candidate
  readonly after: Plane
  /** From the last instruction here to the first there, with what drains; null where unknown. */
  readonly gapSeconds: number | null
}

/** One entry for everyone that reaches the guest, or that it reaches, before or after. */
export function* effectsOf({ candidate, after, gapSeconds }: EffectInput): Generator<Progress, { network: readonly PeerEffect[]; notes: readonly string[] }> {
  const { plane, guest, source, target, live } = candidate
  const old = yield* pairsOf(plane, guest.name)
  const now = yield* pairsOf(after, guest.name)
  const announced = announcement(candidate)
  const network: PeerEffect[] = []
  for (const node of plane.infra.nodes.values()) {
    if (!isStack(node) || node.name === guest.name) continue
    const [before, later] = [old.get(node.name) ?? [], now.get(node.name) ?? []]
    const had = before.filter(({ verdict }) => verdict === 'delivered')
    const has = later.filter(({ verdict }) => verdict === 'delivered')
    const doubtful = before.some(({ verdict }) => verdict === 'unknown')
    if (had.length === 0 && has.length === 0 && !doubtful) continue
    const { verdict, lost, gone } = verdictAfter(had, new Map(later.map((pair) => [keyOf(pair), pair])))
    const state = (pairs: readonly ReachPair[], some: boolean): Verdict => (some ? 'delivered' : pairs.some((pair) => pair.verdict === 'unknown') ? 'unknown' : 'dropped')
    const beforeVerdict = state(before, had.length > 0)
    const afterVerdict = had.length > 0 ? verdict : state(later, has.length > 0)
    const [mtuBefore, mtuAfter] = [leastMtu(had), leastMtu(has)]
    network.push({
      peer: node.name, before: beforeVerdict, after: afterVerdict,
      lostSeconds: afterVerdict === 'delivered' && gapSeconds !== null ? gapSeconds + announced.seconds : null,
      pathMtuBefore: mtuBefore, pathMtuAfter: afterVerdict === 'dropped' ? null : mtuAfter,
      because: reasonOf(),
    })

    function reasonOf(): string | null {
      if (beforeVerdict === 'delivered' && lost) {
        const why = gone ? 'the address it was reached by is no longer there' : lost.because ?? lost.reason ?? 'it cannot be told'
        return lost.from === guest.name ? `${guest.name} no longer reaches it: ${why}` : `it no longer reaches ${guest.name}: ${why}`
      }
      if (beforeVerdict === 'dropped' && afterVerdict === 'delivered') return `from ${target.name} there is a way that ${source.name} has not`
      if (mtuBefore !== null && mtuAfter !== null && mtuBefore !== mtuAfter) return `the path ${mtuAfter < mtuBefore ? 'narrows' : 'widens'} from ${mtuBefore} to ${mtuAfter} bytes`
      return null
    }
  }
  return { network, notes: live && network.length > 0 ? announced.notes : [] }
}

/** How the fabric learns the new place, and what that adds to the gap. */
function announcement(candidate: Candidate): { seconds: number; notes: readonly string[] } {
  const { guest, source } = candidate
  const routed = attachmentsOf(candidate).some((one) =>
    one.kind === 'attach' && one.place !== 'same' && one.device.addresses.some(({ value }) => isRoutedAlone(value.ip, value.length, candidate)))
  if (routed && source.routing) {
    const protocol = source.routing.protocol.value
    const seconds = convergenceSeconds[protocol]
    return { seconds, notes: [`assumed: ${protocol} takes ${seconds} s to move the address's own route`] }
  }
  if (guest.kind === 'container') return { seconds: 0, notes: [] }
  return {
    seconds: 0,
    notes: [`${guest.name} is announced by RARP 0, 50, 200, 450 and 800 ms after it runs again; bridges learn its place from the first that arrives. Were all lost, an old entry would mislead for up to 300 s`],
  }
}
