/** How the text answers a Change: the smallest replacements, disjoint and sorted. */
import type { Source } from './source.ts'

/** Replaces text[start, end) by newText; offsets are absolute, in UTF-16 code units. */
export interface TextEdit {
  readonly uri: string
  readonly start: number
  readonly end: number
  readonly newText: string
}

/** The text after the edits that concern this source; edits must not overlap. */
export function applyEdits(source: Source, edits: readonly TextEdit[]): string {
  const mine = edits.filter((edit) => edit.uri === source.uri).sort((a, b) => a.start - b.start || a.end - b.end)
  let text = ''
  let done = 0
  for (const edit of mine) {
    text += source.text.slice(done, edit.start) + edit.newText
    done = edit.end
  }
  return text + source.text.slice(done)
}

/** Edits that a person's text can take together: sorted, and the later of two that overlap left out. */
export function withoutOverlaps(edits: readonly TextEdit[]): readonly TextEdit[] {
  const sorted = [...edits].sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.start - b.start || a.end - b.end))
  const kept: TextEdit[] = []
  for (const edit of sorted) {
    const last = kept.at(-1)
    if (!last || last.uri !== edit.uri || last.end <= edit.start) kept.push(edit)
  }
  return kept
}
