/** What a person looks for is found: names, addresses, prefixes, VNIs, and what is wrong. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, finish, readSource } from '../../core/analysis.ts'
import { printAddress } from '../../core/diagram/facts.ts'
import { findHidden } from '../../core/finding.ts'
import { isGuest } from '../../core/infra/node.ts'
import { generateInfra, sizeFor } from '../bench/generate.ts'
import { findIn } from '../../core/diagram/search.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { draw } from './drawing.ts'

const example = (name: string): Diagram => draw(readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
const ids = (diagram: Diagram, words: string): string[] => findIn(diagram, words).map(({ id }) => id)

describe('the search', () => {
  const gre = example('tenant-l2-gre')
  const vxlan = example('vxlan-tenants')

  it('puts a name before what only begins so or says so', () => {
    expect(ids(gre, 'r1')[0]).toBe('r1')
    expect(ids(gre, 'vm')).toEqual(expect.arrayContaining(['vm1', 'vm2', 'vm3']))
    expect(ids(gre, 'VM2')[0]).toBe('vm2')
  })

  it('comes to an address with or without its length, and says which one', () => {
    expect(findIn(gre, '10.0.0.3')[0]).toMatchObject({ id: 'vm3', says: '10.0.0.3/24' })
    expect(ids(gre, '10.0.0.2/24')[0]).toBe('vm2')
    const bridge = findIn(gre, '10.0.0.254').find(({ id }) => id === 's1:br0')
    expect(bridge?.says).toContain('10.0.0.254/24')
  })

  it('finds every address within a prefix, and none outside', () => {
    const found = ids(gre, '10.0.0.0/30')
    expect(found).toEqual(expect.arrayContaining(['vm1', 'vm2', 'vm3']))
    expect(found).not.toContain('s2')
    expect(ids(gre, '20.0.0.0/8')).toEqual(expect.arrayContaining(['s1', 'r1']))
    expect(ids(gre, '2001:db8::/32')).toEqual([])
  })

  it('comes to the tunnels of a VNI and the servers they stand on', () => {
    const found = findIn(vxlan, '5002')
    expect(found[0]?.id).toMatch(/^tunnel:/)
    expect(found.some(({ id, kind }) => id.startsWith('tunnel:') && kind === 's1:br-red-net – s3:br-red-net')).toBe(true)
    expect(found.some(({ id }) => id.includes('blue-net'))).toBe(false)
  })

  it('comes to what is wrong', () => {
    const broken = example('broken')
    const message = broken.boxes.find(({ badge }) => badge)
    expect(message).toBeDefined()
    const words = message?.badge?.messages[0]?.slice(0, 25) ?? ''
    expect(ids(broken, words)).toContain(message?.id)
    expect(findIn(broken, 'duplicate', [{ code: 'duplicate-address', message: 'two have it', subject: 'vm3:eth0' }])).toMatchObject([{ id: 'vm3', says: 'duplicate-address' }])
  })

  it('comes to guests of servers that are drawn closed, by name, address and prefix', () => {
    const reading = readSource({ uri: 'x.infra.yaml', text: generateInfra(sizeFor(2000)), version: 1 })
    if (!reading) throw new Error('not recognised')
    const analysis = finish(analyze([reading]))
    const guest = [...analysis.realised.infra.nodes.values()].find((node) => isGuest(node) && node.interfaces.get('eth0')?.addresses.length)
    const address = guest && [...guest.interfaces.values()][0]?.addresses[0]
    if (!guest || !isGuest(guest) || !address) throw new Error('no guest with an address')
    const written = printAddress(address)
    for (const words of [guest.name, written, written.split('/')[0] ?? '', `${written.split('/')[0] ?? ''}/32`]) expect(findHidden(analysis, words).find(({ id }) => id === guest.name)).toMatchObject({ inside: guest.host?.value })
    expect(findHidden(finish(analyze([readSource({ uri: 'y.infra.yaml', text: readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'), version: 1 }) ?? reading])), 'vm1')).toEqual([])
  })

  it('finds nothing for nothing, and takes any words', () => {
    for (const words of ['', '  ', '/', '10.0.0.0/99', '(', ':::', '10.0.0.1/']) expect(() => findIn(gre, words)).not.toThrow()
    expect(findIn(gre, ' ')).toEqual([])
  })
})
