/** Lenses are part of the text to an editor: it moves each with every key, so that a large text has only those of its expectations. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeLens } from 'vscode-languageserver'
import { generateInfra } from '../bench/generate.ts'
import { bundle, startServer, type Client } from './client.ts'

let client: Client
beforeAll(async () => { client = await startServer([await bundle('extension/server/main.ts'), '--stdio']) })
afterAll(async () => { expect(await client.stop()).toBe(0) })

it.each([[44, 396], [45, 0]])('of %i servers with nine guests each: %i over guests, one over the expectation', async (servers, over) => {
  const uri = client.open(`of-${servers}.infra.yaml`, generateInfra({ servers, guests: 9, tunnels: 0 }))
  await client.diagnostics(uri)
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })
  const count = (command: string): number => lenses.filter((lens) => lens.command?.command === command).length
  expect([count('underlay.simulateMigration'), count('underlay.runExpectation')]).toEqual([over, 1])
})
