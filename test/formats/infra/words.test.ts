/** Keys that take one of a few words say so of any other, and offer the nearest. */
import { describe, expect, it } from 'vitest'
import { isStack } from '../../../core/infra/node.ts'
import { read } from '../../../core/formats/infra/read.ts'

const reading = (text: string) => read({ uri: 'file:///x.infra.yaml', text: `infra: 1\n${text}\n`, version: 1 })
const said = (text: string) => reading(text).problems.map(({ code, message, fixes = [] }) => [code, message, fixes.map(({ title }) => title)])
const device = (keys: string): string => `servers: { s: { interfaces: { e: {}, d: { ${keys} } } } }`

describe('a word that is none of those', () => {
  it.each([
    [device('type: macvlan, link: e, mode: brige'), 'brige is not one of private, vepa, bridge, passthru', 'Change to bridge'],
    [device('type: macvtap, link: e, mode: l2'), 'l2 is not one of private, vepa, bridge, passthru', undefined],
    [device('type: ipvlan, link: e, mode: l4'), 'l4 is not one of l2, l3, l3s', 'Change to l2'],
    [device('type: esp, remote: 1.2.3.4, mode: transprot'), 'transprot is not one of tunnel, transport', 'Change to transport'],
    [device('type: bond, mode: active_backup'), 'active_backup is not one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb', 'Change to active-backup'],
    [device('type: bond, mode: 7'), '7 is not one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb', undefined],
    ['servers: { s: { hypervisor: dokcer } }', 'dokcer is not one of kvm, xen, esxi, hyper-v, lxc, docker', 'Change to docker'],
    ['storage: { a: { protocol: smb } }', 'smb is not one of nfs, iscsi, fc, ceph, lvm', undefined],
    ['storage: { a: { kind: blok } }', 'blok is not one of block, file, object', 'Change to block'],
    ['servers: { s: { firewall: { input: { rules: [{ proto: tpc, action: drop }] } } } }', 'tpc is not a protocol like tcp', 'Change to tcp'],
    ['servers: { s: { firewall: { input: { rules: [{ proto: 256, action: drop }] } } } }', '256 is not a protocol like tcp', undefined],
    ['security-groups: { g: { ingress: [{ from: any, proto: imcp }] } }', 'imcp is not a protocol like tcp', 'Change to icmp'],
  ])('%s', (text, message, fix) => {
    const [first, ...others] = said(text)
    expect(first?.slice(0, 2)).toEqual(['wrong-type', message])
    if (fix !== undefined) expect(first?.[2]).toEqual([fix])
    expect(others).toEqual([])
  })
})

it('protocols go by name or number, bonds too', () => {
  const rules = (...protos: readonly string[]) => {
    const { infra, problems } = reading(`servers: { s: { firewall: { input: { rules: [${protos.map((proto) => `{ proto: ${proto}, action: drop }`).join(', ')}] } } } }`)
    const node = infra.nodes.get('s')
    return [problems.length, ...(node && isStack(node) ? node.firewall?.input?.rules.map(({ proto }) => proto?.value) ?? [] : [])]
  }
  expect(rules('tcp', 'TCP', '6', '"17"', 'any', 'all', '0', 'ipv6-icmp', '58', '47', '4', '200')).toEqual(
    [0, 'tcp', 'tcp', 'tcp', 'udp', undefined, undefined, undefined, 'icmpv6', 'icmpv6', 'gre', 'ipip', '200'])
  const modeOf = (mode: string) => {
    const node = reading(device(`type: bond, mode: ${mode}`)).infra.nodes.get('s')
    return node?.interfaces.get('d')?.mode?.value
  }
  expect(['0', '1', '"4"', 'balance-alb'].map(modeOf)).toEqual(['balance-rr', 'active-backup', '802.3ad', 'balance-alb'])
})

it('a key that is there already is not what was meant by another', () => {
  expect(said('servers: { s: { memory: 1GiB, memry: 2GiB } }')).toEqual([['unknown-key', 'a server has no key memry', []]])
  expect(said('servers: {}\nserverz: {}')).toEqual([['unknown-key', 'an infra file has no key serverz', []]])
})

it('slips of the fingers are told one by one, however many, and what resembles nothing together', () => {
  expect(said('servers: { s: { memry: 2GiB, cpuz: 4, rak: r1, siet: a } }').map(([, , fixes]) => fixes)).toEqual([['Change to memory'], ['Change to cpus'], ['Change to rack'], ['Change to site']])
  expect(said('servers: { s: { memry: 2GiB, quantum: 4, photon: r1, graviton: a } }').map(([, message]) => message)).toEqual([
    'a server has no key memry; did you mean memory?', 'a server has no keys quantum, photon and graviton; they seem to belong elsewhere'])
})

it('a route and its addresses are of one family, but for IPv4 by IPv6 next hops', () => {
  const routes = (...keys: readonly string[]) => said(`servers: { a: { routes: [${keys.map((one) => `{ ${one} }`).join(', ')}] } }`).map(([code, message]) => `${String(code)}: ${String(message)}`)
  expect(routes('to: 10.9.0.0/16, via: "fd00::2"', 'to: 10.9.0.0/16, via: [10.0.0.2, "fd00::2"], src: 10.0.0.1', 'to: default, via: "fd00::2", src: "fd00::1"')).toEqual([])
  expect(routes('to: "fd09::/64", via: 10.0.0.2')).toEqual(['address-invalid: an IPv6 route has no IPv4 next hop: 10.0.0.2'])
  expect(routes('to: "fd09::/64", via: ["fd00::2", 10.0.0.2]')).toEqual(['address-invalid: an IPv6 route has no IPv4 next hop: 10.0.0.2'])
  expect(routes('to: 10.9.0.0/16, dev: e, src: "fd00::1"')).toEqual(['address-invalid: fd00::1 is no source of an IPv4 route'])
})

it('published ports stand port for port', () => {
  const ports = (written: string) => said(`containers: { c: { ports: ["${written}"] } }`).map(([code]) => code)
  expect(['8000-8002:80-82', '8000-8010:80', '80', '1-3'].flatMap(ports)).toEqual([])
  expect(['1-3:1-2', '5:1-2'].flatMap(ports)).toEqual(['wrong-type', 'wrong-type'])
})
