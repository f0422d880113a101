/** A whole file: every section, entry by entry; entries whose text did not change are not read again. */
import type { Infra } from '../../infra/infra.ts'
import type { Node } from '../../infra/node.ts'
import type { Expectation, Fabric, Link, MigrationDefaults } from '../../infra/parts.ts'
import type { Problem } from '../../infra/problem.ts'
import { sameItems } from '../../infra/same.ts'
import type { Source } from '../../text/source.ts'
import type { Span, Written } from '../../text/span.ts'
import type { Reading } from '../format.ts'
import { parseYaml } from '../yaml-tree/parse.ts'
import { tellUnknown } from './fields.ts'
import type { MapEntry, ParsedYaml, ScalarTree, Tree } from '../yaml-tree/tree.ts'
import { fileTable } from './grammar.ts'
import { nameIsFine, nodeSections, readNode } from './read-nodes.ts'
import { readExpectation } from './read-expect.ts'
import { readFabric, readLink, readMigration, readNetwork, readSecurityGroup, readService, readStorage, readTenant } from './read-parts.ts'
import { inPlace, keptList, keptMap, remembering, type Reread, type Section, type Sections } from './remember.ts'
import { problem, wrongType, type Say } from './report.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

/** What was read from each entry, by section. */
interface Memory {
  readonly yaml: ParsedYaml
  readonly sections: Sections
}

interface Named {
  readonly name: string
  readonly at: Span
}

export const parsedOf = (reading: Reading): ParsedYaml => (reading.memory as Memory).yaml

function onceEach(problems: readonly Problem[]): readonly Problem[] {
  const said = new Set<string>()
  return problems.filter(({ code, message }) => code !== 'unknown-key' || (!said.has(message) && said.add(message)))
}

/** The first of `name-2`, `name-3` that is free; those who mean the name mean the first owner. */
function renamed({ name, at }: Named, taken: (name: string) => boolean): Problem['fixes'] {
  let number = 2
  while (taken(`${name}-${number}`)) number++
  return [{ title: t`Rename this one to ${name}-${number}`, change: { kind: 'correct', at, value: `${name}-${number}` } }]
}

/** Never throws. What cannot be read is said, and the rest is kept. */
export function read(source: Source, previous?: Reading): Reading {
  const old = previous?.memory as Memory | undefined
  const yaml = parseYaml(source, old?.yaml.memory)
  const problems: Problem[] = [...yaml.problems]
  const now = new Map<string, Section>()
  const remembered = remembering(old?.sections, now)
  const say: Say = (found) => void problems.push(found)
  const was = previous?.infra

  const sections = new Map<string, MapEntry>()
  const unknown: ScalarTree[] = []
  for (const entry of yaml.root?.entries ?? []) {
    const name = entry.key.text
    if (name.startsWith('x-')) continue
    const first = sections.get(name)
    if (first) say(problem('duplicate-name', entry.key.at, t`the section ${name} is written twice`, { related: [{ message: t('first here'), at: first.key.at }] }))
    else if (!Object.hasOwn(fileTable.keys, name)) unknown.push(entry.key)
    else sections.set(name, entry)
  }
  tellUnknown(unknown, fileTable.title, Object.keys(fileTable.keys).filter((key) => !sections.has(key)), say)

  const entriesOf = (name: string): readonly MapEntry[] => {
    const tree = sections.get(name)?.value
    if (!tree || (tree.kind === 'scalar' && tree.value === null)) return []
    if (tree.kind === 'map') return tree.entries
    say(wrongType(tree, t`a map of ${name}`))
    return []
  }
  const itemsOf = (name: string): readonly Tree[] => {
    const tree = sections.get(name)?.value
    if (!tree || (tree.kind === 'scalar' && tree.value === null)) return []
    if (tree.kind === 'list') return tree.items.every((item) => item !== undefined) ? tree.items : tree.items.filter((item) => item !== undefined)
    say(wrongType(tree, t('a list')))
    return []
  }

  const rereads: Reread<Node | undefined>[] = []
  for (const name of sections.keys()) {
    const section = nodeSections[name]
    if (section) rereads.push(remembered(name, entriesOf(name), (entry, own) => readNode(entry, section.kind, section.table, own)))
  }
  const isNodeName = (name: string): boolean => Object.keys(nodeSections).some((section) => sections.get(section)?.value?.kind === 'map' && entriesOf(section).some(({ key }) => key.text === name))
  /** Nodes and fabrics share their names; true where nobody has it yet. */
  const claim = (part: Named, owner: Named | undefined, what: string, owned: (name: string) => boolean): boolean => {
    if (owner) say(problem('duplicate-name', part.at, t`${what} ${part.name}: the name is already taken`, { subject: part.name, related: [{ message: t('first used here'), at: owner.at }], fixes: renamed(part, (name) => owned(name) || isNodeName(name)) }))
    return owner === undefined
  }
  const inTurn = old !== undefined && sameItems([...now.keys()], [...old.sections.keys()].slice(0, now.size))
  let nodes = inTurn && was ? inPlace(was.nodes, rereads) : undefined
  if (!nodes) {
    const owners = new Map<string, Node>()
    for (const { section: { results } } of rereads) {
      for (const { value: node, problems: found } of results) {
        if (found.length > 0) problems.push(...found)
        if (node && claim(node, owners.get(node.name), node.kind, (taken) => owners.has(taken))) owners.set(node.name, node)
      }
    }
    nodes = keptMap(owners, was?.nodes)
  }

  const named = <T extends Named>(section: string, make: (entry: MapEntry, say: Say) => T | undefined, before: ReadonlyMap<string, T> | undefined): ReadonlyMap<string, T> => {
    const reread = remembered(section, entriesOf(section), (entry, own) => (nameIsFine(entry, own) ? make(entry, own) : undefined))
    const kept = before && inPlace(before, [reread])
    if (kept) return kept
    const parts = new Map<string, T>()
    for (const { value: part, problems: found } of reread.section.results) {
      if (found.length > 0) problems.push(...found)
      const first = part && parts.get(part.name)
      if (!part) continue
      if (first) say(problem('duplicate-name', part.at, t`${part.name} is written twice in ${section}`, { related: [{ message: t('first here'), at: first.at }], fixes: renamed(part, (name) => entriesOf(section).some(({ key }) => key.text === name)) }))
      else parts.set(part.name, part)
    }
    return keptMap(parts, before)
  }
  const listed = <T>(name: string, make: (tree: Tree, say: Say) => readonly T[], kept: readonly T[] | undefined): readonly T[] => {
    const { section, before } = remembered(name, itemsOf(name), make)
    if (kept && section === before && section.sound) return kept
    const parts: T[] = []
    for (const { value, problems: found } of section.results) {
      if (found.length > 0) problems.push(...found)
      for (const part of value) parts.push(part)
    }
    return keptList(parts, kept)
  }

  const links = listed('links', (tree, own): readonly Link[] => {
    const link = readLink(tree, own)
    return link ? [link] : []
  }, was?.links)
  const fabrics = new Map<string, Fabric>()
  for (const [name, fabric] of named('fabrics', readFabric, undefined)) {
    if (claim(fabric, nodes.get(name), 'fabric', (taken) => nodes.has(taken) || fabrics.has(taken))) fabrics.set(name, fabric)
  }
  const migrationEntry = sections.get('migration')
  const migrations = migrationEntry ? remembered('migration', [migrationEntry], (entry, own) => readMigration(entry, own)).section.results : []
  for (const { problems: found } of migrations) problems.push(...found)
  const migration: MigrationDefaults = migrations[0]?.value ?? {}
  const name: Written<string> | undefined = values.text(sections.get('name')?.value, say)
  const version = values.number(undefined, 0, undefined, false)(sections.get('infra')?.value, say)
  if (version && version.value !== 1) {
    say(problem('wrong-type', version.at, t`version ${version.value} of the language is not known here; 1 is`))
  }

  const infra: Infra = {
    ...(name && { name }),
    nodes, links, fabrics: keptMap(fabrics, was?.fabrics), migration,
    tenants: named('tenants', readTenant, was?.tenants),
    networks: named('networks', readNetwork, was?.networks),
    storage: named('storage', readStorage, was?.storage),
    securityGroups: named('security-groups', readSecurityGroup, was?.securityGroups),
    services: named('services', readService, was?.services),
    expectations: listed<Expectation>('expect', readExpectation, was?.expectations),
    includes: values.list(values.text, later('relative paths'))(sections.get('include')?.value, say),
  }
  const memory: Memory = { yaml, sections: now }
  // A newer language may know what this one does not: each of its words is named once.
  const newer = version !== undefined && version.value > 1
  return { source, infra, problems: newer ? onceEach(problems) : problems, whole: yaml.whole, memory, get places() { return yaml.places } }
}
