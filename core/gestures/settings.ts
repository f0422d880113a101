/** Settings of what is there: one of them, another host. */
import type { Change, Part, Value } from '../infra/change.ts'
import { isGuest } from '../infra/node.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { parseFlow, wordsValue, wordValue } from './flow-text.ts'
import { lineEnds } from './lines.ts'
import { isName } from './names.ts'
import { madeBy, spotOf } from './spots.ts'
import { t } from '../words.ts'

export function planMove(scene: Scene, { guest, host }: Extract<Gesture, { kind: 'move' }>): Plan | NoPlan {
  const node = scene.infra.nodes.get(guest)
  if (!node || !isGuest(node)) return refuse(t('only guests move'))
  const made = madeBy(node)
  if (made !== undefined) return refuse(made)
  const ground = scene.infra.nodes.get(host)
  if (!ground) return refuse(t`there is no ${host}`)
  if (ground.kind !== 'server' && (node.kind !== 'container' || ground.kind !== 'vm')) return refuse(t`${host} is no host for ${guest}`)
  return { title: t`Move ${guest} to ${host}`, fields: [], notes: [], selects: guest, change: { kind: 'move', guest, host } }
}

function valueOf(text: string, as: Edit['as']): Value | undefined {
  if (as === 'word') return wordValue(text)
  return as === 'flow' || as === 'item' ? parseFlow(text) : wordsValue(text, as !== 'list')
}

type Edit = Extract<Gesture, { kind: 'edit' }>

export function planEdit(scene: Scene, { id, key, value, as }: Edit): Plan | NoPlan {
  const target = partOf(scene, id)
  if ('refused' in target) return target
  const { part, label, fresh } = target
  if (key.length === 0) return refuse(t('no setting is named'))
  // People count from one.
  const name = key.map((one) => (/^\d+$/.test(one) ? String(Number(one) + 1) : one)).join(' ')
  const typed = value.trim()
  const plan = (title: string, change: Change): Plan => ({ title, fields: [], notes: [], change, selects: id })
  if (typed === '') return fresh ? refuse(t('nothing is written there')) : plan(t`Take ${name} of ${label} away`, { kind: 'unset', part, key })
  if (as === 'name') return isName(typed) ? plan(t`Add ${typed} to ${name} of ${label}`, { kind: 'set', part, key: [...key, typed], value: {} }) : refuse(t`${typed} is not a name: letters, digits, and after the first _ . -`)
  const found = valueOf(typed, as)
  if (found === undefined) return refuse(t('brackets, braces or quotes do not match'))
  if (as === 'item') return plan(t`Add to ${name} of ${label}`, { kind: 'append', part, key, value: found })
  const change: Change = fresh ? { kind: 'add-entry', ...fresh, value: [...key].reverse().reduce<Value>((held, one) => ({ [one]: held }), found) } : { kind: 'set', part, key, value: found }
  return plan(t`Set ${name} of ${label} to ${typed}`, fresh ? { kind: 'in-turn', home: scene.home, changes: [change] } : change)
}

export interface Target {
  readonly part: Part
  readonly label: string
  /** It is named, and has no entry of its own yet. */
  readonly fresh?: { readonly section: string; readonly name: string }
}

/** The part whose settings a box, a line or a named thing has. */
export function partOf(scene: Scene, id: string): Target | NoPlan {
  if (id === 'section:migration') return { part: { kind: 'section', section: 'migration' }, label: 'migrations' }
  const plug = id.startsWith('attach:') || id.startsWith('member:') ? lineEnds(scene, id)?.[0] : undefined
  if (plug) return partOf(scene, `${plug.node.name}:${plug.item.name}`)
  const link = id.startsWith('link:') ? scene.written.links.findIndex(({ ends: [a, b] }) => id === `link:${a.node}:${a.interface}-${b.node}:${b.interface}`) : -1
  if (link >= 0) return { part: { kind: 'link', link }, label: t('the cable') }
  const spot = spotOf(scene, id)
  if (spot?.kind === 'node') {
    const made = madeBy(spot.node)
    return made === undefined ? { part: { kind: 'node', node: spot.node.name }, label: spot.node.name } : refuse(made)
  }
  if (spot?.kind === 'interface') {
    const made = madeBy(spot.node) ?? (scene.written.nodes.get(spot.node.name)?.interfaces.has(spot.item.name) ? undefined
      : spot.item.origin?.by === 'network' ? t`${spot.item.name} stands for the network ${spot.item.origin.name}; change it there` : t`${spot.item.name} is written nowhere: something else stands for it`)
    if (made !== undefined) return refuse(made)
    return { part: { kind: 'interface', node: spot.node.name, interface: spot.item.name }, label: id }
  }
  if (spot?.kind === 'network') return { part: { kind: 'network', network: spot.network.name }, label: spot.network.name }
  if (spot?.kind === 'storage') return { part: { kind: 'entry', section: 'storage', name: spot.storage.name }, label: spot.storage.name }
  if (spot?.kind === 'named') return { part: { kind: 'entry', section: `${spot.of}s`, name: spot.name }, label: spot.name }
  if (spot?.kind === 'group' && spot.of === 'tenant') {
    const entry = { section: 'tenants', name: spot.name }
    return { part: { kind: 'entry', ...entry }, label: spot.name, ...(!scene.written.tenants.has(spot.name) && { fresh: entry }) }
  }
  if (spot?.kind === 'group') return refuse(t`a ${spot.of} has no settings of its own: it is named by what stands in it`)
  if (id.startsWith('tunnel:')) return refuse(t('a tunnel is set at its two ends: choose one of them'))
  return refuse(t('this has no settings of its own'))
}
