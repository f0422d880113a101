/** Many links at once: between what two patterns fit, on free interfaces, with free addresses; shown before it is done. */
import { addToIp, type Ip, type Prefix } from '../address/ip.ts'
import type { Change, Value } from '../infra/change.ts'
import { isGuest, isStack, type Node } from '../infra/node.ts'
import { freePrefix, nextAddress, segmentsOf, subnetOf, withLength } from './addresses.ts'
import { refuse, type Field, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { interfaceName, isPlain } from './names.ts'
import { matching, parsePatterns, patternOf, type Matcher } from './pattern.ts'
import { madeBy, spotOf } from './spots.ts'
import { t } from '../words.ts'

/** So many lines are a fabric, and better written as one. */
const mostLinks = 2000

const ways = ['every pair', 'in turn', 'chain', 'ring'] as const
type Way = (typeof ways)[number]
type Pair = readonly [Node, Node]

export function planLinkMany(scene: Scene, { ids, answers }: Extract<Gesture, { kind: 'link-many' }>): Plan | NoPlan {
  if (scene.says.links === 'none') return refuse(t('a compose file says nothing of cables; its services meet in networks'))
  const chosen = ids.flatMap((id) => { const spot = spotOf(scene, id); return spot?.kind === 'node' && linkable(scene, spot.node) ? [spot.node] : [] })
  const offered = sidesOf(chosen)
  const from = answers?.['from'] ?? offered[0]
  const to = answers?.['to'] ?? offered[1]
  const way = ways.find((one) => one === answers?.['way']) ?? 'every pair'
  const numbered = scene.says.interfaces && answers?.['addresses'] !== 'none'
  const fields: readonly Field[] = [
    { key: 'from', label: 'From', value: from }, { key: 'to', label: 'To', value: to }, { key: 'way', label: t('Who with whom'), value: way, options: ways },
    ...(scene.says.interfaces ? [{ key: 'addresses', label: 'Addresses', value: numbered ? 'next free' : 'none', options: ['next free', 'none'] }] : []),
  ]
  const help = t('Patterns: leaf[1-4], spine*, tor?, r#, {core,edge}1, or /^leaf(\\d+)$/; $1 in the second is what the first left open.')
  if (from.trim() === '' || to.trim() === '') return { title: t('Link many'), fields, notes: [help], change: { kind: 'several', changes: [] }, preview: [] }
  const [sources, targets] = [parsePatterns(from), parsePatterns(to)]
  if (typeof sources === 'string') return refuse(sources)
  if (typeof targets === 'string') return refuse(targets)
  const { pairs, known, left } = pairsOf(scene, sources, targets, way)
  if (pairs.length > mostLinks) return refuse(t`that would be ${pairs.length} links; ${mostLinks} at once are the most: a fabric says it in one line`)
  const { changes, preview } = linksOf(scene, pairs, numbered)
  const notes = [
    ...(known > 0 ? [known === 1 ? t('One pair is linked already, and left as it is.') : t`${known} pairs are linked already, and left as they are.`] : []),
    ...(left.length > 0 ? [left.length === 1 ? t`${left.join()} hangs on a host: no cable goes there.`
      : t`${left.length > 5 ? t`${left.slice(0, 5).join(', ')} and ${left.length - 5} more` : left.join(', ')} hang on a host: no cable goes there.`] : []),
    ...(pairs.length === 0 ? [help] : []),
  ]
  const [firsts, seconds] = [new Set(pairs.map(([a]) => a.name)).size, new Set(pairs.map(([, b]) => b.name)).size]
  return {
    title: pairs.length === 0 ? t('Nothing to link') : pairs.length === 1 ? t`Link ${firsts} with ${seconds}: 1 link` : t`Link ${firsts} with ${seconds}: ${pairs.length} links`, fields, notes, preview, change: { kind: 'in-turn', home: scene.home, changes },
    ...(preview[0] && preview.length === 1 && { selects: preview[0].from }),
  }
}

/** A cable can go there: it stands on the ground, and a person wrote it. */
const linkable = (scene: Scene, node: Node): boolean => (scene.says.links === 'guests' || !isHung(node)) && madeBy(node) === undefined && scene.infra.nodes.has(node.name)

/** The chosen ones in two heaps: those called like the first, and the others. One heap is linked with itself. */
function sidesOf(chosen: readonly Node[]): readonly [string, string] {
  const stem = (name: string): string => name.replace(/\d+$/, '')
  const [first] = chosen
  if (!first) return ['', '']
  const same = chosen.filter((node) => stem(node.name) === stem(first.name))
  const others = chosen.filter((node) => !same.includes(node))
  const text = patternOf(same.map(({ name }) => name))
  return [text, others.length > 0 ? patternOf(others.map(({ name }) => name)) : text]
}

function pairsOf(scene: Scene, sources: readonly Matcher[], targets: readonly Matcher[], way: Way): { readonly pairs: readonly Pair[]; readonly known: number; readonly left: readonly string[] } {
  const { infra } = scene
  const names = [...infra.nodes.keys()]
  const open = new Set([...infra.nodes.values()].flatMap((node) => (linkable(scene, node) ? [node.name] : [])))
  const firsts = matching(names, sources)
  const wanted: (readonly [string, string])[] = []
  const seen = new Set<string>()
  const linked = new Set(infra.links.map(({ ends: [a, b] }) => [a.node, b.node].sort().join(' ')))
  let known = 0
  const left = new Set<string>()
  const want = (a: string | undefined, b: string | undefined): void => {
    if (a === undefined || b === undefined || a === b) return
    for (const name of [a, b]) if (!open.has(name) && isHung(infra.nodes.get(name))) left.add(name)
    if (!open.has(a) || !open.has(b)) return
    const key = [a, b].sort().join(' ')
    if (seen.has(key)) return
    seen.add(key)
    if (linked.has(key)) known++
    else wanted.push([a, b])
  }
  if (way === 'chain' || way === 'ring') {
    const all = [...new Set([...firsts.map(({ name }) => name), ...firsts.flatMap(({ groups }) => matching(names, targets, groups).map(({ name }) => name))])].filter((name) => open.has(name))
    for (let i = 0; i + 1 < all.length; i++) want(all[i], all[i + 1])
    if (way === 'ring' && all.length > 2) want(all.at(-1), all[0])
  } else {
    for (const [i, { name, groups }] of firsts.entries()) {
      const seconds = matching(names, targets, groups)
      if (way === 'in turn') want(name, seconds[i % Math.max(1, seconds.length)]?.name)
      else for (const second of seconds) want(name, second.name)
    }
  }
  return { pairs: wanted.flatMap(([a, b]): Pair[] => { const [x, y] = [infra.nodes.get(a), infra.nodes.get(b)]; return x && y ? [[x, y]] : [] }), known, left: [...left] }
}

/** It hangs on a host. */
const isHung = (node: Node | undefined): boolean => node !== undefined && isGuest(node) && node.host !== undefined

/** Each link on the next free interface of both; addresses are the next of a switch's network, or a /31 of their own (RFC 3021). */
function linksOf(scene: Scene, pairs: readonly Pair[], numbered: boolean): { readonly changes: readonly Change[]; readonly preview: NonNullable<Plan['preview']> } {
  const { infra } = scene
  const sockets = socketsOf(scene)
  const segments = segmentsOf(infra)
  const given = new Map<string, Ip[]>()
  const pool = pairPool(scene)
  // A node's first new interface may have to make the map; the others then stand behind it, all at once.
  const rounds: [Change[], Change[]] = [[], []]
  const begun = new Set<string>()
  const set = (node: Node, name: string, fresh: boolean, address: string): void => {
    const round = rounds[begun.has(node.name) ? 1 : 0]
    begun.add(node.name)
    const part = { kind: 'interface', node: node.name, interface: name } as const
    const value: Value = fresh ? { address } : address
    round.push({ kind: 'set', part, key: fresh ? [] : 'address', value })
  }
  const links: Change[] = []
  const preview: { from: string; to: string; label: string }[] = []
  for (const pair of pairs) {
    const [x, y] = pair.map((node) => sockets(node)) as [Socket, Socket]
    const [a, b] = pair
    const ends = [[a, x, b], [b, y, a]] as const
    const own = numbered && ends.every(([node, socket]) => isStack(node) && socket.bare) ? pool() : undefined
    for (const [i, [node, socket, other]] of ends.entries()) {
      if (!numbered || !isStack(node) || !socket.bare || node.origin.by !== 'text') continue
      if (own) set(node, socket.name, socket.fresh, own[i] ?? '')
      else if (other.kind === 'switch') {
        const prefix = subnetOf(infra, segments, other.name)
        const taken = given.get(other.name) ?? []
        given.set(other.name, taken)
        const ip = prefix && nextAddress(infra, segments, other.name, prefix, (member) => member.node.kind === node.kind, taken)
        if (!prefix || !ip) continue
        taken.push(ip)
        set(node, socket.name, socket.fresh, withLength(ip, prefix))
      }
    }
    const [from, to] = [`${a.name}:${x.name}`, `${b.name}:${y.name}`]
    links.push({ kind: 'add-link', ends: [from, to] })
    preview.push({ from: a.name, to: b.name, label: `${from} – ${to}` })
  }
  const [first, ...rest] = links
  // The first may make the section; the others then stand behind it, all at once.
  return { changes: [...rounds.flatMap((changes): Change[] => (changes.length > 0 ? [{ kind: 'several', changes }] : [])), ...(first ? [first] : []), ...(rest.length > 0 ? [{ kind: 'several', changes: rest } as const] : [])], preview }
}

interface Socket {
  readonly name: string
  /** It is not written yet. */
  readonly fresh: boolean
  /** It has no address, and is no port of anything. */
  readonly bare: boolean
}

/** Hands out free interfaces: those that are written and lead nowhere, then new ones in the style of the node. */
function socketsOf(scene: Scene): (node: Node) => Socket {
  const wired = new Set(scene.infra.links.flatMap(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`)))
  const known = new Map<string, { readonly free: Socket[]; readonly stem: string; next: number; readonly used: Set<string> }>()
  return (node) => {
    let one = known.get(node.name)
    if (!one) {
      const free = [...node.interfaces.values()].filter((item) => isPlain(item) && item.name !== 'lo' && !item.attach && !item.network && !wired.has(`${node.name}:${item.name}`) && (node.kind === 'switch' || !item.master))
        .map((item): Socket => ({ name: item.name, fresh: false, bare: item.addresses.length === 0 && item.dhcp === undefined && !item.master }))
      const [, stem = 'eth', n = '0'] = /^(.*?)(\d*)$/.exec(interfaceName(scene, node)) ?? []
      const used = new Set([...node.interfaces.keys(), ...[...wired].flatMap((end) => (end.startsWith(`${node.name}:`) ? [end.slice(node.name.length + 1)] : []))])
      one = { free, stem, next: Number(n), used }
      known.set(node.name, one)
    }
    const ready = one.free.shift()
    if (ready) return ready
    while (one.used.has(`${one.stem}${one.next}`)) one.next++
    const name = `${one.stem}${one.next}`
    one.used.add(name)
    return { name, fresh: true, bare: true }
  }
}

/** Pairs of addresses, each a /31, cut from prefixes that overlap nothing in the file. */
function pairPool({ infra }: Scene): () => readonly [string, string] {
  const taken: Prefix[] = []
  let left = 0
  let at: Ip | undefined
  return () => {
    if (!at || left === 0) {
      const prefix = freePrefix(infra, taken)
      taken.push(prefix)
      at = prefix.ip
      left = 1 << (31 - prefix.length)
    }
    const [a, b] = [at, addToIp(at, 1)]
    at = addToIp(at, 2)
    left--
    const spelled = (ip: Ip): string => withLength(ip, { ip, length: 31 })
    return [spelled(a), spelled(b)]
  }
}
