/** A plan carried out on the text: every move is one edit of its own, in the plan's order; the result goes into a file of its own. */
import type { Arguments } from './arguments.ts'
import { afterChange, type Opened } from './files.ts'
import { Misuse, type Streams } from './streams.ts'

/** With `--out`, writes the file's text as it is after all moves; refused where the text has no answer to one of them. */
export function writeMoved(opened: Opened, moves: readonly { readonly vm: string; readonly to: string | null }[], args: Arguments, streams: Streams): void {
  const out = args.value('out')
  if (out === undefined) return
  let now = opened
  for (const { vm, to } of moves) {
    if (to === null) continue
    const next = afterChange(now, { kind: 'move', guest: vm, host: to }, streams)
    if ('refused' in next) throw new Misuse(`${vm} cannot be moved to ${to} in the text: ${next.refused}`)
    now = next
  }
  const text = now.analysis.readings[0]?.source.text ?? ''
  if (out === '-') streams.out(text)
  else streams.write(out, text)
}
