/** Machines once more: one or several, with new names and free addresses, and the cables that can be copied with them. */
import { addToIp, bitsOf, prefixOf, printIp, printPrefix, type Ip, type Prefix } from '../address/ip.ts'
import { nextPorts } from '../address/port.ts'
import { tunnelPairs } from '../diagram/tunnels.ts'
import type { Change } from '../infra/change.ts'
import { isTunnelType, type TunnelType } from '../infra/interface.ts'
import { isGuest, type Node } from '../infra/node.ts'
import { freePrefix, nextAddress, segmentsOf, type Segments } from './addresses.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { interfaceName, isName, numbered } from './names.ts'
import { cableValue } from './spelled.ts'
import { madeBy, spotOf } from './spots.ts'
import { nextId } from './tunnel.ts'
import { t } from '../words.ts'

/** The same machine again: under a new name, with free addresses, on the next free ports of the same switches. */
export const planDuplicate = (scene: Scene, { id, answers }: Extract<Gesture, { kind: 'duplicate' }>): Plan | NoPlan => planCopies(scene, { kind: 'copy', ids: [id], ...(answers && { answers }) })

/** All of them at once, with the cables between them; a guest whose host is copied too stands on the copy. */
export function planCopies(scene: Scene, { ids, answers }: Extract<Gesture, { kind: 'copy' }>): Plan | NoPlan {
  const found = new Map<string, Node>()
  for (const id of ids) {
    const spot = spotOf(scene, id)
    if (spot?.kind !== 'node') continue
    const made = madeBy(spot.node)
    if (made !== undefined) return refuse(made)
    found.set(spot.node.name, spot.node)
  }
  const nodes = [...scene.written.nodes.keys()].flatMap((name) => found.get(name) ?? [])
  const [first] = nodes
  if (!first) return refuse(t('machines are duplicated; choose one that is there'))
  const names = namesOf(scene, nodes)
  const chosen = nodes.length === 1 ? answers?.['name'] : undefined
  if (chosen !== undefined) {
    if (!isName(chosen)) return refuse(t`${chosen} is not a name: letters, digits, and after the first _ . -`)
    if (scene.infra.nodes.has(chosen)) return refuse(t`${chosen} is already there`)
    names.set(first.name, chosen)
  }
  const to = (node: Node): string => names.get(node.name) ?? node.name
  const { values, unknown } = addressesOf(scene, nodes, names)
  const { kept, ids: numbers } = tunnelsWithin(scene, names)
  const staying = (node: Node): readonly string[] => tunnelsOf(node).filter((name) => !kept.has(`${node.name}:${name}`))
  const tunnels = nodes.flatMap((node) => staying(node).map((name) => (nodes.length === 1 ? name : `${node.name}:${name}`)))
  const { cables, left } = cablesOf(scene, names)
  const ports = portsOf(scene, nodes)
  const notes = [
    ...(unknown.length > 0 ? [t`No free address is known for ${unknown.join(', ')}: it stays, and the file will say so.`] : []),
    ...(kept.size > 0 ? [kept.size === 1 ? t('A tunnel between them is copied along.') : numbers.size > 0 ? t`${kept.size} devices of tunnels between them are copied along, under numbers of their own.` : t`${kept.size} devices of tunnels between them are copied along.`] : []),
    ...(tunnels.length > 0 ? [nodes.length === 1 ? t`Its tunnels (${tunnels.join(', ')}) are not copied: a tunnel has two ends.`
      : tunnels.length === 1 ? t`${tunnels.join(', ')} leads to machines that are not copied, and stays behind.` : t`${tunnels.join(', ')} lead to machines that are not copied, and stay behind.`] : []),
    ...(left > 0 ? [left === 1 ? t('A cable to other machines than switches is not copied.') : t`${left} cables to other machines than switches are not copied.`] : []),
  ]
  const copies = nodes.flatMap((node): readonly Change[] => {
    const host = isGuest(node) && node.host ? names.get(node.host.value) : undefined
    const own = Object.fromEntries([...node.interfaces.keys()].flatMap((name) => { const id = numbers.get(`${node.name}:${name}`); return id === undefined ? [] : [[name, id] as const] }))
    return [
      { kind: 'copy-node', from: node.name, to: to(node), values: values.get(node.name) ?? {}, without: staying(node), ...(Object.keys(own).length > 0 && { ids: own }), ...(ports.has(node.name) && { ports: ports.get(node.name) ?? {} }) },
      ...(host === undefined ? [] : [{ kind: 'set', part: { kind: 'node', node: to(node) }, key: 'host', value: host } as const]),
    ]
  })
  return {
    title: nodes.length === 1 ? t`Duplicate ${first.name} as ${to(first)}` : t`Duplicate ${nodes.map(({ name }) => name).join(', ')} as ${nodes.map(to).join(', ')}`,
    fields: nodes.length === 1 ? [{ key: 'name', label: 'Name', value: to(first) }] : [], notes, selects: to(first),
    change: { kind: 'in-turn', home: scene.home, changes: [...copies, ...cables] },
  }
}

/** Those that are written: what stands for a network comes by itself. */
export const tunnelsOf = (node: Node): readonly string[] => [...node.interfaces.values()].filter(({ type, origin }) => isTunnelType(type.value) && origin === undefined).map(({ name }) => name)

/** Tunnel devices that lead to copied machines only, and what numbers their copies get: those of a pair get the same, which `number` gives. */
export function tunnelsWithin(
  scene: Scene, names: ReadonlyMap<string, string>, number = (type: TunnelType, _old: number, given: readonly number[]): number => nextId(scene, type, given),
): { readonly kept: ReadonlySet<string>; readonly ids: ReadonlyMap<string, number> } {
  const inner = new Map<string, boolean>()
  const groups = new Map<string, { readonly type: TunnelType; readonly old: number; readonly devices: Set<string> }>()
  for (const { a, b } of tunnelPairs(scene.written)) {
    const ends = b ? [a, b] : [a]
    const within = b !== undefined && ends.every(({ node, iface }) => names.has(node.name) && iface.tunnel?.group === undefined)
    for (const { node, iface } of ends) {
      const key = `${node.name}:${iface.name}`
      inner.set(key, within && inner.get(key) !== false)
      const { value: type } = iface.type
      const old = iface.tunnel?.id?.value
      if (old === undefined || !isTunnelType(type)) continue
      const group = groups.get(`${type} ${old}`) ?? { type, old, devices: new Set<string>() }
      groups.set(`${type} ${old}`, group)
      group.devices.add(key)
    }
  }
  const kept = new Set([...inner].flatMap(([key, within]) => (within ? [key] : [])))
  const ids = new Map<string, number>()
  const given: number[] = []
  for (const { type, old, devices } of groups.values()) {
    const own = [...devices].filter((key) => kept.has(key))
    if (own.length === 0) continue
    // A number names a tenant's network: the copies are another one.
    const id = number(type, old, given)
    given.push(id)
    for (const key of own) ids.set(key, id)
  }
  return { kept, ids }
}

/** A new name for each: the next number that neither the file nor another copy has. */
function namesOf({ infra }: Scene, nodes: readonly Node[]): Map<string, string> {
  const names = new Map<string, string>()
  const given = new Set<string>()
  for (const { name } of nodes) {
    const prefix = /^(.*?)\d*$/.exec(name)?.[1] ?? ''
    const start = Number(/(\d+)$/.exec(name)?.[1] ?? '1')
    const next = numbered(prefix === '' ? name : prefix, (one) => infra.nodes.has(one) || infra.fabrics.has(one) || given.has(one), start + 1)
    given.add(next)
    names.set(name, next)
  }
  return names
}

/** Each address to one that is free; no two copies get the same. A cable between two that are copied is a new one, with a prefix of its own. */
function addressesOf({ infra }: Scene, nodes: readonly Node[], names: ReadonlyMap<string, string>): { readonly values: ReadonlyMap<string, Readonly<Record<string, string>>>; readonly unknown: readonly string[] } {
  const segments = segmentsOf(infra)
  const given = new Map<string, Ip[]>()
  const prefixes = new Map<string, Prefix>()
  const unknown: string[] = []
  const values = new Map<string, Record<string, string>>()
  const inner = (segment: string): boolean => segment.startsWith('cable:') && segments.membersOf(segment).every(({ node }) => names.has(node.name))
  for (const node of nodes) {
    const own: Record<string, string> = {}
    values.set(node.name, own)
    for (const item of node.interfaces.values()) {
      const segment = segments.of(node, item)
      for (const { value: { ip, length } } of item.addresses) {
        const whole = `${printIp(ip)}${length === undefined ? '' : `/${length}`}`
        const near = length === undefined ? undefined : prefixOf(ip, length)
        const within = near ?? (item.network ? infra.networks.get(item.network.value)?.subnets.find(({ value }) => value.ip.family === ip.family)?.value : undefined)
        let next: Ip | undefined
        if (segment !== undefined && within && inner(segment)) next = moved(ip, within, prefixes.get(segment) ?? freePrefix(infra, [...prefixes.values()]), (prefix) => prefixes.set(segment, prefix))
        else if (segment !== undefined && within) {
          const taken = given.get(segment) ?? []
          given.set(segment, taken)
          next = nextAddress(infra, segments, segment, within, (member) => member.node.kind === node.kind, taken)
          if (next) taken.push(next)
        }
        if (!next) unknown.push(`${nodes.length === 1 ? '' : `${node.name}:`}${item.name} ${whole}`)
        else {
          own[whole] = `${printIp(next)}${length === undefined ? '' : `/${length}`}`
          own[printIp(ip)] = printIp(next)
        }
      }
    }
  }
  return { values: withNeighbours(values, prefixes, segments, nodes), unknown }
}

/** What one copied machine says of another's address (a gateway, a next hop, a tunnel's remote) is said of the copy's. */
function withNeighbours(values: ReadonlyMap<string, Readonly<Record<string, string>>>, prefixes: ReadonlyMap<string, Prefix>, segments: Segments, nodes: readonly Node[]): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const all: Record<string, string> = {}
  // Two tenants may have the same address: then it is not known whose is meant.
  const twice = new Set<string>()
  for (const own of values.values()) {
    for (const [old, next] of Object.entries(own)) {
      if (old.includes('/')) continue
      if (Object.hasOwn(all, old)) twice.add(old)
      all[old] = next
    }
  }
  for (const [segment, prefix] of prefixes) {
    for (const { item } of segments.membersOf(segment)) for (const { value: { ip, length } } of item.addresses) if (length !== undefined) all[printPrefix(prefixOf(ip, length))] = printPrefix({ ip: prefix.ip, length })
  }
  const shared = Object.entries(all).filter(([old]) => !twice.has(old))
  return new Map(nodes.map(({ name }) => [name, { ...Object.fromEntries(shared), ...values.get(name) }]))
}

/** The same place in another prefix; undefined where that is too small for it, or of the other family. */
function moved(ip: Ip, from: Prefix, to: Prefix, keep: (prefix: Prefix) => void): Ip | undefined {
  const offset = ip.value - from.ip.value
  if (ip.family !== to.ip.family || from.length < to.length || offset >= 1n << BigInt(bitsOf(to.ip.family) - to.length)) return undefined
  keep(to)
  return addToIp(to.ip, Number(offset))
}

/** Of each container that publishes ports: the next ones that nobody else publishes. What docker picks by itself needs none. */
function portsOf({ infra }: Scene, nodes: readonly Node[]): ReadonlyMap<string, Readonly<Record<number, number>>> {
  const published = (node: Node): readonly (readonly [number, number])[] => (node.kind === 'container' ? node.ports.flatMap(({ host }) => (host ? [[host.first, host.last] as const] : [])) : [])
  const taken = [...infra.nodes.values()].flatMap(published)
  return new Map(nodes.flatMap((node) => (published(node).length > 0 ? [[node.name, nextPorts(published(node), taken)] as const] : [])))
}

/** Cables between two that are copied, and to switches that are not, on their next free ports; `left` counts the others. */
function cablesOf(scene: Scene, names: ReadonlyMap<string, string>): { readonly cables: readonly Change[]; readonly left: number } {
  const cables: Change[] = []
  const taken = new Map<string, Set<string>>()
  let left = 0
  for (const link of scene.written.links) {
    const { ends: [a, b] } = link
    const [copyA, copyB] = [names.get(a.node), names.get(b.node)]
    if (copyA === undefined && copyB === undefined) continue
    const said = cableValue(link)
    const value = said === undefined ? {} : { value: said }
    if (copyA !== undefined && copyB !== undefined) {
      cables.push({ kind: 'add-link', ends: [`${copyA}:${a.interface}`, `${copyB}:${b.interface}`], ...value })
      continue
    }
    const [own, other] = copyA === undefined ? [b, a] : [a, b]
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
    cables.push({ kind: 'add-link', ends: [`${copyA ?? copyB ?? ''}:${own.interface}`, `${far.name}:${port}`], ...value })
  }
  return { cables, left }
}
