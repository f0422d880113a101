/** Colours and words for paper: what every kind of exported picture shares. */
import type { Mark } from '../diagram/diagram.ts'
import type { TrailLook } from '../diagram/trails.ts'

export const paint = { ink: '#1f2328', quiet: '#57606a', rim: '#afb8c1', wire: '#6e7781', card: '#ffffff', group: '#f6f8fa', device: '#eef4fb', tunnel: '#8250df', error: '#cf222e', warning: '#9a6700', information: '#0969da', hint: '#57606a' } as const

const [good, bad, note, warn] = ['#1a7f37', paint.error, paint.information, paint.warning]

/** What a view says of an element, in ink; undefined: it steps back. */
export const markInk: Readonly<Record<Mark['look'], string | undefined>> = {
  added: good, removed: bad, moved: note, changed: warn, hears: good, carries: note, under: paint.tunnel, dim: undefined, asks: note, reached: good, lost: bad, unsure: warn, gone: bad,
  low: good, middle: note, high: warn, full: bad, unknown: paint.quiet,
}

/** Of ways over the picture; what was is dashed. */
export const trailInk: Readonly<Record<TrailLook, string>> = { before: paint.quiet, after: note, first: note, second: paint.tunnel, third: good, fourth: warn }

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  // XML 1.0 section 2.2: these can stand in no document, not even escaped.
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')

export const round = (value: number): number => Math.round(value * 10) / 10
