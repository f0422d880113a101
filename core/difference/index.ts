/** Two revisions of one infrastructure side by side: the front of the room. */
export { compareElements, linkId, outcomes, type ElementDifference, type Outcome, type Side } from './elements.ts'
export { ghostsOf, withGhosts, type Ghosts } from './ghosts.ts'
export { comparePairs, differences, endsToCompare, nodeDifferences, type PairDifference, type PairDifferences, type PairState } from './pairs.ts'
export { renamesOf, withRenames, type Rename } from './renames.ts'
export type { SettingChange } from './settings.ts'
