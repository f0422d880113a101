/** What a subcommand is: its flags, its usage, and what it does. */
import type { Progress } from '../../core/ask.ts'
import type { Arguments, Flags } from './arguments.ts'
import { Misuse, type Streams } from './streams.ts'

export interface Command {
  readonly name: string
  /** Behind the name: "FILE... [--format pretty]". */
  readonly usage: string
  /** One line for the list of commands. */
  readonly does: string
  readonly flags: Flags
  /** The exit code. */
  run(args: Arguments, streams: Streams): number | Promise<number>
}

export const printJson = (streams: Streams, value: unknown): void => streams.out(JSON.stringify(value, undefined, 2) + '\n')

/** Exactly so many words after the command's name. */
export function words(args: Arguments, ...names: readonly string[]): readonly string[] {
  if (args.rest.length !== names.length) {
    throw new Misuse(args.rest.length < names.length ? `${names.slice(args.rest.length).join(' and ')} is missing` : `too many words: ${args.rest.slice(names.length).join(' ')}`)
  }
  return args.rest
}

export function required(args: Arguments, flag: string): string {
  const value = args.value(flag)
  // By the name that the usage has.
  if (value === undefined) throw new Misuse(`${flag === 'out' ? '-o' : `--${flag}`} is missing`)
  return value
}

/** Runs long work to its end, telling a watcher how far it is. */
export function drive<T>(work: Generator<Progress, T>, streams: Streams): T {
  let last = ''
  for (;;) {
    const step = work.next()
    if (step.done) {
      if (last !== '') streams.note('\r\u001b[K')
      return step.value
    }
    if (!streams.watched) continue
    const text = `${step.value.doing} ${step.value.of > 0 ? `${Math.floor((100 * step.value.done) / step.value.of)} %` : ''}`
    if (text !== last) streams.note(`\r\u001b[K${text}`)
    last = text
  }
}
