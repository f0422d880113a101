/** Routes worked out once for all pairs say what packets say that are followed one by one. */
import { describe, expect, it } from 'vitest'
import { compile, reachEcho, reachFlow } from '../../core/forwarding/index.ts'
import { addressesOf } from '../../core/reach/index.ts'
import { isStack } from '../../core/infra/node.ts'
import { printIp } from '../../core/address/ip.ts'
import { generate } from '../kernel/generate.ts'
import { realisedOf } from '../traces/plane.ts'

function differences(text: string): readonly string[] {
  const infra = realisedOf(text)
  const plane = compile(infra)
  const stacks = [...infra.nodes.values()].filter(isStack)
  return stacks.flatMap((from) => stacks.filter((to) => to !== from).flatMap((to) => addressesOf(to).flatMap((ip) => {
    const walked = reachEcho(plane, from.name, to.name, ip)
    const followed = reachFlow(plane, { from: from.name, to: ip, toNode: to.name, proto: 'icmp', size: 84, df: false })
    const say = ({ verdict, reason, pathMtu }: typeof walked): string => `${verdict} ${reason} ${pathMtu}`
    return say(walked) === say(followed) ? [] : [`${from.name} → ${to.name} ${printIp(ip)}: walked ${say(walked)}, followed ${say(followed)}`]
  })))
}

describe('walking routes and following packets agree', () => {
  it('on generated networks', () => {
    for (let seed = 1; seed <= 150; seed++) expect(differences(generate(seed)), `seed ${seed}`).toEqual([])
  })

  it('on a fat tree', () => {
    expect(differences('infra: 1\nfabrics: { dc: { type: fat-tree, k: 4, base: 87.0.0.0/8 } }')).toEqual([])
  })

  it('where equal paths differ nobody knows', () => {
    const text = `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { eth0: { address: 10.9.0.1/24, gateway: 10.9.0.254 }, eth1: { address: 10.9.1.1/24 } } }
routers:
  r:
    interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.1.0.1/24 }, p2: { address: 10.2.0.1/24 } }
    routes: [{ to: 10.9.0.0/24, via: [10.1.0.2, 10.2.0.2] }]
  x: { interfaces: { p0: { address: 10.1.0.2/24 }, p1: { address: 10.9.0.254/24 } }, routes: [{ to: 10.0.0.0/24, via: 10.1.0.1 }] }
  y: { interfaces: { p0: { address: 10.2.0.2/24 } } }
links: [[a:eth0, r:p0], [r:p1, x:p0], [r:p2, y:p0], [x:p1, b:eth0]]
`
    expect(differences(text)).toEqual([])
    const plane = compile(realisedOf(text))
    expect(reachEcho(plane, 'a', 'b', { family: 4, value: 0x0a090001n })).toMatchObject({ verdict: 'unknown', pathMtu: null })
  })
})
