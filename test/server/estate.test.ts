/** Two files of one workspace that describe one estate: each tells of the other, and nothing is told of labs of their own. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node.js'
import { bundle, edited, positionOf, startServer, type Client } from './client.ts'

const wan = 'infra: 1\nswitches: { wan: { ports: { p9: {} } } }\n'
const site = (n: number, address: string): string => `infra: 1
include: [wan.infra.yaml]
servers:
  s${n}: { interfaces: { br0: { type: bridge }, eth0: { master: br0 } } }
vms:
  vm${n}: { host: s${n}, interfaces: { eth0: { attach: br0, address: ${address}/24 } } }
links:
  - [s${n}:eth0, wan:p${n}]
`
let client: Client
beforeAll(async () => {
  client = await startServer([await bundle('extension/server/main.ts'), '--stdio'])
})
afterAll(async () => {
  expect(await client.stop()).toBe(0)
})

/** The diagnostics of a file as soon as they are so. */
async function until(uri: string, holds: (found: readonly Diagnostic[]) => boolean, version = 1): Promise<readonly Diagnostic[]> {
  for (let i = 0; ; i++) {
    const found = await client.diagnostics(uri, version)
    if (holds(found)) return found
    if (i > 200) throw new Error(`never: ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const conflict = (found: readonly Diagnostic[]): Diagnostic | undefined => found.find(({ code }) => code === 'address-duplicate')

it('a conflict with a file on disk is told, mended, and carried while somebody types', async () => {
  client.write('wan.infra.yaml', wan)
  client.write('b.infra.yaml', site(2, '10.0.0.1'))
  const text = site(1, '10.0.0.1')
  const uri = client.open('a.infra.yaml', text)
  const found = conflict(await until(uri, (all) => conflict(all) !== undefined))
  expect(found?.message).toBe('10.0.0.1 is used by vm2:eth0 and vm1:eth0 on the same segment (the other is in b.infra.yaml)')
  expect(found?.range.start).toEqual(positionOf(text, '10.0.0.1/24'))
  expect(found?.relatedInformation?.[0]?.location.uri.endsWith('/b.infra.yaml')).toBe(true)
  // A keystroke elsewhere: it does not go away in between.
  client.change(uri, 2, `# a comment\n${text}`)
  const after = conflict(await client.diagnostics(uri, 2))
  expect(after?.range.start.line).toBe((found?.range.start.line ?? 0) + 1)
  const [action] = (await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: after?.range, context: { diagnostics: [after] } })).filter(({ title }) => title.startsWith('Use '))
  const resolved = action && (await client.request<CodeAction>('codeAction/resolve', action))
  const mended = edited(`# a comment\n${text}`, resolved?.edit?.changes?.[uri] ?? [])
  expect(mended).toContain('address: 10.0.0.2/24')
  client.change(uri, 3, mended)
  expect(conflict(await until(uri, (all) => conflict(all) === undefined, 3))).toBeUndefined()
})

it('two open files follow each other', async () => {
  const one = client.open('c.infra.yaml', site(3, '10.0.0.3'))
  const other = client.open('d.infra.yaml', site(4, '10.0.0.4'))
  await client.diagnostics(other)
  client.change(other, 2, site(4, '10.0.0.3'))
  expect(conflict(await until(other, (all) => conflict(all) !== undefined, 2))?.message).toContain('(the other is in c.infra.yaml)')
  expect(conflict(await until(one, (all) => conflict(all) !== undefined))?.message).toContain('(the other is in d.infra.yaml)')
  client.change(other, 3, site(4, '10.0.0.4'))
  expect(conflict(await until(one, (all) => conflict(all) === undefined))).toBeUndefined()
})
