/** Colours and words for paper: what every kind of exported picture shares. */
import type { Line, Mark } from '../diagram/diagram.ts'
import type { TrailLook } from '../diagram/trails.ts'

export const paint = { ink: '#1f2328', quiet: '#57606a', rim: '#afb8c1', wire: '#6e7781', card: '#ffffff', group: '#f6f8fa', device: '#eef4fb', tunnel: '#8250df', error: '#cf222e', warning: '#9a6700', information: '#0969da', hint: '#57606a' } as const

const [good, bad, note, warn] = ['#1a7f37', paint.error, paint.information, paint.warning]

/** What a view says of an element, in ink; undefined: it steps back. */
export const markInk: Readonly<Record<Mark['look'], string | undefined>> = {
  added: good, removed: bad, moved: note, changed: warn, hears: good, carries: note, under: paint.tunnel, dim: undefined, asks: note, reached: good, lost: bad, unsure: warn, gone: bad,
  low: good, middle: note, high: warn, full: bad, unknown: paint.quiet,
}

type Look = Mark['look']

/** Nobody has to tell colours apart: dashes (SVG's `stroke-dasharray`) do, where no word or sign does. */
export const markDash: Readonly<Partial<Record<Look, string>>> = { carries: '9 3', under: '2 3', lost: '5 3', unsure: '8 3 2 3', gone: '4 4', removed: '5 4', moved: '10 4', changed: '9 3 2 3', unknown: '2 4' }

/** Beside the plain width: what is fuller is broader. */
const broader: Readonly<Partial<Record<Look, number>>> = { low: 0.4, middle: 1.4, high: 2.6, full: 4, hears: 1.6, carries: 1.6 }

const plainWidth = (kind: Line['kind']): number => (kind === 'tunnel' ? 2.4 : kind === 'link' ? 1.4 : 1)

export interface Stroke {
  readonly color: string
  readonly width: number
  /** Empty: a whole line. */
  readonly dash: string
}

/** How a line is drawn, in the picture and in its legend. */
export function strokeOf({ kind, mark, ghost, broken, color }: Pick<Line, 'kind' | 'mark' | 'ghost' | 'broken' | 'color'>): Stroke {
  const ink = mark && markInk[mark.look]
  return {
    color: ghost ? paint.error : ink ?? (broken ? paint.error : color ?? (kind === 'tunnel' ? paint.tunnel : paint.wire)),
    width: plainWidth(kind) + (mark && ink !== undefined ? broader[mark.look] ?? 0.8 : 0),
    dash: broken || ghost ? '5 5' : (mark && ink !== undefined ? markDash[mark.look] : undefined) ?? (kind === 'member' ? '2 4' : ''),
  }
}

/** The rim of a box of which the view says something; undefined where it steps back. */
export function rimOf(look: Look): Stroke | undefined {
  const color = markInk[look]
  return color === undefined ? undefined : { color, width: look === 'asks' || look === 'full' ? 3.5 : 2, dash: markDash[look] ?? '' }
}

/** Of ways over the picture; what was is dashed. */
export const trailInk: Readonly<Record<TrailLook, string>> = { before: paint.quiet, after: note, first: note, second: paint.tunnel, third: good, fourth: warn }

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  // XML 1.0 section 2.2: these can stand in no document, not even escaped.
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')

export const round = (value: number): number => Math.round(value * 10) / 10
