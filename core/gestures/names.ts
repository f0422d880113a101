/** Names that nobody has yet, in the style of those that are there. */
import type { Interface } from '../infra/interface.ts'
import type { Node, NodeKind } from '../infra/node.ts'
import type { Scene } from './gesture.ts'

/** format.md: letters, digits, and after the first `_`, `.` and `-`. */
export const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)

const prefixes: Readonly<Record<NodeKind, string>> = { server: 's', vm: 'vm', container: 'c', switch: 'sw', router: 'r', external: 'net' }

/** The lowest number that makes a name nobody has, from 1. */
export function numbered(prefix: string, taken: (name: string) => boolean, from = 1): string {
  let n = from
  while (taken(`${prefix}${n}`)) n++
  return `${prefix}${n}`
}

const styleOf = (names: readonly string[]): string | undefined => {
  const counts = new Map<string, number>()
  for (const name of names) {
    const prefix = /^(.*?)\d+$/.exec(name)?.[1]
    if (prefix !== undefined && prefix !== '') counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** As its like are called: after `tor1` comes `tor2`. */
export function nodeName({ written, infra }: Scene, kind: NodeKind): string {
  const like = [...written.nodes.values()].filter((node) => node.kind === kind && node.origin.by === 'text').map(({ name }) => name)
  const taken = (name: string): boolean => infra.nodes.has(name) || infra.fabrics.has(name)
  if (kind === 'external' && like.length === 0 && !taken('internet')) return 'internet'
  return numbered(styleOf(like) ?? prefixes[kind], taken)
}

/** Containerlab keeps eth0 for itself: there a node's own begin at 1. A port of a switch that nobody uses, or an interface that is not there yet: `p3` after `p1` and `p2`. */
export function interfaceName({ infra, says }: Scene, node: Node, prefix?: string): string {
  const used = new Set([...node.interfaces.keys(), ...infra.links.flatMap(({ ends }) => ends.flatMap((end) => (end.node === node.name ? [end.interface] : [])))])
  // What only a cable names counts as well; a plug into a host's bridge does not.
  const others = new Set([...node.interfaces.values()].flatMap((item) => (isPlain(item) && !item.attach && !item.network ? [] : [item.name])))
  const own = prefix ?? styleOf([...used].filter((name) => !others.has(name))) ?? (node.kind === 'switch' ? 'p' : 'eth')
  return numbered(own, (name) => used.has(name), (own === 'eth' && says.links === 'ground') || own === 'br' ? 0 : 1)
}

/** A network card, or a guest's end of one: no device that is made of others. */
export const isPlain = (item: Interface): boolean => ['ethernet', 'veth', 'tap'].includes(item.type.value) && item.origin === undefined && item.guestSide === undefined
