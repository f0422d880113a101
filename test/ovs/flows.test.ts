/** Flows before a real Open vSwitch: random tables and packets, where each packet goes and as what, against ofproto/trace. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIp, printIp } from '../../core/address/ip.ts'
import { parseMac, printMac } from '../../core/address/mac.ts'
import { effectsOf, localPort, readFlows } from '../../core/forwarding/flows.ts'
import type { Frame } from '../../core/forwarding/packet.ts'
import { missing, startSwitch, type Switch } from './switch.ts'

const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03']
const ips = ['10.0.0.1', '10.0.0.2', '10.0.1.3']

interface Sent {
  readonly port: number
  readonly src: number
  readonly dst: number
  readonly vlan: number | undefined
  readonly kind: 'icmp' | 'tcp' | 'udp' | 'arp'
  readonly from: number
  readonly to: number
  readonly tp: number
}

const sent: fc.Arbitrary<Sent> = fc.record({
  port: fc.integer({ min: 1, max: 3 }), src: fc.nat(2), dst: fc.nat(2), vlan: fc.option(fc.constantFrom(7, 9), { nil: undefined, freq: 2 }),
  kind: fc.constantFrom('icmp', 'tcp', 'udp', 'arp'), from: fc.nat(2), to: fc.nat(2), tp: fc.constantFrom(53, 80),
})

const field = fc.oneof(
  fc.constantFrom('in_port=1', 'in_port=2', 'in_port=p3', `dl_src=${macs[0]}`, `dl_dst=${macs[1]}`, 'dl_dst=02:00:00:00:00:00/ff:ff:ff:ff:ff:fe', 'dl_vlan=7', 'dl_vlan=0xffff', 'vlan_tci=0x0000'),
  fc.constantFrom('arp', 'icmp', 'tcp', 'udp', 'ip', 'ip,nw_src=10.0.0.1', 'ip,nw_dst=10.0.0.0/24', 'tcp,tp_dst=80', 'udp,tp_dst=53', 'ip,nw_proto=6', 'arp,arp_tpa=10.0.0.2', 'arp,arp_op=1', 'ip,nw_dst=10.0.1.3', 'dl_type=0x0806', 'tcp,tcp_src=40000'),
)
const action = fc.constantFrom(
  'NORMAL', 'output:1', 'output:2', '3', 'LOCAL', 'IN_PORT', 'FLOOD', 'ALL', 'mod_vlan_vid:7', 'mod_vlan_vid:12', 'strip_vlan', `mod_dl_dst:${macs[2]}`, `mod_dl_src:${macs[1]}`,
  'mod_nw_dst:10.0.0.2', 'mod_nw_src:10.0.1.3', 'resubmit(,1)', 'resubmit(,2)', 'p2', 'output:p1',
)
const rules = fc.array(fc.record({ table: fc.constantFrom(0, 0, 0, 1, 2), fields: fc.array(field, { minLength: 1, maxLength: 2 }), actions: fc.array(action, { maxLength: 4 }) }), { minLength: 1, maxLength: 7 })
  .map((list) => list.map(({ table, fields, actions }, i) => {
    // Of two protocols, or two words for one field, a flow is refused: the first stays. Rewriting an address asks for IP first.
    const names = new Set<string>()
    const some = fields.filter((one) => {
      const group = /^(arp|icmp|tcp|udp|ip|dl_type)/.test(one) ? 'type' : /vlan/.test(one) ? 'vlan' : one.split('=')[0] ?? ''
      return names.has(group) ? false : names.add(group)
    })
    const isIp = some.some((one) => /^(icmp|tcp|udp|ip)/.test(one))
    // Going down the tables only, as those that go round end by a limit that only the real one counts.
    const allowed = actions.filter((one) => (isIp || !one.startsWith('mod_nw')) && !(/resubmit/.test(one) && Number(/\d/.exec(one)?.[0]) <= table))
    return `table=${table},priority=${100 - i},${some.join(',')},actions=${allowed.length > 0 ? allowed.join(',') : 'drop'}`
  }))

const spelled = ({ port, src, dst, vlan, kind, from, to, tp }: Sent): string => [
  `in_port=${port}`, `dl_src=${macs[src]}`, `dl_dst=${macs[dst]}`, vlan === undefined ? '' : `dl_vlan=${vlan}`,
  kind === 'arp' ? `arp,arp_op=1,arp_spa=${ips[from]},arp_tpa=${ips[to]}` : `${kind},nw_src=${ips[from]},nw_dst=${ips[to]},nw_ttl=64${kind === 'icmp' ? '' : `,${kind}_src=40000,${kind}_dst=${tp}`}`,
].filter((one) => one !== '').join(',')

function frameOf({ src, dst, vlan, kind, from, to, tp }: Sent): Frame {
  const ip = (n: number) => parseIp(ips[n] ?? '') ?? { family: 4 as const, value: 0n }
  const mac = (n: number) => parseMac(macs[n] ?? '') ?? 0
  return {
    src: mac(src), dst: mac(dst), tags: vlan === undefined ? [] : [{ protocol: '802.1q', id: vlan }],
    payload: kind === 'arp' ? { kind: 'neighbour', ask: true, target: ip(to), sender: ip(from), senderMac: mac(src) } : {
      kind: 'ip', src: ip(from), dst: ip(to), proto: kind, answer: false, sport: 40000, dport: kind === 'icmp' ? 0 : tp, ttl: 64, df: false, size: 84, piece: 84, carried: undefined,
    },
  }
}

const print = (port: string | number, frame: Frame): string => [
  port, frame.tags.map(({ id }) => id).join('.') || '-', printMac(frame.src), printMac(frame.dst),
  frame.payload.kind === 'ip' ? `${printIp(frame.payload.src)}>${printIp(frame.payload.dst)}` : '',
].join(' ')

function ours(flows: readonly string[], one: Sent): readonly string[] {
  const at = { number: one.port, name: `p${one.port}` }
  const out: string[] = []
  for (const { to, frame } of effectsOf(readFlows(flows), frameOf(one), at)) {
    const others = [1, 2, 3, 100].filter((port) => port !== one.port)
    if (to.kind === 'unknown') out.push(`unknown ${to.why}`)
    else if (to.kind === 'in-port') out.push(print(one.port, frame))
    else if (to.kind !== 'port') out.push(...others.map((port) => print(port, frame)))
    else {
      const port = to.port === 'LOCAL' || to.port === String(localPort) ? 100 : Number(to.port.replace('p', ''))
      if (port !== one.port) out.push(print(port, frame))
    }
  }
  return out.sort()
}

/** Datapath actions carried out on the packet. */
function theirs(actions: string, one: Sent): readonly string[] {
  let frame = frameOf(one)
  const out: string[] = []
  for (const [, name = '', words = ''] of actions.matchAll(/([a-z_]+|\d+)((?:\((?:[^()]|\([^()]*\))*\))?)(?:,|$)/g)) {
    if (/^\d+$/.test(name)) out.push(print(name, frame))
    else if (name === 'pop_vlan') frame = { ...frame, tags: frame.tags.slice(1) }
    else if (name === 'push_vlan') frame = { ...frame, tags: [{ protocol: '802.1q', id: Number(/vid=(\d+)/.exec(words)?.[1]) }, ...frame.tags] }
    else if (name === 'set') {
      const value = (key: string, within: string): string | undefined => new RegExp(`${within}\\([^()]*${key}=([^,()]+)`).exec(words)?.[1]
      const [src, dst] = [value('src', 'eth'), value('dst', 'eth')]
      frame = { ...frame, ...(src && { src: parseMac(src) ?? 0 }), ...(dst && { dst: parseMac(dst) ?? 0 }) }
      const [from, to] = [value('src', 'ipv4'), value('dst', 'ipv4')]
      const { payload } = frame
      if (payload.kind === 'ip') frame = { ...frame, payload: { ...payload, src: parseIp(from ?? '') ?? payload.src, dst: parseIp(to ?? '') ?? payload.dst } }
    } else if (name !== 'drop') out.push(`not read: ${name}${words}`)
  }
  return out.sort()
}

const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is missing)` : ''
describe(`flows as Open vSwitch has them${why}`, () => {
  let real: Switch | undefined
  beforeAll(() => {
    if (missing.length === 0) real = startSwitch()
  })
  afterAll(() => real?.stop())

  it.skipIf(missing.length > 0)('send the same copies to the same ports', () => {
    fc.assert(fc.property(rules, fc.array(sent, { minLength: 8, maxLength: 12 }), fc.constantFrom('NORMAL', 'drop'), (made, packets, rest) => {
      const flows = [...made, `priority=0,actions=${rest}`]
      real?.setFlows(flows)
      for (const one of packets) {
        const actions = real?.trace(spelled(one)) ?? ''
        expect({ packet: spelled(one), flows, out: ours(flows, one) }).toEqual({ packet: spelled(one), flows, out: theirs(actions, one) })
      }
    }), { seed: 20261121, numRuns: Number(process.env['UNDERLAY_OVS_RUNS'] ?? 40), endOnFailure: false })
  }, 300_000)
})
