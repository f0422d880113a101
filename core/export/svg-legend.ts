/** The legend of a picture as SVG: each sample drawn as the picture draws what it stands for. */
import type { Domain } from '../diagram/diagram.ts'
import type { Sample } from '../diagram/legend.ts'
import type { LaidLegend, Words } from './legend.ts'
import { escapeXml as escape, paint, rimOf, round, strokeOf, trailInk } from './paper.ts'

/** How long a sample is, and how high one that stands for a box. */
const [long, high] = [44, 14]

export function drawLegend({ width, title, notes, rows }: LaidLegend, left: number, top: number): string {
  const text = ({ text: said, x, y }: Words, style: string): string => `<text x="${round(left + x)}" y="${round(top + y)}" ${style}>${escape(said)}</text>`
  return `<g class="legend"><path d="M${round(left)} ${round(top - 8)}h${round(width)}" stroke="${paint.rim}" stroke-width="1"/>` +
    title.map((line) => text(line, `font-size="14" font-weight="600" fill="${paint.ink}"`)).join('') +
    notes.map((line) => text(line, `font-size="12" fill="${paint.ink}"`)).join('') +
    rows.map(({ row, x, y, words }) => drawSample(row.sample, left + x, top + y) + words.map((line) => text(line, `font-size="12" fill="${paint.ink}"`)).join('')).join('') + '</g>'
}

const dashed = (dash: string): string => (dash === '' ? '' : ` stroke-dasharray="${dash}"`)

/** `y`: its middle. */
function drawSample(sample: Sample, x: number, y: number): string {
  const line = (color: string, width: number, dash = '', more = ''): string => `<path d="M${round(x)} ${round(y)}h${long}" fill="none" stroke="${color}" stroke-width="${round(width)}"${dashed(dash)}${more}/>`
  const box = (color: string, width: number, dash = '', more = ''): string => `<rect x="${round(x)}" y="${round(y - high / 2)}" width="${long}" height="${high}" rx="4" fill="${paint.card}" stroke="${color}" stroke-width="${width}"${dashed(dash)}${more}/>`
  switch (sample.of) {
    case 'box': {
      const rim = rimOf(sample.look)
      const word = sample.word === undefined ? '' : `<text x="${round(x + long / 2)}" y="${round(y + 4)}" text-anchor="middle" font-size="11" font-weight="600" fill="${rim?.color ?? paint.quiet}">${escape(sample.word)}</text>`
      return (rim ? box(rim.color, rim.width, rim.dash) : box(paint.rim, 1, '', ' opacity="0.5"')) + word
    }
    case 'line': {
      if (rimOf(sample.look) === undefined) return line(paint.wire, 1.4, '', ' opacity="0.5"')
      const { color, width, dash } = strokeOf({ kind: 'link', broken: false, mark: { look: sample.look, said: '' } })
      return line(color, width, dash)
    }
    case 'plain': {
      if (sample.kind === 'derived') return box(paint.rim, 1, '2 3')
      const { color, width, dash } = strokeOf({ kind: sample.kind === 'broken' ? 'link' : sample.kind, broken: sample.kind === 'broken', ...(sample.color !== undefined && { color: sample.color }) })
      return line(escape(color), width, dash)
    }
    case 'owner': return `<rect x="${round(x)}" y="${round(y - high / 2)}" width="${long}" height="${high}" rx="4" fill="${paint.card}" stroke="${paint.rim}"/><rect x="${round(x)}" y="${round(y - high / 2 + 2)}" width="5" height="${high - 4}" fill="${escape(sample.color)}"/>`
    case 'badge': return `<circle cx="${round(x + long / 2)}" cy="${round(y)}" r="8" fill="${paint[sample.severity]}"/><text x="${round(x + long / 2)}" y="${round(y + 4)}" text-anchor="middle" font-size="11" fill="#ffffff">n</text>`
    case 'domain': return drawChip(sample.domain, x + 8, y) + `<path d="M${round(x + 20)} ${round(y)}h${long - 20}" stroke="${sample.domain.color}" stroke-opacity="0.6" stroke-width="7"${dashed(sample.domain.dash)}/>`
    case 'trail': return line(trailInk[sample.look], 3, sample.look === 'before' ? '6 6' : '') + `<path d="M0 0L-10 -5.5L-10 5.5Z" transform="translate(${round(x + long)} ${round(y)})" fill="${trailInk[sample.look]}"/>`
  }
}

/** A network's number, on boxes and in the legend. */
export const drawChip = ({ number, name, color }: Domain, x: number, y: number): string =>
  `<g><title>${escape(name)}</title><circle cx="${round(x)}" cy="${round(y)}" r="8" fill="${color}"/><text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle" font-size="10.5" font-weight="600" fill="#ffffff">${number}</text></g>`
