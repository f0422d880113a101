/** A picture as SVG that stands alone: on white, in print quality, everything from the file escaped; the very picture of the canvas. */
import type { Box, Diagram, Line, Placed } from '../diagram/diagram.ts'
import { chipsOf, domainsById, stripeOf } from '../diagram/domains.ts'
import { iconPaths } from '../diagram/icons.ts'
import { labelsOf, labelText, type LineLabels } from '../diagram/labels.ts'
import { headerOf, holdersOf, rectsOf, type Rect } from '../diagram/rects.ts'
import { routesOf, type Route } from '../diagram/routes.ts'
import { drawnTrails } from '../diagram/trails.ts'
import { layLegend } from './legend.ts'
import { escapeXml as escape, markInk, paint, rimOf, round, strokeOf, trailInk } from './paper.ts'
import { drawChip, drawLegend } from './svg-legend.ts'

const margin = 24

const cut = (text: string, width: number, perCharacter: number): string => {
  const most = Math.max(3, Math.floor(width / perCharacter))
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function drawGround(box: Box, rect: Rect, group: boolean): string {
  const corner = box.kind === 'bridge' || box.kind === 'network' || box.kind === 'device' ? 12 : box.kind === 'external' ? 16 : 5
  const dashed = box.kind === 'external' || (group && ['site', 'rack', 'tenant'].includes(box.kind)) ? ' stroke-dasharray="5 4"' : box.derived ? ' stroke-dasharray="2 3"' : ''
  const fill = box.ghost ? 'none' : group ? paint.group : box.kind === 'switch' || box.kind === 'router' ? paint.device : paint.card
  const told = box.mark && rimOf(box.mark.look)
  const rim = box.ghost ? ` stroke="${paint.error}" stroke-dasharray="4 3"` : told ? ` stroke="${told.color}" stroke-width="${told.width}"${told.dash === '' ? '' : ` stroke-dasharray="${told.dash}"`}` : ` stroke="${paint.rim}"${dashed}`
  return `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" rx="${corner}" fill="${fill}"${rim}/>` +
    (box.color === undefined ? '' : `<rect x="${rect.x}" y="${rect.y + 4}" width="3" height="${rect.height - 8}" fill="${escape(box.color)}"/>`)
}

/** A character of a name, as most fonts have it, and as the widest does. */
const [wide, widest] = [7.4, 9.4]

/** The words of a box, on a ground of their own where lines cross them. */
function drawWords(box: Box, rect: Rect, group: boolean, crossed: boolean): string {
  const lines = group ? (box.details.length > 0 ? [box.details.join(' · ')] : []) : box.details
  const ground = crossed ? headerOf(box, rect) : undefined
  const badge = box.badge ? `<circle cx="${rect.x + rect.width - 14}" cy="${rect.y + 17}" r="8" fill="${paint[box.badge.severity]}"/><text x="${rect.x + rect.width - 14}" y="${rect.y + 21}" text-anchor="middle" font-size="11" fill="#ffffff">${box.badge.count}</text>` : ''
  const told = box.mark?.word
  // A sign that would cut the name short hangs over the corner.
  const room = rect.width - 44 - (box.badge ? 20 : 0)
  const hangs = told !== undefined && box.label.length * widest > room - pillWidth(told)
  const word = told === undefined ? '' : hangs ? drawPill(told, rect.x + rect.width + Math.min(12, pillWidth(told) / 2), rect.y, markInk[box.mark?.look ?? 'dim'] ?? paint.quiet)
    : drawPill(told, rect.x + rect.width - 8 - (box.badge ? 22 : 0), rect.y + 17, markInk[box.mark?.look ?? 'dim'] ?? paint.quiet)
  return (ground ? `<rect x="${ground.x}" y="${ground.y}" width="${ground.width}" height="${ground.height}" rx="4" fill="${paint.group}"/>` : '') +
    `<path d="${iconPaths[box.kind]}" transform="translate(${rect.x + 10} ${rect.y + 9})" fill="none" stroke="${paint.quiet}" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round"/>` +
    `<text x="${rect.x + 33}" y="${rect.y + 22}" font-weight="600" font-size="13" fill="${paint.ink}">${escape(cut(box.label, room, wide))}</text>` +
    lines.map((line, i) => `<text x="${rect.x + 11}" y="${rect.y + 39 + i * 15}" font-size="11" fill="${paint.quiet}">${escape(cut(line, rect.width - 16, 5.9))}</text>`).join('') + badge + word
}

/** What steps back in this view. */
const faint = ({ mark }: Box | Line): string => (mark?.look === 'dim' ? ' opacity="0.5"' : '')

/** A word in a ring, its right end at `right`. */
function drawPill(text: string, right: number, y: number, ink: string): string {
  const width = pillWidth(text)
  return `<rect x="${round(right - width)}" y="${round(y - 8)}" width="${round(width)}" height="16" rx="8" fill="#ffffff" stroke="${ink}"/><text x="${round(right - width / 2)}" y="${round(y + 4)}" text-anchor="middle" font-size="11" font-weight="600" fill="${ink}">${escape(text)}</text>`
}
const pillWidth = (text: string): number => text.length * 6.4 + 10

function drawLine(line: Line, route: Route, labels: LineLabels | undefined, words: boolean): { run: string; words: string } {
  const stroke = strokeOf(line)
  const [color, dashes] = [escape(stroke.color), stroke.dash === '' ? '' : ` stroke-dasharray="${stroke.dash}"`]
  const ends = [labels?.from, labels?.to].map((at) => (at === undefined ? '' :
    `<text x="${round(at.x)}" y="${round(at.y)}" text-anchor="${at.anchor}" font-size="9.5" fill="${paint.quiet}" stroke="#ffffff" stroke-width="3" paint-order="stroke">${escape(at.text)}</text>`)).join('')
  const text = words ? labelText(line) : ''
  const long = text.length * 6.2 + 14
  const middle = labels?.middle && text !== ''
    ? `<rect x="${round(labels.middle.x - long / 2)}" y="${round(labels.middle.y - 8.5)}" width="${round(long)}" height="17" rx="8.5" fill="#ffffff" stroke="${color}"/><text x="${round(labels.middle.x)}" y="${round(labels.middle.y + 4)}" text-anchor="middle" font-size="11" fill="${paint.ink}">${escape(text)}</text>` : ''
  return { run: `<path d="${route.path}" fill="none" stroke="${color}" stroke-width="${round(stroke.width)}"${dashes}${faint(line)}/>`, words: faint(line) === '' ? ends + middle : '' }
}

/** With an arrow at its end; what was is dashed. */
const drawTrails = (diagram: Diagram, rects: ReadonlyMap<string, Rect>): string => drawnTrails(diagram, rects).map(({ trail: { look, said }, points }) => {
  const ink = trailInk[look]
  const [before, last] = points.slice(-2)
  const turn = before && last ? round((Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI) : 0
  return `<g opacity="0.9"><title>${escape(said)}</title><polyline points="${points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ')}" fill="none" stroke="${ink}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"${look === 'before' ? ' stroke-dasharray="6 6"' : ''}/>` +
    (last ? `<path d="M0 0L-10 -5.5L-10 5.5Z" transform="translate(${round(last.x)} ${round(last.y)}) rotate(${turn})" fill="${ink}"/>` : '') + '</g>'
}).join('')

/** Networks that share a line take turns along it; their numbers stand on the boxes, and what each is called in the legend. */
function drawDomains(diagram: Diagram, rects: ReadonlyMap<string, Rect>, routes: ReadonlyMap<string, Route>): { readonly bands: string; readonly chips: string } {
  const byId = domainsById(diagram)
  const bands = diagram.lines.flatMap(({ id }) => {
    const [route, own = []] = [routes.get(id), byId.get(id)]
    return route ? own.map((domain, i) => {
      const { array, offset } = stripeOf(domain, i, own.length)
      return `<path d="${route.path}" fill="none" stroke="${domain.color}" stroke-opacity="0.5" stroke-width="7"${array === undefined ? '' : ` stroke-dasharray="${array}"`}${offset === undefined ? '' : ` stroke-dashoffset="${offset}"`}/>`
    }) : []
  })
  const chips = diagram.boxes.flatMap(({ id }) => {
    const [rect, own] = [rects.get(id), byId.get(id)]
    return rect && own ? chipsOf(own, rect).map(({ domain, x, y }) => drawChip(domain, x, y)) : []
  })
  return { bands: bands.join(''), chips: chips.join('') }
}

/** From the back to the front: holding boxes, networks, wires, tunnels, boxes, words, ways. */
export function svgOf(diagram: Diagram, placed: Placed, words = true): string {
  const rects = rectsOf(diagram, placed)
  const holders = holdersOf(diagram)
  const routes = routesOf(diagram, rects, placed.direction)
  const labels = labelsOf(diagram, rects, routes, diagram.lines, words)
  const crossed = new Set(labels.crossed)
  const grounds: string[] = []
  const boxes: string[] = []
  const headers: string[] = []
  for (const box of diagram.boxes) {
    const rect = rects.get(box.id)
    if (!rect) continue
    const group = holders.has(box.id)
    const title = `<title>${escape(`${box.kind} ${box.label}`)}</title>`
    if (!group) boxes.push(`<g${faint(box)}>${title}${drawGround(box, rect, false)}${drawWords(box, rect, false, false)}</g>`)
    else {
      grounds.push(`<g${faint(box)}>${title}${drawGround(box, rect, true)}</g>`)
      headers.push(`<g${faint(box)}>${drawWords(box, rect, true, crossed.has(box))}</g>`)
    }
  }
  const lines = [...diagram.lines].sort((a, b) => Number(a.overlay) - Number(b.overlay)).flatMap((line) => {
    const route = routes.get(line.id)
    return route ? [drawLine(line, route, labels.byLine.get(line.id), words)] : []
  })
  const runs = [...routes.values()].flatMap(({ points }) => points)
  const all = [...rects.values()]
  const [left, top] = [Math.min(0, ...least(all.map(({ x }) => x)), ...least(runs.map(({ x }) => x))) - margin, Math.min(0, ...least(all.map(({ y }) => y)), ...least(runs.map(({ y }) => y))) - margin]
  const right = Math.max(120, ...greatest(all.map(({ x, width }) => x + width)), ...greatest(runs.map(({ x }) => x))) + margin
  const bottom = Math.max(40, ...greatest(all.map(({ y, height }) => y + height)), ...greatest(runs.map(({ y }) => y))) + margin
  const layer = drawDomains(diagram, rects, routes)
  const legend = diagram.legend && layLegend(diagram.legend, right - left - 2 * margin)
  const [width, height] = [Math.ceil(Math.max(right - left, (legend?.width ?? 0) + 2 * margin)), Math.ceil(bottom - top + (legend ? legend.height + margin : 0))]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${round(left)} ${round(top)} ${width} ${height}" font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">` +
    `<title>${escape(diagram.title || 'Underlay')}</title><rect x="${round(left)}" y="${round(top)}" width="${width}" height="${height}" fill="#ffffff"/>` +
    grounds.join('') + layer.bands + lines.map(({ run }) => run).join('') + boxes.join('') + headers.join('') + layer.chips + lines.map(({ words }) => words).join('') + drawTrails(diagram, rects) + (legend ? drawLegend(legend, left + margin, bottom) : '') + '</svg>\n'
}

/** Of each thousand: a call takes only so many arguments. */
const greatest = (values: readonly number[]): number[] => thousands(values).map((some) => Math.max(...some))
const least = (values: readonly number[]): number[] => thousands(values).map((some) => Math.min(...some))
const thousands = (values: readonly number[]): number[][] => Array.from({ length: Math.ceil(values.length / 1000) }, (_, i) => values.slice(i * 1000, i * 1000 + 1000))
