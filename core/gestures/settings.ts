/** Names and settings of what is there: rename, duplicate, one setting, another host. */
import { prefixOf, printIp } from '../address/ip.ts'
import type { Change, Part, Value } from '../infra/change.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isGuest } from '../infra/node.ts'
import { nextAddress, segmentsOf } from './addresses.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { interfaceName, isName, numbered } from './names.ts'
import { madeBy, spotOf } from './spots.ts'

export function planRename(scene: Scene, { id, answers }: Extract<Gesture, { kind: 'rename' }>): Plan | NoPlan {
  const spot = spotOf(scene, id)
  if (spot?.kind !== 'node') return refuse('in the picture, machines are renamed; other names with F2 in the text')
  const made = madeBy(spot.node)
  if (made !== undefined) return refuse(made)
  const { name } = spot.node
  const to = answers?.['name'] ?? name
  if (!isName(to)) return refuse(`${to} is not a name: letters, digits, and after the first _ . -`)
  if (to !== name && (scene.infra.nodes.has(to) || scene.infra.fabrics.has(to))) return refuse(`${to} is already there`)
  return { title: `Rename ${name}${to === name ? '' : ` to ${to}`}`, fields: [{ key: 'name', label: 'New name', value: to }], notes: [], selects: to, change: { kind: 'rename-node', from: name, to } }
}

/** The same machine again: under a new name, with free addresses, on the next free ports of the same switches. */
export function planDuplicate(scene: Scene, { id, answers }: Extract<Gesture, { kind: 'duplicate' }>): Plan | NoPlan {
  const spot = spotOf(scene, id)
  if (spot?.kind !== 'node') return refuse('machines are duplicated; choose one')
  const { node } = spot
  const made = madeBy(node)
  if (made !== undefined) return refuse(made)
  const prefix = /^(.*?)\d*$/.exec(node.name)?.[1] ?? ''
  const start = Number(/(\d+)$/.exec(node.name)?.[1] ?? '1')
  const name = answers?.['name'] ?? numbered(prefix === '' ? node.name : prefix, (one) => scene.infra.nodes.has(one) || scene.infra.fabrics.has(one), start + 1)
  if (!isName(name)) return refuse(`${name} is not a name: letters, digits, and after the first _ . -`)
  if (scene.infra.nodes.has(name)) return refuse(`${name} is already there`)
  const tunnels = [...node.interfaces.values()].filter(({ type }) => isTunnelType(type.value)).map((item) => item.name)
  const segments = segmentsOf(scene.infra)
  const values: Record<string, string> = {}
  const unknown: string[] = []
  for (const item of node.interfaces.values()) {
    const segment = segments.of(node, item)
    for (const { value: { ip, length } } of item.addresses) {
      const whole = `${printIp(ip)}${length === undefined ? '' : `/${length}`}`
      const near = length === undefined ? undefined : prefixOf(ip, length)
      const within = near ?? (item.network ? scene.infra.networks.get(item.network.value)?.subnets.find(({ value }) => value.ip.family === ip.family)?.value : undefined)
      const next = segment !== undefined && within ? nextAddress(scene.infra, segments, segment, within, (member) => member.node.kind === node.kind) : undefined
      if (!next) unknown.push(`${item.name} ${whole}`)
      else {
        values[whole] = `${printIp(next)}${length === undefined ? '' : `/${length}`}`
        values[printIp(ip)] = printIp(next)
      }
    }
  }
  const { cables, left } = cablesOf(scene, node.name, name)
  const notes = [
    ...(unknown.length > 0 ? [`No free address is known for ${unknown.join(', ')}: it stays, and the file will say so.`] : []),
    ...(tunnels.length > 0 ? [`Its tunnels (${tunnels.join(', ')}) are not copied: a tunnel has two ends.`] : []),
    ...(left > 0 ? [`${left === 1 ? 'A cable' : `${left} cables`} to other machines than switches ${left === 1 ? 'is' : 'are'} not copied.`] : []),
  ]
  return {
    title: `Duplicate ${node.name} as ${name}`, fields: [{ key: 'name', label: 'Name', value: name }], notes, selects: name,
    change: { kind: 'in-turn', home: scene.home, changes: [{ kind: 'copy-node', from: node.name, to: name, values, without: tunnels }, ...cables] },
  }
}

function cablesOf(scene: Scene, from: string, to: string): { readonly cables: readonly Change[]; readonly left: number } {
  const cables: Change[] = []
  const taken = new Map<string, Set<string>>()
  let left = 0
  for (const { ends: [a, b], bandwidth } of scene.written.links) {
    const [own, other] = a.node === from ? [a, b] : b.node === from ? [b, a] : [undefined, undefined]
    if (!own || !other) continue
    const far = scene.infra.nodes.get(other.node)
    if (far?.kind !== 'switch') {
      left++
      continue
    }
    const used = taken.get(far.name) ?? new Set()
    taken.set(far.name, used)
    const first = interfaceName(scene, far)
    const stem = first.replace(/\d+$/, '')
    const port = used.has(first) ? numbered(stem, (name) => used.has(name) || far.interfaces.has(name), Number(/\d+$/.exec(first)?.[0] ?? '1')) : first
    used.add(port)
    const speed = bandwidth && scene.written.links.every((link) => link.bandwidth !== undefined) ? bandwidth.value : undefined
    cables.push({ kind: 'add-link', ends: [`${to}:${own.interface}`, `${far.name}:${port}`], ...(speed !== undefined && { value: { bandwidth: `${speed / 1e9}Gbps` } }) })
  }
  return { cables, left }
}

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
