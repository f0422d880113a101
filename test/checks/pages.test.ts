/** The committed pages are the ones that the marked files give; UPDATE=1 writes them. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { diagnosticsOf } from '../../extension/server/diagnostics.ts'
import { pageLink, pageText } from '../../extension/server/pages.ts'
import { underlay } from '../cli/run.ts'
import { analyzeText } from '../harness/analyze-text.ts'
import { catalogue } from './catalogue.ts'
import { pagesOf } from './pages.ts'

const here = dirname(fileURLToPath(import.meta.url))
const folder = join(here, '../../docs/checks')
const all = Object.values(catalogue).flatMap((line) => line.split(' '))

it('every code has a page, and it is true', () => {
  const pages = pagesOf(here)
  if (process.env['UPDATE'] === '1') {
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
    for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  }
  const stale = [...pages].filter(([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== text).map(([name]) => name)
  expect(stale).toEqual([])
  expect(readdirSync(folder).filter((name) => !pages.has(name))).toEqual([])
})

it('is what `underlay explain` prints, and where the diagnostic leads', async () => {
  for (const code of all) {
    expect(pageText(code), code).toContain('**Why it matters.**')
    expect(pageLink(code), code).toMatch(/^file:.*\/docs\/checks\//)
  }
  const { out } = await underlay(here, ['explain', 'address-duplicate'])
  expect(out).toContain('`underlay check` says:')
  const analysis = analyzeText('servers: { s1: { interfaces: { eth0: { address: 10.0.0.0/24 } } } }\n')
  const [found] = [...diagnosticsOf(analysis, 1, {}).values()].flat()
  expect(found?.codeDescription?.href).toBe(pageLink('address-is-network'))
  expect(pageText('../../package')).toBeUndefined()
  expect(pageLink('no-such-code')).toBeUndefined()
})
