/** The language that the editor asks for, whichever editor it is: LSP tells it with the first message. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { speak, type Words } from '../../core/words.ts'

/** The words of a locale like `de` or `de-AT`: its own, else its language's, else none, which is English. */
export function wordsOf(locale: string, folder: string): Words {
  const name = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(locale) ? locale.toLowerCase() : 'en'
  for (const one of new Set([name, name.split('-')[0] ?? name])) {
    try {
      const read: unknown = JSON.parse(readFileSync(join(folder, `bundle.l10n.${one}.json`), 'utf8'))
      if (typeof read === 'object' && read !== null) return Object.fromEntries(Object.entries(read).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    } catch {
      // There is none for it.
    }
  }
  return {}
}

/** Sets this process's language; a client that names none is answered in English. The bundles stand beside `dist`. */
export function speakLanguageOf(locale: string | undefined): void {
  speak(locale === undefined || typeof __dirname === 'undefined' ? {} : wordsOf(locale, join(__dirname, '..', 'l10n')))
}
