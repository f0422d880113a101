/** vxlan by a multicast group: heard on one switch, and not behind a router, which passes no group on; entries of a table may bridge that. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

const macOf = (n: number): string => `02:00:00:00:02:${n.toString(16).padStart(2, '0')}`

/** Hosts on one switch or two, a router between them, and VTEPs of one group of either family, which is joined by a device with or without a tag. */
export function describeMulticast(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(2, 4)
  const six = chance.with(0.35)
  const inner6 = chance.with(0.3)
  const tagged = chance.with(0.25)
  const split = chance.with(0.8)
  const at = (net: number, n: number): string => (six ? `fd20:${net}::${n}` : `20.0.${net}.${n}`)
  const inside = (n: number): string => (inner6 ? `fd10::${n}` : `10.0.0.${n}`)
  const [wide, narrow] = six ? [64, inner6 ? 64 : 24] : [24, inner6 ? 64 : 24]
  const netOf = (h: number): number => (split && h % 2 === 1 ? 1 : 0)
  const group = six ? 'ff05::10' : '239.1.1.1'
  const nets = split ? [0, 1] : [0]
  for (const net of nets) draft.switches[`sw${net}`] = chance.with(0.2) ? { mtu: chance.pick([1600, 1400]) } : {}
  const known = chance.pick(['none', 'none', 'all', 'some'])
  const learning = chance.with(0.8)
  if (split) {
    // A tag is a machine's own here: the router speaks it, too.
    const leg = (net: number): Keys => ({ address: `${at(net, 99)}/${wide}` })
    draft.routers['core'] = {
      interfaces: Object.fromEntries(nets.flatMap((net) => (tagged ? [[`p${net}`, {}], [`v${net}`, { type: 'vlan', link: `p${net}`, id: 5, ...leg(net) }]] : [[`p${net}`, leg(net)]]))),
      ...(chance.with(0.1) && { forwarding: false }),
    }
    for (const net of nets) link(draft, `core:p${net}`, `sw${net}:core`)
  }
  for (let h = 0; h < hosts; h++) {
    const net = netOf(h)
    const below = tagged ? 'v' : 'e'
    const keys: Keys = { address: `${at(net, h + 1)}/${wide}`, ...(split && chance.with(0.9) && { gateway: at(net, 99) }) }
    const entries: Keys[] = []
    for (let other = 0; other < hosts; other++) {
      if (other === h || known === 'none' || (known === 'some' && chance.with(0.5))) continue
      if (chance.with(0.7)) entries.push({ mac: '00:00:00:00:00:00', remote: at(netOf(other), other + 1) })
      if (chance.with(0.5)) entries.push({ mac: macOf(other), remote: at(netOf(other), other + 1) })
    }
    const type = chance.with(0.08) ? 8 : 7
    draft.servers[`s${h}`] = {
      interfaces: {
        e: tagged ? {} : keys, ...(tagged && { v: { type: 'vlan', link: 'e', id: 5, ...keys } }),
        br: { type: 'bridge', ...(chance.with(0.4) && { address: `${inside(100 + h)}/${narrow}` }) },
        vx: {
          type: 'vxlan', id: type, link: below, local: at(net, h + 1), group: chance.with(0.9) ? group : six ? 'ff05::11' : '239.1.1.2', master: 'br', ...(chance.with(0.25) && { mtu: chance.pick([1400, 1300]) }),
          ...(!learning && { learning: false }), ...(entries.length > 0 && { fdb: entries }),
        },
      },
    }
    link(draft, `s${h}:e`, `sw${net}:p${h}`, chance.with(0.1) ? { mtu: 1400 } : {})
    draft.vms[`g${h}`] = { host: `s${h}`, interfaces: { eth0: { attach: 'br', address: `${inside(h + 1)}/${narrow}`, mac: macOf(h), ...(chance.with(0.6) && { mtu: chance.pick([1450, 1400]) }) } } }
  }
  return draft
}
