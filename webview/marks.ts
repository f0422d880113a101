/** How the open view shows each element of the picture: in its colours, and in words for those who listen. */
import { useMemo } from 'react'
import type { Diagram, Mark } from '../core/diagram/diagram.ts'
import type { Outcome, ShownDifference, ShownFailure, ShownNetworkDetail } from '../core/protocol.ts'
import { useStore, type Panel } from './store.ts'
import { useViews } from './views.ts'

export interface Marks {
  readonly of: ReadonlyMap<string, Mark>
  /** Of everything that has none of its own. */
  readonly others?: Mark
}

const signs: Readonly<Record<Outcome, string>> = { added: '+', removed: '−', moved: '→', changed: '~' }

function ofDifference({ ghosts: { outcomes } }: ShownDifference): Marks {
  return { of: new Map(Object.entries(outcomes).map(([id, outcome]) => {
    const said = id.startsWith('was:') ? 'where it was before' : outcome
    return [id, { look: id.startsWith('was:') ? 'removed' : outcome, word: signs[outcome], said }] as const
  })) }
}

/** While somebody asks whom a node reaches, nodes have the colour of their answer. */
function ofReach({ from, verdicts }: ReturnType<typeof useStore.getState>['reach']): Marks {
  const of = new Map<string, Mark>([...(verdicts ?? [])].map(([id, verdict]) => [id, verdict === 'delivered' ? { look: 'reached', said: 'reached' } : verdict === 'dropped' ? { look: 'lost', said: 'not reached' } : { look: 'unsure', said: 'nobody knows whether it is reached' }]))
  if (from !== undefined) of.set(from, { look: 'asks', said: 'asks' })
  return { of }
}

/** While somebody asks what breaks: what is gone, and who loses somebody. */
function ofFailure(id: string, answer: ShownFailure | undefined): Marks {
  const of = new Map<string, Mark>()
  for (const { from, to } of answer?.lost.pairs ?? []) for (const end of [from, to]) of.set(end, { look: 'lost', said: 'loses somebody' })
  for (const gone of answer?.gone ?? []) of.set(gone, { look: 'gone', word: '✕', said: 'gone' })
  of.set(id, { look: 'asks', word: '✕', said: 'fails' })
  return { of }
}

const hearing = {
  hears: { look: 'hears', said: 'hears the broadcast' }, carries: { look: 'carries', said: 'carries the broadcast' }, under: { look: 'under', said: 'carries the broadcast inside a tunnel' },
} as const

/** One broadcast domain is lit, the rest is dim. */
const ofNetwork = ({ lit }: ShownNetworkDetail): Marks => ({ of: new Map(Object.entries(lit).map(([id, how]) => [id, hearing[how]])), others: { look: 'dim', said: 'not in this network' } })

const none: Marks = { of: new Map() }

export function useMarks(): Marks {
  const panel: Panel | undefined = useStore((state) => state.panel)
  const reach = useStore((state) => state.reach)
  const failure = useStore((state) => state.failure)
  const difference = useViews((state) => state.difference.answer)
  const network = useViews((state) => state.network.answer)
  return useMemo(() => {
    if (panel === 'networks' && network) return ofNetwork(network)
    if (panel === 'reach') return ofReach(reach)
    if (panel === 'failure' && failure) return ofFailure(failure.id, failure.answer)
    if (panel === 'difference' && difference) return ofDifference(difference)
    return none
  }, [panel, reach, failure, difference, network])
}

/** The diagram as the view shows it. */
export function marked(diagram: Diagram, { of, others }: Marks): Diagram {
  if (of.size === 0 && !others) return diagram
  const withMark = <T extends { readonly id: string }>(part: T): T => {
    const mark = of.get(part.id) ?? others
    return mark ? { ...part, mark } : part
  }
  return { ...diagram, boxes: diagram.boxes.map(withMark), lines: diagram.lines.map(withMark) }
}
