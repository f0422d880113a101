/** `underlay fabric`: a generated topology as an infra file, and its figures. */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { analyze, readSource } from '../../core/analysis.ts'
import { fabricTypes, figuresOf, finish } from '../../core/ask.ts'
import { summaryOf } from '../../core/shown.ts'
import { nearest } from './arguments.ts'
import { printJson, words, type Command } from './command.ts'
import { Misuse } from './streams.ts'

const numbers = ['k', 'leaves', 'spines', 'hosts', 'access', 'distribution', 'core', 'size', 'layer'] as const
const texts = ['base', 'dimensions', 'bandwidth', 'latency', 'mtu'] as const

export const fabric: Command = {
  name: 'fabric',
  usage: `TYPE [--name NAME] ${numbers.map((key) => `[--${key} N]`).join(' ')} [--base PREFIX] [--dimensions A,B] [--bandwidth RATE] [--latency TIME] [--mtu N]`,
  does: 'writes a generated topology as an infra file, and its figures',
  flags: { name: 'value', out: 'value', ...Object.fromEntries([...numbers, ...texts].map((key) => [key, 'value' as const])) },
  run(args, streams) {
    const [word = ''] = words(args, 'TYPE')
    const type = fabricTypes.find((one) => one === word)
    if (!type) throw new Misuse(`TYPE is one of ${fabricTypes.join(', ')}, not ${word}${nearest(word, fabricTypes, '')}`)
    const name = args.value('name') ?? 'dc'
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) throw new Misuse(`${name} is no name: letters, digits, _ . and -`)
    const settings = [`type: ${type}`]
    for (const key of numbers) {
      const value = args.number(key)
      if (value !== undefined) settings.push(`${key}: ${value}`)
    }
    for (const key of texts) {
      const value = args.value(key)
      if (value === undefined) continue
      if (!/^[A-Za-z0-9.:/,µ]+$/.test(value)) throw new Misuse(`--${key} cannot be ${value}`)
      settings.push(`${key}: ${key === 'dimensions' ? `[${value.split(',').join(', ')}]` : value.includes(':') ? `"${value}"` : value}`)
    }
    const body = `infra: 1\nname: ${type} ${name}\n\nfabrics:\n  ${name}: { ${settings.join(', ')} }\n`
    const uri = pathToFileURL(join(streams.cwd, 'fabric.infra.yaml')).href
    const reading = readSource({ uri, text: body, version: 0, format: 'infra' })
    if (!reading) throw new Misuse('the infra language cannot be read here')
    const analysis = finish(analyze([reading]))
    const wrong = analysis.problems.filter(({ severity }) => severity === 'error')
    if (wrong.length > 0) throw new Misuse(wrong.map(({ message }) => message).join('; '))
    const figures = figuresOf(analysis, name)
    const lines = Object.entries(figures ?? {}).flatMap(([key, value]) =>
      value === null ? [] : [`#   ${spoken(key).padEnd(16)} ${typeof value === 'object' ? `${value.least} to ${value.most}` : value}\n`])
    const text = `# A generated topology: its nodes and links can be named anywhere else in this file.\n${lines.join('')}${body}`
    const out = args.value('out')
    if (out !== undefined) streams.write(out, text)
    if (args.has('json')) printJson(streams, { version: 1, type, name, figures: figures ?? null, summary: summaryOf(analysis), file: text })
    else if (out === undefined) streams.out(text)
    return 0
  },
}

const spoken = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
