/** Front door: what a gesture on the picture would do to the text, tried on the text before it is done. */
import { edit, readSource, type Analysis } from './analysis.ts'
import { formatOf } from './formats/index.ts'
import { planOf, type Gesture, type NoPlan, type Plan } from './gestures/index.ts'
import { applyEdits } from './text/edit.ts'

export { addKinds, type AddKind, type Field, type Gesture, type NoPlan, type Plan } from './gestures/index.ts'

export interface TriedPlan extends Plan {
  /** What the reader would find wrong then and does not now: a value of the wrong kind, a name that nobody has. */
  readonly faults: readonly string[]
}

/** A plan whose change the file's format can answer; what it would break is said with it. */
export function tryGesture(analysis: Analysis, gesture: Gesture): TriedPlan | NoPlan {
  const home = analysis.readings[0]?.source.uri
  if (home === undefined) return { refused: 'there is no file to write to' }
  const says = analysis.readings[0] && formatOf(analysis.readings[0].source)?.says
  if (!says) return { refused: 'this file is not one that can be written to' }
  const plan = planOf({ written: analysis.written, infra: analysis.realised.infra, home, says }, gesture)
  if ('refused' in plan) return plan
  // Asked before anything is chosen: there is nothing to try yet.
  if (plan.preview?.length === 0) return { ...plan, faults: [] }
  const edits = edit(analysis, plan.change)
  if ('refused' in edits) return gesture.kind === 'rename' && plan.selects === gesture.id ? { ...plan, faults: [] } : edits
  const faults = analysis.readings.flatMap((before) => {
    if (!edits.some(({ uri }) => uri === before.source.uri)) return []
    const after = readSource({ ...before.source, text: applyEdits(before.source, edits), version: before.source.version + 1 }, before)
    const known = new Set(before.problems.map(({ code, message }) => `${code} ${message}`))
    return after?.problems.filter(({ code, message, severity }) => severity === 'error' && !known.has(`${code} ${message}`)).map(({ message }) => message) ?? []
  })
  return { ...plan, faults: [...new Set(faults)].slice(0, 3) }
}
