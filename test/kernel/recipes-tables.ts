/** Tags in tags, and VTEPs whose tables are filled by a group, by an orchestrator, or not at all. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** 802.1ad: customers' VLANs within a provider's, over a switch that looks at no tags; machines on either layer. */
export function describeStackedTags(chance: Chance): Draft {
  const draft = emptyDraft()
  draft.switches['wire'] = { ...(chance.with(0.3) && { mtu: chance.pick([1500, 1600, 1504]) }) }
  const hosts = chance.between(2, 4)
  for (let h = 0; h < hosts; h++) {
    const outer = chance.with(0.15) ? 200 : 100
    const inner = chance.with(0.15) ? 20 : 10
    const protocol = chance.with(0.8) ? { protocol: '802.1ad' } : {}
    const interfaces: Record<string, Keys> = {
      eth0: { ...(chance.with(0.25) && { address: `10.0.9.${h + 1}/24` }), ...(chance.with(0.3) && { mtu: chance.pick([1504, 1508, 1400]) }) },
      outer: { type: 'vlan', link: 'eth0', id: outer, ...protocol, ...(chance.with(0.4) && { address: `10.0.1.${h + 1}/24` }) },
      inner: { type: 'vlan', link: 'outer', id: inner, address: `10.0.2.${h + 1}/24`, ...(chance.with(0.3) && { mtu: chance.pick([1496, 1400]) }) },
    }
    if (chance.with(0.3)) interfaces['other'] = { type: 'vlan', link: 'eth0', id: outer, address: `10.0.3.${h + 1}/24`, ...(protocol.protocol === undefined ? { protocol: '802.1ad' } : {}) }
    draft.servers[`h${h}`] = { interfaces, ...(chance.with(0.2) && { forwarding: true }) }
    link(draft, `h${h}:eth0`, `wire:p${h}`, chance.with(0.15) ? { mtu: 1508 } : {})
  }
  return draft
}

const macOf = (n: number): string => `02:00:00:00:01:${n.toString(16).padStart(2, '0')}`

/** vxlan by a multicast group, by static entries with learning off, or by both. */
export function describeTables(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(2, 3)
  const grouped = chance.with(0.5)
  const stated = !grouped || chance.with(0.3)
  const learning = grouped ? chance.with(0.85) : chance.with(0.3)
  draft.switches['tor'] = {}
  const guestsOf = (h: number): readonly number[] => (h === 0 ? [1, 2] : [h * 3 + 1])
  for (let h = 0; h < hosts; h++) {
    const others = Array.from({ length: hosts }, (_, n) => n).filter((n) => n !== h)
    const entries: Keys[] = []
    if (stated) {
      for (const other of others) {
        if (!grouped && chance.with(0.9)) entries.push({ mac: '00:00:00:00:00:00', remote: `192.168.0.${other + 1}` })
        for (const guest of guestsOf(other)) if (chance.with(0.8)) entries.push({ mac: macOf(guest), remote: `192.168.0.${chance.with(0.1) ? h + 1 : other + 1}` })
      }
    }
    draft.servers[`s${h}`] = {
      interfaces: {
        eth0: { address: `192.168.0.${h + 1}/24` },
        br0: { type: 'bridge', ...(chance.with(0.3) && { address: `10.0.0.${250 + h}/24` }) },
        vx: {
          type: 'vxlan', id: chance.with(0.08) ? 8 : 7, link: 'eth0', local: `192.168.0.${h + 1}`, master: 'br0', ...(chance.with(0.8) && { mtu: chance.pick([1450, 1400]) }),
          ...(grouped && { group: chance.with(0.1) ? '239.1.1.2' : '239.1.1.1' }), ...(!learning && { learning: false }), ...(entries.length > 0 && { fdb: entries }),
        },
      },
    }
    link(draft, `s${h}:eth0`, `tor:p${h}`)
    for (const n of guestsOf(h)) draft.vms[`g${n}`] = { host: `s${h}`, interfaces: { eth0: { attach: 'br0', address: `10.0.0.${n}/24`, mac: macOf(n), ...(chance.with(0.6) && { mtu: 1450 }) } } }
  }
  return draft
}
