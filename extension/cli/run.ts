/** Every subcommand, and how one is chosen and run. Never throws: what goes wrong is a sentence and an exit code. */
import { nearest, parseArguments } from './arguments.ts'
import { check } from './check.ts'
import { printJson, type Command } from './command.ts'
import { diagram } from './diagram.ts'
import { diff } from './diff.ts'
import { evacuate } from './evacuate.ts'
import { explain } from './explain.ts'
import { rebalance } from './evacuate-rebalance.ts'
import { fabric } from './fabric.ts'
import { lab } from './lab.ts'
import { lsp } from './lsp.ts'
import { migrate } from './migrate.ts'
import { reach } from './reach.ts'
import { harmless, Misuse, table, type Streams } from './streams.ts'
import { trace } from './trace.ts'

export const commands: readonly Command[] = [check, trace, reach, migrate, evacuate, rebalance, diagram, diff, lab, fabric, explain, lsp]

const overview = (): string =>
  `underlay: see virtualised infrastructure checked and simulated before anything is deployed\n\n` +
  table(commands.map(({ name, usage, does }) => [`  underlay ${name}`, usage.length > 60 ? '…' : usage, does])) +
  '\n--json prints one JSON document. - reads standard input, with --as FORMAT where its content does not tell.\nunderlay COMMAND --help tells more of one command.\n'

/** The exit code: 0 all is well, 1 something was found, 2 the command line is wrong or a file cannot be read. */
export async function run(argv: readonly string[], to: Streams): Promise<number> {
  // Before the command's name it means the same as behind it.
  const [first, second, ...others] = argv
  const [name, ...rest] = first !== '--json' ? argv : second === undefined ? [] : [second, first, ...others]
  const json = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json')
  let answered = false
  const streams: Streams = { ...to, out: (text) => { answered = true; to.out(json ? text : harmless(text)) }, note: (text) => { to.note(harmless(text)) } }
  const say = (key: string, text: string): void => json ? printJson(streams, { version: 1, [key]: text.trimEnd() }) : streams.out(text)
  try {
    if (name === undefined) throw new Misuse(`a command is missing\n\n${overview().trimEnd()}`)
    const asked = name === 'help' ? rest.find((word) => !word.startsWith('-')) : name
    const named = commands.find((one) => one.name === asked)
    if (name === '--help' || name === '-h' || asked === undefined) {
      say('help', overview())
      return 0
    }
    if (name === '--version') {
      say('underlay', `${process.env['UNDERLAY_VERSION'] ?? '0.0.0'}\n`)
      return 0
    }
    if (!named) throw new Misuse(`there is no command ${asked}${nearest(asked, commands.map((one) => one.name), '')}`)
    if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
      say('help', `underlay ${named.name} ${named.usage}\n\n${named.does}\n`)
      return 0
    }
    const args = parseArguments(rest, named.flags)
    if (json && args.value('out') === '-') throw new Misuse('--json and -o - both want standard output: name a file with -o')
    return await named.run(args, streams)
  } catch (error) {
    // A stack trace is never what a person sees.
    const why = error instanceof Error ? error.message : String(error)
    streams.note(`underlay: ${why}\n`)
    // Whoever asked for a document gets one, of what went wrong as well.
    if (json && !answered) printJson(streams, { version: 1, error: why })
    return 2
  }
}
