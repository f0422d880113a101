/** What a routing protocol tells differently after an edit: by speaker, and by destination. */
import type { Ip } from '../address/ip.ts'
import { sameList, sameNeighbours } from './adjacency.ts'
import type { Area, Network } from './ospf.ts'
import { sameWays, type Ways } from './shortest.ts'

/** Two areas, one after the other. */
export interface Retold {
  readonly from: Area
  readonly to: Area
}

/** Speakers who hear others, or by other devices, or at other costs, by name; undefined where the two cannot be compared speaker by speaker. */
export function changedSpeakers({ from, to }: Retold): readonly string[] | undefined {
  if (from === to) return []
  const names = [...to.speakers.keys()]
  if (!sameList(names, [...from.speakers.keys()], () => false)) return undefined
  const before = [...from.speakers.values()]
  return [...to.speakers.values()].flatMap((speaker, i) => {
    const [was, old, ways] = [before[i], from.ways[i], to.ways[i]]
    return was && old && ways && sameNeighbours(was, speaker) && sameWays(old, ways) ? [] : [speaker.stack.name]
  })
}

/** Whether everybody is told the same by the same, of whom `apart` hear otherwise: the tables of some were only made anew. */
export const isSaidAgain = (from: Area | undefined, to: Area | undefined, apart: readonly string[] | undefined): boolean =>
  from === to || (from?.networks[4] === to?.networks[4] && from?.networks[6] === to?.networks[6] && apart?.length === 0)

/** The speakers that are told another way to a destination, of those who hear the same; undefined where the networks themselves differ that hold it. */
export function toldOtherwise({ from, to }: Retold, dst: Ip): ReadonlySet<string> | undefined {
  const found = new Set<string>()
  const [was, is] = [from.holding(dst), to.holding(dst)]
  if (!sameList(was, is, () => false)) return undefined
  for (const network of is) compare({ from, to }, network, found)
  return found
}

function compare({ from, to }: Retold, network: Network, found: Set<string>): void {
  const [was, is] = [from.distances.to(network), to.distances.to(network)]
  if (was === is) return
  let i = 0
  for (const name of to.speakers.keys()) {
    const ways = to.ways[i]
    if (ways && !isAlike(ways, was, is, i)) found.add(name)
    i++
  }
}

/** A plain loop: after each edit every speaker is asked for each destination. */
function isAlike({ toward, costs }: Ways, was: Float64Array, is: Float64Array, speaker: number): boolean {
  const old = was[speaker] ?? Infinity
  const now = is[speaker] ?? Infinity
  if ((old === 0) !== (now === 0) || (old === Infinity) !== (now === Infinity)) return false
  for (let n = 0; n < toward.length; n++) {
    const next = toward[n] ?? -1
    const cost = costs[n] ?? 0
    if ((cost + (was[next] ?? Infinity) === old) !== (cost + (is[next] ?? Infinity) === now)) return false
  }
  return true
}
