/** Ways that are long, go round or lead nowhere: what tables say of them is what becomes of packets. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { follow, questionOf } from '../../core/forwarding/follow.ts'
import { compile, reachEcho, reachFlow } from '../../core/forwarding/index.ts'
import { endpointsOf } from '../../core/reach/index.ts'
import { generate } from '../kernel/generate.ts'
import { realisedOf } from '../traces/plane.ts'
import { differences } from './differences.ts'
import { muddle } from './muddle.ts'

// Who sends takes its source by the next hop, and one of two sources is known behind it.
const chosenSource = readFileSync(new URL('../kernel/fixtures/source-by-the-hop-that-chance-takes.infra.yaml', import.meta.url), 'utf8')

/** Stacks in a row, each with an address behind it, whose routes lead on by the next; the last leads nowhere, or to one before it. */
function row(stacks: number, back: number | undefined, family: 4 | 6 = 4): string {
  const [on, all, length] = family === 4 ? ['10.1', '10.0.0.0/8', 30] : ['fd00:1', 'fd00::/16', 64]
  const link = (i: number, end: 1 | 2): string => (family === 4 ? `${on}.${i}.${end}` : `${on}:${i}::${end}`)
  let text = 'infra: 1\nservers:\n'
  const links: string[] = []
  const interfaces = Array.from({ length: stacks }, (_, i): string[] => [family === 4 ? `d: { type: dummy, address: 10.2.${i}.1/24 }` : `d: { type: dummy, address: "fd00:2:${i}::1/64" }`])
  const join = (a: number, b: number, n: number): string => {
    interfaces[a]?.push(`r${n}: { address: "${link(n, 1)}/${length}" }`)
    interfaces[b]?.push(`l${n}: { address: "${link(n, 2)}/${length}" }`)
    links.push(`[s${a}:r${n}, s${b}:l${n}]`)
    return link(n, 2)
  }
  const routes = interfaces.map((_, i) => (i + 1 < stacks ? join(i, i + 1, i) : back === undefined ? undefined : join(i, back, i)))
  routes.forEach((via, i) => { text += `  s${i}: { forwarding: true, interfaces: { ${interfaces[i]?.join(', ')} }, routes: [${via === undefined ? '' : `{ to: "${all}", via: "${via}" }`}] }\n` })
  return `${text}links: [${links.join(', ')}]\n`
}

describe('long ways and circles', () => {
  it('a packet may come by one switch twice, on its way by tunnels over it', () => {
    const on = (host: string, address: string): string => `host: ${host}, interfaces: { eth0: { attach: br0, address: ${address}/24, mtu: 1450 } }`
    expect(differences(`
infra: 1
servers:
  h1: { interfaces: { eth0: { address: 20.0.0.1/24 }, br0: { type: bridge }, vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: 20.0.0.2, master: br0 } } }
  h2: { interfaces: { eth0: { address: 20.0.0.2/24 }, br0: { type: bridge }, vx: { type: vxlan, id: 7, local: 20.0.0.2, remote: 20.0.0.1, master: br0 } } }
vms:
  a: { ${on('h1', '10.0.0.1')}, routes: [{ to: 10.9.0.0/16, via: 10.0.0.11 }] }
  r1: { ${on('h2', '10.0.0.11')}, forwarding: true, routes: [{ to: 10.9.0.0/16, via: 10.0.0.12 }] }
  r2: { ${on('h1', '10.0.0.12')}, forwarding: true, routes: [{ to: 10.9.0.0/16, via: 10.0.0.13 }] }
  b: { host: h2, interfaces: { eth0: { attach: br0, address: 10.0.0.13/24, mtu: 1450 }, d: { type: dummy, address: 10.9.0.1/24 } } }
switches: { sw: {} }
links: [[h1:eth0, sw:p1], [h2:eth0, sw:p2]]
`)).toEqual([])
  })

  it('a packet lives for 64 stacks, wherever its way would end', () => {
    const plane = compile(realisedOf(row(70, undefined)))
    const behind = (i: number) => ({ family: 4 as const, value: 0x0a020001n + BigInt(i) * 256n })
    const ask = (from: number, to: number) => reachEcho(plane, `s${from}`, `s${to}`, behind(to))
    // There are no ways back, so what arrives is not answered.
    expect(ask(0, 64)).toMatchObject({ verdict: 'dropped', reason: 'no-return', because: 'no-route' })
    expect(ask(0, 65)).toMatchObject({ verdict: 'dropped', reason: 'loop', because: 'its time to live ran out at hop 64: it does not go round in a circle, the way is longer than that' })
    expect(ask(5, 3)).toMatchObject({ verdict: 'dropped', reason: 'no-route', because: 's69 has no route to 10.2.3.1' })
    expect(ask(4, 3)).toMatchObject({ verdict: 'dropped', reason: 'loop' })
    expect(differences(row(70, undefined), (from, to) => from % 9 === 0 && to % 4 < 2)).toEqual([])
  })

  it('rules end a packet before its time, and before it goes round', () => {
    const withRules = (text: string): string => text.replace(/(?<=s2: \{ )/, 'firewall: { forward: { policy: accept, rules: [{ from: 10.1.0.0/30, action: drop }] } }, ')
    for (const text of [withRules(row(67, undefined)), withRules(row(5, 0)), withRules(row(5, 2)), withRules(row(5, 3))]) {
      expect(differences(text, (from, to) => from < 3 && [1, 4, 64, 66].includes(to))).toEqual([])
    }
  })

  it('a tunnel whose remote is asked for through the tunnel itself leads into itself', () => {
    const text = `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 20.0.0.1/24 }, br0: { type: bridge, address: 10.0.0.1/24 }, t: { type: vxlan, id: 7, local: 20.0.0.1, remote: 10.0.0.2, master: br0 } } }
  b: { interfaces: { eth0: { address: 20.0.0.2/24 }, br0: { type: bridge, address: 10.0.0.2/24 }, t: { type: vxlan, id: 7, local: 20.0.0.2, remote: 20.0.0.1, master: br0 } } }
links: [[a:eth0, b:eth0]]
`
    expect(reachEcho(compile(realisedOf(text)), 'a', 'b', { family: 4, value: 0x0a000002n })).toMatchObject({ verdict: 'dropped', reason: 'loop' })
    expect(differences(text)).toEqual([])
  })

  it('circles of every length, and ways into them', () => {
    for (const [stacks, back, family] of [[3, 0, 4], [3, 0, 6], [12, 7, 4], [12, 9, 6], [40, 2, 4], [66, 60, 4], [66, 2, 4], [66, 1, 6], [66, 0, 4], [65, 0, 4], [64, 0, 4], [66, 0, 6]] as const) {
      // Each packet is followed through 64 stacks.
      const some = (from: number, to: number): boolean => stacks < 20 || ([0, 1, 2, 3, 61].includes(from) && to % 11 === 0)
      expect(differences(row(stacks, back, family), some), `${stacks} back to ${back}`).toEqual([])
    }
  })

  it('routes that nobody has thought about', () => {
    for (let seed = 1; seed <= 250; seed++) expect(differences(muddle(seed)), `seed ${seed}`).toEqual([])
  })
})

describe('equal ways', () => {
  it('need not all be tried where routes alone say that they lead to the same', () => {
    let unsure = 0
    const recipes = Array.from({ length: 120 }, (_, i) => generate(190 + i))
    for (const [i, text] of [chosenSource, ...recipes].entries()) {
      const plane = compile(realisedOf(text))
      const stacks = endpointsOf(plane)
      for (const { node: from } of stacks) for (const { node: to, addresses } of stacks) for (const address of from === to ? [] : addresses) {
        const flow = { from, to: address, toNode: to, proto: 'icmp' as const, size: 84, df: false }
        const question = questionOf(plane.world, flow)
        if (!question) continue
        const { verdict, reason, because, pathMtu } = follow(plane.world, question, 84, false, false)
        if (verdict === 'unknown') unsure++
        expect(reachFlow(plane, flow), `network ${i}: ${from} → ${to} ${printIp(address)} of\n${text}`).toEqual({ verdict, reason, because, pathMtu })
      }
    }
    expect(unsure).toBeGreaterThan(10)
  }, 120_000)
})
