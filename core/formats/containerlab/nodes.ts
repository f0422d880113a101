/** Nodes of a containerlab topology: kinds, groups and defaults merged, and what each kind is for forwarding. */
import type { Written } from '../../text/span.ts'
import { entriesOf, get, itemsOf, textAt, textOf } from '../yaml-tree/access.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { t } from '../../words.ts'

/** A node's settings with those of its group, kind and the defaults behind them. */
export interface Settings {
  readonly name: string
  readonly entry: MapEntry
  readonly kind: Written<string>
  tree(key: string): Tree | undefined
  text(key: string): Written<string> | undefined
  /** Lists that containerlab merges over all levels: defaults first. */
  all(key: string): readonly Tree[]
}

export function settingsOf(topology: Tree | undefined, entry: MapEntry): Settings {
  const node = entry.value
  const defaults = get(topology, 'defaults')
  const groupName = textAt(node, 'group')?.value
  const group = groupName === undefined ? undefined : get(get(topology, 'groups'), groupName)
  const kind = textAt(node, 'kind') ?? textAt(group, 'kind') ?? textAt(defaults, 'kind') ?? { value: '', at: entry.key.at }
  const levels = [node, group, get(get(topology, 'kinds'), kind.value), defaults]
  const tree = (key: string): Tree | undefined => levels.map((level) => get(level, key)).find((found) => found !== undefined)
  return {
    name: entry.key.text, entry, kind, tree,
    text: (key) => textOf(tree(key)),
    all: (key) => [...levels].reverse().flatMap((level) => itemsOf(get(level, key))),
  }
}

export const bridgeKinds: ReadonlySet<string> = new Set(['bridge', 'ovs-bridge'])

/** Images that run a routing daemon or a script of their own, whose tables no file here tells. */
const daemons = /(^|[/_-])(frr|frrouting|bird2?|quagga|gobgp|exabgp|vyos|openbgpd|babeld|cilium|sonic|holo|rustybgp|routinator)([/:_.-]|$)/i

/** Why this node's tables cannot be known; undefined where it is a plain Linux stack. */
export function opaqueBecause(settings: Settings): Written<string> | undefined {
  const { kind } = settings
  const image = settings.text('image')
  if (kind.value === 'linux') {
    return image && daemons.test(image.value) ? { value: t`${image.value} runs a routing daemon whose configuration is not read`, at: image.at } : undefined
  }
  if (kind.value === 'host' || bridgeKinds.has(kind.value)) return undefined
  if (kind.value === '') return { value: t('the node has no kind'), at: kind.at }
  return { value: t`${kind.value} is a network system of its own; its configuration is not read`, at: kind.at }
}

export const namesOf = (topology: Tree | undefined): readonly MapEntry[] => entriesOf(get(topology, 'nodes'))
