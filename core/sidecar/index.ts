/** A person's own positions: a file beside the described one, one line a box. */
export { driftOf, holding, outerBoxes, renamed, renamedId, type Drift } from './drift.ts'
export { editSidecar, emptySidecar, withEdits, type LineEdit } from './edit.ts'
export { readSidecar, type ReadSidecar, type SidecarFault } from './read.ts'
export { sectionOf, sections, sidecarOf, type Kept, type KeptSpot, type Section, type ShownPositions, type SpotsChange } from './sidecar.ts'
