/** Who hears a question behind tunnels is kept over edits, and all of them count as one; yet whoever begins to answer there is asked. */
import { expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { finish, readSource } from '../../core/analysis.ts'
import { compile, type Plane } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'

//  v0      v1      v2 ─ m
//  s0 ──── s1 ──── s2      network n, over one switch
const between = (proxy: boolean, address: number, outside = 3): string => `infra: 1
servers: { ${[1, 2, outside].map((host, i) => `s${i}: { interfaces: { eth0: { address: 172.16.0.${host}/24 } } }`).join(', ')} }
switches: { sw: {} }
networks: { n: { type: vxlan, id: 7, uplink: eth0, subnet: 10.0.0.0/24 }, m: { type: vxlan, id: 8, uplink: eth0, subnet: 10.1.0.0/24 } }
vms:
  v0: { host: s0, interfaces: { eth0: { network: n, address: 10.0.0.1/24 } } }
  v1: { host: s1, interfaces: { eth0: { network: n, address: 10.0.0.2/24 } } }
  v2: { host: s2, forwarding: true, interfaces: { eth0: { network: n, address: 10.0.0.${address}/24, sysctl: { proxy_arp: ${proxy} } }, eth1: { network: m, address: 10.1.0.3/24 } }, routes: [{ to: 10.0.0.2/32, via: 10.1.0.9 }] }
links: [ [s0:eth0, sw:p0], [s1:eth0, sw:p1], [s2:eth0, sw:p2] ]
`

it('asks whoever behind a tunnel begins to answer, for itself or for others', () => {
  const planeOf = (text: string, before?: Plane): Plane => {
    const reading = readSource({ uri: 'file:///behind.infra.yaml', text, version: 1 })
    if (!reading) throw new Error('no reader')
    return compile(realize(reading.infra).infra, before)
  }
  const answers = (plane: Plane): readonly string[] => finish(reach(plane)).map(({ from, to, address, verdict, reason, pathMtu, because }) => `${from} → ${to} ${printIp(address)}: ${verdict} ${reason} ${pathMtu} ${because}`)
  const steps: readonly (readonly [text: string, verdict: string])[] = [
    // Two answer a question where before only one was asked, and who of them is first is chance.
    [between(false, 3), 'delivered'], [between(true, 3), 'unknown'], [between(false, 4), 'delivered'], [between(false, 4, 5), 'delivered'],
    [between(true, 4, 5), 'unknown'], [between(false, 2), 'unknown'], [between(false, 3), 'delivered'],
  ]
  let plane: Plane | undefined
  for (const [text, verdict] of steps) {
    plane = planeOf(text, plane)
    const found = answers(plane)
    expect(found.find((one) => one.startsWith('v0 → v1 ')), text).toContain(`: ${verdict} `)
    expect(found, text).toEqual(answers(planeOf(text)))
  }
})
