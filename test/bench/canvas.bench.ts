/**
 * The designer in Chromium against React Flow with elkjs used plainly, both built for production, in the designer's dark theme:
 * message to first picture, frames while panning over as many boxes, and new words on old places. The designer is told of new
 * words as its extension tells it, as a step from the picture before; the peer knows no such thing and is told the whole.
 */
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { Pictures } from '../../core/pictures.ts'
import { boxesSeen, bring, browserPath, elementsOf, stage, untilPainted, type Stage, type Subject } from './browser.ts'
import { pan, workUntil, type Panning } from './frames.ts'
import { generateInfra, sizeFor } from './generate.ts'

/** The router's address: words of one box, and no line of the layout. */
const address = (i: number): string => `172.16.${250 + (i % 5)}.254`

function messageOf(text: string, version: number): { readonly diagram: Diagram } {
  const reading = readSource({ uri: 'x.infra.yaml', text: text.replace('172.16.255.254/16', `${address(version)}/16`), version })
  if (!reading) throw new Error('not recognised')
  const message = { kind: 'show', uri: 'x', version, diagram: diagram(finish(analyze([reading])), { view: 'physical' }), broken: null, problems: [], positions: null, settings: { direction: 'DOWN', reducedMotion: true } }
  return message
}

interface Run {
  readonly first: number
  readonly seen: number
  readonly elements: number
  readonly panning: Panning
  /** Milliseconds of the clock from message to painted frame, the page's own work for it, and what it does afterwards. */
  readonly repaint: number
  readonly repaintWork: number
  readonly repaintLater: number
}

async function measure({ browser, open }: Stage, subject: Subject, messages: readonly object[]): Promise<Run> {
  const [show = {}, ...next] = messages
  const tab = await open(subject)
  await bring(tab, show)
  const first = await untilPainted(tab, "document.querySelector('.react-flow__node') !== null")
  await tab.waitForTimeout(800)
  const panning = best([await pan(browser, tab), await pan(browser, tab)], ({ main }) => main)
  const [seen, elements] = [await boxesSeen(tab), await elementsOf(tab)]
  const held = (i: number): string => `document.querySelector('.react-flow__node[data-id="gw"]')?.matches('[aria-label*="${address(i + 2)}"]') || document.querySelector('.react-flow__node[data-id="gw"]')?.textContent.includes('${address(i + 2)}')`
  const walls: number[] = []
  let work = { main: 0, later: 0 }
  // The clock runs while nobody records what the page does, which slows it down.
  for (const [i, message] of next.entries()) {
    await bring(tab, message)
    if (i < next.length - 1) walls.push(await untilPainted(tab, held(i)))
    else work = await workUntil(browser, tab, held(i))
    await tab.waitForTimeout(500)
  }
  await tab.close()
  return { first, seen, elements, panning, repaint: best(walls, (one) => one), repaintWork: work.main, repaintLater: work.later }
}

/** Other programs only ever make a run slower. */
function best<T>(runs: readonly T[], cost: (run: T) => number): T {
  const [found] = [...runs].sort((a, b) => cost(a) - cost(b))
  if (found === undefined) throw new RangeError('nothing was run')
  return found
}

if (!browserPath) console.log('  needs Chromium')
else {
  const site = await stage()
  const wanted = process.env['CANVAS_BENCH']?.split(',').map(Number)
  for (const [nodes, tunnels] of [[100, 0], [1000, 0], [1000, 500], [5000, 500]] as const) {
    if (wanted && !wanted.includes(nodes)) continue
    const text = generateInfra(sizeFor(nodes, tunnels))
    const messages = [1, 2, 3, 4].map((version) => messageOf(text, version))
    const pictures = new Pictures('bench')
    let last: string | undefined
    const steps = messages.map((message) => {
      const told = pictures.tell(message.diagram, last)
      last = told.picture
      return { ...message, ...told }
    })
    const runs: Record<Subject, Run[]> = { webview: [], plain: [], 'plain?visible': [] }
    // CANVAS_SUBJECTS=webview leaves the peers out, where only our own parts are compared.
    const only = process.env['CANVAS_SUBJECTS']?.split(',')
    const subjects = (Object.keys(runs) as Subject[]).filter((subject) => !only || only.includes(subject))
    for (let i = 0; i < Number(process.env['CANVAS_RUNS'] ?? 2); i++) for (const subject of subjects) runs[subject].push(await measure(site, subject, subject === 'webview' ? steps : messages))
    console.log(`  ${nodes} nodes, ${tunnels} tunnels: ${messages[0]?.diagram.boxes.length ?? 0} boxes, ${messages[0]?.diagram.lines.length ?? 0} lines`)
    console.log(`    ${'boxes seen, elements of the page'.padEnd(44)} ${subjects.map((subject) => `${runs[subject][0]?.seen ?? 0}, ${runs[subject][0]?.elements ?? 0}`.padStart(18)).join('')}`)
    const row = (title: string, of: (run: Run) => number): void => {
      const values = subjects.map((subject) => Math.min(...runs[subject].map(of)))
      console.log(`    ${title.padEnd(44)} ${values.map((value, i) => `${value.toFixed(1)}${i === 0 ? '' : ` ×${(value / (values[0] ?? NaN)).toFixed(2)}`}`.padStart(18)).join('')}`)
    }
    console.log(`    ${'milliseconds, the least of all runs'.padEnd(44)} ${subjects.map((subject) => subject.padStart(18)).join('')}`)
    row('message to first picture', ({ first }) => first)
    row('panning: between two frames', ({ panning }) => panning.gap)
    row('panning: the slowest twentieth', ({ panning }) => panning.worst)
    row('panning: work of the page, a frame', ({ panning }) => panning.main)
    row('panning: of that scripting', ({ panning }) => panning.script)
    row('panning: of that painting', ({ panning }) => panning.paint)
    row('panning: work of all other threads, a frame', ({ panning }) => panning.others)
    row('new words: message to painted frame', ({ repaint }) => repaint)
    row('new words: work of the page', ({ repaintWork }) => repaintWork)
    row('new words: its work after that', ({ repaintLater }) => repaintLater)
  }
  await site.close()
}
