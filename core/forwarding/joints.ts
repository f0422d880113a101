/** What joins devices of two nodes: wires, which links and guests' interfaces make, and devices that stand on another node's. */
import { changedNames, type Changed, copyOf } from '../infra/changed.ts'
import { guestsByHost } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import type { InterfaceType } from '../infra/interface.ts'
import type { GuestNode, Node } from '../infra/node.ts'
import { same, sameItems } from '../infra/same.ts'
import type { Span } from '../text/span.ts'

/** The far end of a device's wire. */
export interface Wire {
  readonly node: string
  readonly interface: string
  /** The link that makes it; undefined between a guest's interface and its host's. */
  readonly at: Span | undefined
  /** False where the link says `up: false`. */
  readonly carrier: boolean
}

/** A node's wires by their interfaces there. */
export type Wires = ReadonlyMap<string, Wire>

export interface Joints {
  /** By node; equal ones of an older infra are the very same objects. */
  readonly wires: ReadonlyMap<string, Wires>
  /** By node: those on whose devices its own stand, and whose stand on its own. */
  readonly leaning: ReadonlyMap<string, ReadonlySet<string>>
  /** A device has more than one wire: which is its first hangs on all before it. */
  readonly contested: boolean
}

const standing: ReadonlySet<InterfaceType> = new Set(['macvlan', 'macvtap', 'ipvlan', 'vf', 'passthrough'])

/** Whether a device of this type stands on the host's one that it is plugged into, instead of at the end of a wire. */
export const standsOnHost = (type: InterfaceType): boolean => standing.has(type)

interface Place {
  readonly node: string
  readonly interface: string
}

/** `before` is an older infra and its joints; `hosted` the guests by their hosts. */
export function jointsOf(
  infra: Infra, hosted: ReadonlyMap<string, readonly GuestNode[]> = guestsByHost(infra), before?: { readonly infra: Infra; readonly joints: Joints },
  changes: Changed = changedNames(before?.infra.nodes ?? infra.nodes, infra.nodes),
): Joints {
  if (before && sameItems(infra.links, before.infra.links) && samePlugs(infra.nodes, before.infra.nodes, changes)) return before.joints
  return (before && patched(infra, hosted, before, changes)) ?? collected(infra, before?.joints.wires)
}

function collected(infra: Infra, older: Joints['wires'] | undefined): Joints {
  let contested = false
  const wires = new Map<string, Map<string, Wire>>()
  const leaning = new Map<string, Set<string>>()
  const rowOf = (node: string): Map<string, Wire> => {
    let row = wires.get(node)
    if (!row) wires.set(node, (row = new Map()))
    return row
  }
  const join = joining(infra, rowOf)
  const lean = (one: string, on: string): void => {
    const known = leaning.get(one)
    if (known) known.add(on)
    else leaning.set(one, new Set([on]))
  }
  for (const node of infra.nodes.values()) {
    for (const { name, type, hostSide } of node.interfaces.values()) {
      if (!hostSide) continue
      if (!standsOnHost(type.value)) contested = !join({ node: node.name, interface: name }, hostSide, undefined, true) || contested
      else if (hostSide.node !== node.name) {
        lean(node.name, hostSide.node)
        lean(hostSide.node, node.name)
      }
    }
  }
  for (const { ends: [a, b], at, up } of infra.links) contested = !join(a, b, at, up?.value !== false) || contested
  return { wires: older ? new Map([...wires].map(([name, row]) => [name, keptIf(sameWires, row, older.get(name))])) : wires, leaning, contested }
}

/** Puts a wire into both rows, where both devices exist; false where one of them has one already: a device has one wire, the first. */
const joining = ({ nodes }: Infra, rowOf: (node: string) => Map<string, Wire>) => (a: Place, b: Place, at: Span | undefined, carrier: boolean): boolean => {
  const exists = ({ node, interface: name }: Place): boolean => nodes.get(node)?.interfaces.has(name) ?? false
  if (!exists(a) || !exists(b) || (a.node === b.node && a.interface === b.interface)) return true
  const [mine, theirs] = [rowOf(a.node), rowOf(b.node)]
  if (mine.has(a.interface) || theirs.has(b.interface)) return false
  mine.set(a.interface, { node: b.node, interface: b.interface, at, carrier })
  theirs.set(b.interface, { node: a.node, interface: a.interface, at, carrier })
  return true
}

const leansOut = (node: Node | undefined): boolean =>
  [...node?.interfaces.values() ?? []].some(({ type, hostSide }) => hostSide !== undefined && standsOnHost(type.value))

/** Those of before, with the wires of nodes and links that changed; undefined where what one device has hangs on the others. */
function patched(infra: Infra, hosted: ReadonlyMap<string, readonly GuestNode[]>, before: { readonly infra: Infra; readonly joints: Joints }, changes: Changed): Joints | undefined {
  const { wires: older, leaning, contested } = before.joints
  if (contested) return undefined
  const touched = new Set(changes.names)
  if (!sameItems(infra.links, before.infra.links)) {
    const [was, is] = [new Set(before.infra.links), new Set(infra.links)]
    for (const { ends } of before.infra.links.filter((one) => !is.has(one)).concat(infra.links.filter((one) => !was.has(one)))) for (const { node } of ends) touched.add(node)
  }
  if (touched.size * 2 > infra.nodes.size) return undefined
  for (const name of touched) if (leaning.has(name) || leansOut(infra.nodes.get(name))) return undefined
  // Rows that lose what leads to or from who was touched, and get what leads there now.
  const rows = new Map<string, Map<string, Wire>>()
  const rowOf = (name: string): Map<string, Wire> => {
    let row = rows.get(name)
    if (!row) rows.set(name, (row = new Map(touched.has(name) ? [] : [...older.get(name) ?? []].filter(([, wire]) => !touched.has(wire.node)))))
    return row
  }
  for (const name of touched) {
    rowOf(name)
    for (const { node } of older.get(name)?.values() ?? []) rowOf(node)
  }
  const join = joining(infra, rowOf)
  // A guest is plugged into its host.
  const plugged = new Map<string, Node>()
  for (const name of touched) {
    const node = infra.nodes.get(name)
    if (node) plugged.set(name, node)
    for (const guest of hosted.get(name) ?? []) plugged.set(guest.name, guest)
  }
  for (const node of plugged.values()) {
    for (const { name, type, hostSide } of node.interfaces.values()) {
      if (!hostSide || standsOnHost(type.value)) continue
      if (!join({ node: node.name, interface: name }, hostSide, undefined, true)) return undefined
    }
  }
  for (const { ends: [a, b], at, up } of infra.links) {
    if ((touched.has(a.node) || touched.has(b.node)) && !join(a, b, at, up?.value !== false)) return undefined
  }
  const wires = copyOf(older)
  for (const [name, row] of rows) {
    if (row.size === 0) wires.delete(name)
    else wires.set(name, keptIf(sameWires, row, older.get(name)))
  }
  return { wires, leaning, contested }
}

const keptIf = <T>(equal: (a: T, b: T) => boolean, now: T, old: T | undefined): T => (old !== undefined && equal(now, old) ? old : now)

/** Whether the same devices exist, plugged into the same places. */
function samePlugs(a: Infra['nodes'], b: Infra['nodes'], { names, inPlace }: Changed): boolean {
  return inPlace && names.every((name) => {
    const [node, old] = [a.get(name), b.get(name)]
    return node && old && sameDevices(node, old)
  })
}

function sameDevices(a: Node, b: Node): boolean {
  if (a.interfaces.size !== b.interfaces.size) return false
  const others = b.interfaces.values()
  for (const { name, type, hostSide } of a.interfaces.values()) {
    const other = others.next().value
    if (!other || other.name !== name || other.hostSide?.node !== hostSide?.node || other.hostSide?.interface !== hostSide?.interface) return false
    if (hostSide && standsOnHost(type.value) !== standsOnHost(other.type.value)) return false
  }
  return true
}

function sameWires(a: Wires, b: Wires): boolean {
  if (a.size !== b.size) return false
  for (const [name, wire] of a) {
    const other = b.get(name)
    if (!other || wire.node !== other.node || wire.interface !== other.interface || wire.carrier !== other.carrier || !(wire.at === other.at || same(wire.at, other.at))) return false
  }
  return true
}
