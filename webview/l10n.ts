/** Words in the person's language: the page brings the bundle that VS Code has for it; what it lacks stays English. */
import { speak, t } from '../core/words.ts'

function bundleOf(): Readonly<Record<string, string>> {
  const text = typeof document === 'undefined' ? undefined : document.getElementById('root')?.dataset['l10n']
  if (text === undefined || text === '') return {}
  try {
    return JSON.parse(text) as Readonly<Record<string, string>>
  } catch {
    return {}
  }
}
const bundle = bundleOf()
speak(bundle)

/** `{0}`, `{1}` … stand for the values, in any order. The English words are the key; `test/l10n` keeps the bundles complete. */
export { t }

/** Words of the core that are names to a program as well, said as a person calls them. */
export const word = (said: string): string => (Object.hasOwn(bundle, said) ? bundle[said] ?? said : said)

/** Those words, so that the bundles know them: names of a plan's fields, what can be chosen there, and phases of a migration. */
export const coreWords = (): readonly string[] => [
  t('Name'), t('New name'), t('Kind of tunnel'), t('From'), t('To'), t('Who with whom'), t('Addresses'), t('every pair'), t('in turn'), t('chain'), t('ring'), t('next free'), t('none'), t('an infra file'), t('a containerlab file'), t('a compose file'),
  t('site'), t('rack'), t('server'), t('vm'), t('container'), t('switch'), t('router'), t('external'), t('bridge'), t('device'), t('network'), t('tenant'), t('storage'), t('link'), t('attach'), t('tunnel'), t('member'), t('links'), t('attachments'), t('tunnels'), t('bundles'), t('tenants'), t('networks'), t('labels'),
  t('mirror disks'), t('copy disks'), t('copy what was written'), t('copy memory'), t('shut down'), t('boot'), t('stop'), t('pull pages'), t('stop and copy'), t('checkpoint'), t('restore'), t('drain and resume'), t('carried by'),
]

/** A shortcut as the keys are called: `Strg+D`. */
export const keyNames = (keys: string): string => keys.replace(/\b(?:Ctrl|Shift|Del)\b/g, (name) => (name === 'Ctrl' ? t('Ctrl') : name === 'Shift' ? t('Shift') : t('Del')))
