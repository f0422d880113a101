/** Every word that a person sees goes through the editor's localisation, and German has all of them. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isWords, stringsOf } from './strings.ts'

const filesIn = (folder: string): readonly string[] => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : /\.tsx?$/.test(entry.name) ? [`${folder}/${entry.name}`] : [])
const json = (file: string): Readonly<Record<string, string>> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
const found = [...filesIn('webview'), ...filesIn('extension/client')].map((file) => ({ file, text: readFileSync(file, 'utf8') })).map(({ file, text }) => ({ file, text, ...stringsOf(file, text) }))
const core = [...filesIn('core'), ...filesIn('extension/server')].map((file) => ({ file, ...stringsOf(file, readFileSync(file, 'utf8')) }))
const asked = new Set([...found, ...core].flatMap(({ keys }) => keys))
const [english, german, nls, nlsGerman] = ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json', 'package.nls.json', 'package.nls.de.json'].map(json) as [Record<string, string>, Record<string, string>, Record<string, string>, Record<string, string>]
const placesIn = (text: string): readonly string[] => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort()

describe('the words of the designer', () => {
  it('stand bare nowhere', () => expect(found.flatMap(({ file, bare }) => bare.map(({ text, line }) => `${file}:${line} ${text}`))).toEqual([]))

  it('nor in what VS Code is told to show', () =>
    expect(found.flatMap(({ file, text }) => [...text.matchAll(/show(?:Information|Warning|Error)Message\(\s*['"`]|(?:placeHolder|title|prompt|tooltip): '[A-Z][a-z]/g)].map(([said]) => `${file}: ${said}`))).toEqual([]))

  it('are the keys of the bundle, no more and no fewer', () => {
    expect([...asked].filter((key) => !(key in english)).sort()).toEqual([])
    expect(Object.keys(english).filter((key) => !asked.has(key)).sort()).toEqual([])
  })

  it('are asked for when the language is known, not while a file is read', () => expect(core.flatMap(({ file, early }) => early.map((line) => `${file}:${line}`))).toEqual([]))

  it('and English says them as they are written', () => expect(Object.entries(english).filter(([key, words]) => key !== words)).toEqual([]))

  it('the commands and settings are all named', () => {
    const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '')
    expect(named.filter((key) => !(key in nls))).toEqual([])
    const titles = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { commands: { title: string }[] } }
    expect(titles.contributes.commands.filter(({ title }) => !title.startsWith('%'))).toEqual([])
  })
})

describe('German', () => {
  it.each([['the bundle', english, german], ['the manifest', nls, nlsGerman]] as const)('has every key of %s, with the same places in it', (_title, from, to) => {
    expect(Object.keys(to).sort()).toEqual(Object.keys(from).sort())
    expect(Object.entries(from).filter(([key, words]) => placesIn(words).join() !== placesIn(to[key] ?? '').join()).map(([key]) => key)).toEqual([])
    // What a line of Markdown links to is the same.
    const linksIn = (text: string): string => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target).join()
    expect(Object.entries(from).filter(([key, words]) => linksIn(words) !== linksIn(to[key] ?? '')).map(([key]) => key)).toEqual([])
  })

  it('is another language than English', () => {
    const same = Object.entries(german).filter(([key, words]) => key === words && isWords(key.replace(/\{\d+\}/g, '')) && key.split(' ').length > 2)
    expect(same).toEqual([])
    expect(Object.entries(german).filter(([key, words]) => key === words).length).toBeLessThan(Object.keys(german).length / 8)
  })
})

describe('the search for bare words', () => {
  it('finds them between tags, in spoken attributes and as results, and lets code, names and signs be', () => {
    const text = "const a = <p title=\"Hello there\">Some words {b ? 'one way' : t('another way')} <code>ip link</code>{`and ${n} more`}{name} ✕ {t('{0} of {1}', 1, 2)}<i className=\"some class\" aria-label={x ?? 'nothing'}/></p>"
    const { bare, keys } = stringsOf('x.tsx', text)
    expect(bare.map((one) => one.text).sort()).toEqual(['Hello there', 'Some words', '`and ${n} more`', 'nothing', 'one way'].sort())
    expect(keys).toEqual(['another way', '{0} of {1}'])
  })

  it('finds what the core says: templates, what is said later, tables, and what is said too early', () => {
    const text = "const a = () => t`${b} is used by ${c ? t('nobody') : d}`\nconst e = later('a size')\nconst f = t('too early')\n"
    expect(stringsOf('core/x.ts', text)).toMatchObject({ keys: ['{0} is used by {1}', 'nobody', 'a size', 'too early'], early: [3] })
    expect(stringsOf('core/checks/x.ts', "const check = { title: 'Two of a kind', code: 'x' }").keys).toEqual(['Two of a kind'])
  })
})
