/** Services: balancers that open connections of their own, names that are answered where they stand, and one address at several places. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

const families = (chance: Chance): boolean => chance.with(0.3)

/** A balancer with one or two backends, beside them or behind a router of its own, and clients far and near. */
export function describeBalancer(chance: Chance): Draft {
  const draft = emptyDraft()
  const six = families(chance)
  const at = (net: number, n: number): string => (six ? `fd00:${net}::${n}` : `10.${net}.0.${n}`)
  const wide = six ? 64 : 24
  const apart = chance.with(0.5)
  const onLink = chance.with(0.75)
  const vip = onLink ? at(1, 100) : six ? 'fd09::1' : '10.9.0.1'
  const shut = (): Keys => (chance.with(0.3) ? { firewall: { input: { policy: chance.pick(['accept', 'drop']), rules: [{ ports: ['8080/tcp'], ...(chance.with(0.4) && { from: chance.pick([`${at(1, 10)}/${six ? 128 : 32}`, `${at(0, 0)}/${wide}`]) }), action: chance.pick(['accept', 'drop']) }, { proto: 'icmp', action: 'accept' }] } } } : {})
  draft.routers['r'] = {
    interfaces: { p0: { address: `${at(0, 254)}/${wide}` }, p1: { address: `${at(1, 254)}/${wide}` }, ...(apart && { p2: { address: `${at(2, 254)}/${wide}` } }) },
    routes: onLink ? [] : [...(chance.with(0.85) ? [{ to: `${vip}/${six ? 128 : 32}`, via: at(1, 10) }] : [])],
    ...(chance.with(0.25) && { firewall: { forward: { policy: chance.pick(['accept', 'drop']), rules: [{ ports: chance.pick([['80/tcp'], ['8080/tcp'], ['80-8080/tcp']]), action: 'accept' }, { state: 'established', action: 'accept' }] } } }),
  }
  draft.switches['front'] = {}
  draft.switches['sw'] = {}
  link(draft, 'r:p0', 'front:up')
  link(draft, 'r:p1', 'sw:up')
  draft.servers['lb'] = {
    interfaces: { e: { address: `${at(1, 10)}/${wide}`, ...(chance.with(0.9) && { gateway: at(1, 254) }), ...(chance.with(0.15) && { mtu: 1400 }) } },
    ...(chance.with(0.15) && { firewall: { input: { policy: 'drop', rules: [{ ports: ['80/tcp'], action: 'accept' }, { state: 'established', action: 'accept' }] } } }),
    ...(!six && chance.with(0.1) && { sysctl: { arp_ignore: 1 } }),
  }
  link(draft, 'lb:e', 'sw:lb')
  if (apart) {
    draft.switches['back'] = {}
    link(draft, 'r:p2', 'back:up')
  }
  const backends = chance.between(1, 2)
  for (let b = 1; b <= backends; b++) {
    const net = apart ? 2 : 1
    draft.servers[`web${b}`] = { interfaces: { e: { address: `${at(net, 10 + b)}/${wide}`, ...(chance.with(apart ? 0.9 : 0.5) && { gateway: at(net, 254) }) } }, ...shut() }
    link(draft, `web${b}:e`, `${apart ? 'back' : 'sw'}:w${b}`)
  }
  for (const [name, net, n] of [['far', 0, 1], ['near', 1, 1]] as const) {
    draft.servers[name] = { interfaces: { e: { address: `${at(net, n)}/${wide}`, ...(chance.with(0.9) && { gateway: at(net, 254) }) } } }
    link(draft, `${name}:e`, `${net === 0 ? 'front' : 'sw'}:${name}`)
  }
  draft.services = {
    web: { type: chance.pick(['l4', 'l4', 'application']), vip, port: 80, on: 'lb', backends: Array.from({ length: backends }, (_, b) => `web${b + 1}:${chance.pick([80, 8080])}`) },
    ...(chance.with(0.4) && { names: { type: 'dns', vip: onLink ? at(1, 101) : six ? 'fd09::2' : '10.9.0.2', port: '53/udp', on: 'web1', backends: ['web1'] } }),
  }
  return draft
}

/** One address at two or three places, each behind a router of a row: the nearest answers, or whoever a route names. */
export function describeAnycast(chance: Chance): Draft {
  const draft = emptyDraft()
  const six = families(chance)
  const routers = chance.between(2, 3)
  const lan = (r: number, n: number): string => (six ? `fd01:${r}::${n}` : `10.1.${r}.${n}`)
  const wire = (w: number, n: number): string => (six ? `fd02:${w}::${n}` : `10.2.${w}.${n}`)
  const [wide, alone] = six ? [64, 128] : [24, 32]
  const vip = six ? 'fd09::53' : '10.9.0.53'
  const protocol = chance.with(0.4)
  const backends: string[] = []
  for (let r = 0; r < routers; r++) {
    const here = chance.with(0.7) || (r === routers - 1 && backends.length === 0)
    const routes: Keys[] = []
    for (let to = 0; to < routers && !protocol; to++) if (to !== r) routes.push({ to: `${lan(to, 0)}/${wide}`, via: to > r ? wire(r, 2) : wire(r - 1, 1) })
    const next = r + 1 < routers ? wire(r, 2) : wire(r - 1, 1)
    if (here) routes.push({ to: `${vip}/${alone}`, via: lan(r, 53), ...(chance.with(0.2) && { metric: 50 }) })
    if (!protocol && (!here || chance.with(0.4))) routes.push({ to: `${vip}/${alone}`, via: next, metric: chance.pick([10, 100]) })
    draft.routers[`r${r}`] = {
      interfaces: {
        lan: { address: `${lan(r, 254)}/${wide}` }, ...(r + 1 < routers && { up: { address: `${wire(r, 1)}/${wide}` } }), ...(r > 0 && { down: { address: `${wire(r - 1, 2)}/${wide}`, ...(chance.with(0.2) && { mtu: 1400 }) } }),
      }, routes, ...(protocol && { routing: { protocol: 'ospf', ...(here && { advertise: [`${vip}/${alone}`] }) } }),
    }
    if (r > 0) link(draft, `r${r - 1}:up`, `r${r}:down`)
    draft.switches[`w${r}`] = {}
    link(draft, `r${r}:lan`, `w${r}:up`)
    const stands: readonly (readonly [string, number])[] = [[`c${r}`, 1], ...(here ? [[`s${r}`, 53]] as const : [])]
    for (const [name, n] of stands) {
      draft.servers[name] = {
        interfaces: { e: { address: `${lan(r, n)}/${wide}`, ...(chance.with(0.93) && { gateway: lan(r, 254) }) }, ...(n === 53 && { lo: { type: 'loopback', address: `${vip}/${alone}` } }) },
        ...(chance.with(0.15) && { firewall: { input: { policy: 'drop', rules: [{ proto: 'icmp', action: chance.pick(['accept', 'drop']) }] } } }),
      }
      link(draft, `${name}:e`, `w${r}:${name}`)
      if (n === 53) backends.push(name)
    }
  }
  draft.services = { any: { type: 'anycast', vip, port: '53/udp', backends } }
  return draft
}
