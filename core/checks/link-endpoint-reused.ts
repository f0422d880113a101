/** A port that two links end in. */
import type { Span } from '../text/span.ts'
import type { Link, LinkEnd } from '../infra/parts.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOfEnd } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'link-endpoint-reused',
  title: 'Port is in two links',
  severity: 'error',
  explanation: explain({
    what: 'The same interface is an end of two links.',
    why: 'A wire has two ends, and a socket takes one plug.',
    mend: 'Give the second link a port of its own, or put a switch in between.',
    wrong: 'links:\n  - [s1:eth0, sw1:p1]\n  - [s1:eth0, sw2:p1]',
    right: 'links:\n  - [s1:eth0, sw1:p1]\n  - [s1:eth1, sw2:p1]',
  }),
  run(context, report) {
    const first = new Map<string, { readonly at: Span; readonly link: Link }>()
    for (const link of context.infra.links) {
      for (const end of link.ends) {
        const label = labelOfEnd(end)
        const known = first.get(label)
        if (!known) first.set(label, { at: end.at, link })
        else report({ at: end.at, subject: label, message: t`${label} is already an end of another link`, related: [{ message: t('the other link'), at: known.at }], fixes: link.origin.by === 'text' ? mends(context, end, link, known.link) : [] })
      }
    }
  },
}

/** A second cable between the same two would close a loop: it goes. Another one gets a socket of its own. */
function mends(context: CheckContext, end: LinkEnd, link: Link, other: Link): readonly Fix[] {
  const nodes = ({ ends }: Link): string => ends.map(({ node }) => node).sort().join(' ')
  return nodes(link) === nodes(other) ? [{ title: t('Take this cable away'), change: { kind: 'remove', at: link.at } }] : nextSocket(context, end)
}

/** The next number of the same kind of name that neither the node nor a link has. */
function nextSocket(context: CheckContext, end: LinkEnd): readonly Fix[] {
  const [, head, digits] = /^(.*?)(\d*)$/.exec(end.interface) ?? []
  if (head === undefined) return []
  const node = context.infra.nodes.get(end.node)
  let number = Number(digits ?? '') + 1
  while (node?.interfaces.has(`${head}${number}`)) number++
  const value = `${end.node}:${head}${number}`
  return [{ title: t`Use ${value}`, change: { kind: 'correct', at: end.at, value } }]
}
