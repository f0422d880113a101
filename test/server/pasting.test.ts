/** What is copied in the picture of one file is pasted in that of another: the server knows what was copied last, and takes it as it is then. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Question } from '../../core/protocol.ts'
import { bundle, edited, startServer, type Client } from './client.ts'
import type { Requests } from '../../extension/requests.ts'

let client: Client
beforeAll(async () => {
  client = await startServer([await bundle('extension/server/main.ts'), '--stdio'])
})
afterAll(async () => {
  expect(await client.stop()).toBe(0)
})
const asked = (uri: string, question: Question): Promise<Answer> => client.request<Answer>('underlay/ask', { uri, question })
const paste: Question = { kind: 'plan', gesture: { kind: 'paste', ids: [] } }

describe('copying and pasting', () => {
  it('goes from file to file, and within one', async () => {
    const first = client.open('first.infra.yaml', 'infra: 1\nservers:\n  s1: { cpus: 4 }\nvms:\n  vm1: { host: s1 }\n')
    const text = 'infra: 1\nservers:\n  s1: {}\n'
    const second = client.open('second.infra.yaml', text)
    await Promise.all([client.diagnostics(first), client.diagnostics(second)])
    expect(await asked(second, paste)).toMatchObject({ kind: 'failed', why: 'Nothing is copied yet: choose machines in a picture and press Ctrl+C' })
    expect(await asked(first, { kind: 'copied', ids: ['s1', 'vm1'] })).toEqual({ kind: 'copied' })
    // It is taken as it is when it is pasted.
    client.change(first, 2, 'infra: 1\nservers:\n  s1: { cpus: 8 }\nvms:\n  vm1: { host: s1 }\n')
    const answer = await asked(second, paste)
    if (answer.kind !== 'plan') throw new Error(JSON.stringify(answer))
    expect(answer.plan.title).toBe('Paste s2, vm1 from first.infra.yaml')
    const change = await client.request<Requests['underlay/change']['result']>('underlay/change', { uri: second, version: 1, change: answer.plan.change })
    if ('refused' in change) throw new Error(change.refused)
    expect(edited(text, change.edits)).toBe(`${text}  s2:\n    cpus: 8\n\nvms:\n  vm1:\n    host: s2\n`)
    expect(await asked(first, paste)).toMatchObject({ kind: 'plan', plan: { title: 'Duplicate s1, vm1 as s2, vm2' } })
    const compose = client.open('compose.yaml', 'services:\n  a: { image: alpine }\n')
    await client.diagnostics(compose)
    expect(await asked(compose, paste)).toMatchObject({ kind: 'failed', why: 'first.infra.yaml is written in another language: what is copied there can be pasted in pictures of its own language' })
  })
})
