/** The `expect` section: each entry one test. */
import { parseIp } from '../../address/ip.ts'
import { expectationKinds, migrationModes, type Expectation, type ExpectationKind, type Selector } from '../../infra/parts.ts'
import type { Tree } from '../yaml-tree/tree.ts'
import { fields, present, type Fields } from './fields.ts'
import { expectTables } from './grammar.ts'
import { problem, unknownKey, wrongType, type Say } from './report.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

/** A node, `node:interface`, an address, `tenant:name` or `network:name`. */
export function parseSelector(text: string): Selector['value'] | undefined {
  const ip = parseIp(text)
  if (ip) return { kind: 'address', ip }
  const named = /^(tenant|network):([A-Za-z0-9][A-Za-z0-9_.-]*)$/.exec(text)
  if (named) return { kind: named[1] === 'tenant' ? 'tenant' : 'network', name: named[2] ?? '' }
  const node = /^([A-Za-z0-9][A-Za-z0-9_.-]*)(?::([^\s:/]+))?$/.exec(text)
  return node ? { kind: 'node', node: node[1] ?? '', interface: node[2] } : undefined
}

const selector: values.Read<Selector['value']> = (tree, say) => {
  const written = values.text(tree, say)
  if (!written) return undefined
  const value = parseSelector(written.value)
  if (!value) say(problem('wrong-type', written.at, t`${written.value} is not a node, node:interface, address, tenant:name or network:name`))
  return value && { value, at: written.at }
}
const selectors = (tree: Tree | undefined, say: Say): readonly Selector[] => values.list(selector, 'names')(tree, say)

/** An entry has one key: the kind of the test. Several keys in one entry are several tests. */
export function readExpectation(tree: Tree | undefined, say: Say): readonly Expectation[] {
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) return []
  if (tree.kind !== 'map') {
    say(wrongType(tree, t('an expectation like { reach: { from: a, to: b } }')))
    return []
  }
  return tree.entries.flatMap((entry): Expectation[] => {
    const kind = expectationKinds.find((word) => word === entry.key.text)
    if (!kind) {
      if (!entry.key.text.startsWith('x-')) say(unknownKey(entry.key, t('an expectation'), expectationKinds))
      return []
    }
    if (kind === 'isolate') {
      const groups = selectors(entry.value, say)
      if (groups.length < 2) say(problem('missing-key', entry.key.at, t('isolate needs two names at least')))
      return groups.length < 2 ? [] : [{ kind, groups, at: entry.at }]
    }
    const table = expectTables[kind]
    const f = table && fields(entry.value, table, entry.key.at, say)
    const read = f && readKind[kind](f, say)
    return read ? [{ ...read, at: entry.at }] : []
  })
}

type Made = Expectation extends infer E ? (E extends { at: unknown } ? Omit<E, 'at'> : never) : never

const between = (f: Fields, say: Say): { from: readonly Selector[]; to: readonly Selector[] } | undefined => {
  const from = selectors(f.tree('from'), say)
  const to = selectors(f.tree('to'), say)
  return from.length > 0 && to.length > 0 ? { from, to } : undefined
}

const reachOrBlock = (kind: 'reach' | 'block') => (f: Fields, say: Say): Made | undefined => {
  const pair = between(f, say)
  return pair && present({ kind, ...pair, port: f.get('port', values.ports) })
}

const readKind: Readonly<Record<Exclude<ExpectationKind, 'isolate'>, (f: Fields, say: Say) => Made | undefined>> = {
  reach: reachOrBlock('reach'),
  block: reachOrBlock('block'),
  mtu(f, say) {
    const pair = between(f, say)
    const atLeast = f.get('at-least', values.number(later('a number of bytes'), 1, 65575))
    return pair && atLeast && { kind: 'mtu', ...pair, atLeast }
  },
  path(f, say) {
    const pair = between(f, say)
    const through = values.list(values.text, 'names')(f.tree('through'), say)
    return pair && through.length > 0 ? { kind: 'path', ...pair, through } : undefined
  },
  migrate(f, say) {
    const vm = f.get('vm', values.text)
    const to = f.get('to', values.text)
    return vm && to && present({
      kind: 'migrate' as const, vm, to,
      downtime: f.get('downtime', values.time), total: f.get('total', values.time),
      keep: values.list(values.word(['address', 'sessions'] as const), 'address, sessions')(f.tree('keep'), say),
      mode: f.get('mode', values.word(migrationModes)),
    })
  },
  survive(f, say) {
    const any = f.get('any', values.word(['link', 'switch', 'router', 'server'] as const))
    const tree = f.tree('keep')
    const keep = (tree?.kind === 'list' ? tree.items : [tree]).flatMap((item) => readExpectation(item, say))
    return any && keep.length > 0 ? { kind: 'survive', any, keep } : undefined
  },
}
