/** Layout in a worker, with a deadline: what takes too long is ended, and rows take its place. */
import type { Diagram, Placed } from '../core/diagram/diagram.ts'
import { fallbackLayout } from '../core/layout/fallback.ts'
import { layout } from '../core/layout/index.ts'
import { settle } from '../core/layout/settle.ts'
import { keyOf, structureOf, type Structure } from '../core/layout/structure.ts'
import type { LayoutAnswer, LayoutRequest } from '../core/layout/worker.ts'

const deadline = 6000

/** Stands in for ELK where it may not be needed. */
const searchesNothing = { layout: (): Promise<never> => Promise.reject(new Error('this needs the worker')) }

export interface LayoutClient {
  /** `shape`: how many times as wide as high there is room. The positions; the same object while the structure stays the same. Undefined when a newer request overtook this one. */
  place(diagram: Diagram, direction: 'DOWN' | 'RIGHT', shape: number): Promise<Placed | undefined>
  /** Forgets where things stood, so that the next picture is laid out from nothing. */
  forget(): void
}

/** VS Code's webviews refuse a worker from their own address; its text as a blob is let in. */
async function startWorker(): Promise<Worker | undefined> {
  const address = document.getElementById('root')?.dataset['worker']
  if (address === undefined) return undefined
  try {
    const text = await (await fetch(address)).text()
    return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))
  } catch {
    return undefined
  }
}

export function layoutClient(): LayoutClient {
  let worker: Promise<Worker | undefined> | undefined
  let number = 0
  // A view each: what stood somewhere stays there.
  const last = new Map<string, { key: string; structure: Structure; placed: Placed }>()
  return {
    forget: () => last.clear(),
    async place(diagram, direction, shape) {
      const structure = structureOf(diagram, direction)
      const key = keyOf(structure)
      number++
      const mine = number
      const before = last.get(diagram.view)
      if (before?.key === key) return before.placed
      const settled = before && settle(structure, before.placed, before.structure)
      if (settled) {
        last.set(diagram.view, { key, structure, placed: settled })
        return settled
      }
      // Most pictures need no search for the least crossings, and are placed at once.
      const simple = await layout(structure, searchesNothing, shape).catch(() => undefined)
      if (mine !== number) return undefined
      if (simple) {
        last.set(diagram.view, { key, structure, placed: simple })
        return simple
      }
      worker ??= startWorker()
      const running = await worker
      const request: LayoutRequest = { number: mine, structure, shape }
      const answer = running && await new Promise<LayoutAnswer | undefined>((resolve) => {
        const timer = setTimeout(() => {
          running.terminate()
          worker = undefined
          resolve(undefined)
        }, deadline)
        running.addEventListener('message', function heard({ data }: MessageEvent<LayoutAnswer>) {
          if (data.number !== mine) return
          clearTimeout(timer)
          running.removeEventListener('message', heard)
          resolve(data)
        })
        running.postMessage(request)
      })
      if (mine !== number) return undefined
      const placed: Placed = answer && (answer.boxes.length > 0 || structure.boxes.length === 0)
        ? { direction, boxes: new Map(answer.boxes), lines: new Map(), width: answer.width, height: answer.height }
        : await fallbackLayout(structure)
      last.set(diagram.view, { key, structure, placed })
      return placed
    },
  }
}
