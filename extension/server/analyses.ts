/** The latest analysis of every open file: made in slices, dropped when a newer text arrives, kept while a newer one is being made. */
import { analyze, modelOf, type Analysis, type Model } from '../../core/analysis.ts'
import type { Progress } from '../../core/ask.ts'
import type { Source } from '../../core/text/source.ts'
import { readFamily, type Surroundings } from './includes.ts'

export interface Analysed {
  readonly analysis: Analysis
  readonly version: number
  /** The latest analysis whose text was whole: the picture that stays while a text is broken. */
  readonly lastWhole: Analysis | undefined
}

/** What can be drawn: a text's model, and what is said of it. */
export interface Drawable {
  readonly model: Model
  readonly version: number
  /** The analysis of this text; while that is being made, of the one before it. */
  readonly found: Analysed
}

/** What the world around gives. */
export interface Hooks {
  source(uri: string): Source | undefined
  surroundings(): Surroundings
  /** A fresh analysis with what is known from beyond its own files. */
  carry(uri: string, fresh: Analysis): Analysis
  /** Called when an analysis is finished; `undefined` when no reader knows the file. */
  finished(uri: string, analysed: Analysed | undefined): void
  /** A text that takes long to check can be drawn. */
  ahead(uri: string, version: number): void
  /** Work goes on for longer than a moment; `undefined` when it has ended. */
  progress(uri: string, progress: Progress | undefined): void
  failed(uri: string, error: unknown): void
}

interface Entry {
  latest: Analysed | undefined
  /** The model of a text whose analysis is under way. */
  ahead: { readonly model: Model; readonly version: number } | undefined
  /** Somebody draws this text: they asked for the last picture that was ready. */
  drawn: boolean
  /** Told when the model is asked for. */
  wanted: (() => void) | undefined
  /** Whoever has asked for the model before it is there. */
  drawers: (() => void)[]
  /** Milliseconds that the last analysis took after its model was there. */
  took: number
  /** When the last text came, and how long a pause its checks are worth. */
  told: number
  pause: number
  /** Counts the texts; work for an older count is dropped. */
  turn: number
  timer: NodeJS.Timeout | undefined
  running: boolean
  asked: readonly string[]
  waiting: (() => void)[]
}

/** Milliseconds of work before other messages are looked at. */
const slice = 8
/** Where checking takes longer than so many milliseconds, the picture does not wait for it. */
const moment = 16
/** A check is not begun for so many milliseconds after a model is there to be drawn: some cannot be interrupted, and the question is on its way. */
const courtesy = 40

export class Analyses {
  private readonly entries = new Map<string, Entry>()
  private readonly hooks: Hooks

  constructor(hooks: Hooks) {
    this.hooks = hooks
  }

  latest(uri: string): Analysed | undefined {
    return this.entries.get(uri)?.latest
  }

  uris(): readonly string[] {
    return [...this.entries.keys()]
  }

  /** Analyses a text after a pause of so many milliseconds, the first after a rest at once; whatever was under way for it is dropped. */
  schedule(uri: string, pause: number): void {
    let entry = this.entries.get(uri)
    if (!entry) this.entries.set(uri, (entry = { latest: undefined, ahead: undefined, drawn: false, wanted: undefined, drawers: [], took: 0, told: -Infinity, pause: 0, turn: 0, timer: undefined, running: false, asked: [], waiting: [] }))
    const mine = entry
    mine.turn++
    clearTimeout(mine.timer)
    const rested = performance.now() - mine.told > pause
    mine.told = performance.now()
    mine.pause = pause
    mine.timer = setTimeout(() => {
      mine.timer = undefined
      void this.run(uri, mine, mine.turn)
    }, rested ? 0 : pause)
  }

  /** The same text's analysis, with more found. */
  amend(uri: string, analysed: Analysed): void {
    const entry = this.entries.get(uri)
    if (entry) entry.latest = analysed
  }

  /** Those that include a file, directly or not. */
  dependents(uri: string): readonly string[] {
    return [...this.entries].filter(([own, { asked }]) => own !== uri && asked.includes(uri)).map(([own]) => own)
  }

  forget(uri: string): void {
    const entry = this.entries.get(uri)
    if (!entry) return
    entry.turn++
    clearTimeout(entry.timer)
    this.entries.delete(uri)
    release(entry)
  }

  /** Waits until the present text is analysed, but not for ever; then gives the latest analysis there is. */
  async settled(uri: string, cancelled: () => boolean = () => false, patience = 2000): Promise<Analysed | undefined> {
    const entry = this.entries.get(uri)
    if (!entry || (!entry.timer && !entry.running) || cancelled()) return entry?.latest
    if (entry.timer) this.hurry(uri, entry)
    if (entry.running) await patiently(patience, entry.waiting)
    return this.entries.get(uri)?.latest
  }

  /** What can be drawn of the present text: where its checking takes long, with what was found in the text before. */
  async drawable(uri: string, cancelled: () => boolean, patience: number): Promise<Drawable | undefined> {
    const entry = this.entries.get(uri)
    if (!entry || cancelled()) return present(entry)
    entry.drawn = true
    if (entry.running && entry.ahead && !entry.timer) entry.wanted?.()
    else if (entry.running || entry.timer) {
      const ready = patiently(patience, entry.drawers)
      if (entry.timer) this.hurry(uri, entry)
      await ready
    }
    return present(this.entries.get(uri))
  }

  /** Whoever asks now wants the answer for what is typed now. */
  private hurry(uri: string, entry: Entry): void {
    clearTimeout(entry.timer)
    entry.timer = undefined
    void this.run(uri, entry, entry.turn)
  }

  private async run(uri: string, entry: Entry, turn: number): Promise<void> {
    const source = this.hooks.source(uri)
    if (!source) return
    entry.running = true
    entry.ahead = undefined
    const stale = (): boolean => entry.turn !== turn
    try {
      const began = performance.now()
      const family = readFamily(source, this.hooks.surroundings())
      if (!family) {
        entry.latest = undefined
        entry.asked = []
        this.hooks.finished(uri, undefined)
        return
      }
      entry.asked = family.asked
      const model = modelOf(family.readings, entry.latest?.analysis)
      if (model.whole && entry.latest && entry.took > moment) {
        entry.ahead = { model, version: source.version }
        // Who has asked already needs not be told; the answer is made and sent within this turn.
        if (resume(entry.drawers)) await atOnce()
        else {
          this.hooks.ahead(uri, source.version)
          if (entry.drawn) await askedFor(entry)
        }
        if (stale()) return
        // The next key may be on its way, and some checks cannot be interrupted.
        if (entry.drawn) await resting(entry)
        if (stale()) return
      }
      const checks = performance.now()
      const analysis = await inSlices(analyze(family.readings, entry.latest?.analysis, model), stale, (progress) => {
        if (performance.now() - began > 1000) this.hooks.progress(uri, progress)
      })
      if (!analysis || stale()) return
      entry.took = performance.now() - checks
      const carried = this.hooks.carry(uri, analysis)
      entry.latest = { analysis: carried, version: source.version, lastWhole: carried.whole ? carried : entry.latest?.lastWhole }
      this.hooks.finished(uri, entry.latest)
    } catch (error) {
      this.hooks.failed(uri, error)
    } finally {
      this.hooks.progress(uri, undefined)
      if (!stale()) {
        entry.running = false
        entry.ahead = undefined
        release(entry)
      }
    }
  }
}

/** What a running text's model is drawn of, or the latest analysis. */
function present(entry: Entry | undefined): Drawable | undefined {
  const latest = entry?.latest
  if (entry?.running && entry.ahead && latest) return { ...entry.ahead, found: latest }
  return latest && { model: latest.analysis, version: latest.version, found: latest }
}

/** Until one of these is called for, but not for ever. */
const patiently = (patience: number, waiting: (() => void)[]): Promise<void> => new Promise((resolve) => {
  const timer = setTimeout(resolve, patience)
  waiting.push(() => {
    clearTimeout(timer)
    resolve()
  })
})

/** Whether anybody waited. */
function resume(waiting: (() => void)[]): boolean {
  const all = waiting.splice(0)
  for (const one of all) one()
  return all.length > 0
}

/** An answer that is made now is sent with the next turn; so this is the one after. */
const atOnce = (): Promise<void> => new Promise((resolve) => { setImmediate(() => setImmediate(resolve)) })

/** Until the text has rested for its pause. */
const resting = ({ told, pause }: Entry): Promise<void> => {
  const left = told + pause - performance.now()
  return left > 0 ? new Promise((resolve) => { setTimeout(resolve, left) }) : Promise.resolve()
}

/** Until the model has been asked for and the answer is under way, or nobody asks. */
const askedFor = (entry: Entry): Promise<void> => new Promise((resolve) => {
  const wanted = (): void => {
    entry.wanted = undefined
    clearTimeout(timer)
    // The answer is made and sent within this turn.
    void atOnce().then(resolve)
  }
  const timer = setTimeout(() => {
    // A newer text's run may wait in its place.
    if (entry.wanted === wanted) {
      entry.wanted = undefined
      entry.drawn = false
    }
    resolve()
  }, courtesy)
  entry.wanted = wanted
})

function release({ drawers, waiting }: Entry): void {
  resume(drawers)
  resume(waiting)
}

/** Drives work a few milliseconds at a time; undefined when it was dropped. */
export async function inSlices<T>(work: Generator<Progress, T>, stale: () => boolean, report: (progress: Progress) => void = () => {}): Promise<T | undefined> {
  let began = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - began < slice) continue
    report(step.value)
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (stale()) return undefined
    began = performance.now()
  }
}
