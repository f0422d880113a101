/** What frames cost while a picture is dragged about: their distance, and the time of the page's own thread by what it does, from the browser's trace. */
import type { Browser, Page } from 'playwright-core'
import { untilPainted } from './browser.ts'

/** Milliseconds; all but `gap` and `worst` are processor time, which other programs on the machine do not lengthen. */
export interface Panning {
  /** Between two frames, in the middle and of the slowest twentieth. */
  readonly gap: number
  readonly worst: number
  /** Of the page's thread, a frame: all of it, and its shares. */
  readonly main: number
  readonly script: number
  readonly style: number
  readonly paint: number
  /** Of all other threads: turning what was painted into pixels, mostly. */
  readonly others: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly tid: number
  readonly pid: number
  readonly dur?: number
  readonly tdur?: number
}

const kinds: Readonly<Record<string, 'script' | 'style' | 'paint'>> = {
  FunctionCall: 'script', FireAnimationFrame: 'script', EventDispatch: 'script', TimerFire: 'script', RunMicrotasks: 'script', MinorGC: 'script', MajorGC: 'script', 'V8.GC_SCAVENGER': 'script',
  UpdateLayoutTree: 'style', Layout: 'style', IntersectionObserverController: 'style', HitTest: 'style',
  PrePaint: 'paint', Paint: 'paint', Layerize: 'paint', Commit: 'paint', UpdateLayer: 'paint', UpdateLayerTree: 'paint',
}
const frames = 60

const categories = ['devtools.timeline', 'blink.user_timing', 'toplevel', 'v8']

/** Milliseconds in which whatever was put off is done. */
const rest = 400

/** From the message that was brought to the frame that was painted after `when` holds, and what comes after it: processor time of the page's thread. */
export async function workUntil(browser: Browser, tab: Page, when: string): Promise<{ readonly main: number; readonly later: number }> {
  await browser.startTracing(tab, { categories })
  await untilPainted(tab, when)
  await tab.waitForTimeout(rest)
  await tab.evaluate(() => performance.mark('rest-ends'))
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] }
  return { main: workOf(trace.traceEvents, ['work-begins', 'work-ends'], 1).main, later: workOf(trace.traceEvents, ['work-ends', 'rest-ends'], 1).main }
}

/** Drags the ground by some pixels a frame, there and back. */
export async function pan(browser: Browser, tab: Page): Promise<Panning> {
  await browser.startTracing(tab, { categories })
  const gaps = await tab.evaluate((count) => new Promise<number[]>((resolve) => {
    const pane = document.querySelector('.react-flow__pane') ?? document.body
    const fire = (target: EventTarget, kind: string, i: number): boolean => target.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, view: window, button: 0, buttons: 1, clientX: 900 - 12 * Math.min(i, count - i), clientY: 120 + 6 * Math.min(i, count - i) }))
    const all: number[] = []
    let last = 0
    let i = 0
    const step = (now: number): void => {
      if (i === 0) {
        performance.mark('pan-begins')
        fire(pane, 'mousedown', 0)
      } else all.push(now - last)
      last = now
      if (i++ < count) {
        fire(window, 'mousemove', i)
        requestAnimationFrame(step)
      } else {
        fire(window, 'mouseup', i)
        performance.mark('pan-ends')
        resolve(all)
      }
    }
    requestAnimationFrame(step)
  }), frames)
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] }
  const sorted = [...gaps].sort((a, b) => a - b)
  return { gap: sorted[Math.floor(sorted.length / 2)] ?? NaN, worst: sorted[Math.floor(sorted.length * 0.95)] ?? NaN, ...workOf(trace.traceEvents, ['pan-begins', 'pan-ends'], frames) }
}

/** Every event's own time, without what is nested in it, between two marks, by how many times it was done. */
function workOf(events: readonly TraceEvent[], marks: readonly [string, string], times: number): Omit<Panning, 'gap' | 'worst'> {
  const [begin, end] = marks.map((name) => events.find((event) => event.name === name))
  const sums = { main: 0, script: 0, style: 0, paint: 0, others: 0 }
  if (!begin || !end) return sums
  const own = events.filter(({ ph, tid, pid, ts, dur }) => ph === 'X' && tid === begin.tid && pid === begin.pid && dur !== undefined && ts >= begin.ts - 50 && ts <= end.ts).sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const open: { readonly until: number; readonly kind: 'script' | 'style' | 'paint' | undefined }[] = []
  for (const { name, ts, dur = 0, tdur = dur } of own) {
    while (open.length > 0 && (open.at(-1)?.until ?? 0) <= ts) open.pop()
    const outer = open.at(-1)
    const kind = kinds[name] ?? outer?.kind
    if (!outer) sums.main += tdur
    if (outer?.kind) sums[outer.kind] -= tdur
    if (kind) sums[kind] += tdur
    open.push({ until: ts + dur, kind })
  }
  const ends = new Map<string, number>()
  for (const { ph, tid, pid, ts, dur, tdur = 0 } of [...events].sort((a, b) => a.ts - b.ts)) {
    const thread = `${pid} ${tid}`
    if (ph !== 'X' || dur === undefined || ts < begin.ts || ts > end.ts || thread === `${begin.pid} ${begin.tid}` || ts < (ends.get(thread) ?? 0)) continue
    ends.set(thread, ts + dur)
    sums.others += tdur
  }
  const each = (sum: number): number => sum / 1000 / times
  return { main: each(sums.main), script: each(sums.script), style: each(sums.style), paint: each(sums.paint), others: each(sums.others) }
}
