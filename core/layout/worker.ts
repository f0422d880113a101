/** The layout worker: a structure in, positions out, under the same number. One at a time; the caller ends it when it takes too long. */
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

interface WorkerScope {
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null
  postMessage(answer: LayoutAnswer): void
}
declare const self: WorkerScope

const elk = new ELK()

self.onmessage = ({ data: { number, structure, shape } }) => {
  const answer = (placed: Awaited<ReturnType<typeof layout>>): void => self.postMessage({ number, boxes: [...placed.boxes], width: placed.width, height: placed.height })
  // ELK gives up on some graphs; rows are better than nothing.
  layout(structure, elk, shape).catch(() => fallbackLayout(structure)).then(answer, () => self.postMessage({ number, boxes: [], width: 0, height: 0 }))
}
