/** Two wireguard peers that claim the same range. */
import { prefixOf, printPrefix } from '../address/ip.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'wireguard-allowed-overlap',
  title: 'Two peers claim one range',
  severity: 'error',
  explanation: explain({
    what: 'The same prefix is `allowed` for two peers of one wireguard device.',
    why: 'A range belongs to one peer: setting it for the second takes it away from the first (allowedips.c), silently.',
    mend: 'Give each peer its own range.',
    wrong: 'peers: [{ remote: 20.0.0.2, allowed: 10.2.0.0/24 }, { remote: 20.0.0.3, allowed: 10.2.0.0/24 }]',
    right: 'peers: [{ remote: 20.0.0.2, allowed: 10.2.0.0/24 }, { remote: 20.0.0.3, allowed: 10.3.0.0/24 }]',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      const first = new Map<string, { peer: number; at: Span }>()
      for (const [peer, { allowed }] of (device.interface.tunnel?.peers ?? []).entries()) {
        for (const { value, at } of allowed) {
          const text = printPrefix(prefixOf(value.ip, value.length ?? (value.ip.family === 4 ? 32 : 128)))
          const known = first.get(text)
          if (!known) first.set(text, { peer, at })
          else if (known.peer !== peer) {
            report({ at, subject: labelOf(device), message: t`${text} is allowed for two peers of ${labelOf(device)}; the last one gets it`, related: [{ message: t('allowed here first'), at: known.at }], fixes: allowed.length > 1 ? [{ title: t('Allow it for the first only'), change: { kind: 'remove', at } }] : [] })
          }
        }
      }
    }
  },
}
