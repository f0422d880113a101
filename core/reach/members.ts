/** The members of classes of endpoints, and how many pairs of which kind two classes have. */
import { isStack, type StackNode } from '../infra/node.ts'
import type { Classes } from './classes.ts'

export interface Members {
  readonly number: number
  readonly nodes: readonly StackNode[]
  /** By server, where it matters whether two are on one. */
  readonly blocks: Blocks | undefined
}

/** How many classes there are among the stacks that are wanted; nobody asks for more than so many. */
export function classesAmong({ all }: Classes, isWanted: (node: StackNode) => boolean, most: number): number {
  const numbers = new Set<number>()
  for (const { node, number } of all) {
    if (isStack(node) && isWanted(node)) numbers.add(number)
    if (numbers.size === most) break
  }
  return numbers.size
}

/** In the order of their first members. */
export function membersOf({ all }: Classes, isWanted: (node: StackNode) => boolean): readonly Members[] {
  const groups = new Map<number, { number: number; nodes: StackNode[]; names: string[] | undefined }>()
  for (const { node, number, block } of all) {
    if (!isStack(node) || !isWanted(node)) continue
    let group = groups.get(number)
    if (!group) groups.set(number, (group = { number, nodes: [], names: block === undefined ? undefined : [] }))
    group.nodes.push(node)
    if (block !== undefined) group.names?.push(block)
  }
  return [...groups.values()].map(({ number, nodes, names }) => {
    let blocks: Blocks | undefined
    return { number, nodes, get blocks() { return names && (blocks ??= blocksOf(nodes, names)) } }
  })
}

function blocksOf(nodes: readonly StackNode[], names: readonly string[]): Blocks {
  const blocks = new Map<string, StackNode[]>()
  nodes.forEach((node, i) => {
    const name = names[i] ?? ''
    const list = blocks.get(name)
    if (list) list.push(node)
    else blocks.set(name, [node])
  })
  return blocks
}

/** Pairs of one kind, and two who stand for them. */
export interface Kind {
  readonly sender: StackNode
  readonly target: StackNode
  readonly pairs: number
}

/** Pairs of members of the two classes, who are not the same: those on two servers, and those on one. */
export function kindsOf(from: Members, to: Members): readonly Kind[] {
  // Only a class meets itself, and there the other members are meant.
  const isItself = from.number === to.number
  if (from.blocks && to.blocks) return [...apart(from.nodes, from.blocks, to.nodes, to.blocks), ...together(from.blocks, to.blocks, isItself)]
  const both = isItself ? common(from.nodes, to.nodes) : 0
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

function together(fromBlocks: Blocks, toBlocks: Blocks, isItself: boolean): readonly Kind[] {
  let pairs = 0
  let kind: Omit<Kind, 'pairs'> | undefined
  for (const [block, nodes] of fromBlocks) {
    const others = toBlocks.get(block)
    if (!others) continue
    pairs += nodes.length * others.length - (isItself ? common(nodes, others) : 0)
    if (kind) continue
    const sender = nodes.find((one) => others.some((other) => other !== one))
    const target = sender && others.find((one) => one !== sender)
    if (sender && target) kind = { sender, target }
  }
  return kind && pairs > 0 ? [{ ...kind, pairs }] : []
}

function common(nodes: readonly StackNode[], others: readonly StackNode[]): number {
  if (nodes === others) return nodes.length
  const set = new Set(others)
  return nodes.filter((one) => set.has(one)).length
}
