/** `underlay diagram`: the designer's picture of any view, without the editor. */
import { readFileSync, writeFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { Analysis } from '../../core/analysis.ts'
import { baseOf, pictureAs, sidecarOf, standing, viewed, type Diagram, type PictureBase } from '../../core/picture.ts'
import { nearest, type Arguments } from './arguments.ts'
import { printJson, required, words, type Command } from './command.ts'
import { baseViews, laidViews, layView, refuseStrangers, viewFlags } from './diagram-views.ts'
import { openFile, readFile } from './files.ts'
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

const picture = '-o OUT.svg [--format svg|png|drawio] [--direction down|right] [--scale N] [--networks]'

export const diagram: Command = {
  name: 'diagram',
  usage: [
    `FILE ${picture} [--view physical|tenant] [--tenant NAME]`,
    'FILE -o OUT --view network --network NAME [--from NODE]',
    'FILE -o OUT --view packet --from NODE --to NODE|ADDRESS [--proto icmp|tcp|udp] [--port N] [--size BYTES] [--df]',
    'FILE -o OUT --view reach --from NODE',
    'FILE -o OUT --view utilisation [--each RATE|all] [--flow FROM,TO[,RATE]]...',
    'FILE -o OUT --view failures --off NODE|LINK...',
    'FILE -o OUT --view difference [--revision REVISION]',
    'OLD NEW -o OUT --view difference',
  ].join('\n       underlay diagram ') + `

Views that lie over the picture are drawn over the physical one; --over tenant, or --tenant NAME, draws them over that.
A link is named by one of its ends (s1:eth0), a network by its name, a subnet or a member; the legend says what the marks mean.`,
  does: 'the designer’s picture of any view, without the editor',
  flags: { out: 'value', format: 'value', view: 'value', over: 'value', tenant: 'value', direction: 'value', scale: 'value', networks: 'switch', ...viewFlags },
  async run(args, streams) {
    const view = args.oneOf('view', [...baseViews, ...laidViews]) ?? (args.has('tenant') ? 'tenant' : 'physical')
    refuseStrangers(args, view)
    const laid = laidViews.find((one) => one === view)
    const [first = '', second] = laid === 'difference' && args.rest.length > 1 ? words(args, 'OLD', 'NEW') : words(args, 'FILE')
    if (first === '-' && second === '-') throw new Misuse('only one of the two can be standard input')
    const out = args.has('json') ? args.value('out') : required(args, 'out')
    const format = args.oneOf('format', formats) ?? meant(out ?? '')
    const direction = args.oneOf('direction', ['down', 'right'] as const) === 'right' ? 'RIGHT' : 'DOWN'
    const scale = args.number('scale', 1) ?? 2
    if (out === '-' && format === 'png') throw new Misuse('PNG is no text: name a file with -o')
    const path = second ?? first
    const older = second === undefined ? undefined : { path: first, readings: readFile(first, args, streams) }
    const { analysis } = openFile(path, args, streams)
    const base = basePicture(args, analysis, laid ? undefined : baseViews.find((one) => one === view))
    const answer = laid && layView(laid, { analysis, base, path, older }, args, streams)
    const drawn = viewed(analysis, base, answer?.view, args.has('networks'))
    if (out !== undefined) {
      const beside = sidecarOf(path)
      const { placed, faults } = await standing(drawn, { direction, sidecar: path === '-' ? undefined : textOf(resolve(streams.cwd, beside)) })
      for (const fault of faults) streams.note(`${beside}: ${fault}\n`)
      const content = pictureAs(drawn, placed, format === 'drawio' ? 'drawio' : 'svg')
      write(out, format === 'png' ? await pngOf(content, scale) : content, streams)
    }
    if (args.has('json')) printJson(streams, { version: 1, ...drawn, shows: view, ...answer?.data })
    else if (out !== '-') streams.note([...saidAbove(drawn), `${drawn.boxes.length} boxes and ${drawn.lines.length} lines in ${out ?? ''}`, ''].join('\n'))
    return 0
  },
}

/** `view`: the base that is asked for as a view itself. */
function basePicture(args: Arguments, analysis: Analysis, view: (typeof baseViews)[number] | undefined): PictureBase {
  const tenant = args.value('tenant')
  const over = args.oneOf('over', baseViews)
  if (over !== undefined && view !== undefined) throw new Misuse(`--over says what another view lies over; --view ${view} is a picture of its own`)
  const chosen = view ?? over ?? (tenant === undefined ? 'physical' : 'tenant')
  if (tenant !== undefined && chosen === 'physical') throw new Misuse('--tenant belongs to the tenant view, not to the physical one')
  const base = baseOf(analysis, { view: chosen, ...(tenant !== undefined && { tenant }) })
  const names = base.diagram.tenants.map(({ name }) => name)
  if (tenant !== undefined && !names.includes(tenant)) throw new Misuse(`--tenant: there is no tenant ${tenant}${nearest(tenant, names, '')}`)
  return base
}

/** What stands over the legend: the answer in words, for those who do not see the picture. */
const saidAbove = ({ legend }: Diagram): readonly string[] => (legend && legend.title !== '' ? [legend.title, ...legend.notes.map((note) => `  ${note}`)] : [])

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
