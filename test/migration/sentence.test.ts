/** The first line of the panel: can it move, how long, how long is it away, who loses what. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { finish, migrate } from '../../core/analysis.ts'
import { shownMigration } from '../../core/shown.ts'
import { sentenceOf } from '../../core/migration-sentence.ts'
import { analyzeText } from '../harness/analyze-text.ts'

const house = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const said = (text: string, to: string, mode?: 'cold' | 'post-copy'): string => sentenceOf(shownMigration(finish(migrate(analyzeText(text), 'shop', to, mode))))

it('says it in plain words', () => {
  expect(said(house, 'h2')).toMatch(/^It takes [\d.]+ s and stands still for [\d.]+ ms, and its peers miss it for [\d.]+ ms\. All \d+ peers keep their sessions\.$/)
  expect(said(house, 'h2', 'cold')).toMatch(/^It is away for [\d.]+ s\. All \d+ peers' sessions end: shop boots anew\.$/)
  expect(said(house, 'h2', 'post-copy')).toMatch(/For [\d.]+ s it runs with memory on both hosts: if one is lost, so is the guest\.$/)
  expect(said(house, 'h3')).toMatch(/^h3 has .* memory left, shop needs 8 GiB/)
  expect(said(house.replace('60MiB/s', '60GiB/s'), 'h2')).toBe('It would go on for ever: the guest dirties 60 GiB a second and 1.16 GiB a second are carried.')
  expect(said(house.replace(/bandwidth: \d+Gbps, /g, ''), 'h2')).toMatch(/^How long it takes is unknown\. All \d+ peers keep their sessions\.$/)
})
