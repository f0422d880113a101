/** Front door: what a sidecar's text says of positions, and what a gesture does to it. */
import { editSidecar, emptySidecar, readSidecar, withEdits, type LineEdit } from './sidecar/index.ts'
import type { ShownPositions, SpotsChange } from './sidecar/sidecar.ts'

/** What of a sidecar is shown; never throws. */
export function positionsOf(text: string): Omit<ShownPositions, 'name' | 'uri'> {
  const { kept, faults, broken } = readSidecar(text)
  return { kept: { physical: [...kept.physical.values()], tenant: [...kept.tenant.values()] }, faults, broken: broken ?? null }
}

/** The text afterwards, and the edits that lead there; a null text is a file that is yet to be made. */
export function placed(text: string | null, change: SpotsChange): { readonly text: string; readonly edits: readonly LineEdit[] } | { readonly refused: string } {
  const before = text ?? emptySidecar()
  const edits = editSidecar(before, change)
  return 'refused' in edits ? edits : { text: withEdits(before, edits), edits }
}
