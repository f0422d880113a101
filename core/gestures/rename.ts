/** Another name for anything that has one, in every place that says it. */
import type { Change, NamedKind } from '../infra/change.ts'
import type { Interface } from '../infra/interface.ts'
import { mentionsOf } from '../infra/mentions.ts'
import { isStack, type Node } from '../infra/node.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { lineEnds, type LineEnd } from './lines.ts'
import { isName } from './names.ts'
import { madeBy, spotOf } from './spots.ts'
import { t } from '../words.ts'

type Rename = Extract<Gesture, { kind: 'rename' }>

export function planRename(scene: Scene, gesture: Rename): Plan | NoPlan {
  const { id } = gesture
  const ends = lineEnds(scene, id)
  if (ends) return renameEnds(scene, gesture, ends)
  const spot = spotOf(scene, id)
  if (!spot) return refuse(t('this has no name of its own in the file'))
  switch (spot.kind) {
    case 'node': {
      const made = madeBy(spot.node)
      if (made !== undefined) return refuse(made)
      const taken = (name: string): boolean => scene.infra.nodes.has(name) || scene.infra.fabrics.has(name)
      return renamed(gesture, spot.node.name, taken, (to) => to, (to) => [{ kind: 'rename-node', from: spot.node.name, to }])
    }
    case 'interface': return renameEnds(scene, gesture, [spot])
    case 'network': return section(gesture, 'network', spot.network.name, scene.infra.networks)
    case 'storage': return section(gesture, 'storage', spot.storage.name, scene.infra.storage)
    case 'named': return spot.of === 'fabric' ? renameFabric(scene, gesture, spot.name) : section(gesture, spot.of, spot.name, spot.of === 'service' ? scene.infra.services : scene.infra.securityGroups)
    case 'group': {
      const { of, name } = spot
      if (of === 'tenant') return section(gesture, of, name, new Set([...scene.infra.tenants.keys(), ...tenantsNamed(scene)]))
      const there = new Set([...scene.written.nodes.values()].flatMap((node) => (node[of] ? [node[of].value] : [])))
      return renamed(gesture, name, (to) => there.has(to), (to) => `${of}:${to}`, (to) => [{ kind: 'rename', what: of, from: name, to }], (to) => (/[\r\n]/.test(to) || to.trim() === '' ? t`a ${of} needs a name of one line` : undefined))
    }
  }
}

const section = (gesture: Rename, what: NamedKind, name: string, names: { has(name: string): boolean }): Plan | NoPlan =>
  renamed(gesture, name, (to) => names.has(to), (to) => `${what}:${to}`, (to) => [{ kind: 'rename', what, from: name, to }])

/** Tenants that guests and networks name, whether `tenants` lists them or not. */
const tenantsNamed = ({ written }: Scene): readonly string[] => [...new Set(mentionsOf(written).flatMap(({ kind, name }) => (kind === 'tenant' ? [name] : [])))]

/** Words that YAML reads as something else than text. */
const otherwise = /^(true|false|yes|no|on|off|null|y|n|[-+]?[\d.]+(e\d+)?|0[xo][\da-f]+)$/i

export function whyNoName(name: string): string | undefined {
  if (!isName(name)) return t`${name} is not a name: letters, digits, and after the first _ . -`
  return otherwise.test(name) ? t`${name} is not a name: YAML reads it as a value` : undefined
}

function renamed(gesture: Rename, name: string, taken: (name: string) => boolean, idOf: (name: string) => string, changes: (to: string) => readonly Change[], whyNot = whyNoName): Plan | NoPlan {
  const to = gesture.answers?.['name'] ?? name
  if (to !== name) {
    const wrong = whyNot(to)
    if (wrong !== undefined) return refuse(wrong)
    if (taken(to)) return refuse(t`${to} is already there`)
  }
  return { title: to === name ? t`Rename ${name}` : t`Rename ${name} to ${to}`, fields: [{ key: 'name', label: t('New name'), value: to }], notes: [], selects: idOf(to), change: { kind: 'several', changes: to === name ? [] : changes(to) } }
}

/** A fabric's parts are named after it: what the file says of them is renamed with it. */
function renameFabric(scene: Scene, gesture: Rename, name: string): Plan | NoPlan {
  const parts = [...new Set(mentionsOf(scene.written).flatMap((mention) => {
    const made = mention.kind === 'node' && mention.name.startsWith(`${name}-`) ? scene.infra.nodes.get(mention.name) : undefined
    return made ? [made.name] : []
  }))]
  const plan = renamed(gesture, name, (to) => scene.infra.nodes.has(to) || scene.infra.fabrics.has(to), (to) => `fabric:${to}`, (to) => [
    { kind: 'rename', what: 'fabric', from: name, to }, ...parts.map((part): Change => ({ kind: 'rename', what: 'node', from: part, to: `${to}${part.slice(name.length)}` })),
  ])
  return 'refused' in plan || parts.length === 0 ? plan : { ...plan, notes: [parts.length === 1 ? t('One of its parts is named elsewhere in the file, and renamed there.') : t`${parts.length} of its parts are named elsewhere in the file, and renamed there.`] }
}

/** Linux's IFNAMSIZ is 16, with the zero at the end (include/uapi/linux/if.h). */
const longestDevice = 15

function whyNoDevice({ node }: LineEnd, name: string): string | undefined {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/.test(name)) return t`${name} is not a device’s name: letters, digits, and _ . @ + -`
  if (otherwise.test(name)) return t`${name} is not a name: YAML reads it as a value`
  return isStack(node) && name.length > longestDevice ? t`${name} is longer than the ${longestDevice} characters that Linux allows a device` : undefined
}

/** One device, or those at both ends of a line: under one name where they have the same now, else under one each. */
function renameEnds(scene: Scene, gesture: Rename, ends: readonly LineEnd[]): Plan | NoPlan {
  const [a, b] = ends
  if (!a) return refuse(t('that is not written in the file'))
  for (const { node, item } of ends) {
    const made = madeBy(node) ?? (scene.written.nodes.get(node.name)?.interfaces.get(item.name)?.origin === undefined && scene.written.nodes.get(node.name)?.interfaces.has(item.name) ? undefined
      : item.origin?.by === 'network' ? t`${item.name} stands for the network ${item.origin.name}; rename that` : t`${item.name} is written nowhere: something else stands for it`)
    if (made !== undefined) return refuse(made)
  }
  const one = ends.every(({ item }) => item.name === a.item.name)
  const answers = ends.map(({ item }, i) => gesture.answers?.[one ? 'name' : `name ${i + 1}`] ?? item.name)
  for (const [i, end] of ends.entries()) {
    const to = answers[i] ?? end.item.name
    if (to === end.item.name) continue
    const wrong = whyNoDevice(end, to)
    if (wrong !== undefined) return refuse(wrong)
    if (end.node.interfaces.has(to)) return refuse(t`${end.node.name} has ${to} already`)
  }
  const uplinks = uplinksFor(scene, ends, answers)
  const to = (i: number): string => answers[i] ?? ''
  const label = ends.map(({ node, item }) => `${node.name}:${item.name}`).join(' and ')
  const same = ends.every(({ item }, i) => item.name === to(i))
  return {
    title: same ? t`Rename ${label}` : t`Rename ${label} to ${[...new Set(answers)].join(t(' and '))}`, notes: uplinks.notes,
    fields: one ? [{ key: 'name', label: t('New name'), value: to(0) }] : ends.map(({ node, item }, i) => ({ key: `name ${i + 1}`, label: t`New name of ${node.name}:${item.name}`, value: to(i) })),
    selects: same ? gesture.id : selected(gesture.id, a, b, answers),
    change: { kind: 'several', changes: [...ends.flatMap(({ node, item }, i): Change[] => (item.name === to(i) ? [] : [{ kind: 'rename', what: 'interface', from: `${node.name}:${item.name}`, to: to(i) }])), ...uplinks.changes] },
  }
}

/** The line or device under its new name. */
function selected(id: string, a: LineEnd, b: LineEnd | undefined, [x = '', y = '']: readonly string[]): string {
  const head = /^(?:link|tunnel|attach|member):/.exec(id)?.[0] ?? ''
  if (head === 'link:' || head === 'tunnel:') return b ? `${head}${a.node.name}:${x}-${b.node.name}:${y}` : id
  return `${head}${a.node.name}:${x}`
}

/** `uplink: eth0` means that device on every server: a server whose card is called otherwise needs the map. */
function uplinksFor({ infra, written }: Scene, ends: readonly LineEnd[], answers: readonly string[]): { readonly notes: readonly string[]; readonly changes: readonly Change[] } {
  const notes: string[] = []
  const changes: Change[] = []
  const carries = (node: Node, network: string): boolean => [...node.interfaces.values()].some(({ origin }) => origin?.by === 'network' && origin.name === network)
  const to = (node: Node, item: Interface): string => answers[ends.findIndex((end) => end.node.name === node.name && end.item.name === item.name)] ?? item.name
  const moved = ends.filter(({ node, item }) => to(node, item) !== item.name)
  for (const network of written.networks.values()) {
    const all = network.uplink?.all?.value
    if (all === undefined) continue
    // Who has no member yet may get one: the word goes for its card as well.
    const meant = (node: Node): boolean => carries(node, network.name) || (node.kind === 'server' && node.origin.by === 'text' && written.nodes.get(node.name)?.interfaces.has(all) === true)
    if (!moved.some(({ node, item }) => item.name === all && meant(node))) continue
    const servers = [...infra.nodes.values()].filter(meant)
    const each: Readonly<Record<string, string>> = Object.fromEntries(servers.map((node) => [node.name, moved.some((end) => end.node.name === node.name && end.item.name === all) ? answers[ends.findIndex((end) => end.node.name === node.name)] ?? all : all]))
    const [first = all, ...others] = new Set(Object.values(each))
    if (others.length > 0) notes.push(t`The uplink of ${network.name} is written for each server then.`)
    changes.push({ kind: 'set', part: { kind: 'network', network: network.name }, key: 'uplink', value: others.length > 0 ? each : first })
  }
  const way = written.migration.network?.value
  if (way !== undefined && moved.some(({ node, item }) => node.kind === 'server' && item.name === way)) notes.push(t`Migrations go by ${way} on every server: the file will still say so.`)
  return { notes, changes }
}
