/** What tenants ask for, and what stands for it: logical networks of every type whose devices a kernel has, and small fabrics. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

const types = ['flat', 'vlan', 'vxlan', 'vxlan', 'gre', 'nvgre', 'geneve', 'routed', 'nat', 'isolated'] as const

/** Two or three hosts on one switch, or each behind a router's leg; one to three networks over them, guests in one or two of these. */
export function describeNetworks(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(2, 3)
  const routed = chance.with(0.35)
  const six = chance.with(0.25)
  const under = (h: number, n = h + 1): string => (six ? `fd20:${routed ? h : 0}::${n}` : `20.0.${routed ? h : 0}.${n}`)
  const wide = six ? 64 : 24
  const mtu = chance.pick([undefined, undefined, 1600, 9000])
  if (routed) draft.routers['core'] = { interfaces: Object.fromEntries(Array.from({ length: hosts }, (_, h) => [`p${h}`, { address: `${under(h, 99)}/${wide}` }])) }
  else draft.switches['tor'] = mtu === undefined ? {} : { mtu }
  for (let h = 0; h < hosts; h++) {
    draft.servers[`s${h}`] = { interfaces: { eth0: { address: `${under(h)}/${wide}`, ...(routed && { gateway: under(h, 99) }) } }, ...(chance.with(0.2) && { forwarding: true }) }
    link(draft, `s${h}:eth0`, routed ? `core:p${h}` : `tor:p${h}`, mtu === undefined ? {} : { mtu })
  }
  const networks: Record<string, Keys> = {}
  const count = chance.between(1, 3)
  let flat = false
  for (let n = 0; n < count; n++) {
    let type = chance.pick(types)
    // A device is in one bridge.
    if (type === 'flat' && flat) type = 'vlan'
    flat ||= type === 'flat'
    const inner6 = chance.with(0.2)
    const inside = (at: number): string => (inner6 ? `fd10:${n}::${at}` : `10.${n}.0.${at}`)
    const alone = type === 'isolated'
    const local = type === 'routed' || type === 'nat'
    const on = local ? 'each' : chance.pick(['each', 's0', 's1', undefined])
    networks[`n${n}`] = {
      type, subnet: `${inside(0)}/${inner6 ? 64 : 24}`, ...(!alone && !local && { uplink: 'eth0' }), ...(type === 'nat' && chance.with(0.5) && { uplink: 'eth0' }),
      ...(!alone && !local && type !== 'flat' && (type !== 'gre' || chance.with(0.5)) && { id: (type === 'nvgre' ? 5000 : 10) + n }),
      ...(!alone && (local || chance.with(0.7)) && { gateway: on === undefined ? inside(254) : { address: inside(254), on } }), ...(chance.with(0.3) && { mtu: chance.pick([1400, 1450, 1500]) }),
      ...((type === 'vxlan' || type === 'geneve') && chance.with(0.2) && { port: 4790 + n }), ...(!inner6 && chance.with(0.4) && { dhcp: { range: `10.${n}.0.100-10.${n}.0.200` } }),
    }
  }
  for (let g = 0; g < hosts * 2; g++) {
    const own = chance.below(count)
    const legs = chance.with(0.15) && count > 1 ? [own, (own + 1) % count] : [own]
    const interfaces = Object.fromEntries(legs.map((n, i) => {
      const network = networks[`n${n}`] ?? {}
      const family6 = String(network['subnet']).includes(':')
      const address = network['dhcp'] !== undefined && chance.with(0.6) ? 'dhcp' : family6 ? `fd10:${n}::${g + 1}` : `10.${n}.0.${g + 1}`
      return [`eth${i}`, { network: `n${n}`, address, ...(chance.with(0.15) && { mtu: 1400 }) }]
    }))
    const guest: Keys = { host: `s${g % hosts}`, interfaces, ...(legs.length > 1 && chance.with(0.5) && { forwarding: true }) }
    if (chance.with(0.6)) draft.vms[`g${g}`] = guest
    else draft.containers[`g${g}`] = guest
  }
  draft.networks = networks
  return draft
}

/** The smallest of some generated topologies, by routing or by a spanning tree. */
export function describeFabric(chance: Chance): Draft {
  const draft = emptyDraft()
  const shape = chance.pick<Keys>([
    { type: 'fat-tree', k: 2 }, { type: 'leaf-spine', leaves: 2, spines: 2, hosts: 2 }, { type: 'leaf-spine', leaves: 3, spines: 2, hosts: 1 }, { type: 'three-tier', access: 2, distribution: 2, core: 1, hosts: 1 },
    { type: 'mesh', size: 4 }, { type: 'hypercube', dimensions: 2 }, { type: 'torus', dimensions: [3, 2] },
  ])
  draft.fabrics = { dc: { ...shape, ...(chance.with(0.4) && { layer: 2 }), ...(chance.with(0.3) && { mtu: chance.pick([1400, 9000]) }), ...(chance.with(0.4) && { base: '87.0.0.0/8' }) } }
  return draft
}
