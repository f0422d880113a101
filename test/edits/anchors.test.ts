/** Parts that share what an anchor names: edited once, and never left without it. */
import { describe, expect, it } from 'vitest'
import { edit } from '../../core/analysis.ts'
import type { Change } from '../../core/infra/change.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { analyzeText } from '../harness/analyze-text.ts'

const text = `infra: 1
servers:
  s1: &server
    interfaces: { eth0: &card { mtu: 1400 } }
  s2:
    <<: *server
    interfaces: { eth0: *card }
  s3: { interfaces: { eth0: { mtu: 1400 } } }
`
const after = (change: (analysis: ReturnType<typeof analyzeText>) => Change): string => {
  const analysis = analyzeText(text)
  const [source] = analysis.readings.map((reading) => reading.source)
  const answer = edit(analysis, change(analysis))
  return 'refused' in answer ? answer.refused : source ? applyEdits(source, answer) : ''
}

describe('anchors', () => {
  it('two parts with one map are corrected by one edit', () => {
    const mtu = (node: string) => (analysis: ReturnType<typeof analyzeText>): Change => ({ kind: 'correct', at: analysis.written.nodes.get(node)?.interfaces.get('eth0')?.mtu?.at ?? { chunk: { uri: '' }, start: 0, end: 0 }, value: 1500 })
    expect(after((analysis) => ({ kind: 'several', changes: ['s1', 's2', 's3'].map((node) => mtu(node)(analysis)) }))).toBe(text.replaceAll('1400', '1500'))
  })

  it('what others are made from is not taken away', () => {
    expect(after(() => ({ kind: 'remove-node', node: 's1' }))).toBe('other parts of this file are made from it, by *server; write them out first')
    expect(after(() => ({ kind: 'remove-node', node: 's2' }))).toBe(text.replace(/  s2:\n.*\n.*\n/, ''))
  })
})
