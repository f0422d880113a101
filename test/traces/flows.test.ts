/** Open vSwitch bridges with flows: what arrives is what the flows let through. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { planeOf } from './plane.ts'

const plane = (...flows: readonly string[]) => planeOf(`
infra: 1
servers:
  s1:
    interfaces:
      br0: { type: ovs, flows: [${flows.map((flow) => `"${flow}"`).join(', ')}] }
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
  b: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }
  c: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.3/24 } } }
`)
const ask = (on: ReturnType<typeof plane>, from: string, to: string, port?: number) => {
  const ip = parseIp(to)
  if (!ip) throw new Error(to)
  const { verdict, reason } = traceFlow(on, { from, to: ip, proto: port === undefined ? 'icmp' : 'tcp', ...(port !== undefined && { port }), size: 84, df: false })
  return `${verdict} ${reason}`
}

describe('flows', () => {
  it('are added to the one that every bridge begins with', () => {
    expect(ask(plane('priority=10,ip,nw_dst=10.0.0.3,actions=drop'), 'a', '10.0.0.2')).toBe('delivered null')
    expect(ask(plane('priority=10,ip,nw_dst=10.0.0.3,actions=drop'), 'a', '10.0.0.3')).toBe('dropped filtered')
  })
  it('replace it where they match everything at its priority', () => {
    expect(ask(plane('priority=0,actions=drop'), 'a', '10.0.0.2')).toBe('dropped filtered')
  })
  it('replace an older one of the same match and priority', () => {
    expect(ask(plane('priority=5,ip,actions=drop', 'priority=5,ip,actions=NORMAL'), 'a', '10.0.0.2')).toBe('delivered null')
    expect(ask(plane('ip,priority=5,nw_dst=10.0.0.2,actions=NORMAL', 'priority=5,nw_dst=10.0.0.2,ip,actions=drop'), 'a', '10.0.0.2')).toBe('dropped filtered')
  })
  it('of one priority that both match leave it open, unless they do the same', () => {
    expect(ask(plane('priority=5,ip,actions=drop', 'priority=5,icmp,actions=NORMAL'), 'a', '10.0.0.2')).toBe('unknown unknown-node')
    expect(ask(plane('priority=5,ip,actions=drop', 'priority=5,icmp,actions=drop'), 'a', '10.0.0.2')).toBe('dropped filtered')
    expect(ask(plane('priority=5,ip,actions=drop', 'priority=5,tcp,actions=NORMAL'), 'a', '10.0.0.2')).toBe('dropped filtered')
    expect(ask(plane('priority=5,arp,actions=NORMAL', 'priority=5,in_port=1,actions=drop', 'priority=1,actions=NORMAL'), 'a', '10.0.0.2')).toBe('unknown unknown-node')
  })
  it('match ports of protocols, and send by number or name', () => {
    const web = plane('priority=20,tcp,tp_dst=80,actions=NORMAL', 'priority=10,tcp,actions=drop', 'priority=5,actions=NORMAL')
    expect(ask(web, 'a', '10.0.0.2', 443)).toBe('dropped filtered')
    // The answer comes from port 80: the second rule takes it.
    expect(ask(web, 'a', '10.0.0.2', 80)).toBe('dropped no-return')
    const wired = plane('in_port=1,actions=output:2', 'in_port=2,actions=a-eth0', 'priority=0,actions=drop')
    expect(ask(wired, 'a', '10.0.0.2')).toBe('delivered null')
    expect(ask(wired, 'a', '10.0.0.3')).toBe('dropped neighbour-unreachable')
  })
  it('rewrite and go on in other tables', () => {
    const vlan = plane('table=0,in_port=1,actions=mod_vlan_vid:7,resubmit(,1)', 'table=1,dl_vlan=7,actions=strip_vlan,NORMAL')
    expect(ask(vlan, 'a', '10.0.0.2')).toBe('delivered null')
  })
  it('that are not understood make it unknown, for frames that meet them', () => {
    const some = plane('priority=10,ip,nw_dst=10.0.0.3,actions=ct(commit),NORMAL')
    expect(ask(some, 'a', '10.0.0.2')).toBe('delivered null')
    expect(ask(some, 'a', '10.0.0.3')).toBe('unknown unknown-node')
  })
})
