/** The frame of a plot: its title, what a screen reader and a table say of it, and its picture as a file. */
import { useRef, type ReactElement, type ReactNode } from 'react'
import { send } from '../host.ts'
import { t } from '../l10n.ts'
import { useCharts, type Charts } from '../plots.ts'
import './migration-plots.css'

/** Inside the panel; the panel does not get narrower than this. */
export const plotWidth = 320

export const colours = {
  blue: 'var(--vscode-charts-blue)', yellow: 'var(--vscode-charts-yellow)', red: 'var(--vscode-charts-red)', green: 'var(--vscode-charts-green)', purple: 'var(--vscode-charts-purple)',
} as const
/** Of axes and grids. */
export const faint = 'color-mix(in srgb, var(--vscode-foreground) 30%, transparent)'

interface PlotProps {
  readonly title: string
  /** A sentence for who does not see it. */
  readonly says: string
  /** Of the file that its picture is saved as, without its end. */
  readonly file: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly tools?: ReactNode
  readonly caption: ReactNode
  /** How high the picture is, so that nothing jumps when it comes. */
  readonly height: number
  readonly children: (charts: typeof Charts) => ReactElement
}

export function Plot({ title, says, file, head, rows, tools, caption, height, children }: PlotProps): ReactElement {
  const ref = useRef<HTMLElement>(null)
  const charts = useCharts()
  const save = (): void => {
    const svg = ref.current?.querySelector('svg.recharts-surface')
    if (svg instanceof SVGSVGElement) send({ kind: 'save', name: `${file}.svg`, content: svgText(svg, title) })
  }
  return (
    <figure className="plot" ref={ref} aria-label={`${title}. ${says}`}>
      <h3>{title}</h3>
      {charts ? children(charts) : <svg width={plotWidth} height={height} aria-hidden="true" />}
      <figcaption>{caption}</figcaption>
      <div className="tools">{tools}<button type="button" onClick={save}>{t('Save as SVG')}</button></div>
      <details>
        <summary>{t('The numbers')}</summary>
        <div className="scroll">
          <table>
            <thead><tr>{head.map((cell) => <th key={cell}>{cell}</th>)}</tr></thead>
            <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, n) => <td key={n}>{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

/** What decides a shape's look; the theme's variables mean nothing outside of the editor. */
const looks = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'opacity', 'font-family', 'font-size', 'text-anchor'] as const

/** The picture as a file of its own: every colour spelled out, on the editor's background. */
export function svgText(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true)
  if (!(copy instanceof SVGSVGElement)) return ''
  const [from, to] = [[...svg.querySelectorAll('*')], [...copy.querySelectorAll('*')]]
  for (const [i, element] of from.entries()) {
    const style = getComputedStyle(element)
    const target = to[i]
    if (!target) continue
    for (const look of looks) {
      const value = style.getPropertyValue(look)
      if (value !== '' && value !== 'none 0s ease 0s') target.setAttribute(look, value)
    }
    target.removeAttribute('style')
    target.removeAttribute('class')
  }
  const { width, height } = svg.getBoundingClientRect()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(Math.round(width)))
  copy.setAttribute('height', String(Math.round(height)))
  for (const name of ['style', 'class', 'tabindex', 'role']) copy.removeAttribute(name)
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor || 'white')
  copy.prepend(ground)
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title')
  name.textContent = title
  copy.prepend(name)
  return `${new XMLSerializer().serializeToString(copy)}\n`
}

interface TipProps {
  readonly active?: boolean
  readonly payload?: readonly { readonly payload?: unknown }[]
}

/** What stands beside the pointer, or the place that the arrow keys have come to. */
export const tipOf = <Row,>(isRow: (value: unknown) => value is Row, lines: (row: Row) => readonly string[]) =>
  function Tip({ active = false, payload = [] }: TipProps): ReactElement | null {
    const row = payload[0]?.payload
    if (!active || !isRow(row)) return null
    return <div className="tip">{lines(row).map((line, i) => <div key={i}>{line}</div>)}</div>
  }
