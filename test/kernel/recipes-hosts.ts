/** Networks of hosts with guests: bridges, tunnels between them, and guests that stand on the host's own device. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** Hosts on a switch or behind a router, guests on bridges, the bridges joined by layer 2 tunnels or by VLANs. */
export function describeHosts(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(1, 3)
  const routed = chance.with(0.5)
  const aware = chance.with(0.35)
  const kind = chance.pick(['gretap', 'vxlan', 'vxlan', 'geneve', 'nvgre', 'none'])
  const underlay = (h: number): string => (routed ? `192.168.${h}.1` : `192.168.0.${h + 1}`)
  const own = chance.with(0.3)
  const guestMtu = chance.pick([undefined, undefined, 1400, 1450, 1462])
  const deviceMtu = chance.pick([undefined, undefined, undefined, 1500, 1450, 1400])
  const id = 100 + chance.below(3)
  const netMtu = chance.pick([undefined, undefined, 1600, 1400])
  if (routed) draft.routers['core'] = { interfaces: Object.fromEntries(Array.from({ length: hosts }, (_, h) => [`p${h}`, { address: `192.168.${h}.254/24` }])) }
  else draft.switches['tor'] = { ...(netMtu !== undefined && { mtu: netMtu }) }
  for (let h = 0; h < hosts; h++) {
    const interfaces: Record<string, Keys> = {
      eth0: { address: `${underlay(h)}/24`, ...(routed && { gateway: `192.168.${h}.254` }) },
      br0: { type: 'bridge', ...(aware && { 'vlan-aware': true }), ...(own && chance.with(0.6) && { address: `10.0.0.${250 + h}/24` }) },
    }
    for (let other = 0; other < hosts; other++) {
      if (other === h || kind === 'none') continue
      const head = kind === 'vxlan' && hosts > 2
      if (head && other !== (h === 0 ? 1 : 0)) continue
      const remote = head ? Array.from({ length: hosts }, (_, n) => n).filter((n) => n !== h && !chance.with(0.05)).map(underlay) : underlay(other)
      interfaces[`tun${other}`] = {
        type: kind, ...(kind === 'gretap' ? (chance.with(0.3) ? { id } : {}) : { id: id + (chance.with(0.04) ? 1 : 0) + (kind === 'nvgre' ? 5000 : 0) }),
        ...(kind === 'geneve' ? {} : { local: underlay(h) }), remote, master: 'br0', ...(hosts > 2 && { isolated: true }),
        ...(kind === 'vxlan' && chance.with(0.3) && { link: 'eth0' }), ...(kind === 'vxlan' && chance.with(0.1) && { port: 8472 }),
        ...(deviceMtu !== undefined && { mtu: deviceMtu }), ...((kind === 'vxlan' || kind === 'geneve') && chance.with(0.2) && { df: chance.pick(['set', 'inherit']) }),
        ...(kind === 'vxlan' && chance.with(0.15) && { learning: false }),
      }
      if (head) break
    }
    draft.servers[`s${h}`] = { interfaces, ...(chance.with(0.4) && { forwarding: true }), ...(chance.with(0.3) && { nat: [{ masquerade: '10.0.0.0/24', out: 'eth0' }] }) }
    link(draft, `s${h}:eth0`, routed ? `core:p${h}` : `tor:p${h}`, netMtu !== undefined && chance.with(0.7) ? { mtu: netMtu } : {})
    const guests = chance.between(hosts === 1 ? 2 : 1, 2)
    for (let g = 0; g < guests; g++) {
      const n = h * 3 + g + 1
      const guest: Keys = {
        host: `s${h}`, interfaces: {
          eth0: {
            attach: 'br0', address: `10.0.0.${n}/24`, ...(own && chance.with(0.7) && { gateway: `10.0.0.${250 + h}` }), ...(guestMtu !== undefined && chance.with(0.8) && { mtu: guestMtu }),
            ...(aware && chance.with(0.6) && { vlan: chance.pick([1, 10]) }), ...(chance.with(0.1) && { isolated: true }),
          },
        },
      }
      if (chance.with(0.5)) draft.vms[`g${n}`] = guest
      else draft.containers[`g${n}`] = guest
    }
  }
  return draft
}

/** Guests that stand on the host's device: macvlan in its modes, ipvlan in its modes, beside the host and a neighbour outside. */
export function describeChildren(chance: Chance): Draft {
  const draft = emptyDraft()
  const hairpin = chance.with(0.4)
  const vlanBelow = chance.with(0.2)
  const parent = vlanBelow ? 'v5' : 'eth0'
  draft.switches['sw'] = { ports: { p0: { ...(hairpin && { hairpin: true }) } } }
  draft.servers['s0'] = {
    interfaces: { eth0: vlanBelow ? {} : { address: '10.0.0.10/24' }, ...(vlanBelow && { v5: { type: 'vlan', link: 'eth0', id: 5, address: '10.0.0.10/24' } }) },
    ...(chance.with(0.3) && { forwarding: true }),
  }
  draft.servers['out'] = { interfaces: { eth0: vlanBelow ? {} : { address: '10.0.0.20/24' }, ...(vlanBelow && { v5: { type: 'vlan', link: 'eth0', id: 5, address: '10.0.0.20/24' } }) } }
  link(draft, 's0:eth0', 'sw:p0')
  link(draft, 'out:eth0', 'sw:p1')
  const ipvlan = chance.with(0.4)
  const mode = chance.pick(['l2', 'l3', 'l3s'])
  const single = !ipvlan && chance.with(0.15)
  const count = single ? 1 : chance.between(2, 4)
  for (let n = 1; n <= count; n++) {
    draft.containers[`c${n}`] = {
      host: 's0', interfaces: {
        eth0: {
          attach: parent, address: `10.0.0.${100 + n}/24`, ...(ipvlan ? { type: 'ipvlan', mode } : { type: 'macvlan', mode: single ? 'passthru' : chance.pick(['private', 'vepa', 'bridge', 'bridge']) }),
        },
      },
    }
  }
  if (chance.with(0.3) && !single) draft.servers['s0'] = { ...draft.servers['s0'], routes: [{ to: '10.9.0.0/24', via: '10.0.0.20' }] }
  return draft
}
