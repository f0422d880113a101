/** The ways that the open panel draws over the picture, on the canvas and on paper: a peer's before and after a move, or those of several moves. */
import { useMemo } from 'react'
import { trailLooks, type Trail, type TrailLook } from '../core/diagram/trails.ts'
import type { ShownJoint, ShownMigration } from '../core/protocol.ts'
import { t } from './l10n.ts'
import { useMoves } from './moves.ts'
import { useStore, type MigrationState, type Panel } from './store.ts'

const none: readonly Trail[] = []

function ofPeer(report: ShownMigration, peer: string | undefined): readonly Trail[] {
  const ways = report.network.find((one) => one.peer === peer)?.ways
  if (!ways || peer === undefined) return none
  // Afterwards the guest is where it moves to.
  return [
    { look: 'before', boxes: ways.before.out, said: t('from {0} to {1} before the move', report.vm, peer) },
    ...(ways.after ? [{ look: 'after' as const, boxes: ways.after.out.map((node) => (node === report.vm ? report.to : node)), said: t('from {0} to {1} after the move', report.vm, peer) }] : []),
  ]
}

/** Each move in a look of its own; of more than four they repeat. */
const ownLooks = trailLooks.slice(2)
export const lookOfMove = (i: number): TrailLook => ownLooks[i % ownLooks.length] ?? 'first'

const ofMoves = ({ moves }: ShownJoint): readonly Trail[] => moves.map(({ vm, from, to, hops }, i) => ({
  look: lookOfMove(i), said: t('{0} moves from {1} to {2}', vm, from, to),
  // A way that nobody knows is at least from here to there.
  boxes: hops.length > 0 ? [...new Set([from, ...hops.map((hop) => hop.slice(0, hop.indexOf(':'))), to])] : [from, to],
}))

function trailsOf(panel: Panel | undefined, migration: MigrationState | undefined, plan: ShownJoint | undefined): readonly Trail[] {
  if (panel === 'migration' && migration?.report) return ofPeer(migration.report, migration.peer)
  if (panel === 'moves' && plan) return ofMoves(plan)
  return none
}

/** What is on the screen just now. */
export const trailsNow = (): readonly Trail[] => trailsOf(useStore.getState().panel, useStore.getState().migration, useMoves.getState().plan)

export function useTrails(): readonly Trail[] {
  const panel = useStore((state) => state.panel)
  const migration = useStore((state) => state.migration)
  const plan = useMoves((state) => state.plan)
  return useMemo(() => trailsOf(panel, migration, plan), [panel, migration, plan])
}
