/** What goes by another name than before: told by its settings, as a version control tells moved files by their lines. */
import type { NamedKind } from '../infra/change.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import type { ElementDifference } from './elements.ts'
import { settingsOf, type Settings } from './settings.ts'

export interface Rename {
  readonly what: NamedKind
  /** An interface's with its node before it: `s1:eth0`. */
  readonly from: string
  /** The name alone. */
  readonly to: string
}

/** Of the settings of both, so many must be alike: below that it is something else that came in its place. */
const alike = 0.7
/** Comparisons of one with another; where more would be needed, it is another file. */
const most = 100_000

interface Candidate {
  readonly name: string
  /** Only the same sort of thing can have been renamed: a server does not become a switch. */
  readonly sort: string
  readonly part: unknown
}

/** Pairs of one that is gone and one that is new, each the other's only best match, in the order of the newer file. */
export function renamesOf(before: Infra, after: Infra): readonly Rename[] {
  const sections = (infra: Infra): readonly (readonly [NamedKind, ReadonlyMap<string, unknown>])[] => [
    ['network', infra.networks], ['tenant', infra.tenants], ['storage', infra.storage], ['security-group', infra.securityGroups], ['service', infra.services], ['fabric', infra.fabrics],
  ]
  const nodes = (infra: Infra): readonly Candidate[] => [...infra.nodes.values()].filter(({ origin }) => origin.by === 'text').map((part) => ({ name: part.name, sort: part.kind, part }))
  const old = new Map(sections(before))
  return [
    ...matched(nodes(before), nodes(after)).map(([from, to]): Rename => ({ what: 'node', from, to })),
    ...sections(after).flatMap(([what, now]) => matched(candidates(old.get(what) ?? new Map(), what), candidates(now, what)).map(([from, to]): Rename => ({ what, from, to }))),
    ...[...after.nodes.values()].flatMap((node) => {
      const was = before.nodes.get(node.name)
      if (!was || was === node) return []
      const written = (interfaces: ReadonlyMap<string, Interface>): readonly Candidate[] => [...interfaces.values()].filter(({ origin }) => origin === undefined).map((part) => ({ name: part.name, sort: part.type.value, part }))
      return matched(written(was.interfaces), written(node.interfaces)).map(([from, to]): Rename => ({ what: 'interface', from: `${node.name}:${from}`, to }))
    }),
  ]
}

const candidates = (parts: ReadonlyMap<string, unknown>, sort: string): readonly Candidate[] => [...parts].map(([name, part]) => ({ name, sort, part }))

function matched(before: readonly Candidate[], after: readonly Candidate[]): readonly (readonly [string, string])[] {
  const [had, have] = [new Set(before.map(({ name }) => name)), new Set(after.map(({ name }) => name))]
  const [gone, come] = [before.filter(({ name }) => !have.has(name)), after.filter(({ name }) => !had.has(name))]
  if (gone.length === 0 || come.length === 0 || gone.length * come.length > most) return []
  const told = new Map([...gone, ...come].map((one) => [one, settingsOf(one.part)]))
  const best = (one: Candidate, among: readonly Candidate[]): Candidate | undefined => {
    let [found, highest, twice]: [Candidate | undefined, number, boolean] = [undefined, 0, false]
    for (const other of among) {
      if (other.sort !== one.sort) continue
      const share = likeness(told.get(one) ?? new Map(), told.get(other) ?? new Map())
      if (share > highest) [found, highest, twice] = [other, share, false]
      else if (share === highest) twice = true
    }
    return highest >= alike && !twice ? found : undefined
  }
  return come.flatMap((one) => {
    const was = best(one, gone)
    return was && best(was, come) === one ? [[was.name, one.name] as const] : []
  })
}

/** Dice's coefficient of two sets of settings: 1 where they are the same, 0 where nothing is. */
function likeness(a: Settings, b: Settings): number {
  if (a.size + b.size === 0) return 1
  let same = 0
  for (const [path, value] of a) if (b.get(path) === value) same++
  return (2 * same) / (a.size + b.size)
}

/** The parts that differ, with those that only have another name, and each that has one with the name it had. */
export function withRenames(elements: readonly ElementDifference[], renames: readonly Rename[], after: Infra): readonly ElementDifference[] {
  const told = renames.map(({ what, from, to }): ElementDifference => {
    const node = what === 'interface' ? from.slice(0, from.indexOf(':')) : undefined
    const [id, name] = node === undefined ? [what === 'node' ? to : `${what}:${to}`, to] : [`${node}:${to}`, `${node}:${to}`]
    return { id, kind: what === 'node' ? after.nodes.get(to)?.kind ?? what : what.replace('-', ' '), name, what: 'renamed', was: from, settings: [], derived: false }
  })
  const names = new Map(told.map((one) => [one.id, one]))
  const known = new Set(elements.map(({ id }) => id))
  return [...elements.map((one) => ({ ...one, ...(names.has(one.id) && { was: names.get(one.id)?.was ?? '' }) })), ...told.filter(({ id }) => !known.has(id))]
}
