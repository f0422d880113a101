/** Networks without virtualisation: machines on switches, routers in a row or in a diamond. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

const mtus: readonly [number, ...number[]] = [1500, 1500, 1500, 1400, 9000]

/** One or two switches, aware of VLANs or not, with machines that speak tagged or untagged. */
export function describeLan(chance: Chance): Draft {
  const draft = emptyDraft()
  const aware = chance.with(0.6)
  const count = chance.between(1, 2)
  const six = chance.with(0.3)
  for (let s = 0; s < count; s++) draft.switches[`sw${s}`] = { ...(aware && { 'vlan-aware': true }), ...(chance.with(0.2) && { mtu: chance.pick(mtus) }), ports: {} }
  const portOf = (s: number, name: string, keys: Keys): void => void ((draft.switches[`sw${s}`]?.['ports'] as Keys)[name] = keys)
  if (count === 2) {
    if (aware) {
      const trunk = (): Keys => (chance.with(0.7) ? { trunk: [10, 20], ...(chance.with(0.5) && { native: 1 }) } : {})
      portOf(0, 'up', trunk())
      portOf(1, 'up', chance.with(0.8) ? { ...((draft.switches['sw0']?.['ports'] as Keys)['up'] as Keys) } : trunk())
    }
    link(draft, 'sw0:up', 'sw1:up', chance.with(0.2) ? { mtu: chance.pick(mtus) } : {})
  }
  const hosts = chance.between(2, 5)
  for (let h = 0; h < hosts; h++) {
    const s = chance.below(count)
    const name = `h${h}`
    const vlan = chance.pick([undefined, 10, 10, 20])
    const tagged = aware && chance.with(0.3)
    const address = (subnet: number): Keys => ({ addresses: [`10.0.${subnet}.${h + 1}/24`, ...(six ? [`fd00:${subnet}::${h + 1}/64`] : [])] })
    const interfaces: Record<string, Keys> = { eth0: tagged ? {} : { ...address(chance.pick([0, 0, 0, 1])), ...(chance.with(0.2) && { mtu: chance.pick(mtus) }) } }
    if (tagged) {
      interfaces['v10'] = { type: 'vlan', link: 'eth0', id: 10, ...address(0) }
      if (chance.with(0.4)) interfaces['v20'] = { type: 'vlan', link: 'eth0', id: 20, ...address(1) }
      portOf(s, `p${h}`, { trunk: [10, 20], ...(chance.with(0.3) && { native: 1 }) })
    } else if (aware && vlan !== undefined) portOf(s, `p${h}`, { vlan, ...(chance.with(0.15) && { isolated: true }) })
    else if (chance.with(0.3)) portOf(s, `p${h}`, { isolated: true })
    draft.servers[name] = { interfaces, ...(chance.with(0.3) && { forwarding: true }) }
    link(draft, `${name}:eth0`, `sw${s}:p${h}`)
  }
  return draft
}

/** Routers in a row, with a second way around now and then; static routes, some forgotten. */
export function describeRouted(chance: Chance): Draft {
  const draft = emptyDraft()
  const routers = chance.between(1, 4)
  const ring = routers > 2 && chance.with(0.4)
  const interfaces: Record<string, Keys>[] = []
  const routes: Keys[][] = []
  for (let r = 0; r < routers; r++) {
    interfaces.push({ lan: { address: `10.1.${r}.254/24` }, ...(chance.with(0.3) && { lo: { type: 'loopback', address: `10.255.0.${r + 1}/32` } }) })
    routes.push([])
    const more = chance.with(0.2) ? { mtu: chance.pick(mtus) } : {}
    draft.servers[`h${r}`] = {
      interfaces: { eth0: { address: `10.1.${r}.1/24`, ...(chance.with(0.9) && { gateway: `10.1.${r}.254` }) } },
    }
    link(draft, `h${r}:eth0`, `r${r}:lan`, more)
  }
  const join = (a: number, b: number, n: number): void => {
    const [left, right] = [interfaces[a], interfaces[b]]
    if (!left || !right) return
    left[`to${b}`] = { address: `10.2.${n}.1/24` }
    right[`to${a}`] = { address: `10.2.${n}.2/24` }
    link(draft, `r${a}:to${b}`, `r${b}:to${a}`, chance.with(0.3) ? { mtu: chance.pick([1400, 1300, 1500]) } : {})
  }
  for (let r = 0; r + 1 < routers; r++) join(r, r + 1, r)
  if (ring) join(routers - 1, 0, routers - 1)
  for (let r = 0; r < routers; r++) {
    for (let to = 0; to < routers; to++) {
      if (to === r || chance.with(0.08)) continue
      const forward = to > r
      const via = forward ? `10.2.${r}.2` : `10.2.${r - 1}.1`
      const prefix = `10.1.${to}.0/24`
      routes[r]?.push(chance.with(0.04) ? { to: prefix, type: chance.pick(['blackhole', 'unreachable']) } : { to: prefix, via, ...(chance.with(0.2) && { metric: chance.between(1, 9) }) })
      if (ring && chance.with(0.3)) {
        const back = r === 0 ? `10.2.${routers - 1}.1` : r === routers - 1 ? `10.2.${routers - 1}.2` : undefined
        if (back) routes[r]?.push({ to: prefix, via: back, metric: chance.between(1, 9) })
      }
    }
    if (chance.with(0.3)) routes[r]?.push({ to: 'default', via: r + 1 < routers ? `10.2.${r}.2` : r > 0 ? `10.2.${r - 1}.1` : '10.1.0.1' })
    draft.routers[`r${r}`] = { interfaces: interfaces[r], routes: routes[r] }
  }
  return draft
}
