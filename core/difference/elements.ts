/** What was added, taken away, moved or changed from one infra to another, part by part. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { compareSettings, settingsOf, type SettingChange } from './settings.ts'

export const outcomes = ['added', 'removed', 'moved', 'renamed', 'changed'] as const
export type Outcome = (typeof outcomes)[number]

export interface ElementDifference {
  /** The diagram's id, where the part can be drawn. */
  readonly id: string
  /** "vm", "link", "network", "expectation". */
  readonly kind: string
  readonly name: string
  readonly what: Outcome
  /** Of a guest that moved: its host before and after. */
  readonly from?: string
  readonly to?: string
  /** What it was called before. */
  readonly was?: string
  readonly settings: readonly SettingChange[]
  /** Nobody wrote it: it follows from something that was. */
  readonly derived: boolean
}

/** Both halves of one side: what the files say and what it stands for. */
export interface Side {
  readonly written: Infra
  readonly realised: Infra
}

interface Named<T> {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly part: T
  readonly derived: boolean
}

export function compareElements(before: Side, after: Side): readonly ElementDifference[] {
  const nodes = (side: Side): readonly Named<Node>[] => [...side.realised.nodes.values()].map((part) => ({ id: part.name, kind: part.kind, name: part.name, part, derived: part.origin.by !== 'text' }))
  const found = [...compare(nodes(before), nodes(after), (was, is, pair) => ofNode(was, is, pair, before, after))]
  // What the text says is the cause; all else that changed in the same part follows from something.
  const links = ({ realised }: Side): readonly Named<Link>[] => realised.links.map((part) => ({ id: linkId(part), kind: 'link', name: linkName(part), part, derived: part.origin.by !== 'text' }))
  found.push(...compare(links(before), links(after)))
  const entries = ({ written }: Side): readonly Named<unknown>[] => [
    ...[...written.tenants.values()].map((part) => ({ id: `tenant:${part.name}`, kind: 'tenant', name: part.name, part, derived: false })),
    ...[...written.networks.values()].map((part) => ({ id: `network:${part.name}`, kind: 'network', name: part.name, part, derived: false })),
    ...[...written.storage.values()].map((part) => ({ id: `storage:${part.name}`, kind: 'storage', name: part.name, part, derived: false })),
    ...[...written.securityGroups.values()].map((part) => ({ id: `security-group:${part.name}`, kind: 'security group', name: part.name, part, derived: false })),
    ...[...written.services.values()].map((part) => ({ id: `service:${part.name}`, kind: 'service', name: part.name, part, derived: false })),
    ...[...written.fabrics.values()].map((part) => ({ id: `fabric:${part.name}`, kind: 'fabric', name: part.name, part, derived: false })),
    { id: 'migration', kind: 'section', name: 'migration', part: written.migration, derived: false },
    ...numbered(written.expectations.map((part) => [...settingsOf({ [part.kind]: part })].map(([path, value]) => `${path} ${value}`.trim()).join(', ')))
      .map((name) => ({ id: `expectation:${name}`, kind: 'expectation', name, part: {}, derived: false })),
  ]
  found.push(...compare(entries(before), entries(after)))
  return found
}

/** Equal names are told apart by how many came before. */
function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

export const linkId = ({ ends: [a, b] }: Pick<Link, 'ends'>): string => `link:${a.node}:${a.interface}-${b.node}:${b.interface}`
const linkName = ({ ends }: Link): string => ends.map(({ node, interface: name }) => `${node}:${name}`).join(' – ')
/** A cable that is written from its other end is the same cable. */
const keyOf = (id: string, kind: string, part: unknown): string => (kind === 'link' ? [...(part as Link).ends].map(({ node, interface: name }) => `${node}:${name}`).sort().join(' ') : `${kind} ${id}`)

type Pair<T> = { readonly was: Named<T>; readonly is: Named<T> }

function compare<T>(before: readonly Named<T>[], after: readonly Named<T>[], of: (was: T, is: T, pair: Pair<T>) => ElementDifference | undefined = plain): readonly ElementDifference[] {
  const byKey = (list: readonly Named<T>[]): ReadonlyMap<string, Named<T>> => new Map(list.map((one) => [keyOf(one.id, one.kind, one.part), one]))
  const [old, now] = [byKey(before), byKey(after)]
  const found: ElementDifference[] = []
  for (const [key, is] of now) {
    const was = old.get(key)
    if (!was) found.push({ id: is.id, kind: is.kind, name: is.name, what: 'added', settings: [], derived: is.derived })
    // A part that was read from the same text is the same object.
    else if (was.part !== is.part) {
      const difference = of(was.part, is.part, { was, is })
      if (difference) found.push(difference)
    }
  }
  for (const [key, was] of old) if (!now.has(key)) found.push({ id: was.id, kind: was.kind, name: was.name, what: 'removed', settings: [], derived: was.derived })
  return found
}

function plain<T>(was: T, is: T, { is: { id, kind, name, derived } }: Pair<T>): ElementDifference | undefined {
  const ends = (part: T): T => (kind === 'link' ? { ...part, ends: [] } : part)
  const settings = compareSettings(settingsOf(ends(was)), settingsOf(ends(is)))
  return settings.length > 0 ? { id, kind, name, what: 'changed', settings, derived } : undefined
}

function ofNode(was: Node, is: Node, { is: { id, kind, name } }: Pair<Node>, before: Side, after: Side): ElementDifference | undefined {
  const [wasWritten, isWritten] = [before.written.nodes.get(name), after.written.nodes.get(name)]
  const own = wasWritten && isWritten && wasWritten !== isWritten ? compareSettings(settingsOf(wasWritten), settingsOf(isWritten)) : []
  // An entry that is written out for the first time, of a node that stood there already, is no change of it.
  const derived = own.length === 0
  const settings = derived ? compareSettings(settingsOf(was), settingsOf(is)) : own
  if (settings.length === 0) return undefined
  const [from, to] = [was, is].map((node) => (isGuest(node) ? node.host?.value : undefined))
  if (from === to) return { id, kind, name, what: 'changed', settings, derived }
  return { id, kind, name, what: 'moved', ...(from !== undefined && { from }), ...(to !== undefined && { to }), settings: settings.filter(({ path }) => path !== 'host'), derived }
}
