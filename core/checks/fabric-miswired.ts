/** A cable between two switching elements of a fabric that its topology does not have. */
import { expandFabric } from '../fabric/index.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOfEnd } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'fabric-miswired',
  title: 'Cable that the fabric does not have',
  severity: 'error',
  explanation: explain({
    what: 'A link joins two parts of one fabric that its topology keeps apart: two edges of a fat tree, two leaves, a server and a leaf that is not its own.',
    why: 'Paths, figures and the address scheme follow from the wiring: a shortcut draws traffic that its port was never sized for, and a server behind another leaf has an address that nobody looks for there.',
    mend: 'Take the cable away, or lead it to a neighbour that the message names.',
    wrong: 'fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }\nlinks: [[dc-leaf0:x1, dc-leaf1:x1]]',
    right: 'fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }\nlinks: [[dc-leaf0:x1, router:p1]]',
  }),
  run(context, report) {
    if (context.written.links.length === 0) return
    for (const fabric of context.written.fabrics.values()) {
      const { nodes, links } = expandFabric(fabric)
      const neighbours = new Map<string, Set<string>>(nodes.map((node) => [node.name, new Set()]))
      for (const { ends: [a, b] } of links) {
        neighbours.get(a.node)?.add(b.node)
        neighbours.get(b.node)?.add(a.node)
      }
      for (const link of context.written.links) {
        const [a, b] = link.ends
        const mine = neighbours.get(a.node)
        if (!mine || !neighbours.has(b.node) || mine.has(b.node) || a.node === b.node) continue
        report({
          at: link.at, subject: `link:${labelOfEnd(a)}-${labelOfEnd(b)}`,
          message: t`${a.node} and ${b.node} are no neighbours in the ${fabric.type.value} ${fabric.name}: ${a.node} is wired to ${listed([...mine], 4)}`,
          related: [{ message: `${fabric.type.value} ${fabric.name}`, at: fabric.at }],
          fixes: [{ title: t('Take the cable away'), change: { kind: 'remove', at: link.at } }],
        })
      }
    }
  },
}
