/** Who speaks of ports or of other addresses than their own: filters, translations, published ports. Few of many nodes do. */
import type { CheckContext } from '../../checks/check.ts'
import { changedNames } from '../../infra/changed.ts'
import type { Infra } from '../../infra/infra.ts'
import { isStack, type Node, type StackNode } from '../../infra/node.ts'

interface Known {
  readonly nodes: Infra['nodes']
  readonly speakers: readonly StackNode[]
}

// By the line of planes that were compiled from each other: of the next one only those are looked at that changed.
const known = new WeakMap<object, Known>()

/** In file order. */
export function portSpeakers({ infra: { nodes }, plane: { line } }: CheckContext): readonly StackNode[] {
  const before = known.get(line)
  const speakers = before && stillSpeak(before, nodes) ? before.speakers : [...nodes.values()].filter(speaksOfPorts)
  known.set(line, { nodes, speakers })
  return speakers
}

/** Whether nobody that changed spoke or speaks, and those who speak stand in the order they stood in. */
function stillSpeak({ nodes: old, speakers }: Known, nodes: Infra['nodes']): boolean {
  const { names, inPlace } = changedNames(old, nodes)
  const speaks = (node: Node | undefined): boolean => node !== undefined && speaksOfPorts(node)
  return (inPlace || speakers.length < 2) && !names.some((name) => speaks(old.get(name)) || speaks(nodes.get(name)))
}

function speaksOfPorts(node: Node): node is StackNode {
  if (!isStack(node)) return false
  const { firewall } = node
  return node.nat.some(({ kind }) => kind === 'dnat') || (node.kind === 'container' && node.ports.length > 0)
    || (firewall !== undefined && [firewall.input, firewall.forward, firewall.output].some((chain) => chain?.rules.some(({ ports }) => ports.length > 0)))
}
