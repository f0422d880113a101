/**
 * The one door to a person's language. Sentences are written in English where they are said: t`${a} is used twice` asks for the
 * key "{0} is used twice". A process is told its language once, before it reads the first file, and never again; so the same input
 * still gives the same output, and what is kept (answers, findings) needs no language in its key. Who tells nothing (the command
 * line, tests) hears English. Nothing decides by such a sentence: what a program asks for has a field of its own.
 */
import { config, t as translated } from '@vscode/l10n'

let spoken = false

/** A sentence with its values. Most are made for packets that are asked nothing more: in English they are put together at once. */
export const t = ((first: string | TemplateStringsArray, ...values: (string | number | boolean)[]): string => {
  if (spoken || typeof first === 'string' || !('raw' in first)) return translated(first as string, ...values)
  let sentence = first[0] ?? ''
  for (let i = 0; i < values.length; i++) sentence += String(values[i]) + (first[i + 1] ?? '')
  return sentence
}) as typeof translated

/** English sentences with `{0}`, `{1}` … for the values, to another language's; what is missing stays English. */
export type Words = Readonly<Record<string, string>>

/** Sets the language of this process. Call it once, at the start. */
export function speak(words: Words): void {
  spoken = true
  config({ contents: { ...words } })
}

/** Marks a sentence that is written where nobody has yet said which language: whoever shows it asks `t` for it. */
export const later = (sentence: string): string => sentence

/** What stands for `{0}` in a sentence of this process that was made from that template; undefined where it was made from another. */
export function valueIn(template: string, sentence: string): string | undefined {
  const [before = '', after = ''] = t(template, '\0').split('\0')
  return sentence.startsWith(before) && sentence.endsWith(after) && sentence.length >= before.length + after.length ? sentence.slice(before.length, sentence.length - after.length) : undefined
}
