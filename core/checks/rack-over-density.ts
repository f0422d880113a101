/** More servers in a rack than it has room for. */
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'rack-over-density',
  title: 'Rack is over-full',
  severity: 'information',
  explanation: explain({
    what: 'A rack holds more than 40 servers.',
    why: 'A rack has 42 units, two of which the switches need.',
    mend: 'Spread the servers over more racks.',
    wrong: '# 48 servers with rack: r1',
    right: '# 24 with rack: r1, 24 with rack: r2',
  }),
  run(context, report) {
    const racks = new Map<string, { count: number; at: Span; node: string }>()
    for (const node of context.written.nodes.values()) {
      if (node.kind !== 'server' || !node.rack) continue
      const known = racks.get(node.rack.value)
      racks.set(node.rack.value, { count: (known?.count ?? 0) + 1, at: node.rack.at, node: node.name })
    }
    for (const [rack, { count, at, node }] of racks) if (count > 40) report({ at, subject: node, message: t`rack ${rack} holds ${count} servers, and has room for about 40` })
  },
}
