/** In another language everything is found that is found in English, at the same places and with the same mends: nothing decides by words. */
import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { speak, t, valueIn } from '../../core/words.ts'
import { wordsOf } from '../../extension/server/locale.ts'
import { analyzeFixture, isFixture } from '../harness/analyze-fixture.ts'

const german = wordsOf('de', 'l10n')
afterEach(() => speak({}))

/** What a program sees of a file: everything but the sentences. */
const skeletonOf = (path: string): unknown => {
  const { problems } = analyzeFixture(path)
  return problems.map(({ code, severity, at, subject, related, fixes, counterexample }) => [code, severity, at.start, at.end, subject, related.map((one) => [one.at.start, one.at.end]), fixes.map(({ change, preferred }) => [change, preferred]), counterexample])
}
/** The YAML parser's own words stay what they are. */
const messagesOf = (path: string): readonly string[] => analyzeFixture(path).problems.filter(({ code }) => code !== 'yaml-syntax').flatMap(({ message, fixes }) => [message, ...fixes.map(({ title }) => title)])

describe('a finding', () => {
  const fixtures = readdirSync('test/checks').filter(isFixture).map((name) => `test/checks/${name}`)

  it('is the same in every language, in other words', () => {
    const english = fixtures.map((path) => JSON.stringify(skeletonOf(path)))
    const said = fixtures.flatMap(messagesOf)
    speak(german)
    expect(fixtures.map((path) => JSON.stringify(skeletonOf(path)))).toEqual(english)
    const now = fixtures.flatMap(messagesOf)
    expect(now.length).toBe(said.length)
    // Names and numbers alone stay; sentences do not.
    expect(said.filter((sentence, i) => sentence === now[i] && sentence.split(' ').length > 3)).toEqual([])
  })
})

describe('a process', () => {
  it('is told its language by the locale, exactly or as far as it is known', () => {
    expect(Object.keys(wordsOf('de-AT', 'l10n')).length).toBeGreaterThan(1000)
    expect(wordsOf('DE', 'l10n')).toEqual(german)
    for (const none of ['en', 'en-US', 'xx', '../../package', '', 'de/../../x']) expect(wordsOf(none, 'l10n')).toEqual({})
  })

  it('speaks English where nobody has told it, and where a word is missing', () => {
    expect(t`${'vm1'} is down`).toBe('vm1 is down')
    speak({ '{0} is down': '{0} ist inaktiv' })
    expect(t`${'vm1'} is down`).toBe('vm1 ist inaktiv')
    expect(t`${'vm1'} is up`).toBe('vm1 is up')
    expect(t`${'{0}'} is down`).toBe('{0} ist inaktiv')
  })

  it('reads a sentence of its own by its template', () => {
    for (const words of [{}, german]) {
      speak(words)
      const why = t('the guest does not state its memory')
      expect(valueIn('{0}, so times are unknown', t`${why}, so times are unknown`)).toBe(why)
      expect(valueIn('does not converge: {0}', t`does not converge: ${why}`)).toBe(why)
      expect(valueIn('does not converge: {0}', why)).toBeUndefined()
    }
  })
})
