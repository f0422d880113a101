/** Front door: what a gesture on the picture would do to the text, tried on the text before it is done. */
import { edit, readSource, type Analysis } from './analysis.ts'
import { formatOf } from './formats/index.ts'
import type { SettingGroup } from './formats/format.ts'
import { partOf, planOf, planPaste, type Scene, type Gesture, type NoPlan, type Plan } from './gestures/index.ts'
import type { NamedKind, Says } from './infra/change.ts'
import { applyEdits } from './text/edit.ts'
import { fileNameOf } from './text/source.ts'
import { t } from './words.ts'

export { addKinds, type AddKind, type Field, type Gesture, type NoPlan, type Plan } from './gestures/index.ts'

export interface TriedPlan extends Plan {
  /** What the reader would find wrong then and does not now: a value of the wrong kind, a name that nobody has. */
  readonly faults: readonly string[]
}

/** What the language of the first file can say. */
export const saysOf = (analysis: Pick<Analysis, 'readings'>): Says | undefined => analysis.readings[0] && formatOf(analysis.readings[0].source)?.says

export type { SettingGroup, SettingRow } from './formats/format.ts'

function sceneOf(analysis: Analysis): Scene | NoPlan {
  const [first] = analysis.readings
  const says = saysOf(analysis)
  return first && says ? { written: analysis.written, infra: analysis.realised.infra, home: first.source.uri, says } : { refused: t('there is no file that can be written to') }
}

/** Every setting that a part of the picture may have, with what is written; or why it has none that can be changed. */
export function settingsOf(analysis: Analysis, id: string): { readonly groups: readonly SettingGroup[] } | NoPlan {
  const scene = sceneOf(analysis)
  if ('refused' in scene) return scene
  const target = partOf(scene, id)
  if ('refused' in target) return target
  for (const reading of analysis.readings) {
    const groups = formatOf(reading.source)?.settings?.(reading, target.part, analysis.realised.infra)
    if (groups) return { groups }
  }
  const fits = analysis.readings.some((reading) => formatOf(reading.source)?.settings)
  return { refused: fits ? t('this is written nowhere of its own') : t`in ${scene.says.title} settings are changed in the text` }
}

/** What has a name and no box in the picture: for a list beside it. */
export function partsOf(analysis: Analysis): readonly { readonly id: string; readonly kind: NamedKind; readonly name: string }[] {
  const { written } = analysis
  const named = (kind: NamedKind, names: Iterable<string>): readonly { id: string; kind: NamedKind; name: string }[] => [...names].map((name) => ({ id: `${kind}:${name}`, kind, name }))
  return [
    ...named('tenant', written.tenants.keys()), ...named('network', written.networks.keys()), ...named('storage', written.storage.keys()), ...named('security-group', written.securityGroups.keys()),
    ...named('service', written.services.keys()), ...named('fabric', written.fabrics.keys()),
  ]
}

/** What was copied in the picture of one file, pasted in that of another of the same language. */
export function tryPaste(analysis: Analysis, copied: { readonly analysis: Analysis; readonly ids: readonly string[] }): TriedPlan | NoPlan {
  const [scene, source] = [sceneOf(analysis), sceneOf(copied.analysis)]
  if ('refused' in scene) return scene
  if ('refused' in source) return source
  const format = analysis.readings[0] && formatOf(analysis.readings[0].source)
  const from = fileNameOf(source.home)
  const { entryValue } = format ?? {}
  if (source.says.title !== scene.says.title) return { refused: t`${from} is written in another language: what is copied there can be pasted in pictures of its own language` }
  if (!entryValue) return { refused: t`in ${t(scene.says.title)} this can only be changed in the text` }
  const plan = planPaste(scene, {
    scene: source, from, ids: copied.ids,
    entryValue: (node) => copied.analysis.readings.map((reading) => entryValue(reading, node)).find((value) => value !== undefined),
  })
  return 'refused' in plan ? plan : tried(analysis, plan)
}

/** A plan whose change the file's format can answer; what it would break is said with it. */
export function tryGesture(analysis: Analysis, gesture: Gesture): TriedPlan | NoPlan {
  const scene = sceneOf(analysis)
  if ('refused' in scene) return scene
  const plan = planOf(scene, gesture)
  if ('refused' in plan) return plan
  // Asked before anything is chosen: there is nothing to try yet.
  if (plan.preview?.length === 0) return { ...plan, faults: [] }
  const found = tried(analysis, plan)
  return 'refused' in found && gesture.kind === 'rename' && plan.selects === gesture.id ? { ...plan, faults: [] } : found
}

/** With what the change would break. */
function tried(analysis: Analysis, plan: Plan): TriedPlan | NoPlan {
  const edits = edit(analysis, plan.change)
  if ('refused' in edits) return edits
  const faults = analysis.readings.flatMap((before) => {
    if (!edits.some(({ uri }) => uri === before.source.uri)) return []
    const after = readSource({ ...before.source, text: applyEdits(before.source, edits), version: before.source.version + 1 }, before)
    const known = new Set(before.problems.map(({ code, message }) => `${code} ${message}`))
    return after?.problems.filter(({ code, message, severity }) => severity === 'error' && !known.has(`${code} ${message}`)).map(({ message }) => message) ?? []
  })
  return { ...plan, faults: [...new Set(faults)].slice(0, 3) }
}
