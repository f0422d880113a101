/** Which files plainly describe one estate, although none of them includes the other. */
import type { Analysis } from './analysis.ts'

type Readings = Analysis['readings']

/** What a file says of itself, as far as it tells where it belongs. */
export interface Described {
  readonly uri: string
  /** Its `name`: what the infrastructure is called. */
  readonly name: string | undefined
  /** Files that it includes, directly or not, and that were found. */
  readonly includes: readonly string[]
  /** Of these, the ones that describe something that exists once: a node, a network, a fabric. */
  readonly holding: readonly string[]
  /** Names of its own nodes and networks. */
  readonly parts: ReadonlySet<string>
}

/** A file with its includes, in order. */
export function described(readings: Readings): Described | undefined {
  const [first, ...rest] = readings
  if (!first) return undefined
  return {
    uri: first.source.uri, name: first.infra.name?.value, includes: rest.map(({ source }) => source.uri),
    holding: rest.filter(({ infra }) => infra.nodes.size + infra.networks.size + infra.fabrics.size > 0).map(({ source }) => source.uri),
    parts: new Set([...first.infra.nodes.keys(), ...first.infra.networks.keys()]),
  }
}

/** Two states or versions of one plan: most names of the smaller are names of the other. They stand instead of each other. */
function versions(one: Described, other: Described): boolean {
  const [small, large] = one.parts.size <= other.parts.size ? [one, other] : [other, one]
  return 2 * [...small.parts].filter((name) => large.parts.has(name)).length > small.parts.size
}

/**
 * Do two files speak of the same things? They have one `name`; or both include a file that describes something, and do not call
 * themselves by two names. Files that merely lie in one folder are labs of their own.
 */
function related(one: Described, other: Described): boolean {
  const sameName = one.name !== undefined && one.name === other.name
  const apart = one.name !== undefined && other.name !== undefined && !sameName
  const shared = !apart && one.holding.some((uri) => other.holding.includes(uri))
  return (sameName || shared) && !versions(one, other)
}

/** The files of one estate with this one, itself among them, in the order given; a file alone gives itself. */
export function estateOf(uri: string, files: readonly Described[]): readonly string[] {
  const included = new Set(files.flatMap((file) => file.includes))
  // Who includes a file says what stands beside it; who is included by nobody speaks for all that it includes.
  const above = files.filter((file) => file.includes.includes(uri))
  const own = files.filter((file) => file.uri === uri)
  const tops = above.length > 0 ? above.filter((file) => !included.has(file.uri)) : own
  // A part that several plans share belongs to none of them alone.
  if (tops.some((one, i) => tops.slice(0, i).some((other) => !related(one, other)))) return [uri]
  const members = new Set(tops)
  for (const member of members) for (const file of files) if (!included.has(file.uri) && file !== member && related(member, file)) members.add(file)
  const found = new Set([uri, ...[...members].flatMap((member) => [member.uri, ...member.includes])])
  return files.map((file) => file.uri).filter((one) => found.has(one))
}
