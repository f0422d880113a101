/** Words of a picture never lie on each other, nor on a box that is not theirs, at any zoom: measured in the page, over examples and generated files. */
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateInfra } from '../bench/generate.ts'
import { canRun, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const texts: readonly (readonly [string, string])[] = [
  ...readdirSync('examples').filter((name) => name.endsWith('.infra.yaml')).map((name) => [name, readFileSync(`examples/${name}`, 'utf8')] as const),
  ...([[3, 2, 3], [6, 4, 9], [12, 3, 20]] as const).map(([servers, guests, tunnels]) => [`${servers} servers, ${guests} guests each, ${tunnels} tunnels`, generateInfra({ servers, guests, tunnels })] as const),
]

here('words in the picture', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it.each(texts)('lie apart in %s', async (_name, text) => {
    const tab = await site.open(showOf(text))
    await tab.locator('.react-flow__node').first().waitFor()
    await tab.waitForTimeout(300)
    await tab.locator('.canvas').focus()
    for (let step = 0; step < 6; step++) {
      const faults = await tab.evaluate(() => {
        interface Named { readonly name: string; readonly rect: DOMRect; readonly owner: string }
        const named = (query: string): Named[] => [...document.querySelectorAll(query)].map((one) => ({ name: one.textContent, rect: one.getBoundingClientRect(), owner: one.closest('[data-id]')?.getAttribute('data-id') ?? '' })).filter(({ rect }) => rect.width > 0)
        // Pixels that fonts differ by from what was reckoned with.
        const slack = 2
        const meet = (a: DOMRect, b: DOMRect): boolean => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack
        // What is wrong with a line is shown, whatever it covers.
        const middles = named('.line-label:not(:has(.badge))')
        const ends = named('.line .end')
        const boxes = named('.react-flow__node:has(> .box.leaf)')
        const found: string[] = []
        middles.forEach((one, i) => {
          for (const other of middles.slice(i + 1)) if (meet(one.rect, other.rect)) found.push(`${one.name} on ${other.name}`)
          for (const box of boxes) if (meet(one.rect, box.rect)) found.push(`${one.name} on the box ${box.owner}`)
          for (const end of ends) if (meet(one.rect, end.rect)) found.push(`${one.name} on the end ${end.name}`)
        })
        // A name leaves its box on no side.
        for (const { name, rect, owner } of named('.box .label')) {
          const box = document.querySelector(`.react-flow__node[data-id="${CSS.escape(owner)}"]`)?.getBoundingClientRect()
          if (box && (rect.left < box.left - 1 || rect.right > box.right + 1)) found.push(`${name} leaves ${owner}`)
        }
        return found
      })
      expect(faults).toEqual([])
      await tab.keyboard.press(step < 3 ? '+' : '-')
      if (step === 3) for (let i = 0; i < 6; i++) await tab.keyboard.press('-')
      await tab.waitForTimeout(150)
    }
    await tab.close()
  })
})
