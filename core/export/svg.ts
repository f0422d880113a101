/** A picture as SVG that stands alone: on white, in print quality, everything from the file escaped. */
import type { Box, Diagram, Line, Placed } from '../diagram/diagram.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  // XML 1.0 section 2.2: these can stand in no document, not even escaped.
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const margin = 24

/** Colours for paper. */
const paint = { ink: '#1f2328', quiet: '#57606a', rim: '#afb8c1', card: '#ffffff', group: '#f6f8fa', tunnel: '#8250df', error: '#cf222e', warning: '#9a6700', information: '#0969da', hint: '#57606a' }

const cut = (text: string, width: number, perCharacter: number): string => {
  const most = Math.max(3, Math.floor(width / perCharacter))
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function drawBox(box: Box, rect: Rect, group: boolean): string {
  const round = box.kind === 'bridge' || box.kind === 'network' || box.kind === 'device' ? 12 : box.kind === 'external' ? 16 : 5
  const dashed = group && ['site', 'rack', 'tenant'].includes(box.kind) ? ' stroke-dasharray="5 4"' : box.derived ? ' stroke-dasharray="2 3"' : ''
  const lines = group ? [box.details.join('   ')] : box.details
  const badge = box.badge ? `<circle cx="${rect.x + rect.width - 14}" cy="${rect.y + 16}" r="8" fill="${paint[box.badge.severity]}"/><text x="${rect.x + rect.width - 14}" y="${rect.y + 20}" text-anchor="middle" font-size="11" fill="#ffffff">${box.badge.count}</text>` : ''
  return `<g><title>${escape(`${box.kind} ${box.label}`)}</title><rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" rx="${round}" fill="${group ? paint.group : paint.card}" stroke="${paint.rim}"${dashed}/>` +
    (box.color === undefined ? '' : `<rect x="${rect.x}" y="${rect.y + 4}" width="3" height="${rect.height - 8}" fill="${escape(box.color)}"/>`) +
    `<text x="${rect.x + 11}" y="${rect.y + 22}" font-weight="600" font-size="13" fill="${paint.ink}">${escape(cut(box.label, rect.width - 34, 7.4))}</text>` +
    `<text x="${rect.x + rect.width - (box.badge ? 28 : 9)}" y="${rect.y + 21}" text-anchor="end" font-size="9" fill="${paint.quiet}">${escape(rect.width > 60 + box.label.length * 8 + box.kind.length * 5 ? box.kind : '')}</text>` +
    lines.map((line, i) => `<text x="${rect.x + 11}" y="${rect.y + 38 + i * 15}" font-size="11" fill="${paint.quiet}">${escape(cut(line, rect.width - 18, 6))}</text>`).join('') + badge + '</g>'
}

function drawLine(line: Line, a: Rect, b: Rect): string {
  const beside = line.overlay && a.y < b.y + b.height && b.y < a.y + a.height
  const down = b.y >= a.y + a.height || beside
  const start = { x: a.x + a.width / 2, y: down ? a.y + a.height : a.y }
  const end = { x: b.x + b.width / 2, y: beside ? b.y + b.height : down ? b.y : b.y + b.height }
  const by = Math.max(18, Math.hypot(end.x - start.x, end.y - start.y) * 0.35)
  const [c, d] = [start.y + (down ? by : -by), end.y + (beside ? by : down ? -by : by)]
  const color = line.broken ? paint.error : line.color ?? (line.kind === 'tunnel' ? paint.tunnel : paint.quiet)
  const label = line.kind === 'tunnel' && line.label !== undefined
    ? `<text x="${(start.x + end.x) / 2}" y="${(start.y + 3 * c + 3 * d + end.y) / 8 - 4}" text-anchor="middle" font-size="10" fill="${escape(color)}" stroke="#ffffff" stroke-width="3" paint-order="stroke">${escape(line.label)}</text>` : ''
  const ends = line.kind === 'link' ? ([[start, down ? 12 : -5, line.fromLabel], [end, down ? -5 : 12, line.toLabel]] as const).map(([at, dy, text]) => (text === undefined ? '' :
    `<text x="${at.x + 4}" y="${at.y + dy}" font-size="9" fill="${paint.quiet}" stroke="#ffffff" stroke-width="3" paint-order="stroke">${escape(text)}</text>`)).join('') : ''
  return `<path d="M ${start.x} ${start.y} C ${start.x} ${c}, ${end.x} ${d}, ${end.x} ${end.y}" fill="none" stroke="${escape(color)}" stroke-width="${line.kind === 'tunnel' ? 2.4 : line.kind === 'link' ? 1.5 : 1}"${line.broken ? ' stroke-dasharray="5 5"' : ''}/>${label}${ends}`
}

/** Parents under children, wires over boxes, tunnels over wires. */
export function svgOf(diagram: Diagram, placed: Placed): string {
  const rects = new Map<string, Rect>()
  for (const { id, parent } of diagram.boxes) {
    const spot = placed.boxes.get(id)
    const up = parent === undefined ? undefined : rects.get(parent)
    if (spot) rects.set(id, { x: spot.x + (up?.x ?? margin), y: spot.y + (up?.y ?? margin), width: spot.width, height: spot.height })
  }
  const holders = new Set(diagram.boxes.map(({ parent }) => parent))
  const boxes = diagram.boxes.map((box) => {
    const rect = rects.get(box.id)
    return rect ? drawBox(box, rect, holders.has(box.id)) : ''
  })
  const lines = [...diagram.lines].sort((a, b) => Number(a.overlay) - Number(b.overlay)).map((line) => {
    const [a, b] = [rects.get(line.from), rects.get(line.to)]
    return a && b ? drawLine(line, a, b) : ''
  })
  const bottom = Math.max(placed.height, 40) + 2 * margin + (diagram.lines.some((line) => line.overlay) ? 40 : 0)
  const width = Math.max(placed.width, 120) + 2 * margin
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom}" viewBox="0 0 ${width} ${bottom}" font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">` +
    `<title>${escape(diagram.title || 'Underlay')}</title><rect width="100%" height="100%" fill="#ffffff"/>${boxes.join('')}${lines.join('')}</svg>\n`
}
