/** Edits of a text in which parts are named by anchors: what others are made from is not taken away, and what two parts share is written once. */
import type { TextEdit } from '../../text/edit.ts'
import type { Format } from '../format.ts'
import { isRefusal, refuse } from './edit-tree.ts'
import { t } from '../../words.ts'

const anchor = /(?<=^|[\s,[{:-])&([^\s,[\]{}]+)/gm

/** The anchors of these stretches of a text that an alias elsewhere in it stands for. */
function lost(text: string, edits: readonly TextEdit[]): string | undefined {
  const going = edits.flatMap(({ start, end, newText }) => [...text.slice(start, end).matchAll(anchor)].flatMap(({ 1: name = '' }) => (newText.includes(`&${name}`) ? [] : [name])))
  if (going.length === 0) return undefined
  let rest = ''
  let from = 0
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start)) {
    rest += text.slice(from, start) + newText
    from = Math.max(from, end)
  }
  rest += text.slice(from)
  return going.find((name) => [...rest.matchAll(/(?<=^|[\s,[{:-])\*([^\s,[\]{}]+)/gm)].some((use) => use[1] === name))
}

/** Two parts that share a map are answered by the same edit: it is made once. */
const once = (edits: readonly TextEdit[]): readonly TextEdit[] =>
  edits.filter((one, i) => !edits.slice(0, i).some((other) => other.start === one.start && other.end === one.end && other.newText === one.newText && other.uri === one.uri))

/** The same `edit`, which leaves a text whose aliases all still stand for something. */
export const keepingAnchors = (edit: Format['edit']): Format['edit'] => (source, change, reading) => {
  const answer = edit(source, change, reading)
  // Nothing is shared in most texts.
  if (isRefusal(answer) || !source.text.includes('*')) return answer
  const edits = once(answer)
  const name = lost(source.text, edits)
  return name === undefined ? edits : refuse(t`other parts of this file are made from it, by *${name}; write them out first`)
}
