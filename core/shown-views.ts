/** Front door: the views' answers as plain JSON. */
import { printIp } from './address/ip.ts'
import type { Analysis } from './analysis.ts'
import type { Comparison, Past } from './comparing.ts'
import type { DiagramView } from './diagram/diagram.ts'
import type { PairDifference, PairState } from './difference/index.ts'
import type { ShownDifference, ShownPairChange, ShownPairChanges } from './viewed.ts'
import { t } from './words.ts'

// Beyond so many a list says no more.
const most = 300

const stateWords = (state: PairState | null): string =>
  (state === null ? t('not there') : state.verdict === 'delivered' ? t`path MTU ${state.pathMtu ?? '?'}` : state.verdict === 'unknown' ? 'unknown' : state.reason ?? 'lost')

const shownPair = ({ pair, before, after }: PairDifference): ShownPairChange => ({
  from: pair.from, to: pair.to, address: printIp(pair.address), before: stateWords(before), after: stateWords(after),
  because: after !== null && after.verdict !== 'delivered' ? pair.because : null,
})

/** `elsewhere`: nodes that only one of the two sides has. */
function shownPairs(list: readonly PairDifference[], elsewhere: (node: string) => boolean): ShownPairChanges {
  const both: PairDifference[] = []
  const withNodes = new Map<string, number>()
  for (const one of list) {
    const node = [one.pair.from, one.pair.to].find(elsewhere)
    if (node === undefined) both.push(one)
    else withNodes.set(node, (withNodes.get(node) ?? 0) + 1)
  }
  return { count: both.length, pairs: both.slice(0, most).map(shownPair), withNodes: [...withNodes].map(([node, count]) => ({ node, count })) }
}

export function shownDifference(revision: string, view: DiagramView, before: Past, after: Analysis, { elements, ghosts, compared, lost, gained, changed }: Comparison): ShownDifference {
  const missing = (node: string): boolean => !before.realised.nodes.has(node) || !after.realised.infra.nodes.has(node)
  return {
    revision, view, ghosts, compared, elements: elements.slice(0, most), count: elements.length,
    lost: shownPairs(lost, missing), gained: shownPairs(gained, missing), changed: shownPairs(changed, missing),
    faults: [...new Set(before.faults.map(({ message }) => message))].slice(0, 5),
  }
}
