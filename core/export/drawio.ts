/**
 * A picture for diagrams.net (draw.io): boxes inside boxes as containers, lines that stay joined when boxes are moved, each
 * kind of line on a layer of its own. Plain XML as its wiki documents it ("File Format"): mxfile, diagram, mxGraphModel, root.
 */
import type { Box, Diagram, Domain, Line, Placed } from '../diagram/diagram.ts'
import { chipsOf, domainsById } from '../diagram/domains.ts'
import { labelText } from '../diagram/labels.ts'
import { holdersOf, rectsOf, type Rect } from '../diagram/rects.ts'
import { routesOf, type End, type Route } from '../diagram/routes.ts'
import { drawnTrails, type Trail, type TrailPoint } from '../diagram/trails.ts'
import { legendCells } from './drawio-legend.ts'
import { html, styleOf } from './drawio-style.ts'
import { layLegend } from './legend.ts'
import { escapeXml, markInk, paint, rimOf, round, strokeOf, trailInk } from './paper.ts'

const layers: Readonly<Record<Line['kind'], string>> = { link: 'Links', attach: 'Attachments', member: 'Storage', tunnel: 'Tunnels' }

/** Uncompressed, without a clock: the same picture is the same file. */
export function drawioOf(diagram: Diagram, placed: Placed): string {
  const rects = rectsOf(diagram, placed)
  const holders = holdersOf(diagram)
  const routes = routesOf(diagram, rects, placed.direction)
  const cells = new Map(diagram.boxes.map(({ id }, i) => [id, `box-${i}`]))
  const boxes = diagram.boxes.flatMap((box) => {
    const rect = rects.get(box.id)
    if (!rect) return []
    const up = box.parent === undefined ? undefined : rects.get(box.parent)
    return [boxCell(box, rect, up, holders.has(box.id), cells.get(box.id) ?? '', (up && box.parent !== undefined ? cells.get(box.parent) : undefined) ?? 'boxes')]
  })
  // Overlays are drawn last.
  const kinds = (['link', 'attach', 'member', 'tunnel'] as const).filter((kind) => diagram.lines.some((line) => line.kind === kind))
  const lines = diagram.lines.flatMap((line, i) => {
    const [route, from, to] = [routes.get(line.id), rects.get(line.from), rects.get(line.to)]
    return route && from && to ? lineCells(line, route, { id: `line-${i}`, source: cells.get(line.from) ?? '', target: cells.get(line.to) ?? '' }, from, to) : []
  })
  const networks = networkCells(diagram, rects, routes, cells)
  const trails = drawnTrails(diagram, rects).map(({ trail, points }, i) => trailCell(trail, points, `way-${i}`))
  const all = [...rects.values()]
  const edge = (from: number, values: readonly number[], better: (a: number, b: number) => number): number => values.reduce((a, b) => better(a, b), from)
  const [left, right, bottom] = [edge(0, all.map(({ x }) => x), Math.min), edge(0, all.map(({ x, width }) => x + width), Math.max), edge(0, all.map(({ y, height }) => y + height), Math.max)]
  const legend = diagram.legend ? legendCells(layLegend(diagram.legend, right - left), left, bottom + 48) : []
  const title = escapeXml(diagram.title || 'Underlay')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mxfile host="Underlay" compressed="false">',
    `  <diagram id="underlay" name="${title}">`,
    '    <mxGraphModel grid="0" gridSize="10" guides="1" tooltips="1" connect="1" arrows="1" fold="1" page="0" pageScale="1" math="0" shadow="0" background="#ffffff">',
    '      <root>',
    '        <mxCell id="0"/>',
    '        <mxCell id="boxes" value="Boxes" parent="0"/>',
    ...(networks.length > 0 ? ['        <mxCell id="layer-networks" value="Networks" parent="0"/>'] : []),
    ...kinds.map((kind) => `        <mxCell id="layer-${kind}" value="${layers[kind]}" parent="0"/>`),
    ...(trails.length > 0 ? ['        <mxCell id="layer-ways" value="Ways" parent="0"/>'] : []),
    ...(legend.length > 0 ? ['        <mxCell id="layer-legend" value="Legend" parent="0"/>'] : []),
    ...[...boxes, ...networks, ...lines, ...trails, ...legend].map((cell) => `        ${cell}`),
    '      </root>', '    </mxGraphModel>', '  </diagram>', '</mxfile>', '',
  ].join('\n')
}

function boxCell(box: Box, rect: Rect, up: Rect | undefined, group: boolean, id: string, parent: string): string {
  const told = box.mark && rimOf(box.mark.look)
  const ink = box.mark && markInk[box.mark.look]
  const dashed = box.ghost || box.kind === 'external' || box.derived || (group && ['site', 'rack', 'tenant'].includes(box.kind))
  const style = styleOf({
    ...(box.kind === 'storage' ? { shape: 'cylinder3', boundedLbl: 1, backgroundOutline: 1, size: 5 } : { rounded: 1, absoluteArcSize: 1, arcSize: box.kind === 'bridge' || box.kind === 'network' || box.kind === 'device' ? 24 : box.kind === 'external' ? 32 : 10 }),
    html: 1, whiteSpace: 'wrap', overflow: 'hidden', align: 'left', verticalAlign: group ? 'top' : 'middle', spacingLeft: 8, fontSize: 12, fontColor: paint.ink,
    fillColor: box.ghost ? 'none' : group ? paint.group : box.kind === 'switch' || box.kind === 'router' ? paint.device : paint.card,
    strokeColor: box.ghost ? paint.error : told?.color ?? box.color ?? paint.rim, strokeWidth: told?.width ?? (box.color !== undefined ? 2 : 1), ...((dashed || (told && told.dash !== '')) && { dashed: 1 }), ...(told && told.dash !== '' && !box.ghost && { dashPattern: told.dash }), ...(box.mark?.look === 'dim' && { opacity: 50, textOpacity: 50 }),
    ...(group && { container: 1, collapsible: 0, recursiveResize: 0 }),
  })
  const word = box.mark?.word === undefined ? '' : ` <b><font color="${ink ?? paint.quiet}">${html(box.mark.word)}</font></b>`
  const badge = box.badge ? ` <font color="${paint[box.badge.severity]}">● ${box.badge.count}</font>` : ''
  const details = box.details.map((detail) => `<font color="${paint.quiet}" style="font-size: 11px">${html(detail)}</font>`)
  const label = [`<b>${html(box.label)}</b>${word}${badge}`, ...(group && details.length > 0 ? [details.join(' · ')] : details)].join('<br>')
  const [x, y] = [rect.x - (up?.x ?? 0), rect.y - (up?.y ?? 0)]
  const more = [box.kind, ...(box.tenant === undefined ? [] : [`tenant ${box.tenant}`]), ...(box.badge?.messages ?? [])].join('\n')
  // An object carries what the cell stands for, to be read in the editor as its data.
  return `<object label="${escapeXml(label)}" kind="${box.kind}" name="${escapeXml(box.id)}" tooltip="${escapeXml(html(more)).replace(/\n/g, '&#10;')}" id="${id}"><mxCell style="${escapeXml(style)}" vertex="1" parent="${parent}"><mxGeometry x="${round(x)}" y="${round(y)}" width="${round(rect.width)}" height="${round(rect.height)}" as="geometry"/></mxCell></object>`
}

/** Where on a box an end is: shares of its width and height. */
const shareOf = ({ x, y }: End, rect: Rect): readonly [number, number] => [rect.width === 0 ? 0.5 : round3((x - rect.x) / rect.width), rect.height === 0 ? 0.5 : round3((y - rect.y) / rect.height)]
const round3 = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000

function lineCells(line: Line, route: Route, { id, source, target }: { readonly id: string; readonly source: string; readonly target: string }, from: Rect, to: Rect): readonly string[] {
  const stroke = strokeOf(line)
  const [[exitX, exitY], [entryX, entryY]] = [shareOf(route.from, from), shareOf(route.to, to)]
  // A curve is drawn by the editor, which bends it anew when a box is moved; a lane around boxes is told corner by corner.
  const corners = /C/.test(route.path) ? [] : route.points.slice(1, -1)
  const style = styleOf({
    edgeStyle: corners.length > 0 ? 'none' : 'orthogonalEdgeStyle', ...(corners.length > 0 ? { rounded: 1 } : { curved: 1 }), html: 1, endArrow: 'none', startArrow: 'none', exitX, exitY, exitPerimeter: 0, exitDx: 0, exitDy: 0, entryX, entryY, entryPerimeter: 0, entryDx: 0, entryDy: 0,
    strokeColor: stroke.color, strokeWidth: round(stroke.width), ...(stroke.dash !== '' && { dashed: 1, dashPattern: stroke.dash }), ...(line.mark?.look === 'dim' && { opacity: 50, textOpacity: 50 }), fontSize: 11, fontColor: paint.ink, labelBackgroundColor: '#ffffff',
  })
  const points = corners.length === 0 ? '' : `<Array as="points">${corners.map(({ x, y }) => `<mxPoint x="${round(x)}" y="${round(y)}"/>`).join('')}</Array>`
  const geometry = `<mxGeometry relative="1" as="geometry">${points}</mxGeometry>`
  const ends = ([[line.fromLabel, -1, route.from], [line.toLabel, 1, route.to]] as const).flatMap(([text, at, end], i) => (text === undefined || line.kind !== 'link' ? [] : [
    `<mxCell id="${id}-${i === 0 ? 'from' : 'to'}" value="${escapeXml(html(text))}" style="edgeLabel;html=1;resizable=0;fontSize=10;fontColor=${paint.quiet};labelBackgroundColor=none;align=left;verticalAlign=${end.side === 'top' ? 'bottom' : 'top'};" vertex="1" connectable="0" parent="${id}"><mxGeometry x="${at}" relative="1" as="geometry"><mxPoint x="${end.side === 'left' ? -24 : 4}" y="${end.side === 'top' ? -4 : end.side === 'bottom' ? 4 : 2}" as="offset"/></mxGeometry></mxCell>`,
  ]))
  return [`<mxCell id="${id}" value="${escapeXml(html(labelText(line)))}" style="${escapeXml(style)}" edge="1" parent="layer-${line.kind}" source="${source}" target="${target}">${geometry}</mxCell>`, ...ends]
}

/** A way is a line of its own, from point to point: it belongs to no box. */
function trailCell({ look, said }: Trail, points: readonly TrailPoint[], id: string): string {
  const at = ({ x, y }: TrailPoint, as = ''): string => `<mxPoint x="${round(x)}" y="${round(y)}"${as}/>`
  const style = styleOf({ html: 1, endArrow: 'block', endFill: 1, rounded: 1, strokeWidth: 3, strokeColor: trailInk[look], opacity: 90, ...(look === 'before' && { dashed: 1, dashPattern: '6 6' }) })
  const [first, last] = [points[0], points.at(-1)]
  const ends = (first ? at(first, ' as="sourcePoint"') : '') + (last ? at(last, ' as="targetPoint"') : '')
  const corners = points.length > 2 ? `<Array as="points">${points.slice(1, -1).map((point) => at(point)).join('')}</Array>` : ''
  return `<object label="" tooltip="${escapeXml(html(said))}" id="${id}"><mxCell style="${escapeXml(style)}" edge="1" parent="layer-ways"><mxGeometry relative="1" as="geometry">${ends}${corners}</mxGeometry></mxCell></object>`
}

/** A layer under the lines: a broad band along each line that carries a network, its number on boxes; what each is called stands in the legend. */
function networkCells(diagram: Diagram, rects: ReadonlyMap<string, Rect>, routes: ReadonlyMap<string, Route>, cells: ReadonlyMap<string, string>): readonly string[] {
  const byId = domainsById(diagram)
  const bands = diagram.lines.flatMap((line, i) => {
    const [route, from, to, own = []] = [routes.get(line.id), rects.get(line.from), rects.get(line.to), byId.get(line.id)]
    if (!route || !from || !to) return []
    const [[exitX, exitY], [entryX, entryY]] = [shareOf(route.from, from), shareOf(route.to, to)]
    const corners = /C/.test(route.path) ? [] : route.points.slice(1, -1)
    const points = corners.length === 0 ? '' : `<Array as="points">${corners.map(({ x, y }) => `<mxPoint x="${round(x)}" y="${round(y)}"/>`).join('')}</Array>`
    // Where several share a line, the one drawn first is the broadest.
    return own.map((domain, n) => band(domain, {
      edgeStyle: corners.length > 0 ? 'none' : 'orthogonalEdgeStyle', ...(corners.length > 0 ? { rounded: 1 } : { curved: 1 }), exitX, exitY, exitPerimeter: 0, exitDx: 0, exitDy: 0, entryX, entryY, entryPerimeter: 0, entryDx: 0, entryDy: 0,
      strokeWidth: 4 + 4 * (own.length - n),
    }, `id="network-${domain.number}-${i}"`, `source="${cells.get(line.from) ?? ''}" target="${cells.get(line.to) ?? ''}"`, points))
  })
  const chips = diagram.boxes.flatMap(({ id }) => {
    const [rect, own] = [rects.get(id), byId.get(id)]
    return rect && own ? chipsOf(own, rect).map(({ domain, x, y }) => chip(domain, x, y, `chip-${domain.number}-${cells.get(id) ?? ''}`)) : []
  })
  return [...bands, ...chips]
}

const band = ({ color, dash }: Domain, more: Readonly<Record<string, string | number>>, id: string, ends: string, inside: string): string => {
  const style = styleOf({ html: 1, endArrow: 'none', startArrow: 'none', strokeColor: color, opacity: 50, ...(dash !== '' && { dashed: 1, dashPattern: dash }), ...more })
  return `<mxCell ${id} style="${escapeXml(style)}" edge="1" parent="layer-networks" ${ends}><mxGeometry relative="1" as="geometry">${inside}</mxGeometry></mxCell>`
}

const chip = ({ number, name, color }: Domain, x: number, y: number, id: string): string => {
  const style = styleOf({ ellipse: 1, html: 1, fillColor: color, strokeColor: 'none', fontColor: '#ffffff', fontSize: 10, fontStyle: 1, resizable: 0 })
  return `<object label="${number}" tooltip="${escapeXml(html(name))}" id="${id}"><mxCell style="${escapeXml(style)}" vertex="1" parent="layer-networks"><mxGeometry x="${round(x - 8)}" y="${round(y - 8)}" width="16" height="16" as="geometry"/></mxCell></object>`
}
