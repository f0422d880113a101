/** No check stands between a text and its picture: some take long and cannot be interrupted, so none is begun while the picture is being asked for. */
import { afterEach, expect, it, vi } from 'vitest'
import type * as Core from '../../core/analysis.ts'
import { Analyses, type Drawable } from '../../extension/server/analyses.ts'

const uri = 'file:///x.infra.yaml'
const seen: string[] = []
const long = 60

// Every step of an analysis is noted; the checks of each text take longer than a moment.
vi.mock('../../core/analysis.ts', async (original) => {
  const real = await original<typeof Core>()
  return {
    ...real,
    *analyze(...args: Parameters<typeof real.analyze>): ReturnType<typeof real.analyze> {
      seen.push(`check ${args[0][0]?.source.version ?? NaN}`)
      const until = performance.now() + long
      while (performance.now() < until) { /* a check that cannot be interrupted */ }
      return yield* real.analyze(...args)
    },
  }
})
afterEach(() => { seen.length = 0 })

const textOf = (cpus: number): string => `infra: 1\nservers:\n  s1: { cpus: ${cpus} }\n`

function served(onAhead: (analyses: Analyses) => void): { readonly analyses: Analyses; write(version: number): Promise<void> } {
  let source = { uri, text: textOf(1), version: 1 }
  let told = (): void => {}
  const analyses: Analyses = new Analyses({
    source: () => source,
    surroundings: () => ({ roots: [], memory: new Map() }),
    carry: (_uri, fresh) => fresh,
    finished: (_uri, analysed) => { seen.push(`found ${analysed?.version ?? NaN}`); told() },
    ahead: (_uri, version) => { seen.push(`ahead ${version}`); onAhead(analyses) },
    progress: () => {},
    failed: (_uri, error) => { throw error },
  })
  return {
    analyses,
    write(version) {
      source = { uri, text: textOf(version), version }
      const finished = new Promise<void>((resolve) => { told = resolve })
      analyses.schedule(uri, 0)
      return finished
    },
  }
}
const cpusOf = (drawable: Drawable | undefined): number | undefined => {
  const node = drawable?.model.written.nodes.get('s1')
  return node?.kind === 'server' ? node.cpus?.value : undefined
}
const draw = async (analyses: Analyses): Promise<void> => {
  const drawable = await analyses.drawable(uri, () => false, 10_000)
  seen.push(`drawn ${drawable?.version ?? NaN} ${cpusOf(drawable) ?? NaN}`)
}

it('what is asked for on hearing of a model is answered before its checks begin', async () => {
  const { analyses, write } = served((one) => void setTimeout(() => void draw(one), 3))
  await write(1)
  await draw(analyses)
  expect(seen).toEqual(['check 1', 'found 1', 'drawn 1 1'])
  seen.length = 0
  for (const version of [2, 3]) await write(version)
  expect(seen).toEqual(['ahead 2', 'drawn 2 2', 'check 2', 'found 2', 'ahead 3', 'drawn 3 3', 'check 3', 'found 3'])
})

it('where nobody draws, checks begin without them, and once only they are waited for in vain', async () => {
  const { analyses, write } = served(() => {})
  await write(1)
  await draw(analyses)
  for (const version of [2, 3]) await write(version)
  expect(seen).toEqual(['check 1', 'found 1', 'drawn 1 1', 'ahead 2', 'check 2', 'found 2', 'ahead 3', 'check 3', 'found 3'])
})

it('a newer text that comes meanwhile is drawn and checked, and the older one no more', async () => {
  let write: (version: number) => Promise<void> = () => Promise.resolve()
  let second: Promise<void> | undefined
  const made = served((one) => { second ??= write(3); setTimeout(() => void draw(one), 6) })
  ;({ write } = made)
  await write(1)
  await draw(made.analyses)
  seen.length = 0
  void write(2)
  await vi.waitFor(() => { expect(seen).toContain('found 3') }, 5000)
  expect(seen.filter((one) => one.endsWith('2'))).toEqual(['ahead 2'])
  expect(seen.indexOf('drawn 3 3')).toBeGreaterThan(-1)
  expect(seen.indexOf('drawn 3 3')).toBeLessThan(seen.indexOf('check 3'))
})

it('what is asked for with the text itself is answered first, and nobody has to be told that it could be', async () => {
  const { analyses, write } = served(() => {})
  await write(1)
  await draw(analyses)
  seen.length = 0
  for (const version of [2, 3]) {
    const found = write(version)
    await draw(analyses)
    await found
  }
  expect(seen).toEqual(['drawn 2 2', 'check 2', 'found 2', 'drawn 3 3', 'check 3', 'found 3'])
})

it('who asks while a text is replaced is answered with the newer one as soon as it can be drawn', async () => {
  const { analyses, write } = served(() => {})
  await write(1)
  await draw(analyses)
  seen.length = 0
  void write(2)
  const asked = draw(analyses)
  const found = write(3)
  await asked
  await draw(analyses)
  await found
  expect(seen.at(-1)).toBe('found 3')
  expect(seen.indexOf('drawn 3 3')).toBeGreaterThan(-1)
  expect(seen.indexOf('drawn 3 3')).toBeLessThan(seen.indexOf('check 3'))
})
