/** Devices on devices on devices, drawn at random: bonds, tags, bridges, vrfs below; tunnels on top of them, over either family; guests above. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

type Interfaces = Record<string, Keys>

/** What stands below: the name of the device that will have the address. The same on all hosts, or else they would not hear each other. */
interface Below {
  readonly bond: boolean
  readonly tags: readonly Keys[]
  readonly bridge: boolean
  readonly vrf: boolean
  readonly mtu: number | undefined
}

const belowOf = (chance: Chance): Below => ({
  bond: chance.with(0.35), bridge: chance.with(0.3), vrf: chance.with(0.35), mtu: chance.pick([undefined, undefined, 1600, 1400]),
  tags: chance.pick([[], [], [{ id: 5 }], [{ id: 5, protocol: '802.1ad' }, { id: 6 }]] as readonly [readonly Keys[], ...(readonly Keys[])[]]),
})

function build({ bond, tags, bridge, vrf, mtu }: Below, address: Keys): { readonly interfaces: Interfaces; readonly top: string } {
  const interfaces: Interfaces = { e0: mtu === undefined ? {} : { mtu } }
  let top = 'e0'
  const over = (name: string, keys: Keys): void => {
    interfaces[name] = keys
    top = name
  }
  if (bond) {
    interfaces['e0'] = { ...interfaces['e0'], master: 'bo' }
    over('bo', { type: 'bond', mode: 'active-backup' })
  }
  for (const [n, keys] of tags.entries()) over(`v${n}`, { type: 'vlan', link: top, ...keys })
  if (bridge) {
    interfaces[top] = { ...interfaces[top], master: 'low' }
    over('low', { type: 'bridge' })
  }
  interfaces[top] = { ...interfaces[top], ...address, ...(vrf && { master: 'blue' }) }
  if (vrf) interfaces['blue'] = { type: 'vrf', table: 10 }
  return { interfaces, top }
}

/** As a lab makes them: where a device has no address, the source is the first device's that has one. */
function inOrder(interfaces: Interfaces): Interfaces {
  const rank = ({ type, remote, group }: Keys): number => (remote !== undefined || group !== undefined ? 2 : type === 'vlan' ? 1 : 0)
  return Object.fromEntries(Object.entries(interfaces).sort(([, a], [, b]) => rank(a) - rank(b)))
}

const layer2 = ['vxlan', 'geneve', 'gretap', 'nvgre'] as const
const layer3 = ['gre', 'ipip', 'sit'] as const

/** Two or three hosts on one switch or behind one router, joined by tunnels of some kind; guests, tags and children of the host's devices above. */
export function describeLayers(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(2, 3)
  const six = chance.with(0.35)
  const below = belowOf(chance)
  const routed = below.tags.length === 0 && chance.with(0.4)
  const kind = chance.pick([...layer2, ...layer3, 'none'] as const)
  const flat = (layer2 as readonly string[]).includes(kind)
  const lone = kind === 'sit' && six ? 'gre' : kind
  const inner6 = kind === 'sit' || chance.with(0.3)
  const at = (h: number, n = h + 1): string => (six ? (routed ? `fd20:${h}::${n}` : `fd20::${n}`) : routed ? `20.0.${h}.${n}` : `20.0.0.${n}`)
  const inside = (net: number, n: number): string => (inner6 ? `fd10:${net}::${n}` : `10.0.${net}.${n}`)
  const [wide, narrow] = [six ? 64 : 24, inner6 ? 64 : 24]
  const pair = kind === 'none' ? 0 : hosts
  const group = kind === 'vxlan' && !six && chance.with(0.25)
  const tagged = flat && chance.with(0.35)
  const linked = (kind === 'vxlan') && (group || chance.with(0.5))
  if (routed) draft.routers['core'] = { interfaces: Object.fromEntries(Array.from({ length: hosts }, (_, h) => [`p${h}`, { address: `${at(h, 99)}/${wide}` }])) }
  else draft.switches['sw'] = below.mtu === 1600 ? { mtu: 1600 } : {}
  for (let h = 0; h < hosts; h++) {
    const { interfaces, top } = build(chance.with(0.85) ? below : { ...below, vrf: !below.vrf }, { address: `${at(h)}/${wide}`, ...(routed && { gateway: at(h, 99) }) })
    const routes: Keys[] = []
    if (flat) interfaces['up'] = { type: 'bridge', ...(!tagged && chance.with(0.6) && { address: `${inside(1, 100 + h)}/${narrow}` }) }
    else interfaces['up'] = { type: 'bridge', address: `${inside(h, 254)}/${narrow}` }
    for (let other = 0; other < pair; other++) {
      // One in the middle: a mesh of bridges would go round in a circle.
      if (other === h || (h !== 0 && other !== 0)) continue
      if (group && other !== (h === 0 ? 1 : 0)) continue
      interfaces[`t${other}`] = {
        type: lone, ...(flat && kind !== 'gretap' && { id: kind === 'nvgre' ? 5001 : 7 }), ...(kind === 'geneve' ? {} : { local: at(h) }),
        ...(group ? { group: '239.1.1.1' } : { remote: at(other) }), ...(linked && { link: top }), ...(flat ? { master: 'up' } : chance.with(0.5) ? { address: `${inner6 ? `fd30:${Math.max(h, other)}::${h + 1}/64` : `172.16.${Math.max(h, other)}.${h + 1}/24`}` } : {}),
        ...((kind === 'vxlan' || kind === 'geneve') && chance.with(0.3) && { df: chance.pick(['set', 'inherit']) }), ...(chance.with(0.2) && { mtu: chance.pick([1500, 1400]) }),
        ...(kind === 'vxlan' && !group && hosts === 3 && h === 0 && { port: 4789 + other }), ...(kind === 'vxlan' && !group && hosts === 3 && h !== 0 && { port: 4789 + h }),
      }
      if (!flat) for (let far = 0; far < hosts; far++) if (far === other || (h !== 0 && far !== h)) routes.push({ to: `${inside(far, 0)}/${narrow}`, dev: `t${other}` })
    }
    if (tagged) interfaces['in'] = { type: 'vlan', link: 'up', id: 30, address: `${inside(1, 100 + h)}/${narrow}` }
    draft.servers[`s${h}`] = { interfaces: inOrder(interfaces), routes, ...((!flat || chance.with(0.3)) && { forwarding: true }), ...(chance.with(0.1) && { sysctl: { rp_filter: chance.pick([1, 2]) } }) }
    link(draft, `s${h}:e0`, routed ? `core:p${h}` : `sw:p${h}`, below.mtu === 1600 ? { mtu: 1600 } : {})
    const guest = flat ? inside(1, 10 + h) : inside(h, 1)
    draft.vms[`g${h}`] = {
      host: `s${h}`, interfaces: tagged
        ? { eth0: { attach: 'up', ...(chance.with(0.3) && { mtu: 1400 }) }, v: { type: 'vlan', link: 'eth0', id: 30, address: `${guest}/${narrow}` } }
        : { eth0: { attach: 'up', address: `${guest}/${narrow}`, ...(!flat && { gateway: inside(h, 254) }), ...(chance.with(0.25) && { mtu: 1400 }), ...(chance.with(0.15) && { hairpin: true }) } },
    }
    // A child of whatever the host's bridge or its lower device is.
    if (chance.with(0.35)) {
      const macvlan = chance.with(0.6)
      draft.containers[`c${h}`] = {
        host: `s${h}`, interfaces: {
          eth0: { attach: flat && !tagged ? 'up' : top, type: macvlan ? 'macvlan' : 'ipvlan', mode: macvlan ? chance.pick(['bridge', 'private', 'vepa', 'passthru']) : chance.pick(['l2', 'l3', 'l3s']), address: flat && !tagged ? `${inside(1, 50 + h)}/${narrow}` : `${at(h, 50 + h)}/${wide}` },
        },
      }
    }
  }
  return draft
}
