/** Sealed tunnels, and IPv6 alone: routers of several MTUs, filters, tunnels below and above. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** Two or three sites, sealed by ESP in tunnel mode over a router; networks behind them. */
export function describeSealed(chance: Chance): Draft {
  const draft = emptyDraft()
  const sites = chance.between(2, 3)
  const six = chance.with(0.3)
  // Inside a tunnel either family goes over either.
  const sixInside = chance.with(0.3)
  const outer = (s: number, n: number): string => (six ? `fd20:${s}::${n}` : `20.0.${s}.${n}`)
  const inner = (s: number, n: number): string => (sixInside ? `fd10:${s}::${n}` : `10.0.${s}.${n}`)
  const [width, innerWidth] = [six ? 64 : 24, sixInside ? 64 : 24]
  draft.routers['core'] = { interfaces: Object.fromEntries(Array.from({ length: sites }, (_, s) => [`p${s}`, { address: `${outer(s, 99)}/${width}` }])) }
  const cipher = chance.pick([undefined, 'aes-gcm-16', 'aes-cbc-sha256', 'aes-gcm-8', 'aes-ccm-12', 'chacha20-poly1305', 'aes-cbc-sha1', 'aes-cbc-sha512', '3des-sha384', 'aes-ctr-sha256'])
  const mtu = chance.pick([undefined, undefined, 1500, 1400, 1446])
  for (let s = 0; s < sites; s++) {
    const interfaces: Record<string, Keys> = {
      eth0: { address: `${outer(s, 1)}/${width}`, gateway: outer(s, 99) }, br0: { type: 'bridge', address: `${inner(s, 254)}/${innerWidth}` },
    }
    const routes: Keys[] = []
    for (let other = 0; other < sites; other++) {
      if (other === s || (s !== 0 && other !== 0)) continue
      interfaces[`t${other}`] = {
        type: 'esp', local: outer(s, 1), remote: outer(other, 1), ...(cipher !== undefined && { cipher: chance.with(0.93) ? cipher : 'aes-gcm-16' }), ...(mtu !== undefined && { mtu }),
        ...(chance.with(0.4) && { address: sixInside ? `fd30:${Math.max(s, other)}::${s + 1}/64` : `172.16.${Math.max(s, other)}.${s + 1}/24` }),
      }
      for (let far = 0; far < sites; far++) if (far === other || (s !== 0 && far !== s)) routes.push({ to: `${inner(far, 0)}/${innerWidth}`, dev: `t${other}` })
    }
    draft.servers[`s${s}`] = { forwarding: chance.with(0.95), interfaces, routes: chance.with(0.95) ? routes : routes.slice(1) }
    link(draft, `s${s}:eth0`, `core:p${s}`, chance.with(0.25) ? { mtu: chance.pick([1400, 1504, 9000]) } : {})
    draft.vms[`g${s}`] = { host: `s${s}`, interfaces: { eth0: { attach: 'br0', address: `${inner(s, 1)}/${innerWidth}`, gateway: inner(s, 254) } } }
  }
  return draft
}

/** Machines and routers that speak IPv6 only. */
export function describeSix(chance: Chance): Draft {
  const draft = emptyDraft()
  const routers = chance.between(1, 3)
  const interfaces = Array.from({ length: routers }, (_, r): Record<string, Keys> => ({ lan: { addresses: [`fd00:${r}::fe/64`] } }))
  const routes = Array.from({ length: routers }, (): Keys[] => [])
  for (let r = 0; r + 1 < routers; r++) {
    ;(interfaces[r] as Keys)[`up`] = { address: `fd01:${r}::1/${chance.pick([64, 126, 127])}` }
    ;(interfaces[r + 1] as Keys)[`down`] = { address: `fd01:${r}::2/64` }
    link(draft, `r${r}:up`, `r${r + 1}:down`, chance.with(0.35) ? { mtu: chance.pick([1280, 1400, 1279]) } : {})
  }
  const rule = (): Keys => ({
    ...(chance.with(0.5) && { from: chance.pick(['fd00::/64', 'fd00:1::/64', '::/0']) }), ...(chance.with(0.4) && { proto: 'icmp' }), ...(chance.with(0.3) && { state: 'established' }),
    action: chance.pick(['accept', 'accept', 'drop']),
  })
  for (let r = 0; r < routers; r++) {
    for (let to = 0; to < routers; to++) {
      if (to === r || chance.with(0.08)) continue
      routes[r]?.push(chance.with(0.05) ? { to: `fd00:${to}::/64`, type: chance.pick(['blackhole', 'unreachable']) } : { to: `fd00:${to}::/64`, via: to > r ? `fd01:${r}::2` : `fd01:${r - 1}::1`, ...(chance.with(0.2) && { metric: chance.between(1, 9) }) })
    }
    draft.routers[`r${r}`] = {
      interfaces: interfaces[r], routes: routes[r],
      ...(chance.with(0.3) && { firewall: { [chance.pick(['forward', 'input', 'output'])]: { policy: chance.pick(['accept', 'drop']), rules: Array.from({ length: chance.between(1, 3) }, rule) } } }),
      ...(chance.with(0.15) && { nat: [{ masquerade: `fd00:${r}::/64`, out: r + 1 < routers ? 'up' : 'down' }] }),
    }
    draft.switches[`w${r}`] = {}
    link(draft, `r${r}:lan`, `w${r}:up`)
    for (let h = 1; h <= chance.between(1, 2); h++) {
      draft.servers[`h${r}${h}`] = {
        interfaces: { eth0: { addresses: [`fd00:${r}::${h}/64`], ...(chance.with(0.9) && { gateway: `fd00:${r}::fe` }), ...(chance.with(0.15) && { mtu: chance.pick([1280, 1400]) }) } },
      }
      link(draft, `h${r}${h}:eth0`, `w${r}:h${h}`)
    }
  }
  return draft
}
