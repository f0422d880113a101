/** Each kind of expectation, with its verdict written behind it in the text. */
import { describe, expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

/** Behind each entry stands `# pass`, `# fail: message` or `# undecided: message`; a trailing … stands for any rest. */
function verdicts(text: string): void {
  const wanted = text.split('\n').flatMap((line) => {
    const match = /^ {2}- .*# (pass|fail|undecided)(?:: (.*))?$/.exec(line)
    return match ? [{ status: match[1], message: match[2]?.trim() ?? '' }] : []
  })
  const analysis = analyzeText(text)
  const found = analysis.expectations.map(({ status, message }, i) => {
    const want = wanted[i]?.message ?? ''
    return { status, message: want.endsWith('…') && message.startsWith(want.slice(0, -1)) ? want : message }
  })
  expect(found).toEqual(wanted)
  expect(analysis.problems.filter((one) => one.code === 'expectation-failed').length).toBe(wanted.filter((one) => one.status === 'fail').length)
}

// vm1 – br1 – s1 – br2 – vm2, and vm3 beside vm1
const house = `
infra: 1
tenants: { blue: {}, red: {} }
servers:
  s1:
    forwarding: true
    interfaces:
      br1: { type: bridge, address: 10.1.0.254/24 }
      br2: { type: bridge, address: 10.2.0.254/24 }
    firewall:
      forward:
        policy: accept
        rules:
          - { in: br1, out: br2, proto: tcp, ports: [22/tcp], action: drop }
          - { from: 10.1.0.3/32, action: drop }
  s2: { interfaces: { br0: { type: bridge } } }
vms:
  vm1: { host: s1, tenant: blue, interfaces: { eth0: { attach: br1, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  vm2: { host: s1, tenant: blue, interfaces: { eth0: { attach: br2, address: 10.2.0.1/24, gateway: 10.2.0.254, mtu: 1400 } } }
  vm3: { host: s1, tenant: blue, interfaces: { eth0: { attach: br1, address: 10.1.0.3/24, gateway: 10.1.0.254 } } }
  far: { host: s2, tenant: red, interfaces: { eth0: { attach: br0, address: 10.1.0.1/24 } } }
  two: { host: s2, interfaces: { eth0: { attach: br0, address: 10.1.0.7/24 } } }
expect:
`

describe('expectations', () => {
  it('reach', () => verdicts(`${house}
  - reach: { from: vm1, to: vm2 }                    # pass
  - reach: { from: vm1, to: vm2, port: 80/tcp }      # pass
  - reach: { from: vm1, to: vm2, port: 22/tcp }      # fail: vm1 → vm2 22/tcp: dropped at s1:br2: filtered…
  - reach: { from: [vm1, vm2], to: [vm1, vm2] }      # pass
  - reach: { from: vm3, to: vm2 }                    # fail: vm3 → vm2: dropped at s1…
  - reach: { from: vm1, to: 10.2.0.1 }               # pass
  - reach: { from: vm1, to: 10.2.0.9 }               # fail: vm1 → 10.2.0.9: dropped at s1:br2: neighbour-unreachable…
  - reach: { from: vm1:eth0, to: vm2:eth0 }          # pass
  - reach: { from: "tenant:blue", to: s1 }           # pass
  - reach: { from: nobody, to: vm2 }                 # undecided: nobody names nobody in this file
`))

  it('block and isolate, where a port is published under another address', () => verdicts(`
infra: 1
tenants: { blue: {}, red: {} }
routers:
  gw:
    interfaces: { lan: { address: 10.0.0.254/24 }, wan: { address: 203.0.113.1/24 } }
    nat: [{ masquerade: 10.0.0.0/24, out: wan }, { dnat: "203.0.113.1:80/tcp", to: "10.0.0.10:8080", in: wan }]
servers:
  h: { interfaces: { br0: { type: bridge }, eth0: { master: br0 } } }
  out: { interfaces: { eth0: { address: 203.0.113.9/24 } } }
vms:
  web: { host: h, tenant: blue, interfaces: { eth0: { attach: br0, address: 10.0.0.10/24, gateway: 10.0.0.254 } } }
  db: { host: h, tenant: blue, interfaces: { eth0: { attach: br0, address: 10.0.0.11/24, gateway: 10.0.0.254 } } }
links: [[h:eth0, gw:lan], [gw:wan, out:eth0]]
expect:
  - block: { from: out, to: web }                # fail: out → web (203.0.113.1) 80/tcp arrives
  - block: { from: out, to: db }                 # pass
  - block: { from: out, to: 10.0.0.10 }          # pass
  - block: { from: out, to: web, port: 22 }      # pass
`))
  it('block', () => verdicts(`${house}
  - block: { from: vm3, to: vm2 }                    # pass
  - block: { from: vm1, to: vm2 }                    # fail: vm1 → vm2 (10.2.0.1) arrives
  - block: { from: vm1, to: vm2, port: 22/tcp }      # pass
  - block: { from: vm1, to: vm2, port: 23/tcp }      # fail: vm1 → vm2 (10.2.0.1) 23/tcp arrives
  - block: { from: vm1, to: far }                    # pass
`))

  it('isolate', () => verdicts(`${house}
  - isolate: [blue, red]                             # pass
  - isolate: [vm1, vm2]                              # fail: vm1 → vm2 (10.2.0.1) arrives
  - isolate: [vm3, vm2]                              # fail: vm2 → vm3 (10.1.0.3) arrives, though the answer does not come back
`))

  it('mtu', () => verdicts(`${house}
  - mtu: { from: vm1, to: vm2, at-least: 1400 }      # pass
  - mtu: { from: vm1, to: vm2, at-least: 1500 }      # fail: vm1 → vm2: packets of up to 1400 bytes arrive, 1500 are expected
  - mtu: { from: vm3, to: vm2, at-least: 100 }       # fail: vm3 → vm2: dropped at s1…
`))

  it('path', () => verdicts(`${house}
  - path: { from: vm1, to: vm2, through: s1 }        # pass
  - path: { from: vm1, to: vm3, through: vm2 }       # fail: vm1 → vm3: goes vm1 →…
  - path: { from: vm1, to: vm2, through: fw }        # undecided: fw names nobody in this file
`))

  it('path: by whichever of several equal ways', () => verdicts(`infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  b: { interfaces: { eth0: { address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
routers:
  r1:
    interfaces: { p: { address: 10.1.0.254/24 }, x: { address: 10.9.1.1/30 }, y: { address: 10.9.2.1/30 } }
    routes: [ { to: 10.2.0.0/24, via: [10.9.1.2, 10.9.2.2] } ]
  fw: { interfaces: { l: { address: 10.9.1.2/30 }, r: { address: 10.9.3.1/30 } }, routes: [ { to: 10.1.0.0/24, via: 10.9.1.1 }, { to: 10.2.0.0/24, via: 10.9.3.2 } ] }
  by: { interfaces: { l: { address: 10.9.2.2/30 }, r: { address: 10.9.4.1/30 } }, routes: [ { to: 10.1.0.0/24, via: 10.9.2.1 }, { to: 10.2.0.0/24, via: 10.9.4.2 } ] }
  r2:
    interfaces: { p: { address: 10.2.0.254/24 }, x: { address: 10.9.3.2/30 }, y: { address: 10.9.4.2/30 } }
    routes: [ { to: 10.1.0.0/24, via: 10.9.3.1 } ]
links: [ [a:eth0, r1:p], [r1:x, fw:l], [r1:y, by:l], [fw:r, r2:x], [by:r, r2:y], [r2:p, b:eth0] ]
expect:
  - path: { from: a, to: b, through: [r1, r2] }     # pass
  - path: { from: a, to: b, through: fw }           # fail: a → b: may as well go a → r1 → by → r2 → b, not through fw
  - path: { from: a, to: b, through: by }           # fail: a → b: goes a → r1 → fw → r2 → b, not through by
  - path: { from: b, to: a, through: fw }           # pass
`))

  it('survive looks at every one of several ways, there and back, and not at the one that a trace shows', () => verdicts(`
infra: 1
routers:
  r1: { interfaces: { p0: { address: 10.1.0.254/24 }, p1: { master: bond0 }, p1b: { master: bond0 }, bond0: { type: bond, mode: active-backup, address: 10.12.0.1/30 }, p2: { address: 10.13.0.1/30 } }, routes: [{ to: 10.2.0.0/24, via: [10.12.0.2, 10.13.0.2] }] }
  m1: { interfaces: { q: { master: bond0 }, qb: { master: bond0 }, bond0: { type: bond, mode: active-backup, address: 10.12.0.2/30 }, p1: { master: bond1 }, p1b: { master: bond1 }, bond1: { type: bond, mode: active-backup, address: 10.24.0.1/30 } }, routes: [{ to: 10.2.0.0/24, via: 10.24.0.2 }, { to: 10.1.0.0/24, via: 10.12.0.1 }] }
  m2: { interfaces: { q: { address: 10.13.0.2/30 }, p1: { address: 10.34.0.1/30 } }, routes: [{ to: 10.2.0.0/24, via: 10.34.0.2 }, { to: 10.1.0.0/24, via: 10.13.0.1 }] }
  r2: { interfaces: { p0: { address: 10.2.0.254/24 }, x: { master: bond0 }, xb: { master: bond0 }, bond0: { type: bond, mode: active-backup, address: 10.24.0.2/30 }, p2: { address: 10.34.0.2/30 } }, routes: [{ to: 10.1.0.0/24, via: 10.24.0.1 }] }
links: [[r1:p1, m1:q], [r1:p1b, m1:qb], [m1:p1, r2:x], [m1:p1b, r2:xb], [r1:p2, m2:q], [m2:p1, r2:p2]]
expect:
  - survive: { any: link, keep: { reach: { from: r1, to: 10.2.0.254 } } }    # undecided: without link r1:p2 – m2:q: …
  - survive: { any: link, keep: { reach: { from: r2, to: 10.1.0.254 } } }    # undecided: without link r1:p2 – m2:q: …
`.replace('via: 10.24.0.1 }] }', 'via: 10.24.0.1 }, { to: 10.12.0.0/30, via: 10.24.0.1 }, { to: 10.13.0.0/30, via: 10.24.0.1 }] }').replace('{ to: 10.2.0.0/24, via: [10.12', '{ to: 10.24.0.0/30, via: [10.12.0.2, 10.13.0.2] }, { to: 10.2.0.0/24, via: [10.12').replace('{ to: 10.2.0.0/24, via: 10.34.0.2 }', '{ to: 10.2.0.0/24, via: 10.34.0.2 }, { to: 10.24.0.0/30, via: 10.34.0.2 }').replace('{ to: 10.1.0.0/24, via: 10.12.0.1 }', '{ to: 10.1.0.0/24, via: 10.12.0.1 }, { to: 10.13.0.0/30, via: 10.12.0.1 }')))
  it('survive knows that a guest stands on its host’s device, of which packets to a sibling see nothing', () => verdicts(`
infra: 1
servers: { s: { interfaces: { eth0: {} } }, u: { interfaces: { eth0: {} } } }
containers:
  a: { host: s, interfaces: { eth0: { attach: eth0, type: macvlan, mode: bridge, address: 10.0.0.1/24 } } }
  b: { host: s, interfaces: { eth0: { attach: eth0, type: macvlan, mode: bridge, address: 10.0.0.2/24 } } }
links: [[s:eth0, u:eth0]]
expect:
  - survive: { any: link, keep: { reach: { from: a, to: b } } }    # fail: without link s:eth0 – u:eth0: …
`))
  it('survive', () => verdicts(`
infra: 1
servers:
  a: { interfaces: { eth0: { master: br0 }, eth1: { master: br0 }, br0: { type: bridge, stp: true, address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { master: br0 }, eth1: { master: br0 }, br0: { type: bridge, stp: true, address: 10.0.0.2/24 } } }
  c: { interfaces: { eth0: { address: 10.0.0.3/24 } } }
switches: { x: { stp: true }, y: { stp: true } }
links:
  - [a:eth0, x:p1]
  - [a:eth1, y:p1]
  - [b:eth0, x:p2]
  - [b:eth1, y:p2]
  - [c:eth0, x:p3]
expect:
  - survive: { any: link, keep: { reach: { from: a, to: b } } }      # pass
  - survive: { any: switch, keep: { reach: { from: a, to: b } } }    # pass
  - survive: { any: switch, keep: { reach: { from: a, to: c } } }    # fail: without switch x: …
  - survive: { any: link, keep: { reach: { from: c, to: a } } }      # fail: without link c:eth0 – x:p3: …
`))

  it('migrate', () => {
    const text = `
infra: 1
servers:
  s1: { cpus: 8, memory: 16GiB, interfaces: { eth0: { master: br0, bandwidth: 10Gbps }, br0: { type: bridge, address: 10.0.0.251/24 } } }
  s2: { cpus: 8, memory: 16GiB, interfaces: { eth0: { master: br0, bandwidth: 10Gbps }, br0: { type: bridge, address: 10.0.0.252/24 } } }
  s3: { cpus: 8, memory: 1GiB, interfaces: { eth0: { master: br0, bandwidth: 10Gbps }, br0: { type: bridge, address: 10.0.0.253/24 } } }
switches: { sw: {} }
vms:
  vm1: { host: s1, vcpus: 2, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
  vm2: { host: s2, vcpus: 2, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }
links:
  - { ends: [s1:eth0, sw:p1], bandwidth: 10Gbps }
  - { ends: [s2:eth0, sw:p2], bandwidth: 10Gbps }
  - { ends: [s3:eth0, sw:p3], bandwidth: 10Gbps }
expect:
`
    verdicts(`${text}
  - migrate: { vm: vm1, to: s2, downtime: 500ms, total: 60s, keep: [address, sessions] }   # pass
  - migrate: { vm: vm1, to: s2, downtime: 1us }                                            # fail: vm1 to s2: it is away for …
  - migrate: { vm: vm1, to: s2, total: 1ms }                                               # fail: vm1 to s2: it takes …
  - migrate: { vm: vm1, to: s3 }                                                           # fail: vm1 to s3: …
  - migrate: { vm: vm1, to: s2, mode: cold, keep: [sessions] }                             # fail: vm1 to s2: a cold migration boots the guest anew, so sessions end
  - migrate: { vm: vm1, to: s1 }                                                           # pass
  - migrate: { vm: vm1, to: s9 }                                                           # undecided: s9 names nobody in this file
`)
    const analysis = analyzeText(`${text}  - migrate: { vm: vm1, to: s3 }\n`)
    expect(analysis.problems.map((one) => one.code)).toContain('migration-no-capacity')
  })

  it('a counterexample can be traced', () => {
    const analysis = analyzeText(`${house}
  - block: { from: vm1, to: vm2 }
`)
    expect(analysis.expectations[0]?.counterexample).toMatchObject({ from: 'vm1', to: 'vm2', proto: 'icmp' })
  })
})
