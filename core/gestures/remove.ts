/** Taking away what was chosen, after saying what else goes with it. */
import { printIp } from '../address/ip.ts'
import { tunnelPairs } from '../diagram/tunnels.ts'
import type { Change } from '../infra/change.ts'
import { mentionsOf, symbolOf } from '../infra/mentions.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Expectation, Selector } from '../infra/parts.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { madeBy, spotOf } from './spots.ts'
import { t } from '../words.ts'

type Remove = Extract<Gesture, { kind: 'delete' }>

export const planRemove = (scene: Scene, { id }: Remove): Plan | NoPlan => planOf(removalOf(scene, id))

function removalOf(scene: Scene, id: string): Removal | NoPlan {
  const line = removeLine(scene, id)
  if (line) return line
  const spot = spotOf(scene, id)
  if (!spot) return refuse(t('that is not written in the file'))
  if (spot.kind === 'group') return refuse(spot.of === 'tenant' ? t`the tenant ${spot.name} is named by its guests and networks; delete those` : t`the ${spot.of} ${spot.name} is there as long as something stands in it`)
  if (spot.kind === 'named') return removeNamed(scene, spot.of, spot.name)
  if (spot.kind === 'node') return removeNodes(scene, [spot.node])
  if (spot.kind === 'interface') return removeDevice(scene, spot.node, spot.item.name)
  if (spot.kind === 'storage') {
    const { name } = spot.storage
    const users = [...scene.written.nodes.values()].filter((node) => node.kind === 'vm' && node.disks.some(({ on }) => on?.value === name)).map((node) => node.name)
    return plan(scene, t`storage ${name}`, users.length > 1 ? [t`${list(users)} keep a disk on it: the file will say so.`] : users.length === 1 ? [t`${list(users)} keeps a disk on it: the file will say so.`] : [], [{ kind: 'remove-part', part: { kind: 'entry', section: 'storage', name } }])
  }
  const { name } = spot.network
  const members = [...scene.written.nodes.values()].flatMap((node) => [...node.interfaces.values()].filter(({ network }) => network?.value === name).map((item) => ({ node, item })))
  const going = list(members.map(({ node, item }) => `${node.name}:${item.name}`))
  const notes = [...(members.length > 1 ? [t`${going} go with it.`] : members.length === 1 ? [t`${going} goes with it.`] : []), ...leftNaming(scene, symbolOf('network', name), members.length)]
  return plan(scene, t`network ${name}`, notes, [
    ...members.map(({ node, item }): Change => ({ kind: 'remove-part', part: { kind: 'interface', node: node.name, interface: item.name } })),
    { kind: 'remove-part', part: { kind: 'network', network: name } },
  ])
}

/** With what goes, in words: several go in one sentence. */
interface Removal extends Plan {
  readonly what: string
}

const plan = (scene: Scene, what: string, notes: readonly string[], changes: readonly Change[], title = t`Delete ${what}`): Removal => ({ what, title, fields: [], notes, change: { kind: 'in-turn', home: scene.home, changes } })

const planOf = (removal: Removal | NoPlan): Plan | NoPlan => {
  if ('refused' in removal) return removal
  const { what: _what, ...said } = removal
  return said
}

const list = (names: readonly string[]): string => (names.length <= 6 ? names.join(', ') : t`${names.slice(0, 5).join(', ')} and ${names.length - 5} more`)

/** What names it is told, and left: the file will say what is missing. */
function removeNamed(scene: Scene, of: 'security-group' | 'service' | 'fabric', name: string): Removal {
  const parts = of === 'fabric' ? [...scene.infra.nodes.values()].filter(({ origin }) => origin.by === 'fabric' && origin.name === name).length : 0
  const notes = [...(parts > 0 ? [t`The ${parts} nodes that it stands for go, too.`] : []), ...leftNaming(scene, symbolOf(of, name), 0)]
  return plan(scene, of === 'security-group' ? t`security group ${name}` : of === 'service' ? t`service ${name}` : t`fabric ${name}`, notes, [{ kind: 'remove-part', part: { kind: 'entry', section: `${of}s`, name } }])
}

/** How many places name it beside those that go along. */
function leftNaming({ written }: Scene, symbol: string, going: number): readonly string[] {
  const left = mentionsOf(written).filter((mention) => !mention.defines && mention.symbol === symbol).length - going
  return left <= 0 ? [] : [left === 1 ? t('One place in the file still names it then.') : t`${left} places in the file still name it then.`]
}

/** What stays, and no longer names what goes. */
function losing({ written }: Scene, names: ReadonlySet<string>): readonly string[] {
  const has = (one: { readonly value: string } | undefined): boolean => one !== undefined && names.has(one.value)
  return [
    ...[...written.nodes.values()].filter((node) => isGuest(node) && !names.has(node.name) && node.apartFrom.some(has)),
    ...[...written.networks.values()].filter(({ gateway, uplink }) => has(gateway?.on) || [...(uplink?.by.keys() ?? [])].some((name) => names.has(name))),
    ...[...written.storage.values()].filter(({ servers }) => servers.some(has)),
    ...[...written.services.values()].filter(({ on, backends }) => has(on) || backends.some(({ node }) => names.has(node))),
  ].map(({ name }) => name)
}

/** A node goes with the guests on it, its cables, and the far halves of its tunnels. */
function removeNodes(scene: Scene, chosen: readonly Node[]): Removal | NoPlan {
  const made = chosen.map(madeBy).find((why) => why !== undefined)
  const [first] = chosen
  if (made !== undefined || !first) return refuse(made ?? t('nothing is chosen'))
  const gone = [...chosen]
  const names = new Set(chosen.map(({ name }) => name))
  for (const host of gone) {
    for (const node of scene.written.nodes.values()) {
      if (!isGuest(node) || node.host?.value !== host.name || names.has(node.name)) continue
      names.add(node.name)
      gone.push(node)
    }
  }
  const cables = scene.written.links.filter(({ ends }) => ends.some(({ node }) => names.has(node))).length
  const expectations = scene.written.expectations.filter((one) => mentions(one, names)).length
  const halves = farHalves(scene, names)
  const notes: string[] = []
  const guests = gone.slice(chosen.length)
  const who = list(guests.map(({ name }) => name))
  if (guests.length === 1) notes.push(chosen.length === 1 ? t`${who} on it goes, too.` : t`${who} on them goes, too.`)
  else if (guests.length > 1) notes.push(chosen.length === 1 ? t`${who} on it go, too.` : t`${who} on them go, too.`)
  if (cables > 0) notes.push(cables > 1 ? t`${cables} cables go, too.` : chosen.length === 1 ? t('Its cable goes, too.') : t('Their cable goes, too.'))
  if (halves.length > 0) notes.push(halves.length === 1 ? t`${list(halves.map(({ label }) => label))}: the far half of its tunnel, too.` : t`${list(halves.map(({ label }) => label))}: the far half of its tunnels, too.`)
  const others = losing(scene, names)
  if (others.length > 0) notes.push(t`What goes is taken out of ${list(others)}.`)
  if (expectations > 0) notes.push(expectations === 1 ? t('The expectation that names it goes, too.') : t`${expectations} expectations that name what goes are taken away.`)
  return plan(scene, chosen.length > 1 ? list(chosen.map(({ name }) => name)) : gone.length === 1 ? `${first.kind} ${first.name}` : t`${first.name} and what is on it`, notes, [
    ...halves.map(({ change }) => change), ...[...gone].reverse().map((node): Change => ({ kind: 'remove-node', node: node.name })),
  ])
}

/** All that is chosen in one step. What goes with a machine that is chosen, or with a part that is, is not taken away twice. */
export const planRemoveAll = (scene: Scene, { ids }: Extract<Gesture, { kind: 'delete-all' }>): Plan | NoPlan => planOf(removalOfAll(scene, ids))

function removalOfAll(scene: Scene, ids: readonly string[]): Removal | NoPlan {
  const [only, ...more] = new Set(ids)
  if (only === undefined) return refuse(t('nothing is chosen'))
  if (more.length === 0) return removalOf(scene, only)
  const nodes = [only, ...more].flatMap((id) => { const spot = spotOf(scene, id); return spot?.kind === 'node' ? [spot.node] : [] })
  const machines = nodes.length === 0 ? undefined : removeNodes(scene, nodes)
  if (machines && 'refused' in machines) return machines
  const leaving = machines ? new Set(stepsOf(machines).flatMap((change) => (change.kind === 'remove-node' ? [change.node] : []))) : new Set<string>()
  const others: Removal[] = []
  for (const id of [only, ...more]) {
    const spot = spotOf(scene, id)
    if (spot?.kind === 'node' || (spot?.kind === 'interface' && leaving.has(spot.node.name))) continue
    const one = removalOf(scene, id)
    if ('refused' in one) return one
    others.push(one)
  }
  const known = new Set<string>()
  const steps = [...others.flatMap(stepsOf), ...(machines ? stepsOf(machines) : [])]
  const parts = new Set(steps.flatMap((change) => (change.kind === 'remove-part' ? [JSON.stringify(change.part)] : [])))
  const changes = steps.filter((change) => {
    const key = JSON.stringify(change)
    if (known.has(key)) return false
    known.add(key)
    if ((change.kind === 'unset' || change.kind === 'remove-item') && parts.has(JSON.stringify(change.part))) return false
    // A cable, a plug or a device of a machine that goes is gone with it.
    if (change.kind === 'remove-link') return !change.ends.some((end) => leaving.has(end.slice(0, end.indexOf(':'))))
    return !((change.kind === 'remove-part' || change.kind === 'unset') && change.part.kind === 'interface' && leaving.has(change.part.node))
  })
  const what = list([...(machines ? [machines] : []), ...others].map((one) => one.what))
  return plan(scene, what, [...new Set([...(machines?.notes ?? []), ...others.flatMap(({ notes }) => notes)])], changes)
}

const stepsOf = ({ change }: Plan): readonly Change[] => (change.kind === 'in-turn' ? change.changes : [change])

function mentions(one: Expectation, names: ReadonlySet<string>): boolean {
  const selects = ({ value }: Selector): boolean => value.kind === 'node' && names.has(value.node)
  if (one.kind === 'migrate') return names.has(one.vm.value) || names.has(one.to.value)
  if (one.kind === 'survive') return one.keep.some((inner) => mentions(inner, names))
  if (one.kind === 'isolate') return one.groups.some(selects)
  return [...one.from, ...one.to].some(selects) || (one.kind === 'path' && one.through.some(({ value }) => names.has(value)))
}

/** Tunnel devices elsewhere that lead nowhere else; of those with several remotes only the one is taken out. */
function farHalves({ written }: Scene, names: ReadonlySet<string>): readonly { readonly label: string; readonly change: Change }[] {
  const seen = new Set<string>()
  return tunnelPairs(written).flatMap(({ a, b }) => {
    if (!b || names.has(a.node.name) === names.has(b.node.name)) return []
    const [far, near] = names.has(a.node.name) ? [b, a] : [a, b]
    const label = `${far.node.name}:${far.iface.name}`
    const remotes = far.iface.tunnel?.remotes ?? []
    const own = new Set([...near.node.interfaces.values()].flatMap((item) => item.addresses.map(({ value }) => printIp(value.ip))))
    const gone = remotes.find(({ value }) => own.has(printIp(value)))
    if (seen.has(label) || far.iface.origin !== undefined) return []
    seen.add(label)
    const part = { kind: 'interface', node: far.node.name, interface: far.iface.name } as const
    return [{ label, change: remotes.length > 1 && gone ? { kind: 'remove-item', part, key: 'remote', value: printIp(gone.value) } : { kind: 'remove-part', part } }]
  })
}

function removeDevice(scene: Scene, node: Node, name: string): Removal | NoPlan {
  const made = madeBy(node) ?? (scene.written.nodes.get(node.name)?.interfaces.has(name) ? undefined : t`${name} is written nowhere: a network stands for it`)
  if (made !== undefined) return refuse(made)
  const ports = [...node.interfaces.values()].filter((item) => item.master?.value === name && scene.written.nodes.get(node.name)?.interfaces.has(item.name))
  const plugs = [...scene.written.nodes.values()].filter(isGuest).filter(({ host }) => host?.value === node.name).flatMap((guest) => [...guest.interfaces.values()].filter(({ attach }) => attach?.value === name).map((item) => ({ guest, item })))
  const cables = scene.written.links.filter(({ ends }) => ends.some((end) => end.node === node.name && end.interface === name))
  const unplugged = list(plugs.map(({ guest, item }) => `${guest.name}:${item.name}`))
  const notes = [
    ...(ports.length > 0 ? [ports.length === 1 ? t`${list(ports.map((item) => item.name))} is no longer on a bridge.` : t`${list(ports.map((item) => item.name))} are no longer on a bridge.`] : []),
    ...(plugs.length > 1 ? [t`${unplugged} are plugged in nowhere then.`] : plugs.length === 1 ? [t`${unplugged} is plugged in nowhere then.`] : []),
    ...(cables.length > 0 ? [cables.length === 1 ? t('Its cable goes, too.') : t`${cables.length} cables go, too.`] : []),
    ...leftNaming(scene, symbolOf('interface', `${node.name}:${name}`), ports.length + plugs.length + cables.length),
  ]
  return plan(scene, `${node.name}:${name}`, notes, [
    ...cables.map(({ ends: [a, b] }): Change => ({ kind: 'remove-link', ends: [`${a.node}:${a.interface}`, `${b.node}:${b.interface}`] })),
    ...ports.map((item): Change => ({ kind: 'unset', part: { kind: 'interface', node: node.name, interface: item.name }, key: 'master' })),
    ...plugs.map(({ guest, item }): Change => ({ kind: 'unset', part: { kind: 'interface', node: guest.name, interface: item.name }, key: 'attach' })),
    { kind: 'remove-part', part: { kind: 'interface', node: node.name, interface: name } },
  ])
}

/** A cable, both halves of a tunnel, a plug, a use of storage. */
function removeLine(scene: Scene, id: string): Removal | NoPlan | undefined {
  const { written, infra } = scene
  if (id.startsWith('link:')) {
    const link = infra.links.find(({ ends: [a, b] }) => id === `link:${a.node}:${a.interface}-${b.node}:${b.interface}`)
    if (!link) return undefined
    const [a, b] = link.ends.map((end) => `${end.node}:${end.interface}`) as [string, string]
    if (link.origin.by !== 'text') return refuse(t`this cable stands for the ${link.origin.by} ${link.origin.name}; change it there`)
    return plan(scene, t`the cable ${a} – ${b}`, [], [{ kind: 'remove-link', ends: [a, b] }])
  }
  if (id.startsWith('tunnel:')) {
    const pair = tunnelPairs(infra).find(({ a, b, remote }) => id === `tunnel:${a.node.name}:${a.iface.name}${b ? `-${b.node.name}:${b.iface.name}` : `-${remote}`}`)
    if (!pair) return undefined
    const ends = [pair.a, ...(pair.b ? [pair.b] : [])]
    if (ends.some(({ node, iface }) => !written.nodes.get(node.name)?.interfaces.has(iface.name))) return refuse(t('this tunnel stands for a network; delete the network, or move its guests'))
    const several = ends.find(({ iface }) => (iface.tunnel?.remotes.length ?? 0) > 1)
    const one = (end: (typeof ends)[number], other: (typeof ends)[number] | undefined): Change => {
      const part = { kind: 'interface', node: end.node.name, interface: end.iface.name } as const
      const own = new Set([...(other?.node.interfaces.values() ?? [])].flatMap((item) => item.addresses.map(({ value }) => printIp(value.ip))))
      const remote = end.iface.tunnel?.remotes.find(({ value }) => own.has(printIp(value)) || printIp(value) === pair.remote)
      return (end.iface.tunnel?.remotes.length ?? 0) > 1 && remote ? { kind: 'remove-item', part, key: 'remote', value: printIp(remote.value) } : { kind: 'remove-part', part }
    }
    return plan(scene, t`the tunnel ${ends.map(({ node, iface }) => `${node.name}:${iface.name}`).join(' – ')}`, [several ? t('Only this remote is taken out; the other tunnels stay.') : ends.length > 1 ? t('Both halves go.') : t('It has one half only.')], [one(ends[0] ?? pair.a, ends[1]), ...(ends[1] ? [one(ends[1], ends[0])] : [])])
  }
  const plug = /^(?:attach|member):([^:]+):([^:]+)$/.exec(id)
  const guest = plug ? written.nodes.get(plug[1] ?? '') : undefined
  const item = guest?.interfaces.get(plug?.[2] ?? '')
  if (guest && item) {
    const part = { kind: 'interface', node: guest.name, interface: item.name } as const
    const key = item.attach ? 'attach' : 'network'
    const unplug = t`Unplug ${guest.name}:${item.name}`
    return plan(scene, unplug, [], [{ kind: 'unset', part, key }], unplug)
  }
  const use = /^member:storage:(.+)$/.exec(id)?.[1]
  for (const storage of use === undefined ? [] : written.storage.values()) {
    const server = storage.servers.find(({ value }) => use === `${storage.name}-${value}`)
    const without = server && t`${server.value} no longer uses ${storage.name}`
    if (server && without !== undefined) return plan(scene, without, [], [{ kind: 'remove-item', part: { kind: 'entry', section: 'storage', name: storage.name }, key: 'servers', value: server.value }], without)
  }
  return undefined
}
