/** A sidecar's text, read and edited: here, since whoever holds the file is to stay small. */
import { placed, positionsOf } from '../../core/placing.ts'
import { lineStartsOf, positionAt } from '../../core/text/source.ts'
import type { Requests } from '../requests.ts'

export const onPositions = ({ text }: Requests['underlay/positions']['params']): Requests['underlay/positions']['result'] => positionsOf(text)

export function onPlace({ text, change }: Requests['underlay/place']['params']): Requests['underlay/place']['result'] {
  const answer = placed(text, change)
  if ('refused' in answer) return answer
  const starts = lineStartsOf(text ?? '')
  return { text: answer.text, edits: text === null ? [] : answer.edits.map(({ start, end, newText }) => ({ range: { start: positionAt(starts, start), end: positionAt(starts, end) }, newText })) }
}
