/** `underlay check`: reads, validates, runs the `expect` section. */
import { fileJson, type FileJson } from '../../core/shown.ts'
import { severities, type Severity } from '../../core/infra/problem.ts'
import { estatesAmong } from './estates.ts'
import { namedFiles, openAll, type Memory } from './files.ts'
import { junit } from './junit.ts'
import { pretty } from './pretty.ts'
import { sarif } from './sarif.ts'
import { printJson, type Command } from './command.ts'
import { Misuse, paletteOf } from './streams.ts'

const outputs = ['pretty', 'json', 'sarif', 'junit'] as const
const levels = [...severities, 'never'] as const

export const check: Command = {
  name: 'check',
  usage: 'FILE... [--format pretty|json|sarif|junit] [--fail-on error|warning|information|hint|never] [--together]',
  does: 'reads, validates, runs the expect section',
  flags: { format: 'value', 'fail-on': 'value', together: 'switch' },
  run(args, streams) {
    const format = args.has('json') ? 'json' : args.oneOf('format', outputs) ?? 'pretty'
    const failOn = args.oneOf('fail-on', levels) ?? 'error'
    if (args.rest.length === 0) throw new Misuse('FILE is missing')
    const files: FileJson[] = []
    const unread: string[] = []
    const named = namedFiles(args.rest, streams)
    const memory: Memory = new Map()
    const withEstate = estatesAmong(named.filter((file) => typeof file === 'string'), args.has('together'), args, streams, memory)
    for (const opened of openAll(named, args, streams, memory)) {
      if ('failed' in opened) {
        unread.push(opened.failed)
        streams.note(`underlay: ${opened.failed}\n`)
        continue
      }
      const analysis = withEstate(opened.analysis)
      const file = fileJson(analysis, opened.path, opened.format)
      files.push(file)
      // Paper needs no waiting for the last file.
      if (format === 'pretty') streams.out(pretty(file, analysis.readings.map(({ source }) => source), paletteOf(streams.colours)))
    }
    if (format === 'json') printJson(streams, { version: 1, files, ...(unread.length > 0 && { unread }) })
    if (format === 'sarif') printJson(streams, sarif(files, unread, streams.cwd))
    if (format === 'junit') streams.out(junit(files, unread))
    if (unread.length > 0) return 2
    return files.some((file) => file.problems.some(({ severity }) => atLeast(severity, failOn)) || file.expectations.some(({ status }) => status !== 'pass')) ? 1 : 0
  },
}

const atLeast = (severity: Severity, level: (typeof levels)[number]): boolean =>
  level !== 'never' && severities.indexOf(severity) <= severities.indexOf(level)
