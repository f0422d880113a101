/** Networks in which packets are lost and somebody says so: narrow links, routes that say no, circles, silent neighbours, and errors that find no way back. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** A chain of routers, each with a network of its own; of one family, or both. */
export function describeErrors(chance: Chance): Draft {
  const draft = emptyDraft()
  const routers = chance.between(2, 4)
  const families = chance.pick([[4], [4], [6], [4, 6]] as readonly [readonly (4 | 6)[], ...(readonly (4 | 6)[])[]])
  const lan = (r: number, host: number, family: 4 | 6): string => (family === 4 ? `10.1.${r}.${host}` : `fd01:${r}::${host}`)
  const wire = (w: number, host: number, family: 4 | 6): string => (family === 4 ? `10.2.${w}.${host}` : `fd02:${w}::${host}`)
  const net = (r: number, family: 4 | 6): string => (family === 4 ? `10.1.${r}.0/24` : `fd01:${r}::/64`)
  const wide = (family: 4 | 6): string => (family === 4 ? '/24' : '/64')
  const all = (address: (family: 4 | 6) => string): Keys => ({ addresses: families.map((family) => `${address(family)}${wide(family)}`) })
  // Filters by what an error is to a connection.
  const rule = (): Keys => ({
    ...(chance.with(0.4) && { state: chance.pick(['established', 'related', ['established', 'related']]) }), ...(chance.with(0.3) && { proto: chance.pick(['icmp', 'tcp']) }),
    ...(chance.with(0.3) && { from: net(chance.below(routers), families[0] ?? 4) }), action: chance.pick(['accept', 'accept', 'drop']),
  })
  for (let r = 0; r < routers; r++) {
    const interfaces: Record<string, Keys> = { lan: all((family) => lan(r, 254, family)) }
    if (r + 1 < routers) interfaces['up'] = { ...all((family) => wire(r, 1, family)), ...(chance.with(0.35) && { mtu: chance.pick([1400, 1300, 1280]) }) }
    if (r > 0) interfaces['down'] = { ...all((family) => wire(r - 1, 2, family)), ...(chance.with(0.2) && { mtu: chance.pick([1400, 1300]) }) }
    const routes: Keys[] = []
    for (let to = 0; to < routers; to++) {
      if (to === r) continue
      for (const family of families) {
        const [up, down] = [r + 1 < routers ? wire(r, 2, family) : undefined, r > 0 ? wire(r - 1, 1, family) : undefined]
        const right = to > r ? up : down
        // Now and then there is no route, one that refuses, one to a neighbour that is not there, or the way back into the circle.
        const what = chance.below(14)
        if (what === 0) continue
        if (what === 1) routes.push({ to: net(to, family), type: chance.pick(['unreachable', 'blackhole']) })
        else if (what === 2) routes.push({ to: net(to, family), via: up === undefined ? wire(r - 1, 9, family) : wire(r, 9, family) })
        else if (what === 3 && up !== undefined && down !== undefined) routes.push({ to: net(to, family), via: right === up ? down : up })
        else if (right !== undefined) routes.push({ to: net(to, family), via: right })
      }
    }
    // Errors come from a wire's address: others need a way back to there only when they ask for it.
    for (let w = 0; w + 1 < routers; w++) {
      if (w === r || w + 1 === r || chance.with(0.3)) continue
      for (const family of families) routes.push({ to: family === 4 ? `10.2.${w}.0/24` : `fd02:${w}::/64`, via: w > r ? wire(r, 2, family) : wire(r - 1, 1, family) })
    }
    draft.routers[`r${r}`] = {
      interfaces, routes,
      ...(chance.with(0.3) && { firewall: { [chance.pick(['forward', 'output', 'input'])]: { policy: chance.pick(['accept', 'drop']), rules: Array.from({ length: chance.between(1, 3) }, rule) } } }),
      ...(chance.with(0.2) && r + 1 < routers && { nat: [{ masquerade: net(r, families[0] ?? 4), out: 'up' }] }),
      ...(chance.with(0.12) && r > 0 && families[0] === 4 && { nat: [{ dnat: wire(r - 1, 2, 4), to: lan(r, chance.pick([1, 7]), 4), in: 'down' }] }),
      ...(chance.with(0.08) && { forwarding: false }),
    }
    if (r + 1 < routers) link(draft, `r${r}:up`, `r${r + 1}:down`, chance.with(0.15) ? { mtu: chance.pick([1400, 1300]) } : {})
    draft.switches[`w${r}`] = {}
    link(draft, `r${r}:lan`, `w${r}:up`)
    for (let h = 1; h <= chance.between(1, 2); h++) {
      draft.servers[`h${r}${h}`] = {
        interfaces: { eth0: { ...all((family) => lan(r, h, family)), ...(chance.with(0.1) && { mtu: 1400 }) } },
        routes: families.map((family) => ({ to: family === 4 ? '0.0.0.0/0' : '::/0', via: lan(r, 254, family) })), ...(chance.with(0.1) && { firewall: { input: { policy: 'drop', rules: [rule()] } } }),
      }
      // A cable that is out: its owner is asked for in vain.
      link(draft, `h${r}${h}:eth0`, `w${r}:h${h}`, chance.with(0.12) ? { up: false } : {})
    }
  }
  return draft
}
