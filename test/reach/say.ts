/** Reach's answers in few words, a line each, for comparing with what a fixture expects. */
import { parseIp, printIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { finished, planeOf } from '../traces/plane.ts'

const line = ({ from, to, address, verdict, reason, because, pathMtu }: ReachPair): string =>
  `${from} → ${to} ${printIp(address)} ${verdict}${reason ? ` ${reason}` : ''}${reason === 'no-return' ? ` (${because ?? ''})` : ''}${pathMtu === null ? '' : ` ${pathMtu}`}`

/** `a → b address verdict reason mtu` of all pairs, or of those from one node. */
export const said = (text: string, from?: string, to?: string): readonly string[] =>
  finished(reach(planeOf(text), { ...(from !== undefined && { from: [from] }), ...(to !== undefined && { to: [to] }) })).map(line)

/** Does a packet of that size arrive, with or without DF? */
export function arrives(text: string, from: string, to: string, address: string, size: number, df: boolean): string {
  const ip = parseIp(address)
  if (!ip) throw new Error(`${address} is no address`)
  const { verdict, reason } = traceFlow(planeOf(text), { from, to: ip, toNode: to, proto: 'icmp', size, df })
  return verdict === 'delivered' || reason === 'no-return' ? 'arrives' : reason ?? verdict
}
