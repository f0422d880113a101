/** The layout worker: a structure in, how far it has come, positions out, under the same number. One at a time; the caller ends it when it takes too long. */
import './no-document.ts'
import ELK from 'elkjs/lib/elk.bundled.js'
import { layout, type Structure } from './index.ts'
import { fallbackLayout } from './fallback.ts'

export interface LayoutRequest {
  readonly number: number
  readonly structure: Structure
  readonly shape: number
}
export interface LayoutAnswer {
  readonly number: number
  readonly boxes: readonly (readonly [string, { readonly x: number; readonly y: number; readonly width: number; readonly height: number }])[]
  readonly width: number
  readonly height: number
}
/** So many insides of boxes are laid out, of so many. */
export interface LayoutProgress {
  readonly number: number
  readonly done: number
  readonly of: number
}

interface WorkerScope {
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null
  postMessage(answer: LayoutAnswer | LayoutProgress): void
}
declare const self: WorkerScope

const elk = new ELK()

self.onmessage = ({ data: { number, structure, shape } }) => {
  const answer = (placed: Awaited<ReturnType<typeof layout>>): void => self.postMessage({ number, boxes: [...placed.boxes], width: placed.width, height: placed.height })
  let told = 0
  const tell = (done: number, of: number): void => {
    // A hundred words are enough, however many boxes there are.
    if (done * 100 < (told + 1) * of) return
    told = Math.floor((done * 100) / of)
    self.postMessage({ number, done, of })
  }
  // ELK gives up on some graphs; rows are better than nothing.
  layout(structure, elk, shape, tell).catch(() => fallbackLayout(structure)).then(answer, () => self.postMessage({ number, boxes: [], width: 0, height: 0 }))
}
