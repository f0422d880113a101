/** In which waves several moves can go: by the room that is there and by how many may go at once. */
import type { GuestNode } from '../infra/node.ts'
import type { Candidate, Host } from './candidate.ts'
import { withArrival, withMove, type Placement } from './placement.ts'
import { isFeasible, preflight } from './preflight.ts'
import type { Concurrency } from './schedule.ts'
import type { PreflightFinding } from './report.ts'

/** One of the moves, judged as far as it goes without the others. */
export interface Mover {
  readonly guest: GuestNode
  readonly source: Host
  readonly target: Host
  readonly candidate: (placement: Placement) => Candidate
}

export interface Waved {
  readonly waves: readonly (readonly Mover[])[]
  /** Those that no wave has room for, with what speaks against each in the end. */
  readonly stuck: readonly { readonly mover: Mover; readonly findings: readonly PreflightFinding[] }[]
  /** What each that goes should know. */
  readonly findings: ReadonlyMap<Mover, readonly PreflightFinding[]>
}

/** While a guest moves live, both hosts hold it; one that is shut down leaves its host before it starts on the other. */
const reserved = (placement: Placement, { guest, target, candidate }: Mover): Placement => (candidate(placement).live ? withArrival : withMove)(placement, guest, target.name)

/** Each move goes in the first wave in which its host has room beside those that are still there. Never throws. */
export function wavesOf(movers: readonly Mover[], start: Placement, { parallel, cluster = Infinity }: Concurrency): Waved {
  const waves: (readonly Mover[])[] = []
  const findings = new Map<Mover, readonly PreflightFinding[]>()
  let placement = start
  let left = movers
  while (left.length > 0) {
    const wave: Mover[] = []
    let now = placement
    for (const mover of left) {
      if (wave.length >= cluster || wave.filter(({ source }) => source.name === mover.source.name).length >= parallel) continue
      const found = preflight(mover.candidate(now))
      if (!isFeasible(found)) continue
      findings.set(mover, found)
      wave.push(mover)
      now = reserved(now, mover)
    }
    if (wave.length === 0) wave.push(...allCold(left, placement, findings))
    if (wave.length === 0) break
    waves.push(wave)
    for (const { guest, target } of wave) placement = withMove(placement, guest, target.name)
    left = left.filter((mover) => !wave.includes(mover))
  }
  return { waves, findings, stuck: left.map((mover) => ({ mover, findings: preflight(mover.candidate(placement)) })) }
}

/** Guests that are shut down can change places, however full their hosts are: all leave before one starts. */
function allCold(left: readonly Mover[], placement: Placement, findings: Map<Mover, readonly PreflightFinding[]>): readonly Mover[] {
  if (left.length < 2 || left.some((mover) => mover.candidate(placement).live)) return []
  const gone = (except: Mover): Placement => left.reduce((now, one) => (one === except ? now : withMove(now, one.guest, one.target.name)), placement)
  const found = left.map((mover) => preflight(mover.candidate(gone(mover))))
  if (!found.every(isFeasible)) return []
  for (const [i, mover] of left.entries()) findings.set(mover, found[i] ?? [])
  return left
}
