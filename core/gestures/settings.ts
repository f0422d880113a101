/** Settings of what is there: one of them, another host. */
import type { Change, Part, Value } from '../infra/change.ts'
import { isGuest } from '../infra/node.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { madeBy, spotOf } from './spots.ts'

export function planMove(scene: Scene, { guest, host }: Extract<Gesture, { kind: 'move' }>): Plan | NoPlan {
  const node = scene.infra.nodes.get(guest)
  if (!node || !isGuest(node)) return refuse('only guests move')
  const made = madeBy(node)
  if (made !== undefined) return refuse(made)
  if (!scene.infra.nodes.has(host)) return refuse(`there is no ${host}`)
  return { title: `Move ${guest} to ${host}`, fields: [], notes: [], selects: guest, change: { kind: 'move', guest, host } }
}

/** Numbers and truth values are written as such; a list as a list. */
function valueOf(text: string): Value {
  const trimmed = text.trim()
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(trimmed)) return Number(trimmed)
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  const items = trimmed.split(/\s*,\s*/).filter((item) => item !== '')
  return items.length > 1 ? items : trimmed
}

export function planEdit(scene: Scene, { id, key, value }: Extract<Gesture, { kind: 'edit' }>): Plan | NoPlan {
  const target = partOf(scene, id)
  if ('refused' in target) return target
  const { part, label } = target
  if (key.length === 0) return refuse('no setting is named')
  const name = key.join(' ')
  const change: Change = value.trim() === '' ? { kind: 'unset', part, key } : { kind: 'set', part, key, value: valueOf(value) }
  return { title: value.trim() === '' ? `Take ${name} of ${label} away` : `Set ${name} of ${label} to ${value.trim()}`, fields: [], notes: [], change, selects: id }
}

function partOf(scene: Scene, id: string): { readonly part: Part; readonly label: string } | NoPlan {
  const link = id.startsWith('link:') ? scene.written.links.findIndex(({ ends: [a, b] }) => id === `link:${a.node}:${a.interface}-${b.node}:${b.interface}`) : -1
  if (link >= 0) return { part: { kind: 'link', link }, label: 'the cable' }
  const spot = spotOf(scene, id)
  if (spot?.kind === 'node') {
    const made = madeBy(spot.node)
    return made === undefined ? { part: { kind: 'node', node: spot.node.name }, label: spot.node.name } : refuse(made)
  }
  if (spot?.kind === 'interface') {
    if (!scene.written.nodes.get(spot.node.name)?.interfaces.has(spot.item.name)) return refuse(`${spot.item.name} is written nowhere: something else stands for it`)
    return { part: { kind: 'interface', node: spot.node.name, interface: spot.item.name }, label: id }
  }
  if (spot?.kind === 'network') return { part: { kind: 'network', network: spot.network.name }, label: spot.network.name }
  if (spot?.kind === 'storage') return { part: { kind: 'entry', section: 'storage', name: spot.storage.name }, label: spot.storage.name }
  return refuse('this has no settings of its own')
}
