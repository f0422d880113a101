/** The views' questions over LSP: a difference with its includes as they were, progress that is told, a question that is given up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../../core/protocol.ts'
import { bundle, startServer, type Client } from './client.ts'

const part = 'vms:\n  b: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }\n'
const text = `infra: 1
include: [part.infra.yaml]
servers: { s1: { interfaces: { br0: { type: bridge } } } }
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
`

let client: Client
let uri = ''
let partUri = ''
type Asked = Answer | { readonly kind: 'needs'; readonly uris: readonly string[] }
const differ = (texts: Readonly<Record<string, string | null>>): Promise<Asked> =>
  client.request('underlay/difference', { uri, question: { kind: 'difference', revision: 'HEAD', view: 'physical' }, texts })

beforeAll(async () => {
  client = await startServer([await bundle('extension/server/main.ts'), '--stdio'])
  partUri = client.write('part.infra.yaml', part)
  uri = client.open('outer.infra.yaml', text)
  await client.diagnostics(uri)
})
afterAll(async () => { await client.stop() })

describe('what differs from an older text', () => {
  it('asks for the files that it needs, round by round', async () => {
    expect(await differ({})).toEqual({ kind: 'needs', uris: [uri] })
    expect(await differ({ [uri]: text })).toEqual({ kind: 'needs', uris: [partUri] })
    expect(await differ({ [uri]: text, [partUri]: part })).toMatchObject({ kind: 'difference', difference: { elements: [], lost: { count: 0 } } })
  })
  it('reads an included file as it was then, and says when it was not there', async () => {
    const answer = await differ({ [uri]: text, [partUri]: part.replace('10.0.0.2', '10.0.0.9') })
    expect(answer).toMatchObject({ kind: 'difference', difference: { elements: expect.arrayContaining([expect.objectContaining({ id: 'b', what: 'changed', derived: false })]), faults: [] } })
    expect(await differ({ [uri]: text, [partUri]: null })).toMatchObject({
      kind: 'difference', difference: { elements: expect.arrayContaining([expect.objectContaining({ id: 'b', what: 'added', derived: false })]), faults: [expect.stringContaining('part.infra.yaml is not included: there was no such file')], gained: { withNodes: [{ node: 'b' }] } },
    })
    expect(await differ({ [uri]: null })).toEqual({ kind: 'failed', why: 'the file was not there at that revision' })
  })
  it('of an old text that is broken, what can be read of it is compared, and what cannot is told', async () => {
    const answer = await differ({ [uri]: `${text}links: [[`, [partUri]: part })
    if (answer.kind !== 'difference') throw new Error(answer.kind)
    expect(answer.difference.faults.length).toBeGreaterThan(0)
  })
  it('never reads beyond the workspace, then either', async () => {
    const answer = await differ({ [uri]: text.replace('part.infra.yaml', '../outside.infra.yaml') })
    expect(answer).toMatchObject({ kind: 'difference', difference: { faults: [expect.stringContaining('it lies outside the workspace')] } })
  })
})

describe('the other views', () => {
  const ask = (question: object): Promise<Answer> => client.request('underlay/ask', { uri, question })
  it('networks, one of them, and the load', async () => {
    const all = await ask({ kind: 'networks', at: 'b' })
    if (all.kind !== 'networks') throw new Error(all.kind)
    expect(all.at).toHaveLength(1)
    expect(await ask({ kind: 'network', key: all.at[0], from: 'b', view: 'physical' })).toMatchObject({ kind: 'network', network: { from: 'b', lit: { a: 'hears', b: 'hears', 's1:br0': 'hears' } } })
    expect(await ask({ kind: 'network', key: 'nobody:eth0', view: 'physical' })).toEqual({ kind: 'failed', why: 'that network is there no longer' })
    expect(await ask({ kind: 'load', flows: [{ from: 'a', to: 'b', rate: 'much' }] })).toMatchObject({ kind: 'failed', why: expect.stringContaining('much is no rate') })
    expect(await ask({ kind: 'load' })).toMatchObject({ kind: 'load', load: { flowCount: 0 } })
  })
  it('a question that is given up is cancelled, and the server lives on', async () => {
    const { CancellationTokenSource } = await import('vscode-languageserver/node.js')
    const source = new CancellationTokenSource()
    const asked = client.connection.sendRequest('underlay/difference', { uri, question: { kind: 'difference', revision: 'HEAD', view: 'physical' }, texts: { [uri]: text, [partUri]: part } }, source.token)
    source.cancel()
    // It may have been quicker than the word to stop.
    await asked.catch((error: { code: number }) => expect(error.code).toBe(-32800))
    expect(await ask({ kind: 'networks' })).toMatchObject({ kind: 'networks' })
  })
})
