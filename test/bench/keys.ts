/** When a key was pressed, when the text and a page beside it have painted what it changed; noted by the pages themselves, on one machine's clock. */
import type { Frame, Page } from 'playwright-core'

/** Milliseconds from the key. */
export interface Noted {
  /** To the frame in which the text has changed. */
  readonly text: number
  /** To the first message in the page. */
  readonly heard: number
  /** To the frame in which the page says what it should. */
  readonly painted: number
  /** Of that message, as JSON. */
  readonly characters: number
}

/** Moments since the epoch, in milliseconds; 0 while they have not come. */
interface Watch { key: number; text: number; heard: number; painted: number; message: unknown; said: string }
type Watched = typeof globalThis & { underlayWatch?: Watch }

/** Notes every key that writes a character, and the frame after the text has changed. */
export const watchText = (page: Page): Promise<void> => page.evaluate(() => {
  const own = globalThis as Watched
  const fresh = (key: number): Watch => ({ key, text: 0, heard: 0, painted: 0, message: undefined, said: '' })
  let watch = (own.underlayWatch = fresh(0))
  document.addEventListener('keydown', ({ key, timeStamp }) => {
    if (key.length === 1) watch = own.underlayWatch = fresh(performance.timeOrigin + timeStamp)
  }, { capture: true })
  // A task of its own behind the frame: by then it has been painted.
  const behind = new MessageChannel()
  behind.port1.onmessage = () => { watch.text ||= performance.timeOrigin + performance.now() }
  const lines = document.querySelector('.editor-instance .view-lines')
  if (lines) new MutationObserver(() => {
    if (watch.key > 0 && watch.text === 0) requestAnimationFrame(() => behind.port2.postMessage(0))
  }).observe(lines, { subtree: true, childList: true, characterData: true })
})

/** Notes the first message that shows something, and the frame after the element `where` has words that were asked for. */
export const watchPage = (frame: Frame, where: string): Promise<void> => frame.evaluate((selector) => {
  const own = globalThis as Watched
  addEventListener('message', ({ data, timeStamp }: MessageEvent<{ kind?: string } | null>) => {
    const watch = own.underlayWatch
    if (!watch || watch.heard > 0 || data?.kind !== 'show') return
    watch.heard = performance.timeOrigin + timeStamp
    watch.message = data
  })
  const behind = new MessageChannel()
  behind.port1.onmessage = () => { if (own.underlayWatch) own.underlayWatch.painted ||= performance.timeOrigin + performance.now() }
  const says = (words: string): boolean => {
    const found = document.querySelector(selector)
    return [found?.textContent, found?.getAttribute('aria-label')].some((text) => text?.includes(words) === true)
  }
  new MutationObserver(() => {
    const { painted, said } = own.underlayWatch ?? { painted: 0, said: '' }
    if (painted === 0 && said !== '' && says(said)) requestAnimationFrame(() => behind.port2.postMessage(0))
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-label'] })
}, where)

/** From now on the page waits for these words. */
export const asksFor = (frame: Frame, said: string): Promise<void> => frame.evaluate((words) => {
  const own = globalThis as Watched
  own.underlayWatch = { key: 0, text: 0, heard: 0, painted: 0, message: undefined, said: words }
}, said)

/** What came of the last key; undefined until all of it has. */
export async function noted(page: Page, frame: Frame): Promise<Noted | undefined> {
  const typed = await page.evaluate(() => { const { key = 0, text = 0 } = (globalThis as Watched).underlayWatch ?? {}; return { key, text } })
  const shown = await frame.evaluate(() => { const { heard = 0, painted = 0, message } = (globalThis as Watched).underlayWatch ?? {}; return { heard, painted, characters: JSON.stringify(message ?? null).length } })
  if (typed.key === 0 || typed.text === 0 || shown.painted === 0) return undefined
  return { text: typed.text - typed.key, heard: shown.heard - typed.key, painted: shown.painted - typed.key, characters: shown.characters }
}
