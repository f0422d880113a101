/** The only file that talks to VS Code: messages out, messages in, and what is kept while the page sleeps. */
import type { Answer, Question, ToExtension, ToWebview } from '../core/protocol.ts'

interface Api {
  postMessage(message: ToExtension): void
  getState(): unknown
  setState(state: unknown): void
}
declare function acquireVsCodeApi(): Api

const api = acquireVsCodeApi()
let asked = 0
const waiting = new Map<number, (answer: Answer) => void>()

export const send = (message: ToExtension): void => api.postMessage(message)

/** Asks the core; the answer comes back under the same number. An extension that is gone answers never, so the caller shows that it waits. */
export function ask(question: Question): Promise<Answer> {
  asked++
  const number = asked
  return new Promise((resolve) => {
    waiting.set(number, resolve)
    send({ kind: 'ask', number, question })
  })
}

export function listen(handle: (message: Exclude<ToWebview, { kind: 'answer' }>) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToWebview>) => {
    const message = event.data
    if (message.kind !== 'answer') return handle(message)
    waiting.get(message.number)?.(message.answer)
    waiting.delete(message.number)
  })
}

/** What survives when the page is hidden and made anew: purely visual. */
export interface Kept {
  readonly view?: 'physical' | 'tenant'
  readonly tenant?: string
  readonly viewport?: { readonly x: number; readonly y: number; readonly zoom: number }
  readonly layers?: Readonly<Record<string, boolean>>
}
export const kept = (): Kept => (api.getState() as Kept | undefined) ?? {}
export const keep = (change: Kept): void => api.setState({ ...kept(), ...change })
