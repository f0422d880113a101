/** Networks that nothing joins may use the same addresses; one network may not. */
import { expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

const said = (text: string): readonly string[] =>
  analyzeText(`infra: 1\n${text}`, 'x.infra.yaml').problems.filter(({ code }) => code === 'address-duplicate').map(({ message }) => message)

const islands = (joined: string): string => `
routers:
  a: { interfaces: { lo: { address: 10.9.0.1/32 }, p: { address: 10.1.0.1/30 } }, routing: { protocol: ospf } }
  b: { interfaces: { p: { address: 10.1.0.2/30 }, q: { address: 10.3.0.1/30 } }, routing: { protocol: ospf } }
  c: { interfaces: { lo: { address: 10.9.0.1/32 }, p: { address: 10.2.0.1/30 } }, routing: { protocol: ospf } }
  d: { interfaces: { p: { address: 10.2.0.2/30 }, q: { address: 10.3.0.2/30 } }, routing: { protocol: ospf } }
links: [ [a:p, b:p], [c:p, d:p]${joined} ]
`

it('two islands have their own addresses, even where all of them are the same', () => {
  expect(said(islands(''))).toEqual([])
  expect(said('fabrics:\n  h: { type: hypercube, size: 4 }\n  m: { type: hypercube, size: 4 }\n  l: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 }\n')).toEqual([])
})

it('one network has not', () => {
  expect(said(islands(', [b:q, d:q]'))).toEqual(['10.9.0.1 is used by a:lo and c:lo and routing leads to both'])
})
