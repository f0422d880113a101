/** `underlay diagram`: the designer's picture without the editor. */
import { readFileSync, writeFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { diagram as draw } from '../../core/analysis.ts'
import { domainsOf } from '../../core/networks.ts'
import { numbered, pictureAs, sidecarOf, standing } from '../../core/picture.ts'
import { printJson, required, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { pngOf } from './png.ts'
import { Misuse, type Streams } from './streams.ts'

const formats = ['svg', 'png', 'drawio'] as const
type Format = (typeof formats)[number]

// Endings of other pictures: SVG under such a name opens nowhere.
const others = ['pdf', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'tif', 'tiff', 'eps', 'ps', 'dot', 'mmd', 'puml', 'vsdx']

/** What the file's ending says; one that says nothing is SVG. */
function meant(out: string): Format {
  const ending = extname(out).toLowerCase().slice(1)
  if (others.includes(ending)) throw new Misuse(`${out}: a diagram is written as ${formats.join(', ')}, not as ${ending}; --format says which, whatever the name`)
  return formats.find((format) => ending === format) ?? 'svg'
}

export const diagram: Command = {
  name: 'diagram',
  usage: 'FILE -o OUT.svg [--format svg|png|drawio] [--view physical|tenant] [--tenant NAME] [--direction down|right] [--scale N] [--networks]',
  does: 'the designer’s picture without the editor',
  flags: { out: 'value', format: 'value', view: 'value', tenant: 'value', direction: 'value', scale: 'value', networks: 'switch' },
  async run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const out = args.has('json') ? args.value('out') : required(args, 'out')
    const format = args.oneOf('format', formats) ?? meant(out ?? '')
    const view = args.oneOf('view', ['physical', 'tenant'] as const) ?? 'physical'
    const direction = args.oneOf('direction', ['down', 'right'] as const) === 'right' ? 'RIGHT' : 'DOWN'
    const scale = args.number('scale', 1) ?? 2
    const tenant = args.value('tenant')
    if (out === '-' && format === 'png') throw new Misuse('PNG is no text: name a file with -o')
    const { analysis } = openFile(path, args, streams)
    const bare = draw(analysis, { view, ...(tenant !== undefined && { tenant }) })
    const drawn = args.has('networks') ? { ...bare, domains: numbered(domainsOf(analysis, bare).domains) } : bare
    if (out !== undefined) {
      const beside = sidecarOf(path)
      const { placed, faults } = await standing(drawn, { direction, sidecar: path === '-' ? undefined : textOf(resolve(streams.cwd, beside)) })
      for (const fault of faults) streams.note(`${beside}: ${fault}\n`)
      const picture = pictureAs(drawn, placed, format === 'drawio' ? 'drawio' : 'svg')
      write(out, format === 'png' ? await pngOf(picture, scale) : picture, streams)
    }
    if (args.has('json')) printJson(streams, { version: 1, ...drawn })
    else if (out !== '-') streams.note(`${drawn.boxes.length} boxes and ${drawn.lines.length} lines in ${out ?? ''}\n`)
    return 0
  },
}

/** Undefined where there is no such file; one that cannot be read is as good as none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function write(out: string, content: string | Uint8Array, streams: Streams): void {
  if (out === '-') return void (typeof content === 'string' && streams.out(content))
  try {
    writeFileSync(resolve(streams.cwd, out), content)
  } catch (error) {
    throw new Misuse(`${out} cannot be written: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
