/** What a file would be if one of its parts failed. */
import type { Infra } from '../../infra/infra.ts'
import { isGuest, type Node } from '../../infra/node.ts'
import type { Link } from '../../infra/parts.ts'
import type { Span } from '../../text/span.ts'
import { t } from '../../words.ts'

export interface Part {
  readonly label: string
  readonly at: Span
  /** The nodes that have to do with it: a packet that meets none of them does not depend on it. */
  readonly nodes: readonly string[]
  /** Gone with it: the node itself and what runs on it. */
  readonly gone: ReadonlySet<string>
  readonly without: Infra
}

/** Every link, or node of a kind, of a realised file, in file order, with the file as it would be without it. */
export function* partsOf(infra: Infra, kind: 'link' | Node['kind']): Generator<Part> {
  if (kind === 'link') for (const link of infra.links) yield linkPart(infra, link)
  else for (const node of infra.nodes.values()) if (node.kind === kind) yield nodePart(infra, node)
}

/** Loss of carrier, as when the cable is pulled: addresses and static routes stay. */
export function linkPart(infra: Infra, link: Link): Part {
  const [a, b] = link.ends
  return {
    label: t`link ${a.node}:${a.interface} – ${b.node}:${b.interface}`, at: link.at, nodes: [a.node, b.node], gone: new Set(),
    without: { ...infra, links: infra.links.map((one) => (one === link ? { ...link, up: { value: false, at: link.at } } : one)) },
  }
}

export function nodePart(infra: Infra, node: Node): Part {
  const gone = fallenWith(infra, node)
  return {
    label: `${t(node.kind)} ${node.name}`, at: node.at, nodes: [node.name], gone,
    without: {
      ...infra,
      nodes: new Map([...infra.nodes].filter(([name]) => !gone.has(name))),
      links: infra.links.map((one) => (one.ends.some((end) => gone.has(end.node)) ? { ...one, up: { value: false, at: one.at } } : one)),
    },
  }
}

/** A host takes its guests with it, and they theirs. */
function fallenWith(infra: Infra, node: Node): ReadonlySet<string> {
  const gone = new Set([node.name])
  for (let before = 0; before !== gone.size; ) {
    before = gone.size
    for (const other of infra.nodes.values()) if (isGuest(other) && other.host && gone.has(other.host.value)) gone.add(other.name)
  }
  return gone
}
