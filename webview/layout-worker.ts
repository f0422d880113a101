/** The worker that lays out: ended when it takes too long, when a person has seen enough, or when what it does is out of date. */
import type { Placed } from '../core/diagram/diagram.ts'
import type { Structure } from '../core/layout/structure.ts'
import type { LayoutAnswer, LayoutProgress, LayoutRequest } from '../core/layout/worker.ts'

/** Milliseconds. A picture of five thousand boxes takes its time; one that has not come by then is drawn in rows. */
const deadline = 20_000
/** Milliseconds after which a person is told. */
const patience = 1000

/** A layout that takes longer than a moment. */
export interface Laying {
  readonly done: number
  readonly of: number
  /** Rows at once instead. */
  stop(): void
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

export interface LayoutWorker {
  /** Undefined: stopped, overtaken by another run, too late, or there is no worker. */
  run(structure: Structure, shape: number): Promise<Placed | undefined>
  /** Ends what is under way. */
  stop(): void
}

export function layoutWorker(tell: (now: Laying | undefined) => void): LayoutWorker {
  let worker: Promise<Worker | undefined> | undefined
  let stop = (): void => {}
  let number = 0
  return {
    stop: () => stop(),
    async run(structure, shape) {
      // What is under way is of an older text.
      stop()
      const mine = ++number
      worker ??= startWorker()
      let given = false
      stop = () => { given = true }
      const running = await worker
      if (!running || given || mine !== number) return undefined
      return new Promise((resolve) => {
        const end = (placed: Placed | undefined, kill: boolean): void => {
          stop = () => {}
          clearTimeout(late)
          clearTimeout(slow)
          running.removeEventListener('message', heard)
          if (kill) {
            running.terminate()
            worker = undefined
          }
          if (mine === number) tell(undefined)
          resolve(placed)
        }
        let now = { done: 0, of: 0 }
        let told = false
        stop = () => end(undefined, true)
        const late = setTimeout(stop, deadline)
        const slow = setTimeout(() => {
          told = true
          tell({ ...now, stop })
        }, patience)
        const heard = ({ data }: MessageEvent<LayoutAnswer | LayoutProgress>): void => {
          if (data.number !== mine) return
          if ('done' in data) {
            now = data
            if (told) tell({ ...now, stop })
          } else end(data.boxes.length > 0 || structure.boxes.length === 0 ? { direction: structure.direction, boxes: new Map(data.boxes), lines: new Map(), width: data.width, height: data.height } : undefined, false)
        }
        running.addEventListener('message', heard)
        running.postMessage({ number: mine, structure, shape } satisfies LayoutRequest)
      })
    },
  }
}
