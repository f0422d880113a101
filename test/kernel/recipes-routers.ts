/** Networks about one router's doings: translation and filters, layer 3 tunnels, vrfs, bonds. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** Two machines inside, a gateway that translates and filters, two machines outside. */
export function describeTranslation(chance: Chance): Draft {
  const draft = emptyDraft()
  draft.switches['lan'] = {}
  draft.switches['wan'] = {}
  const rule = (): Keys => ({
    ...(chance.with(0.4) && { from: chance.pick(['10.0.0.0/24', '10.0.0.1/32', '203.0.113.0/24', '203.0.113.9/32']) }),
    ...(chance.with(0.3) && { to: chance.pick(['10.0.0.0/24', '203.0.113.0/24', '10.0.0.2/32']) }),
    ...(chance.with(0.3) && { in: chance.pick(['lan', 'wan']) }), ...(chance.with(0.3) && { proto: chance.pick(['icmp', 'tcp']) }),
    ...(chance.with(0.3) && { state: 'established' }), action: chance.pick(['accept', 'accept', 'drop']),
  })
  const chain = (): Keys => ({ policy: chance.pick(['accept', 'accept', 'drop']), rules: Array.from({ length: chance.between(0, 3) }, rule) })
  const nat: Keys[] = []
  if (chance.with(0.6)) nat.push({ masquerade: '10.0.0.0/24', out: 'wan' })
  else if (chance.with(0.5)) nat.push({ snat: '10.0.0.0/24', to: '203.0.113.1', out: 'wan' })
  if (chance.with(0.4)) nat.push({ dnat: '203.0.113.1', to: '10.0.0.1', ...(chance.with(0.5) && { in: 'wan' }) })
  draft.routers['gw'] = {
    interfaces: { lan: { address: '10.0.0.254/24' }, wan: { address: '203.0.113.1/24' } }, nat,
    ...(chance.with(0.6) && { firewall: { ...(chance.with(0.5) && { forward: chain() }), ...(chance.with(0.4) && { input: chain() }), ...(chance.with(0.3) && { output: chain() }) } }),
  }
  link(draft, 'gw:lan', 'lan:up')
  link(draft, 'gw:wan', 'wan:up', chance.with(0.2) ? { mtu: 1400 } : {})
  for (const n of [1, 2]) {
    draft.servers[`in${n}`] = { interfaces: { eth0: { address: `10.0.0.${n}/24`, gateway: '10.0.0.254' } } }
    link(draft, `in${n}:eth0`, `lan:p${n}`)
    draft.servers[`out${n}`] = {
      interfaces: { eth0: { address: `203.0.113.${n + 8}/24` } }, ...(chance.with(0.3) && { routes: [{ to: '10.0.0.0/24', via: '203.0.113.1' }] }),
      ...(chance.with(0.15) && { firewall: { input: chain() } }),
    }
    link(draft, `out${n}:eth0`, `wan:p${n}`)
  }
  return draft
}

/** Two sites joined over a router by gre, ipip or sit. */
export function describeLayer3Tunnels(chance: Chance): Draft {
  const draft = emptyDraft()
  const kind = chance.pick(['gre', 'gre', 'ipip', 'sit'])
  const key = kind === 'gre' && chance.with(0.4) ? 7 : undefined
  const mtu = chance.pick([undefined, undefined, 1500, 1400])
  const six = kind === 'sit'
  draft.routers['core'] = { interfaces: { p0: { address: '20.0.0.254/24' }, p1: { address: '30.0.0.254/24' } } }
  for (const s of [0, 1]) {
    const other = 1 - s
    const tunnel: Keys = {
      type: kind, local: s === 0 ? '20.0.0.1' : '30.0.0.1', remote: chance.with(0.95) ? (s === 0 ? '30.0.0.1' : '20.0.0.1') : '30.0.0.9',
      ...(key !== undefined && { id: chance.with(0.92) ? key : 8 }), ...(mtu !== undefined && { mtu }), ...(chance.with(0.5) && { address: six ? `fd00:99::${s + 1}/64` : `172.16.0.${s + 1}/30` }),
      ...(kind === 'gre' && chance.with(0.08) && { csum: true }),
    }
    draft.servers[`s${s}`] = {
      forwarding: chance.with(0.95),
      interfaces: {
        eth0: { address: `${s === 0 ? '20' : '30'}.0.0.1/24`, gateway: `${s === 0 ? '20' : '30'}.0.0.254` },
        br0: { type: 'bridge', address: six ? `fd00:${s + 1}::fe/64` : `10.0.${s}.254/24` }, tun: tunnel,
      },
      routes: [chance.with(0.95) ? { to: six ? `fd00:${other + 1}::/64` : `10.0.${other}.0/24`, dev: 'tun' } : { to: 'default', dev: 'tun', metric: 5 }],
    }
    link(draft, `s${s}:eth0`, `core:p${s}`, chance.with(0.2) ? { mtu: 1400 } : {})
    draft.vms[`g${s}`] = {
      host: `s${s}`, interfaces: {
        eth0: six ? { attach: 'br0', address: `fd00:${s + 1}::1/64`, gateway: `fd00:${s + 1}::fe` } : { attach: 'br0', address: `10.0.${s}.1/24`, gateway: `10.0.${s}.254` },
      },
    }
  }
  return draft
}

/** One router with two vrfs whose networks overlap, or leak by a route. */
export function describeVrf(chance: Chance): Draft {
  const draft = emptyDraft()
  const overlap = chance.with(0.5)
  draft.routers['r'] = {
    interfaces: {
      blue: { type: 'vrf', table: 10 }, red: { type: 'vrf', table: 20 },
      b0: { master: 'blue', address: '10.0.0.254/24' }, b1: { master: chance.with(0.8) ? 'blue' : 'red', address: '10.0.1.254/24' },
      r0: { master: 'red', address: overlap ? '10.0.0.254/24' : '10.0.2.254/24' }, g0: { address: '10.0.3.254/24' },
    },
  }
  const hosts = [['b0', '10.0.0.1', '10.0.0.254'], ['b1', '10.0.1.1', '10.0.1.254'], ['r0', overlap ? '10.0.0.2' : '10.0.2.1', overlap ? '10.0.0.254' : '10.0.2.254'], ['g0', '10.0.3.1', '10.0.3.254']] as const
  for (const [port, address, gateway] of hosts) {
    draft.servers[`h${port}`] = { interfaces: { eth0: { address: `${address}/24`, gateway } } }
    link(draft, `h${port}:eth0`, `r:${port}`)
  }
  return draft
}

/** A bond on a switch, spanning trees between switches. */
export function describeBonds(chance: Chance): Draft {
  const draft = emptyDraft()
  const ring = chance.between(2, 3)
  for (let s = 0; s < ring; s++) draft.switches[`sw${s}`] = { stp: true }
  for (let s = 0; s < (ring === 2 ? 2 : ring); s++) {
    const next = ring === 2 ? 1 : (s + 1) % ring
    const from = ring === 2 ? 0 : s
    link(draft, `sw${from}:t${s}`, `sw${next}:u${s}`, chance.with(0.2) ? { mtu: 1400 } : {})
  }
  draft.servers['b'] = {
    interfaces: { bond0: { type: 'bond', mode: 'active-backup', address: '10.0.0.1/24' }, e0: { master: 'bond0', ...(chance.with(0.2) && { up: false }) }, e1: { master: 'bond0' } },
  }
  link(draft, 'b:e0', 'sw0:b0')
  link(draft, 'b:e1', `sw${chance.below(ring)}:b1`)
  for (let h = 0; h < 2; h++) {
    draft.servers[`h${h}`] = { interfaces: { eth0: { address: `10.0.0.${h + 2}/24` } } }
    link(draft, `h${h}:eth0`, `sw${chance.below(ring)}:h${h}`)
  }
  return draft
}
