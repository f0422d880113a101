/** Why not, fault by fault: one thing is wrong in a network that works, and the fewest settings that mend it are found. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { analyze, finish, readSource, trace } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { whyNot } from '../../core/why-not.ts'

const uri = 'file:///faults.infra.yaml'
const analysed = (text: string) => {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(analyze([reading]))
}

/** Titles of what is proposed, what is lacking, and the verdict once the edits are in the text. */
function ask(text: string, from: string, to: string, ip: string, more: { readonly proto?: 'tcp'; readonly port?: number } = {}) {
  const address = parseIp(ip)
  if (!address) throw new Error(ip)
  const flow = { from, to: address, toNode: to, proto: 'icmp' as const, size: 84, df: false, ...more }
  const analysis = analysed(text)
  const { steps, edits, lacks } = finish(whyNot(analysis, flow))
  const after = steps && applyEdits({ uri, text, version: 1 }, edits)
  return { before: trace(analysis, flow).verdict, titles: steps?.map(({ title }) => title), lacks, text: after, after: after === undefined ? undefined : trace(analysed(after), flow).verdict }
}

const routed = `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
  b: { interfaces: { eth0: { address: 10.0.3.1/24, gateway: 10.0.3.254 } } }
routers:
  r:
    interfaces: { p1: { address: 10.0.1.254/24 }, p2: { address: 10.0.2.1/24 } }
    routes:
      - { to: 10.0.3.0/24, via: 10.0.2.2 }
  q:
    interfaces: { p1: { address: 10.0.2.2/24 }, p2: { address: 10.0.3.254/24 } }
    routes:
      - { to: 10.0.1.0/24, via: 10.0.2.1 }
links: [[a:eth0, r:p1], [r:p2, q:p1], [q:p2, b:eth0]]
`
const switched = `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 } } }
switches:
  s1: { vlan-aware: true, ports: { a: { vlan: 10 }, up: { trunk: [10, 20] } } }
  s2: { vlan-aware: true, ports: { b: { vlan: 10 }, up: { trunk: [10, 20] } } }
links: [[a:eth0, s1:a], [s1:up, s2:up], [s2:b, b:eth0]]
`
const tunnelled = `infra: 1
servers:
  s1:
    interfaces:
      eth0: { address: 192.0.2.1/24 }
      br0: { type: bridge }
      vx: { type: vxlan, id: 7, local: 192.0.2.1, remote: 192.0.2.2, master: br0 }
  s2:
    interfaces:
      eth0: { address: 192.0.2.2/24 }
      br0: { type: bridge }
      vx: { type: vxlan, id: 7, local: 192.0.2.2, remote: 192.0.2.1, master: br0 }
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mac: "02:00:00:00:00:0a" } } }
  b: { host: s2, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24, mac: "02:00:00:00:00:0b" } } }
links: [[s1:eth0, s2:eth0]]
`
type Case = readonly [what: string, base: string, now: readonly (readonly [string, string])[], ip: string, titles: readonly string[]]
const cases: readonly Case[] = [
  ['a next hop that nobody has', routed, [['via: 10.0.2.2', 'via: 10.0.2.9']], '10.0.3.1', ['Send by 10.0.2.2 of q instead of 10.0.2.9 on r']],
  ['a next hop on no link', routed, [['via: 10.0.2.2', 'via: 203.0.113.9']], '10.0.3.1', ['Send by 10.0.2.2 of q instead of 203.0.113.9 on r']],
  ['no route back', routed, [['    routes:\n      - { to: 10.0.1.0/24, via: 10.0.2.1 }\n', '']], '10.0.3.1', ['Add a route to 10.0.1.0/24 via 10.0.2.1 of r on q']],
  ['a prefix length without the gateway', routed, [['10.0.1.1/24', '10.0.1.1/32']], '10.0.3.1', ['Give a:eth0 the prefix length of its neighbours, 10.0.1.1/24']],
  ['a gateway whose address is missing', routed, [['p1: { address: 10.0.1.254/24 }', 'p1: {}']], '10.0.3.1', ['Give r:p1 the address 10.0.1.254/24']],
  ['a device of a router that is down', routed, [['p2: { address: 10.0.2.1/24 }', 'p2: { address: 10.0.2.1/24, up: false }']], '10.0.3.1', ['Set r:p2 up']],
  ['a router in two vrfs', routed, [['p1: { address: 10.0.1.254/24 }', 'red: { type: vrf, table: 5 }, p1: { address: 10.0.1.254/24, master: red }']], '10.0.3.1', ['Take r:p1 out of its vrf']],
  ['two settings at once', routed, [['gateway: 10.0.1.254', 'gateway: 10.0.1.9'], ['via: 10.0.2.2', 'via: 10.0.2.9']], '10.0.3.1', ['Send by 10.0.1.254 of r instead of 10.0.1.9 on a', 'Send by 10.0.2.2 of q instead of 10.0.2.9 on r']],
  ['a cable that is not there', routed, [['[a:eth0, r:p1], ', '']], '10.0.3.1', ['Put a cable between a:eth0 and r:p1']],
  ['a question that is not answered', switched, [['10.0.0.2/24 } }', '10.0.0.2/24 } }, sysctl: { arp_ignore: 8 }']], '10.0.0.2', ['Let b answer ARP for its addresses (arp_ignore 0)']],
  ['a port in another VLAN', switched, [['a: { vlan: 10 }', 'a: { vlan: 20 }']], '10.0.0.2', ['Put s2:b into VLAN 20']],
  ['a trunk without the VLAN', switched, [['up: { trunk: [10, 20] } }', 'up: { trunk: [20] } }']], '10.0.0.2', ['Carry VLAN 10 on s1:up']],
  ['trunks without the VLAN at both ends', switched, [['up: { trunk: [10, 20] } }', 'up: { trunk: [20] } }'], ['up: { trunk: [10, 20] } }', 'up: { trunk: [20] } }']], '10.0.0.2', ['Carry VLAN 10 on s1:up', 'Carry VLAN 10 on s2:up']],
  ['a tunnel with another number', tunnelled, [['id: 7, local: 192.0.2.2', 'id: 8, local: 192.0.2.2']], '10.0.0.2', ['Set id 8 on s1:vx']],
  ['a tunnel with another port', tunnelled, [['id: 7, local: 192.0.2.2', 'id: 7, port: 8472, local: 192.0.2.2']], '10.0.0.2', ['Set port 8472 on s1:vx']],
  ['a tunnel that sends elsewhere', tunnelled, [['remote: 192.0.2.2', 'remote: 192.0.2.9']], '10.0.0.2', ['Let s1:vx send to 192.0.2.2 of s2']],
  ['a tunnel that no bridge holds', tunnelled, [['remote: 192.0.2.2, master: br0', 'remote: 192.0.2.2']], '10.0.0.2', ['Make s1:vx a port of br0']],
  ['a guest that is plugged in nowhere', tunnelled, [['attach: br0, address: 10.0.0.1', 'address: 10.0.0.1']], '10.0.0.2', ['Plug a:eth0 into s1:br0']],
  ['an entry that leads to the wrong end', tunnelled, [['id: 7, local: 192.0.2.1', 'id: 7, fdb: [{ mac: "02:00:00:00:00:0b", remote: 192.0.2.1 }], local: 192.0.2.1']], '10.0.0.2', ['Say on s1:vx that 02:00:00:00:00:0b is behind 192.0.2.2']],
  ['a host whose filter lets no tunnel in', tunnelled, [['  s2:\n', '  s2:\n    firewall: { input: { policy: drop } }\n']], '10.0.0.2', ['Accept 192.0.2.1 → 192.0.2.2 in input at s2']],
]

describe('why not, of one fault', () => {
  it.each(cases)('%s', (_, base, faults, ip, titles) => {
    // From the back, so that the same words may be changed twice.
    const text = faults.reduce((now, [good, bad]) => {
      expect(now).toContain(good)
      return now.replace(good, bad)
    }, base)
    expect(ask(base, 'a', 'b', ip).before).toBe('delivered')
    const found = ask(text, 'a', 'b', ip)
    expect(found).toMatchObject({ before: 'dropped', titles, after: 'delivered' })
  })

  it('lets one pair pass before the rule that drops many, and says what it was asked for', () => {
    const many = routed.replace('  r:\n', '  r:\n    firewall:\n      forward:\n        policy: accept\n        rules:\n          - { proto: udp, action: accept }\n          - { from: 10.0.0.0/8, action: drop }  # for now\n')
    const { titles, text, after } = ask(many, 'a', 'b', '10.0.3.1', { proto: 'tcp', port: 443 })
    expect(titles).toEqual(['Accept 10.0.1.1 → 10.0.3.1 in forward at r', 'Accept 10.0.3.1 → 10.0.1.1 in forward at r'])
    expect(after).toBe('delivered')
    expect(text).toContain('          - { from: 10.0.1.1, to: 10.0.3.1, proto: tcp, ports: 443, action: accept }\n')
    expect(text).toContain('          - { from: 10.0.0.0/8, action: drop }  # for now\n')
  })
  it('puts a rule before another in brackets, in JSON and in lines, and not under an anchor', () => {
    const rule = '{ from: 10.0.1.0/24, action: drop }'
    const one = (rules: string): string => routed.replace('  r:\n', `  r:\n    firewall: { forward: { policy: accept, rules: ${rules} } }\n`)
    const asked = (text: string) => ask(text, 'a', 'b', '10.0.3.1')
    const accepted = '{ from: 10.0.1.1, to: 10.0.3.1, action: accept }'
    expect(asked(one(`[${rule}]`)).text).toContain(`rules: [${accepted}, ${rule}]`)
    expect(asked(one(`[\n      ${rule}\n    ]`)).text).toContain(`[\n      ${accepted},\n      ${rule}\n    ]`)
    const json = JSON.stringify({
      infra: 1, servers: { a: { interfaces: { e: { address: '10.0.0.1/24' } } }, b: { interfaces: { e: { address: '10.0.0.2/24' } }, firewall: { input: { policy: 'accept', rules: [{ from: '10.0.0.0/8', action: 'drop' }] } } } },
      links: [['a:e', 'b:e']],
    })
    const found = ask(json, 'a', 'b', '10.0.0.2')
    expect(found).toMatchObject({ titles: ['Accept 10.0.0.1 → 10.0.0.2 in input at b'], after: 'delivered' })
    expect(() => JSON.parse(found.text ?? '') as unknown).not.toThrow()
    // What an anchor says elsewhere is others' as well.
    expect(asked(`x-rule: &rule ${rule}\n${one('[*rule]')}`)).toMatchObject({ titles: undefined, lacks: 'it ends at r (forward: rule 1: drop from 10.0.1.0/24)' })
  })
  it('makes a reverse path filter loose before it turns it off', () => {
    const { titles, after } = ask(routed.replace('  q:\n', '  q:\n    sysctl: { rp_filter: 1 }\n').replace('{ to: 10.0.1.0/24, via: 10.0.2.1 }', '{ to: 10.0.0.0/22, via: 10.0.3.1 }'), 'a', 'b', '10.0.3.1')
    expect(titles?.length).toBeGreaterThan(0)
    expect(titles).not.toContain('Turn rp_filter off at q')
    expect(after).toBe('delivered')
  })
  it('says in words who has the address, and that nothing joins the two', () => {
    expect(ask(routed, 'a', 'b', '10.9.9.9')).toMatchObject({ titles: undefined, lacks: 'nobody in the file has the address 10.9.9.9' })
    expect(ask(`${routed}externals:\n  x: { interfaces: { e: { address: 172.16.0.1/24 } } }\nswitches: { far: {} }\n`.replace('q:p2, b:eth0]]', 'q:p2, b:eth0], [x:e, far:p1]]'), 'a', 'far', '172.16.0.1').titles).toBeUndefined()
    const apart = `infra: 1\nservers:\n  a: { interfaces: { br0: { type: bridge, address: 10.0.0.1/24 } } }\n  b: { interfaces: { br0: { type: bridge, address: 10.0.1.1/24 } } }\n`
    expect(ask(apart, 'a', 'b', '10.0.1.1')).toMatchObject({ titles: undefined, lacks: 'no wire, bridge or tunnel joins a and b at all: nearest to each other would be a and b' })
    const twice = `infra: 1\nservers:\n  s: { interfaces: { br0: { type: bridge }, br1: { type: bridge } } }\nvms:\n  a: { host: s, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\n  b: { host: s, interfaces: { eth0: { attach: br1, address: 10.0.0.1/24 } } }\n`
    expect(ask(twice, 'a', 'b', '10.0.0.1').lacks).toBe('a has 10.0.0.1 itself, so that nothing it sends there ever leaves it: one of the two needs another address')
  })
  it('can be stopped at every step', () => {
    const work = whyNot(analysed(routed.replace('via: 10.0.2.2', 'via: 10.0.2.9')), { from: 'a', to: parseIp('10.0.3.1') ?? { family: 4, value: 0n }, toNode: 'b', proto: 'icmp', size: 84, df: false })
    expect(work.next().done).toBe(false)
    expect(work.return({} as never).done).toBe(true)
  })
})
