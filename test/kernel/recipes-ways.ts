/** Several ways and several owners: equal paths of which some are dead, addresses that two have, neighbours that answer for others, translations that turn round. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** A diamond of routers with equal-cost routes; one of the ways may be dead, and both ends may have an address that others have too. */
export function describeEqualWays(chance: Chance): Draft {
  const draft = emptyDraft()
  const ways = chance.between(2, 3)
  const six = chance.with(0.3)
  const net = (n: number, host: number): string => (six ? `fd00:${n}::${host}` : `10.0.${n}.${host}`)
  const wide = six ? 64 : 24
  const any = `${six ? '::' : '0.0.0.0'}/0`
  const left: Record<string, Keys> = { lan: { address: `${net(0, 254)}/${wide}` } }
  const right: Record<string, Keys> = { lan: { address: `${net(1, 254)}/${wide}` } }
  const [there, back]: [string[], string[]] = [[], []]
  for (let w = 0; w < ways; w++) {
    const [a, b] = [10 + w * 2, 11 + w * 2]
    const dead = chance.with(0.25)
    left[`w${w}`] = { address: `${net(a, 1)}/${wide}`, ...(dead && chance.with(0.3) && { up: false }) }
    right[`w${w}`] = { address: `${net(b, 1)}/${wide}` }
    there.push(net(a, dead && chance.with(0.3) ? 9 : 2))
    back.push(net(b, 2))
    draft.routers[`m${w}`] = {
      interfaces: { l: { address: `${net(a, 2)}/${wide}`, ...(chance.with(0.15) && { mtu: 1400 }) }, r: { address: `${net(b, 2)}/${wide}` } },
      routes: dead && chance.with(0.4) ? [] : [{ to: `${net(0, 0)}/${wide}`, via: net(a, 1) }, { to: `${net(1, 0)}/${wide}`, via: net(b, 1) }],
    }
    link(draft, `l:w${w}`, `m${w}:l`, dead && chance.with(0.3) ? { up: false } : {})
    link(draft, `m${w}:r`, `r:w${w}`)
  }
  const [first = '', ...others] = there
  const [firstBack = '', ...othersBack] = back
  draft.routers['l'] = { interfaces: left, routes: [{ to: chance.with(0.6) ? `${net(1, 0)}/${wide}` : any, via: [first, ...others] }, ...(chance.with(0.2) ? [{ to: `${net(1, 1)}/${six ? 128 : 32}`, via: first }] : [])] }
  draft.routers['r'] = { interfaces: right, routes: [chance.with(0.5) ? { to: any, via: [firstBack, ...othersBack] } : { to: any, via: firstBack }] }
  for (const [router, n] of [['l', 0], ['r', 1]] as const) {
    draft.switches[`${router}sw`] = {}
    link(draft, `${router}:lan`, `${router}sw:up`)
    for (let h = 1; h <= chance.between(1, 2); h++) {
      draft.servers[`${router}${h}`] = { interfaces: { e: { address: `${net(n, h)}/${wide}`, gateway: net(n, 254) }, ...(chance.with(0.25) && { lo: { type: 'loopback', address: six ? 'fd99::1/128' : '10.9.9.9/32' } }) } }
      link(draft, `${router}${h}:e`, `${router}sw:p${h}`)
    }
  }
  return draft
}

/** A router between two networks that answers for others' addresses, machines with masks and devices that do not suit, ways back that differ. */
export function describeAnswering(chance: Chance): Draft {
  const draft = emptyDraft()
  draft.switches['x'] = {}
  draft.switches['y'] = {}
  const odd = (): Keys => (chance.with(0.5) ? { sysctl: chance.pick([{ rp_filter: 1 }, { rp_filter: 2 }, { proxy_arp: true }, { arp_ignore: 1 }, { arp_ignore: 2 }, { arp_announce: 2 }, { proxy_arp: true, rp_filter: 1 }]) } : {})
  draft.routers['r'] = {
    interfaces: { x: { address: '10.0.0.254/24', ...odd() }, y: { address: '10.0.1.254/24', ...odd() } }, ...(chance.with(0.6) ? { sysctl: { proxy_arp: true, ...(chance.with(0.4) && { rp_filter: chance.pick([1, 2]) }) } } : odd()),
    ...(chance.with(0.15) && { routes: [{ to: '10.0.1.1/32', type: chance.pick(['blackhole', 'unreachable']) }] }),
  }
  link(draft, 'r:x', 'x:r')
  link(draft, 'r:y', 'y:r')
  if (chance.with(0.5)) {
    // A second router, to whom the first sends by the device that a packet came in by.
    draft.routers['q'] = { interfaces: { x: { address: '10.0.0.253/24' }, z: { address: '10.0.2.254/24' } }, ...(chance.with(0.7) && { routes: [{ to: '10.0.1.0/24', via: '10.0.0.254' }] }) }
    draft.servers['z'] = { interfaces: { e: { address: '10.0.2.1/24', gateway: '10.0.2.254' } } }
    draft.routers['r'] = { ...draft.routers['r'], routes: [...((draft.routers['r']['routes'] as Keys[] | undefined) ?? []), { to: '10.0.2.0/24', via: '10.0.0.253' }] }
    link(draft, 'q:x', 'x:q')
    link(draft, 'q:z', 'z:e')
  }
  for (let h = 1; h <= 3; h++) {
    const side = h === 3 ? 'y' : chance.pick(['x', 'y'])
    const net = side === 'x' ? 0 : 1
    const both = chance.with(0.3)
    draft.servers[`h${h}`] = {
      interfaces: {
        e: { address: `10.0.${net}.${h}/${chance.pick([24, 24, 16, 25, 32])}`, ...(chance.with(0.6) && { gateway: `10.0.${net}.254` }) },
        // A second leg, in the same network or the other.
        ...(both && { f: { address: `10.0.${chance.below(2)}.${h + 10}/24` } }),
      }, ...odd(), ...(chance.with(0.2) && { forwarding: true }),
    }
    link(draft, `h${h}:e`, `${side}:h${h}`)
    if (both) link(draft, `h${h}:f`, `${chance.pick(['x', 'y'])}:f${h}`)
  }
  return draft
}

/** A gateway of either family that translates both ways, ports and hairpins among it; machines inside and out, an Internet beyond. */
export function describeTurning(chance: Chance): Draft {
  const draft = emptyDraft()
  const six = chance.with(0.5)
  const [inner, outer] = six ? [(n: number) => `fd00:1::${n}`, (n: number) => `2001:db8::${n}`] : [(n: number) => `10.0.0.${n}`, (n: number) => `203.0.113.${n}`]
  const [wide, alone] = six ? [64, 128] : [24, 32]
  const lan = `${inner(0)}/${wide}`
  const named = (n: number, port: number): string => (six ? `[${outer(n)}]:${port}/tcp` : `${outer(n)}:${port}/tcp`)
  const target = (n: number, port: number): string => (six ? `[${inner(n)}]:${port}` : `${inner(n)}:${port}`)
  const rule = (): Keys => ({
    ...(chance.with(0.3) && { from: chance.pick([lan, `${outer(0)}/${wide}`, `${inner(1)}/${alone}`]) }), ...(chance.with(0.3) && { to: chance.pick([lan, `${inner(1)}/${alone}`]) }), ...(chance.with(0.25) && { in: chance.pick(['lan', 'wan']) }),
    ...(chance.with(0.25) && { out: chance.pick(['lan', 'wan']) }), ...(chance.with(0.4) ? { ports: chance.pick([['80/tcp'], ['8080/tcp'], ['80-8080/tcp']]) } : chance.with(0.3) ? { proto: 'icmp' } : {}), ...(chance.with(0.3) && { state: chance.pick(['established', 'new', ['established', 'related']]) }),
    action: chance.pick(['accept', 'accept', 'drop']),
  })
  const nat: Keys[] = []
  if (chance.with(0.6)) nat.push({ masquerade: lan, out: 'wan' })
  // Who turns round inside has to come back the same way.
  if (chance.with(0.5)) nat.push({ masquerade: lan, out: 'lan' })
  if (chance.with(0.3)) nat.push({ snat: `${inner(2)}/${alone}`, to: outer(1), out: 'wan' })
  if (chance.with(0.5)) nat.push({ dnat: named(1, 80), to: target(1, chance.pick([80, 8080])), ...(chance.with(0.4) && { in: 'wan' }) })
  if (chance.with(0.35)) nat.push({ dnat: outer(1), to: inner(2), ...(chance.with(0.3) && { in: 'wan' }) })
  const vrf = chance.with(0.2)
  draft.routers['gw'] = {
    interfaces: { lan: { address: `${inner(254)}/${wide}`, ...(vrf && { master: 'blue' }) }, wan: { address: `${outer(1)}/${wide}`, ...(vrf && { master: 'blue' }) }, ...(vrf && { blue: { type: 'vrf', table: 10 } }) }, nat,
    ...(chance.with(0.5) && { firewall: { [chance.pick(['forward', 'forward', 'input', 'output'])]: { policy: chance.pick(['accept', 'drop']), rules: Array.from({ length: chance.between(1, 3) }, rule) } } }),
  }
  draft.switches['in'] = chance.with(0.3) ? { ports: { p1: { hairpin: true }, p2: { isolated: true } } } : {}
  draft.switches['out'] = {}
  link(draft, 'gw:lan', 'in:up')
  link(draft, 'gw:wan', 'out:up', chance.with(0.2) ? { mtu: 1400 } : {})
  for (const n of [1, 2]) {
    draft.servers[`in${n}`] = { interfaces: { e: { address: `${inner(n)}/${wide}`, gateway: inner(254) } } }
    link(draft, `in${n}:e`, `in:p${n}`)
    draft.servers[`out${n}`] = { interfaces: { e: { address: `${outer(n + 8)}/${wide}`, ...(chance.with(0.2) && { gateway: outer(1) }) } } }
    link(draft, `out${n}:e`, `out:p${n}`)
  }
  return draft
}
