/** What no kernel here can make is named, and nothing in the lab's script speaks of it after. */
import { expect, it } from 'vitest'
import { labScript } from '../../core/export/lab.ts'
import { realisedOf } from '../traces/plane.ts'

it('no route goes by a device that is left out', () => {
  const script = labScript(realisedOf(`
infra: 1
servers:
  s:
    interfaces: { eth0: { address: 20.0.0.1/24 }, wg0: { type: wireguard, local: 20.0.0.1, address: 10.99.0.1/24, gateway: 10.99.0.2, peers: [{ remote: 20.0.0.2, allowed: [0.0.0.0/0] }] } }
    routes: [{ to: 10.2.0.0/24, dev: wg0 }, { to: 10.3.0.0/24, via: 20.0.0.2 }]
  u: { interfaces: { eth0: { address: 20.0.0.2/24 } } }
links: [[s:eth0, u:eth0]]
`))
  expect(script.split('\n').filter((line) => line.includes('wg0'))).toEqual(['# left out: s:wg0 (wireguard)'])
  expect(script).toContain('route add 10.3.0.0/24 via 20.0.0.2')
})

it('a next hop that is on the link by word alone is so there, too', () => {
  const script = labScript(realisedOf(`
infra: 1
servers:
  s: { interfaces: { eth0: { address: 20.0.0.1/32 } }, routes: [{ to: 10.3.0.0/24, via: 20.0.0.2, dev: eth0, onlink: true }, { to: 10.4.0.0/24, via: [20.0.0.2, 20.0.0.3], dev: eth0, onlink: true }] }
  u: { interfaces: { eth0: { address: 20.0.0.2/24 } } }
links: [[s:eth0, u:eth0]]
`))
  expect(script.split('\n').filter((line) => line.includes('10.3.0.0/24') || line.includes('10.4.0.0/24')).map((line) => line.replace(/ dev \S+/g, ' dev E'))).toEqual([
    expect.stringContaining('route add 10.3.0.0/24 via 20.0.0.2 dev E onlink proto static'),
    expect.stringContaining('route add 10.4.0.0/24 proto static nexthop via 20.0.0.2 dev E onlink nexthop via 20.0.0.3 dev E onlink'),
  ])
})
