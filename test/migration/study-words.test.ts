/** A study on paper in another language: its words are that language's, its names and figures are the same. */
import { afterEach, describe, expect, it } from 'vitest'
import { studyCsv, studyMarkdown, sweepCsv } from '../../core/ask.ts'
import { speak } from '../../core/words.ts'
import { wordsOf } from '../../extension/server/locale.ts'

const spread = { least: 1, p05: 1, median: 2, mean: 2, p95: 3, most: 3 }
const study: Parameters<typeof studyMarkdown>[0] = {
  session: { vm: 'vm1', from: 's1', to: 's2', mode: 'pre-copy', profile: 'qemu', memory: 2 ** 32, resident: 2 ** 31, workingSet: 2 ** 28, dirtyRate: 1e6, bandwidth: null, downtimeLimit: null, probeRate: 10, runs: 1, seed: 7 },
  phases: [{ name: 'copy memory', start: 0, seconds: 3 }],
  agents: [{ peer: 'vm3', before: 'delivered', after: 'delivered', packetsLost: 3, lossSeconds: 0.3, delayBefore: null, delayDuring: null, delayAfter: null, sessions: 'kept' }],
  totalSeconds: 3, downtimeSeconds: 0.3, outcome: 'success', because: null, notes: [],
  distribution: { runs: [{ run: 1, dirtyRate: 1e6, bandwidth: 1e8, totalSeconds: 3, downtimeSeconds: 0.3, gapSeconds: 0.4, transferredBytes: 5e9, packetsLost: 3, outcome: 'success' }], successRate: 1, totalSeconds: spread, downtimeSeconds: spread, gapSeconds: spread, transferredBytes: spread, packetsLost: spread },
}
const sweep: Parameters<typeof sweepCsv>[0] = { byBandwidth: [{ x: 1e8, totalSeconds: 3, downtimeSeconds: 0.3, converged: true }], byDirtyRate: [], bandwidth: 1e8, dirtyRate: 1e6 }
afterEach(() => speak({}))

describe('a study on paper', () => {
  it('is English where nobody has told a language', () => {
    expect(studyMarkdown(study)).toContain('Outcome: **success**. Total time 3 s, downtime 300 ms.')
    expect(studyCsv(study).split('\n')).toEqual(['run,outcome,dirty_bytes_per_second,bandwidth_bytes_per_second,total_seconds,downtime_seconds,gap_seconds,sent_bytes,packets_lost', '1,success,1000000,100000000,3,0.3,0.4,5000000000,3', ''])
    expect(sweepCsv(sweep).split('\n')[0]).toBe('against,bytes_per_second,total_seconds,downtime_seconds')
  })

  it('and German in German, with as many columns and the same figures', () => {
    const [markdown, csv] = [studyMarkdown(study), studyCsv(study)]
    speak(wordsOf('de', 'l10n'))
    const [said, table] = [studyMarkdown(study), studyCsv(study)]
    const shape = (text: string): readonly number[] => text.split('\n').map((line) => line.split(/[|,]/).length)
    expect(shape(said.replace(/^Ergebnis.*/m, ''))).toEqual(shape(markdown.replace(/^Outcome.*/m, '')))
    expect(said.match(/\d+/g)).toEqual(markdown.match(/\d+/g))
    for (const english of ['Outcome', 'Phases', 'downtime', 'packets', 'median |', 'unknown', 'copy memory']) expect(said).not.toContain(english)
    expect(said).toContain('| vm3 | delivered | delivered |')
    expect(table.split('\n')[0]?.split(',')).toHaveLength(9)
    expect([table.split('\n')[0], table.split('\n')[1]]).not.toEqual(csv.split('\n').slice(0, 2))
  })
})
