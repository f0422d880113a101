/** Routers that tell each other: rings and meshes with costs, passive ends and filters; small fabrics. The routes are ours, the forwarding the kernel's. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

export function describeProtocols(chance: Chance): Draft {
  const draft = emptyDraft()
  const count = chance.between(3, 5)
  const six = chance.with(0.3)
  const bgp = chance.with(0.3)
  const interfaces = Array.from({ length: count }, (): Record<string, Keys> => ({}))
  const costs = Array.from({ length: count }, (): Keys => ({}))
  let wires = 0
  const wire = (a: number, b: number): void => {
    const n = wires++
    const mtu = chance.with(0.15) ? { mtu: chance.pick([1400, 1300]) } : {}
    const end = (at: number, host: number): void => {
      const router = interfaces[at]
      if (!router) return
      router[`w${n}`] = { addresses: [`10.200.${n}.${host}/30`, ...(six ? [`fd00:200:${n}::${host}/64`] : [])], ...mtu }
      if (chance.with(0.3)) (costs[at] as Keys)[`w${n}`] = chance.pick([5, 10, 20, 40])
    }
    end(a, 1)
    end(b, 2)
    link(draft, `r${a}:w${n}`, `r${b}:w${n}`, chance.with(0.06) ? { up: false } : {})
  }
  for (let r = 0; r < count; r++) if (r > 0 || chance.with(0.6)) wire(r, (r + 1) % count)
  if (count > 3 && chance.with(0.5)) wire(0, 2)
  for (let r = 0; r < count; r++) {
    const router = interfaces[r] ?? {}
    if (chance.with(0.8)) {
      router['lan'] = { addresses: [`10.${r}.0.254/24`, ...(six ? [`fd00:${r}::254/64`] : [])] }
      draft.servers[`h${r}`] = { interfaces: { eth0: { addresses: [`10.${r}.0.1/24`, ...(six ? [`fd00:${r}::1/64`] : [])], gateway: `10.${r}.0.254` } }, ...(six && { routes: [{ to: '::/0', via: `fd00:${r}::254` }] }) }
      link(draft, `h${r}:eth0`, `r${r}:lan`)
    }
    draft.routers[`r${r}`] = {
      interfaces: router,
      routing: { protocol: bgp ? 'bgp' : 'ospf', ...(bgp && { as: 65000 + r }), ...(!bgp && Object.keys(costs[r] ?? {}).length > 0 && { cost: costs[r] }), ...(chance.with(0.1) && router['lan'] !== undefined && { passive: ['lan'] }) },
      ...(chance.with(0.15) && { routes: [{ to: `10.${(r + 2) % count}.0.0/24`, type: chance.pick(['blackhole', 'unreachable']) }] }),
    }
  }
  return draft
}
