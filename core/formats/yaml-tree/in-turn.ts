/** Changes one after the other, each on the text that the one before left. */
import type { Change } from '../../infra/change.ts'
import { Composed } from '../../text/compose.ts'
import { applyEdits } from '../../text/edit.ts'
import type { Format, Reading } from '../format.ts'
import { isRefusal, type Edits } from './edit-tree.ts'

/** What comes new into a file, one part or several of a kind. */
const adds = (change: Change): boolean => change.kind.startsWith('add-') || (change.kind === 'several' && change.changes.length > 0 && change.changes.every(adds))

/** What comes out are edits of the first text; what is added is added to the file `home` only. */
export function inTurn(first: Reading, { home, changes }: Extract<Change, { kind: 'in-turn' }>, edit: Format['edit'], read: Format['read']): Edits {
  const { uri, version } = first.source
  const composed = new Composed(first.source.text.length)
  let reading = first
  for (const change of changes) {
    if (adds(change) && home !== uri) continue
    const answer = edit(reading.source, change, reading)
    if (isRefusal(answer)) return answer
    composed.step(answer)
    reading = read({ ...first.source, version, text: applyEdits(reading.source, answer) }, reading)
  }
  return composed.edits(uri)
}
