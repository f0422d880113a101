/** The diagram's ids as parts of the model. */
import type { Network, Storage } from '../infra/parts.ts'
import type { Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import type { Scene } from './gesture.ts'
import { t } from '../words.ts'

export type Spot =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'interface'; readonly node: Node; readonly item: Interface }
  | { readonly kind: 'network'; readonly network: Network }
  | { readonly kind: 'storage'; readonly storage: Storage }
  /** What the picture draws no box for, and the inspector's list names. */
  | { readonly kind: 'named'; readonly of: 'security-group' | 'service' | 'fabric'; readonly name: string }
  | { readonly kind: 'group'; readonly of: 'site' | 'rack' | 'tenant'; readonly name: string }

export function spotOf(scene: Scene, id: string | undefined): Spot | undefined {
  const { infra } = scene
  if (id === undefined) return undefined
  const node = infra.nodes.get(id)
  if (node) return { kind: 'node', node }
  const colon = id.indexOf(':')
  if (colon < 0) return undefined
  const [head, rest] = [id.slice(0, colon), id.slice(colon + 1)]
  // A node may be called `rack`, and its interface anything: what exists comes first.
  const holder = infra.nodes.get(head)
  const item = holder?.interfaces.get(rest)
  if (holder && item) return { kind: 'interface', node: holder, item }
  if (head === 'segment') return spotOf(scene, rest)
  if (head === 'site' || head === 'rack' || head === 'tenant') return { kind: 'group', of: head, name: rest }
  if (head === 'security-group' && infra.securityGroups.has(rest)) return { kind: 'named', of: head, name: rest }
  if (head === 'service' && infra.services.has(rest)) return { kind: 'named', of: head, name: rest }
  if (head === 'fabric' && infra.fabrics.has(rest)) return { kind: 'named', of: head, name: rest }
  const network = head === 'network' ? infra.networks.get(rest) : undefined
  if (network) return { kind: 'network', network }
  const storage = head === 'storage' ? infra.storage.get(rest) : undefined
  return storage && { kind: 'storage', storage }
}

/** What nobody wrote cannot be changed in its own place. */
export function madeBy(node: Node): string | undefined {
  if (node.origin.by === 'text') return undefined
  return node.origin.by === 'format' ? t`${node.name} is implied by the file's format` : t`${node.name} stands for the ${node.origin.by} ${node.origin.name}; change it there`
}
