/** Names that are keys of a map are marked where they stand, and their fixes change the name, not the value. */
import { expect, it } from 'vitest'
import { edit } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { mentionsOf } from '../../core/infra/mentions.ts'
import { analyzeText } from '../harness/analyze-text.ts'

/** What is said of unknown names, and the text after the first fix. */
function mended(text: string): readonly [readonly string[], string] {
  const analysis = analyzeText(text, 'x.infra.yaml')
  const found = analysis.problems.filter(({ code }) => code === 'unknown-reference')
  const fix = found[0]?.fixes[0]
  const source = analysis.readings[0]?.source
  const edits = fix && edit(analysis, fix.change)
  return [found.map(({ message }) => message), source && edits && !('refused' in edits) ? applyEdits(source, edits) : '']
}

it('the device of a cost', () => {
  const text = 'infra: 1\nrouters: { r: { interfaces: { eth0: { address: 10.0.0.1/24 } }, routing: { protocol: ospf, cost: { eth9: 4 } } } }\n'
  expect(mended(text)).toEqual([['there is no interface eth9 of r; eth0 is the nearest name'], text.replace('eth9', 'eth0')])
})

it('the server of an uplink, one that has none yet', () => {
  const text = `infra: 1
servers: { s1: { interfaces: { e1: { address: 20.0.0.1/24 } } }, s2: { interfaces: { e2: { address: 20.0.0.2/24 } } } }
networks: { n: { type: vxlan, id: 5, subnet: 10.0.0.0/24, uplink: { s1: e1, s12: e2 } } }
links: [ [s1:e1, s2:e2] ]
`
  expect(mended(text)).toEqual([['there is no server s12; s2 is the nearest name'], text.replace('s12', 's2')])
})

it('the far end of a link, not the near one again', () => {
  const text = 'infra: 1\nservers: { a1: {}, a2: {} }\nlinks: [ [a1:eth0, a12:eth0] ]\n'
  expect(mended(text)).toEqual([['there is no node a12; a2 is the nearest name'], text.replace('a12', 'a2')])
})

it('are mentions of what they name, as any other', () => {
  const text = `infra: 1
servers: { s1: { interfaces: { e1: { address: 20.0.0.1/24 } }, routing: { protocol: ospf, cost: { "e1": 4 } } } }
networks: { n: { type: flat, subnet: 20.0.0.0/24, uplink: { s1: e1 } } }
`
  const { written } = analyzeText(text, 'x.infra.yaml')
  const counted = (symbol: string): number => mentionsOf(written).filter((one) => one.symbol === symbol).length
  expect([counted('node s1'), counted('interface s1:e1')]).toEqual([2, 3])
})
