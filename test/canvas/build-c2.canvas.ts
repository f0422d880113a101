/** Drawing a whole picture from nothing, in Chromium: what a careful person would have written comes of it, by mouse and by keyboard. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { careful, drawWithKeyboard, drawWithMouse } from './build-c2.ts'
import { canRun, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

here('the tenant network over GRE from an empty file', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('with the mouse', async () => {
    const { tab, text } = await site.design('')
    await drawWithMouse({ page: tab, frame: tab })
    await tab.screenshot({ path: 'test/artifacts/build-c2-mouse.png' })
    expect(text()).toBe(careful)
    await tab.close()
  })

  it('with the keyboard alone', async () => {
    const { tab, text } = await site.design('')
    await drawWithKeyboard({ page: tab, frame: tab })
    await tab.screenshot({ path: 'test/artifacts/build-c2-keyboard.png' })
    expect(text()).toBe(careful)
    await tab.close()
  })
})
