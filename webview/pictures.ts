/** The picture as it is seen, as a file of its own: on white, with the layers and colours of the view that is open. */
import { lineKinds, type Diagram } from '../core/diagram/diagram.ts'
import { partOf } from '../core/diagram/part.ts'
import { drawioOf } from '../core/export/drawio.ts'
import { svgOf } from '../core/export/svg.ts'
import { pictureOf, type OpenView } from '../core/marks/index.ts'
import { send } from './host.ts'
import { domainsNow } from './canvas/domains.ts'
import { viewNow } from './marks.ts'
import { layerOf, packetOf, useStore } from './store.ts'
import { trailsNow } from './trails.ts'
import { useViews } from './views.ts'
import { t } from './l10n.ts'

export const pictureFormats = ['svg', 'png', 'drawio'] as const
export type PictureFormat = (typeof pictureFormats)[number]

/** Pixels a unit, for paper and for screens that have many. */
const sharpness = 2
/** What browsers draw at most, along a side and in all. */
const [longestSide, mostPixels] = [16_000, 120_000_000]

/** A trace on paper has nobody who steps through it: the whole way is drawn. */
function viewOnPaper(): OpenView | undefined {
  const { panel, trace } = useStore.getState()
  return panel === 'trace' && trace.trace ? { kind: 'packet', trace: trace.trace, packet: packetOf(trace) } : viewNow()
}

function seen(): { readonly diagram: Diagram; readonly words: boolean } | undefined {
  const { shown, layers, entered } = useStore.getState()
  if (!shown) return undefined
  const bare = (entered === undefined ? undefined : partOf(shown.diagram, entered)?.diagram) ?? shown.diagram
  const hidden = new Set(lineKinds.filter((kind) => !layers[layerOf[kind]]))
  const more = layers.networks ? useViews.getState().domains.answer?.more : undefined
  return { diagram: pictureOf(bare, { view: viewOnPaper(), whole: shown.whole, domains: domainsNow(), trails: trailsNow(), hidden, ...(more !== undefined && { more }) }), words: layers.labels }
}

export async function savePicture(format: PictureFormat): Promise<void> {
  const { shown, placed } = useStore.getState()
  const picture = seen()
  if (!shown || !placed || !picture) return
  const file = shown.uri.split('/').at(-1) ?? 'picture'
  const name = `${decodeURIComponent(file.replace(/\.(infra|clab|compose)?\.?(ya?ml|json)$/i, '') || 'picture')}${nameOfView()}.${format}`
  if (format === 'drawio') return send({ kind: 'save', name, content: drawioOf(picture.diagram, placed) })
  const svg = svgOf(picture.diagram, placed, picture.words)
  if (format === 'svg') return send({ kind: 'save', name, content: svg })
  const content = await pngOf(svg).catch(() => undefined)
  if (content === undefined) useStore.setState({ refused: t('This picture is too large for PNG here; save it as SVG.') })
  else send({ kind: 'save', name, content })
}

/** So that pictures of several views of one file do not ask to replace each other. */
function nameOfView(): string {
  const { panel, view } = useStore.getState()
  return (view === 'tenant' ? '-tenants' : '') + (panel === undefined || panel === 'inspector' || panel === 'positions' || (panel === 'migration' && trailsNow().length === 0) ? '' : `-${panel}`)
}

/** A data address; undefined where it cannot be drawn. */
async function pngOf(svg: string): Promise<string | undefined> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const { width, height } = image
  const scale = Math.min(sharpness, longestSide / width, longestSide / height, Math.sqrt(mostPixels / (width * height)))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.floor(width * scale))
  canvas.height = Math.max(1, Math.floor(height * scale))
  const pen = canvas.getContext('2d')
  if (!pen) return undefined
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  const address = canvas.toDataURL('image/png')
  return address.startsWith('data:image/png') ? address : undefined
}
