/** Of a text that takes long to check the picture comes first, with what was found in the text before it; then what is found in it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterStep, isStep } from '../../core/diagram/step.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { analysedMethod, type Analysed, type Requests } from '../../extension/requests.ts'
import { generateInfra } from '../bench/generate.ts'
import { bundle, startServer, type Client } from './client.ts'

type Shown = NonNullable<Requests['underlay/show']['result']>

let client: Client
const told: Analysed[] = []
beforeAll(async () => {
  client = await startServer([await bundle('extension/server/main.ts'), '--stdio'])
  client.connection.onNotification(analysedMethod, (one: Analysed) => void told.push(one))
})
afterAll(async () => {
  expect(await client.stop()).toBe(0)
})

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 1200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(holds()).toBe(true)
}
const show = async (uri: string, since?: Shown): Promise<Shown> => {
  const shown = await client.request<Shown | null>('underlay/show', { uri, view: 'physical', ...(since && { since: since.picture }) })
  if (!shown) throw new Error('nothing is shown')
  return shown
}
const after = (before: Diagram, { diagram }: Shown): Diagram => (isStep(diagram) ? afterStep(before, diagram) : diagram)

describe('a large text', () => {
  it('is drawn before it is checked, and checked then', async () => {
    const text = generateInfra({ servers: 130, guests: 9, tunnels: 60 })
    const uri = client.open('large.infra.yaml', text)
    await client.diagnostics(uri)
    const first = await show(uri)
    if (isStep(first.diagram)) throw new Error('the first picture is whole')
    const address = /vm64-3:\n(.*\n){4} +eth0: \{ attach: br0, address: ([\d.]+)\//.exec(text)?.[2] ?? ''
    // One guest's address becomes another's: what is drawn changes, and something is found.
    const now = text.replace(`address: ${address}/`, `address: ${address.replace(/\d+$/, '5')}/`)
    client.change(uri, 2, now)
    await until(() => told.some(({ version, ahead }) => version === 2 && ahead === true))
    const ahead = await show(uri, first)
    expect(ahead.version).toBe(2)
    expect(isStep(ahead.diagram)).toBe(true)
    const drawn = after(first.diagram, ahead)
    expect(drawn.boxes.find(({ id }) => id === 'vm64-3')?.details[0]).toBe(`${address.replace(/\d+$/, '5')}/24`)
    await client.diagnostics(uri, 2)
    const last = await show(uri, ahead)
    expect(last.problems.map(({ code }) => code)).toContain('address-duplicate')
    const badges = after(drawn, last).boxes.filter(({ badge }) => badge?.messages.some((message) => message.includes(address.replace(/\d+$/, '5')))).map(({ id }) => id)
    expect(badges).toEqual(['vm64-4'])
    // What is asked afterwards, and from nothing, is the same picture.
    const whole = await show(uri)
    expect(after(drawn, last)).toEqual(whole.diagram)
  })
})
