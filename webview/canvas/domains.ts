/** The layer of networks: what is known of them just now, for the picture, the outline and what is saved. */
import { useMemo } from 'react'
import type { Domain } from '../../core/diagram/diagram.ts'
import { numbered } from '../../core/diagram/domains.ts'
import type { ShownDomains } from '../../core/protocol.ts'
import { useStore } from '../store.ts'
import { useViews } from '../views.ts'

const none: readonly Domain[] = []
const drawn = (answer: ShownDomains | undefined): readonly Domain[] => (answer ? numbered(answer.domains) : none)

/** None while the layer is not shown. */
export function useDomains(): readonly Domain[] {
  const on = useStore((state) => state.layers.networks)
  const answer = useViews((state) => state.domains.answer)
  return useMemo(() => (on ? drawn(answer) : none), [on, answer])
}

export const domainsNow = (): readonly Domain[] => (useStore.getState().layers.networks ? drawn(useViews.getState().domains.answer) : none)
