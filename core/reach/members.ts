/** The members of classes of endpoints, and how many pairs of which kind two classes have. */
import type { StackNode } from '../infra/node.ts'
import type { Classes } from './classes.ts'

export interface Members {
  readonly number: number
  readonly nodes: readonly StackNode[]
  /** By server, where it matters whether two are on one. */
  readonly blocks: ReadonlyMap<string, readonly StackNode[]> | undefined
}

/** In the order of their first members. */
export function membersOf({ numbers, blocks }: Classes, nodes: readonly StackNode[]): readonly Members[] {
  const groups = new Map<number, { number: number; nodes: StackNode[]; blocks: Map<string, StackNode[]> | undefined }>()
  for (const node of nodes) {
    const number = numbers.get(node.name) ?? -1
    const block = blocks.get(node.name)
    let group = groups.get(number)
    if (!group) groups.set(number, (group = { number, nodes: [], blocks: block === undefined ? undefined : new Map() }))
    group.nodes.push(node)
    if (block === undefined) continue
    const list = group.blocks?.get(block)
    if (list) list.push(node)
    else group.blocks?.set(block, [node])
  }
  return [...groups.values()]
}

/** Pairs of one kind, and two who stand for them. */
export interface Kind {
  readonly sender: StackNode
  readonly target: StackNode
  readonly pairs: number
}

/** Pairs of members of the two classes, who are not the same: those on two servers, and those on one. */
export function kindsOf(from: Members, to: Members): readonly Kind[] {
  if (from.blocks && to.blocks) return [...apart(from.nodes, from.blocks, to.nodes, to.blocks), ...together(from.blocks, to.blocks)]
  // Only a class meets itself, and there the other members are meant.
  const both = from.number === to.number ? common(from.nodes, to.nodes) : 0
  const sender = both === 0 ? from.nodes[0] : from.nodes.find((one) => to.nodes.some((other) => other !== one))
  const target = both === 0 ? to.nodes[0] : sender && to.nodes.find((one) => one !== sender)
  return sender && target ? [{ sender, target, pairs: from.nodes.length * to.nodes.length - both }] : []
}

type Blocks = ReadonlyMap<string, readonly StackNode[]>

function apart(from: readonly StackNode[], fromBlocks: Blocks, to: readonly StackNode[], toBlocks: Blocks): readonly Kind[] {
  let near = 0
  for (const [block, nodes] of fromBlocks) near += nodes.length * (toBlocks.get(block)?.length ?? 0)
  const pairs = from.length * to.length - near
  if (pairs === 0) return []
  for (const [block, [sender]] of fromBlocks) {
    for (const [other, [target]] of toBlocks) if (other !== block && sender && target) return [{ sender, target, pairs }]
  }
  return []
}

function together(fromBlocks: Blocks, toBlocks: Blocks): readonly Kind[] {
  let pairs = 0
  let kind: Omit<Kind, 'pairs'> | undefined
  for (const [block, nodes] of fromBlocks) {
    const others = toBlocks.get(block)
    if (!others) continue
    pairs += nodes.length * others.length - common(nodes, others)
    if (kind) continue
    const sender = nodes.find((one) => others.some((other) => other !== one))
    const target = sender && others.find((one) => one !== sender)
    if (sender && target) kind = { sender, target }
  }
  return kind && pairs > 0 ? [{ ...kind, pairs }] : []
}

function common(nodes: readonly StackNode[], others: readonly StackNode[]): number {
  const set = new Set(others)
  return nodes.filter((one) => set.has(one)).length
}
