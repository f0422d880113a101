/** The only file that talks to VS Code: messages out, messages in, and what is kept while the page sleeps. */
import type { Answer, Question, ShownProgress, ToExtension, ToWebview } from '../core/protocol.ts'
import { t } from './l10n.ts'

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

interface Waiting {
  /** Told while a long answer is on its way. */
  readonly progress?: (progress: ShownProgress) => void
  /** Gives the question up; it is answered as failed. */
  readonly signal?: AbortSignal
}

/** Asks the core; the answer comes back under the same number. An extension that is gone answers never, so the caller shows that it waits. */
export function ask(question: Question, { progress, signal }: Waiting = {}): Promise<Answer> {
  asked++
  const number = asked
  return new Promise((resolve) => {
    waiting.set(number, (answer) => {
      if (answer.kind === 'progress') return progress?.(answer.progress)
      waiting.delete(number)
      resolve(answer)
    })
    signal?.addEventListener('abort', () => {
      if (!waiting.delete(number)) return
      send({ kind: 'ask', number: 0, question: { kind: 'never-mind', number } })
      resolve({ kind: 'failed', why: t('It was given up.') })
    }, { once: true })
    send({ kind: 'ask', number, question })
  })
}

export function listen(handle: (message: Exclude<ToWebview, { kind: 'answer' }>) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToWebview>) => {
    const message = event.data
    if (message.kind !== 'answer') return handle(message)
    waiting.get(message.number)?.(message.answer)
  })
}

/** What survives when the page is hidden and made anew: purely visual. */
export interface Kept {
  readonly view?: 'physical' | 'tenant'
  readonly tenant?: string | undefined
  readonly viewport?: { readonly x: number; readonly y: number; readonly zoom: number }
  readonly closed?: readonly string[]
  readonly layers?: Readonly<Record<string, boolean>>
}
export const kept = (): Kept => (api.getState() as Kept | undefined) ?? {}
export const keep = (change: Kept): void => api.setState({ ...kept(), ...change })
