/** When planned moves run: waves that share the links, and how long each takes on its share. Bytes and seconds. */
import type { Infra } from '../infra/infra.ts'
import type { GuestNode } from '../infra/node.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Host } from './candidate.ts'
import { endless } from './endless.ts'
import { loadOf } from './load.ts'
import { pathBetween } from './path.ts'
import type { Settings } from './profile.ts'
import type { EvacuationMove } from './plan-report.ts'
import type { PreflightFinding } from './report.ts'
import { ride, type Mover } from './wave.ts'

/** A guest, the host that was found for it, and what it should know. */
export interface Choice {
  readonly guest: GuestNode
  readonly from: Host
  readonly to: Host
  readonly settings: Settings
  readonly findings: readonly PreflightFinding[]
}

/** How many moves may run at once: out of one host, and in all where somebody limits that. */
export interface Concurrency {
  readonly parallel: number
  readonly cluster?: number
}

/** Each move in the first wave that has room for it. */
function wavesOf(choices: readonly Choice[], { parallel, cluster = Infinity }: Concurrency): readonly (readonly Choice[])[] {
  const waves: Choice[][] = []
  for (const choice of choices) {
    const wave = waves.find((one) => one.length < cluster && one.filter(({ from }) => from.name === choice.from.name).length < parallel)
    if (wave) wave.push(choice)
    else waves.push([choice])
  }
  return waves
}

/**
 * Waves one after the other; within one, every move gets its max-min fair share of what its path crosses, anew whenever one has
 * ended. The whole has no
 * length where one of its moves has none; `unknown` says why.
 */
export function schedule(infra: Infra, plane: Plane, choices: readonly Choice[], concurrency: Concurrency): { moves: readonly EvacuationMove[]; totalSeconds: number | null; unknown: readonly string[] } {
  const moves: EvacuationMove[] = []
  const unknown = new Set<string>()
  let clock: number | null = 0
  for (const [index, group] of wavesOf(choices, concurrency).entries()) {
    const movers = group.map(({ guest, from, to, settings }): Mover => ({ load: loadOf(infra, guest, from.name, to.name), settings, kind: guest.kind, path: pathBetween(plane, from.name, to.name) }))
    const rides = ride(movers)
    let longest: number | null = 0
    for (const [i, { guest, from, to, settings, findings }] of group.entries()) {
      const one = rides[i]
      if (!one) continue
      const { went, bandwidth } = one
      if (went.totalSeconds === null && went.converged === null) for (const note of went.notes) unknown.add(`${guest.name}: ${note}`)
      moves.push({
        vm: guest.name, from: from.name, to: to.name, mode: settings.mode, wave: index + 1, start: clock, seconds: went.totalSeconds, downtimeSeconds: went.downtimeSeconds,
        transferredBytes: went.transferredBytes, converged: went.converged, bandwidth, findings: [...findings, ...endless(went, guest)],
      })
      longest = longest === null || went.totalSeconds === null ? null : Math.max(longest, went.totalSeconds)
    }
    clock = clock === null || longest === null ? null : clock + longest
  }
  return { moves, totalSeconds: clock, unknown: [...unknown] }
}
