/** ipvlan l3s: what comes in passes its host's rules and not the child's. The same text is asked of the kernel. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { planeOf } from './plane.ts'

const plane = planeOf(readFileSync(new URL('../kernel/fixtures/ipvlan-l3s-by-its-hosts-rules.infra.yaml', import.meta.url), 'utf8'))
const ask = (from: string, to: string, port?: number) => {
  const ip = parseIp(to)
  if (!ip) throw new Error(to)
  const { verdict, reason, reply } = traceFlow(plane, { from, to: ip, proto: port === undefined ? 'icmp' : 'tcp', ...(port !== undefined && { port }), size: 84, df: false })
  return `${verdict} ${reason} ${reply?.verdict}`
}

describe('an ipvlan l3s child', () => {
  it('gets what its host lets in', () => {
    expect(ask('h', '10.5.0.11')).toBe('dropped filtered undefined')
    expect(ask('h', '10.6.0.12')).toBe('delivered null delivered')
  })
  it('gets no answer that its host does not let in', () => expect(ask('a', '10.0.0.2')).toBe('dropped no-return dropped'))
  it('gets what its host translates to it', () => expect(ask('h', '10.0.0.1', 80)).toBe('delivered null delivered'))
})
