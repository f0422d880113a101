/** The legend of a picture as it is drawn: only what occurs in it, in the open view's own words. */
import type { Diagram, LineKind, Mark } from '../diagram/diagram.ts'
import type { Legend, LegendRow, Sample } from '../diagram/legend.ts'
import { severities, type Severity } from '../infra/problem.ts'
import { t } from '../words.ts'
import type { OpenView } from './open-view.ts'
import { saidOf } from './titles.ts'

type Look = Mark['look']

/** What a look means in a view: the sign of its sample, and words; `along`: where a line means something else by it. Those that are not here say nothing. */
function meanings(kind: OpenView['kind']): readonly (readonly [look: Look, word: string, text: string, along?: string])[] {
  switch (kind) {
    case 'network': return [['hears', '', t('hears the broadcast')], ['carries', '', t('carries the broadcast')], ['under', '', t('carries the broadcast inside a tunnel')], ['dim', '', t('not in this network')]]
    case 'packet': return [['reached', '1', t('passed, in this order')], ['carries', '', t('on the way, there or back')], ['lost', '✕', t('it ends here; ↩ the answer does')], ['unsure', '?', t('nobody knows what happens here; ↩ to the answer')]]
    case 'reach': return [['asks', '', t('who asks')], ['reached', '✓', t('reached; MTU: the largest packet that fits')], ['lost', '✕', t('not reached; the reason stands in the box')], ['unsure', '?', t('nobody knows whether it is reached')]]
    case 'utilisation': return [['low', '', t('half full at most')], ['middle', '', t('more than half full')], ['high', '', t('more than 80 % full')], ['full', '', t('full')], ['unknown', '', t('load or capacity unknown')]]
    case 'failures': return [['asks', '✕', t('fails')], ['gone', '✕', t('goes with it')], ['lost', '−1', t('loses so many others'), t('tunnel whose packets are lost below it')], ['unsure', '', '', t('tunnel of whose packets nobody knows')]]
    case 'difference': return [['added', '+', t('added')], ['removed', '−', t('removed, or where it was before')], ['moved', '→', t('moved, or = renamed')], ['changed', '~', t('changed')]]
    case 'moves': return [['moved', '→', t('moves there')], ['unsure', '→', t('moves there, but the transfer does not converge')], ['lost', '✕', t('cannot move')], ['high', '', t('shared by several')]]
  }
}

function ofView(view: OpenView | undefined, { boxes, lines }: Diagram): readonly LegendRow[] {
  if (!view) return []
  const on = new Set(boxes.flatMap(({ mark }) => mark?.look ?? []))
  const along = new Set(lines.flatMap(({ mark }) => mark?.look ?? []))
  return meanings(view.kind).flatMap(([look, word, text, alone]): LegendRow[] => {
    if (alone !== undefined) return [...(on.has(look) && text !== '' ? [{ sample: { of: 'box' as const, look, ...(word !== '' && { word }) }, text }] : []), ...(along.has(look) ? [{ sample: { of: 'line' as const, look }, text: alone }] : [])]
    const samples: Sample[] = [...(on.has(look) ? [{ of: 'box' as const, look, ...(word !== '' && { word }) }] : []), ...(along.has(look) ? [{ of: 'line' as const, look }] : [])]
    // Of what occurs on boxes and on lines alike, the box says enough, unless lines are drawn in ways of their own.
    return samples.slice(0, view.kind === 'utilisation' || view.kind === 'network' ? 2 : 1).map((sample, i) => ({ sample, text: i === 0 ? text : t('{0}: a line', text) }))
  })
}

const kindText = (kind: LineKind): string => ({ link: t('link'), attach: t('interface of a guest'), tunnel: t('tunnel'), member: t('storage') })[kind]
const badgeText = (severity: Severity): string => ({ error: t('errors'), warning: t('warnings'), information: t('remarks'), hint: t('hints') })[severity]

function ofPicture({ boxes, lines, tenants }: Diagram, plain: boolean): readonly LegendRow[] {
  const rows: LegendRow[] = []
  for (const kind of ['link', 'attach', 'tunnel', 'member'] as const) {
    const own = lines.filter((line) => line.kind === kind && !line.broken && !line.ghost && (plain || !line.mark))
    const color = own.find((line) => line.color !== undefined)?.color
    if (own.length > 0) rows.push({ sample: { of: 'plain', kind, ...(color !== undefined && { color }) }, text: color === undefined ? kindText(kind) : t('{0}, in its owner’s colour', kindText(kind)) })
  }
  if (lines.some((line) => line.broken && !line.mark)) rows.push({ sample: { of: 'plain', kind: 'broken' }, text: t('down, or at one end only') })
  if (boxes.some(({ derived, ghost }) => derived && !ghost)) rows.push({ sample: { of: 'plain', kind: 'derived' }, text: t('follows from a network or a fabric') })
  for (const severity of severities) if (boxes.some(({ badge }) => badge?.severity === severity)) rows.push({ sample: { of: 'badge', severity }, text: badgeText(severity) })
  for (const { name, color } of tenants) if ([...boxes, ...lines].some((one) => one.tenant === name && one.color === color)) rows.push({ sample: { of: 'owner', color }, text: t('tenant {0}', name) })
  return rows
}

/** `more`: networks that are not drawn, beside those of the layer. */
export function legendOf(diagram: Diagram, view: OpenView | undefined, more = 0): Legend {
  const { title, notes } = saidOf(view, diagram)
  const domains = (diagram.domains ?? []).map((domain): LegendRow => ({ sample: { of: 'domain', domain }, text: domain.name }))
  const trails = (diagram.trails ?? []).map(({ look, said }): LegendRow => ({ sample: { of: 'trail', look }, text: said }))
  return {
    title, notes: [...notes, ...(more > 0 ? [t('{0} smaller networks are not drawn.', more)] : [])],
    groups: [ofView(view, diagram), trails, domains, ofPicture(diagram, view === undefined)].filter((rows) => rows.length > 0),
  }
}
