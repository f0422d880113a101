/** The packets that an expectation's `port` and `proto` stand for. */
import type { PortRange } from '../../address/port.ts'
import { undecided, type Outcome } from '../expectation.ts'
import type { Ask } from './pairs.ts'
import { t } from '../../words.ts'

/** A range of ports is asked at both its ends; without port and protocol it is an echo. */
export function asksOf(port: PortRange | undefined, proto: string | undefined): readonly Ask[] | Outcome {
  if (port) {
    const { protocol } = port
    if (protocol === 'sctp') return undecided(t('sctp is not simulated'))
    return [...new Set([port.first, port.last])].map((one) => ({ proto: protocol, port: one }))
  }
  if (proto === undefined || proto === 'icmp') return [{ proto: 'icmp' }]
  return proto === 'tcp' || proto === 'udp' ? [{ proto }] : undecided(t`${proto} is not simulated`)
}
