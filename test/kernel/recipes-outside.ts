/** Who is outside: an Internet that answers for everything, partners that answer for their own networks, and the ways that lead back or not. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** One or two gateways before an external, with or without translation; machines inside, a partner beside, either family. */
export function describeOutside(chance: Chance): Draft {
  const draft = emptyDraft()
  const six = chance.with(0.35)
  const gateways = chance.between(1, 2)
  const inner = (g: number, n: number): string => (six ? `fd00:${g}::${n}` : `10.0.${g}.${n}`)
  const outer = (n: number): string => (six ? `2001:db8::${n}` : `203.0.113.${n}`)
  const far = (n: number): string => (six ? `fd66::${n}` : `172.20.0.${n}`)
  const [wide, any] = six ? [64, '::/0'] : [24, '0.0.0.0/0']
  const externals: Record<string, Keys> = {}
  const rule = (g: number): Keys => ({
    ...(chance.with(0.4) && { from: chance.pick([`${inner(g, 0)}/${wide}`, any, `${far(0)}/${wide}`]) }), ...(chance.with(0.3) && { in: chance.pick(['lan', 'wan']) }), ...(chance.with(0.3) && { proto: chance.pick(['icmp', 'tcp']) }),
    ...(chance.with(0.35) && { state: chance.pick(['established', 'new']) }), action: chance.pick(['accept', 'accept', 'drop']),
  })
  // The way back into a network of private addresses: few know it.
  const back = (g: number): readonly Keys[] => (chance.with(0.35) ? [{ to: `${inner(g, 0)}/${wide}`, via: outer(g + 1) }] : [])
  const answers = chance.with(0.4) ? chance.pick(six ? [['2001:db8:8::/48'], ['2001:db8:8::/48', 'fd00:9::/64'], ['::/0']] : [['198.51.100.0/24'], ['198.51.100.0/24', '8.8.8.8/32'], ['0.0.0.0/0'], ['100.64.0.0/10']]) : undefined
  // Of a route as wide as what it answers for, Linux has either the one or the other.
  const everything = answers?.includes(any) ?? true
  externals['internet'] = {
    interfaces: { e: { address: `${outer(99)}/${wide}`, ...(!everything && chance.with(0.5) && { gateway: outer(1) }) } },
    routes: Array.from({ length: gateways }, (_, g) => back(g)).flat(),
    ...(answers && { answers }),
  }
  draft.switches['out'] = {}
  link(draft, 'internet:e', 'out:internet', chance.with(0.25) ? { mtu: 1400 } : {})
  const partner = chance.with(0.45)
  if (partner) {
    externals['partner'] = {
      interfaces: { e: { address: `${far(9)}/${wide}`, ...(chance.with(0.7) && { gateway: far(1) }) } }, answers: six ? ['fd67::/32'] : ['192.168.0.0/16'],
      ...(chance.with(0.3) && { firewall: { input: { policy: chance.pick(['accept', 'drop']), rules: [{ state: 'established', action: 'accept' }, { proto: 'icmp', action: chance.pick(['accept', 'drop']) }] } } }),
    }
  }
  for (let g = 0; g < gateways; g++) {
    const nearby = partner && g === 0
    draft.routers[`gw${g}`] = {
      interfaces: { lan: { address: `${inner(g, 254)}/${wide}` }, wan: { address: `${outer(g + 1)}/${wide}` }, ...(nearby && { side: { address: `${far(1)}/${wide}` } }) },
      routes: [
        ...(chance.with(0.9) ? [{ to: any, via: chance.with(0.92) ? outer(99) : outer(77) }] : []), ...(nearby && chance.with(0.7) ? [{ to: six ? 'fd67::/32' : '192.168.0.0/16', via: far(9) }] : []),
        ...(gateways === 2 && chance.with(0.7) ? [{ to: `${inner(1 - g, 0)}/${wide}`, via: outer(2 - g) }] : []),
      ],
      ...(chance.with(0.65) && { nat: [{ masquerade: `${inner(g, 0)}/${wide}`, out: 'wan' }, ...(nearby && chance.with(0.5) ? [{ masquerade: `${inner(g, 0)}/${wide}`, out: 'side' }] : [])] }),
      ...(chance.with(0.3) && { firewall: { forward: { policy: chance.pick(['accept', 'drop']), rules: Array.from({ length: chance.between(1, 3) }, () => rule(g)) } } }),
    }
    link(draft, `gw${g}:wan`, `out:g${g}`)
    if (nearby) link(draft, `gw${g}:side`, 'partner:e')
    draft.switches[`in${g}`] = {}
    link(draft, `gw${g}:lan`, `in${g}:up`)
    for (let h = 1; h <= chance.between(1, 2); h++) {
      draft.servers[`h${g}${h}`] = { interfaces: { e: { address: `${inner(g, h)}/${wide}`, ...(chance.with(0.9) && { gateway: inner(g, 254) }) } } }
      link(draft, `h${g}${h}:e`, `in${g}:p${h}`)
    }
  }
  draft.externals = externals
  return draft
}
