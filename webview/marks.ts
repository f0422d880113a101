/** How the open view shows each element of the picture: what lies over it just now, out of what the stores know. */
import { useMemo } from 'react'
import { marked, marksOf, noMarks, outcomeWord, type Marks, type OpenView } from '../core/marks/index.ts'
import type { Outcome, ShownDifference, ShownJoint, ShownLoad, ShownNetworkDetail } from '../core/protocol.ts'
import { useMoves } from './moves.ts'
import { useStore, type Panel } from './store.ts'
import { useViews } from './views.ts'

export { marked, type Marks }

export const outcomeWords: Readonly<Record<Outcome, string>> = { added: outcomeWord('added'), removed: outcomeWord('removed'), moved: outcomeWord('moved'), renamed: outcomeWord('renamed'), changed: outcomeWord('changed') }

interface Looked {
  readonly panel: Panel | undefined
  readonly reach: ReturnType<typeof useStore.getState>['reach']
  readonly failure: ReturnType<typeof useStore.getState>['failure']
  readonly difference: ShownDifference | undefined
  readonly network: ShownNetworkDetail | undefined
  readonly load: ShownLoad | undefined
  readonly moves: ShownJoint | undefined
}

/** On the canvas a packet is played, step by step: its way is drawn by the player. */
function viewOf({ panel, reach, failure, difference, network, load, moves }: Looked): OpenView | undefined {
  if (panel === 'moves' && moves) return { kind: 'moves', plan: moves }
  if (panel === 'load' && load) return { kind: 'utilisation', load }
  if (panel === 'networks' && network) return { kind: 'network', network }
  if (panel === 'reach') return { kind: 'reach', from: reach.from, reach: reach.answer }
  if (panel === 'failure' && failure) return { kind: 'failures', off: [failure.id], failure: failure.answer }
  if (panel === 'difference' && difference) return { kind: 'difference', difference }
  return undefined
}

/** What is on the screen just now. */
export function viewNow(): OpenView | undefined {
  const { difference, network, load } = useViews.getState()
  return viewOf({ ...useStore.getState(), difference: difference.answer, network: network.answer, load: load.answer, moves: useMoves.getState().plan })
}

export function useMarks(): Marks {
  const panel: Panel | undefined = useStore((state) => state.panel)
  const reach = useStore((state) => state.reach)
  const failure = useStore((state) => state.failure)
  const difference = useViews((state) => state.difference.answer)
  const network = useViews((state) => state.network.answer)
  const load = useViews((state) => state.load.answer)
  const moves = useMoves((state) => state.plan)
  return useMemo(() => {
    const view = viewOf({ panel, reach, failure, difference, network, load, moves })
    return view ? marksOf(view) : noMarks
  }, [panel, reach, failure, difference, network, load, moves])
}
