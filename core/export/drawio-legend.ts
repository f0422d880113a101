/** The legend of a picture for diagrams.net: cells of a layer of its own, each sample drawn as the picture draws what it stands for. */
import type { Sample } from '../diagram/legend.ts'
import { html, styleOf } from './drawio-style.ts'
import type { LaidLegend, Words } from './legend.ts'
import { escapeXml, paint, rimOf, round, strokeOf, trailInk } from './paper.ts'

const [long, high] = [44, 14]

export function legendCells({ width, title, notes, rows }: LaidLegend, left: number, top: number): readonly string[] {
  const cell = (id: string, value: string, style: Readonly<Record<string, string | number>>, x: number, y: number, w: number, h: number): string =>
    `<mxCell id="legend-${id}" value="${escapeXml(html(value))}" style="${escapeXml(styleOf(style))}" vertex="1" connectable="0" parent="layer-legend"><mxGeometry x="${round(left + x)}" y="${round(top + y)}" width="${round(w)}" height="${round(h)}" as="geometry"/></mxCell>`
  const words = (id: string, { text, x, y }: Words, size: number, bold = false): string =>
    cell(id, text, { text: 1, html: 1, align: 'left', verticalAlign: 'middle', spacing: 0, fontSize: size, fontColor: paint.ink, ...(bold && { fontStyle: 1 }) }, x, y - size, Math.max(40, width - x), size + 6)
  return [
    cell('edge', '', { line: 1, strokeColor: paint.rim, strokeWidth: 1 }, 0, -13, width, 10),
    ...title.map((line, i) => words(`title-${i}`, line, 14, true)), ...notes.map((line, i) => words(`note-${i}`, line, 12)),
    ...rows.flatMap(({ row, x, y, words: lines }, i) => [
      ...sampleCells(row.sample).map(({ value, style, dx = 0, w = long, h = high }, n) => cell(`${i}-sample-${n}`, value, style, x + dx, y - h / 2, w, h)), ...lines.map((line, n) => words(`${i}-${n}`, line, 12)),
    ]),
  ]
}

interface Cell {
  readonly value: string
  readonly style: Readonly<Record<string, string | number>>
  readonly dx?: number
  readonly w?: number
  readonly h?: number
}

const dashed = (dash: string): Readonly<Record<string, string | number>> => (dash === '' ? {} : { dashed: 1, dashPattern: dash })

function sampleCells(sample: Sample): readonly Cell[] {
  const line = (color: string, width: number, dash = '', more: Readonly<Record<string, string | number>> = {}): Cell => ({ value: '', style: { line: 1, html: 1, strokeColor: color, strokeWidth: round(width), ...dashed(dash), ...more } })
  const box = (value: string, color: string, width: number, dash = '', more: Readonly<Record<string, string | number>> = {}): Cell =>
    ({ value, style: { rounded: 1, absoluteArcSize: 1, arcSize: 8, html: 1, fillColor: paint.card, strokeColor: color, strokeWidth: width, fontSize: 11, fontStyle: 1, fontColor: color, ...dashed(dash), ...more } })
  switch (sample.of) {
    case 'box': {
      const rim = rimOf(sample.look)
      return [rim ? box(sample.word ?? '', rim.color, rim.width, rim.dash) : box('', paint.rim, 1, '', { opacity: 50 })]
    }
    case 'line': {
      if (rimOf(sample.look) === undefined) return [line(paint.wire, 1.4, '', { opacity: 50 })]
      const { color, width, dash } = strokeOf({ kind: 'link', broken: false, mark: { look: sample.look, said: '' } })
      return [line(color, width, dash)]
    }
    case 'plain': {
      if (sample.kind === 'derived') return [box('', paint.rim, 1, '2 3')]
      const { color, width, dash } = strokeOf({ kind: sample.kind === 'broken' ? 'link' : sample.kind, broken: sample.kind === 'broken', ...(sample.color !== undefined && { color: sample.color }) })
      return [line(color, width, dash)]
    }
    // As boxes have it here: their rim is the owner's.
    case 'owner': return [box('', sample.color, 2)]
    case 'badge': return [{ value: '● n', style: { text: 1, html: 1, align: 'center', verticalAlign: 'middle', spacing: 0, fontSize: 12, fontColor: paint[sample.severity] } }]
    case 'domain': return [
      { ...line(sample.domain.color, 7, sample.domain.dash, { opacity: 50 }), dx: 20, w: long - 20 },
      { value: String(sample.domain.number), style: { ellipse: 1, html: 1, fillColor: sample.domain.color, strokeColor: 'none', fontColor: '#ffffff', fontSize: 10, fontStyle: 1, resizable: 0 }, w: 16, h: 16 },
    ]
    case 'trail': return [line(trailInk[sample.look], 3, sample.look === 'before' ? '6 6' : ''), { value: '', style: { triangle: 1, html: 1, fillColor: trailInk[sample.look], strokeColor: 'none' }, dx: long - 10, w: 10, h: 11 }]
  }
}
