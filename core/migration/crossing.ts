/** Guests that go where each other comes from: what comes of it, and what would let those go that wait for each other. */
import type { Infra } from '../infra/infra.ts'
import { hostOf } from './candidate.ts'
import type { Crossing } from './joint-report.ts'
import { wavesOf, type Mover, type Waved } from './joint-waves.ts'
import { withMove, type Placement } from './placement.ts'
import { isFeasible, preflight } from './preflight.ts'
import type { PreflightFinding } from './report.ts'
import { t } from '../words.ts'

/** Hosts that are tried as a place to wait. */
const mostTried = 16

/** Rings of moves, each into the host that the next one leaves; a guest is in one ring at most. */
function ringsOf(movers: readonly Mover[]): readonly (readonly Mover[])[] {
  const rings: (readonly Mover[])[] = []
  const taken = new Set<Mover>()
  for (const first of movers) {
    if (taken.has(first)) continue
    // Breadth first: the shortest ring through it.
    const ways: (readonly Mover[])[] = [[first]]
    const seen = new Set<Mover>([first])
    for (let way = ways.shift(); way; way = ways.shift()) {
      const last = way.at(-1) ?? first
      if (last.target.name === first.source.name) {
        rings.push(way)
        for (const one of way) taken.add(one)
        break
      }
      for (const next of movers) {
        if (next.source.name !== last.target.name || seen.has(next) || taken.has(next)) continue
        seen.add(next)
        ways.push([...way, next])
      }
    }
  }
  return rings
}

export function crossingsOf(movers: readonly Mover[], { waves, stuck }: Waved): readonly Crossing[] {
  return ringsOf(movers).map((ring) => {
    const [vms, hosts] = [ring.map(({ guest }) => guest.name), ring.map(({ source }) => source.name)]
    const who = ring.length === 2 ? t`${vms.join(t(' and '))} swap ${hosts.join(t(' and '))}` : t`${vms.join(', ')} go round ${hosts.join(', ')}`
    const left = ring.filter((mover) => stuck.some((one) => one.mover === mover))
    const inWave = ring.map((mover) => waves.findIndex((wave) => wave.includes(mover)))
    const end = left.length === ring.length ? t(': none of them can go') : left.length > 0 ? t`: ${left.map(({ guest }) => guest.name).join(', ')} cannot go`
      : new Set(inWave).size > 1 ? t(', one after the other') : t(' at once: each host holds two of them for a while')
    return { vms, hosts, says: `${who}${end}` }
  })
}

const sentence = (findings: readonly PreflightFinding[]): string => findings.filter(({ status }) => status === 'block').map(({ message }) => message).join('; ')

/** Why no wave takes it: a rule of its own, or that it waits for room that is left only when it has gone itself; then by which way round it would go. */
export function stuckBecause(infra: Infra, mover: Mover, { stuck, waves }: Waved, start: Placement, findings: readonly PreflightFinding[]): string {
  const after = waves.flat().reduce((now, { guest, target }) => withMove(now, guest, target.name), start)
  const others = stuck.filter((one) => one.mover !== mover)
  const gone = others.reduce((now, { mover: { guest, target } }) => withMove(now, guest, target.name), after)
  if (others.length === 0 || !isFeasible(preflight(mover.candidate(gone)))) return sentence(findings)
  const waitedFor = others.filter(({ mover: { source } }) => source.name === mover.target.name).map(({ mover: { guest } }) => guest.name)
  const waits = t`it waits for ${waitedFor.length > 0 ? waitedFor.join(', ') : others.map(({ mover: { guest } }) => guest.name).join(', ')} to leave ${mover.target.name}, and they wait for each other (${sentence(findings)})`
  const via = wayRound(infra, stuck.map((one) => one.mover), after)
  return via === undefined ? t`${waits}; no other host has room for one of them meanwhile` : t`${waits}; ${via.vm} could wait on ${via.host} meanwhile`
}

/** A guest and a host where it could wait, so that the others can go and it last of all. */
function wayRound(infra: Infra, stuck: readonly Mover[], placement: Placement): { readonly vm: string; readonly host: string } | undefined {
  const hosts = [...infra.nodes.values()].flatMap((node) => (node.kind === 'server' ? hostOf(node) ?? [] : []))
  for (const mover of stuck) {
    const { guest, source, target } = mover
    let tried = 0
    for (const host of hosts) {
      if (host.name === source.name || host.name === target.name) continue
      if (++tried > mostTried) break
      const candidate = { ...mover.candidate(placement), target: host }
      if (!isFeasible(preflight(candidate))) continue
      const aside = withMove(placement, guest, host.name)
      const rest = wavesOf(stuck.filter((one) => one !== mover), aside, { parallel: Infinity })
      if (rest.stuck.length > 0) continue
      const there = rest.waves.flat().reduce((now, one) => withMove(now, one.guest, one.target.name), aside)
      if (isFeasible(preflight({ ...mover.candidate(there), source: host }))) return { vm: guest.name, host: host.name }
    }
  }
  return undefined
}
