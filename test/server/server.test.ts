/** The language server as another editor would use it: a process, spoken to over stdio. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodeAction, CodeLens, CompletionItem, DocumentSymbol, Hover, Location, WorkspaceEdit } from 'vscode-languageserver/node.js'
import { afterStep, isStep } from '../../core/diagram/step.ts'
import type { Requests } from '../../extension/requests.ts'
import { bundle, edited, positionOf, startServer, type Client } from './client.ts'

//   vm1 ── br0 ─ vtun0 ═══ gretap ═══ vtun0 ─ br0 ── vm3
//          s1 eth0 ─────────────────── eth0 s2
const text = `infra: 1
tenants: { blue: }
servers:
  s1:
    cpus: 8
    memory: 16GiB
    interfaces:
      eth0: { address: 20.0.0.1/24 }
      br0: { type: bridge, address: 10.0.0.254/24 }
      vtun0: { type: gretap, local: 20.0.0.1, remote: 20.0.0.2, master: br0 }
  s2:
    cpus: 8
    memory: 16GiB
    interfaces:
      eth0: { address: 20.0.0.2/24 }
      br0: { type: bridge }
      vtun0: { type: gretap, local: 20.0.0.2, remote: 20.0.0.1, master: br0 }
vms:
  vm1:
    host: s1
    tenant: blue
    memory: 1GiB
    interfaces:
      eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1462 }
  vm3:
    host: s2
    tenant: blue
    memory: 1GiB
    interfaces:
      eth0: { attach: br0, address: 10.0.0.3/24, mtu: 1462 }
links:
  - [s1:eth0, s2:eth0]
expect:
  - reach: { from: vm1, to: vm3 }
`

/** The two ends of the tunnel disagree about the key. */
const differing = text.replace('remote: 20.0.0.2,', 'remote: 20.0.0.2, id: 7,').replace('remote: 20.0.0.1,', 'remote: 20.0.0.1, id: 8,')

let client: Client
let opened = 0
/** Every test has a file of its own. */
const open = async (body: string): Promise<string> => {
  const uri = client.open(`t${++opened}.infra.yaml`, body)
  await client.diagnostics(uri)
  return uri
}
const at = (uri: string, word: string, shift = 0, nth = 0, body = text) => ({ textDocument: { uri }, position: positionOf(body, word, shift, nth) })

beforeAll(async () => {
  client = await startServer([await bundle('extension/server/main.ts'), '--stdio'], {}, { traces: true })
})
afterAll(async () => {
  expect(await client.stop()).toBe(0)
})

describe('diagnostics', () => {
  it('stand at their place with code and related places, and go when mended', async () => {
    const uri = await open(differing)
    const found = (await client.diagnostics(uri)).find(({ code }) => code === 'tunnel-id-mismatch')
    expect(found?.range.start).toEqual(positionOf(differing, 'id: 8', 4))
    expect(found?.source).toBe('underlay')
    expect(found?.relatedInformation?.[0]?.location.range.start).toEqual(positionOf(differing, 'id: 7', 4))
    client.change(uri, 2, text)
    expect((await client.diagnostics(uri, 2)).filter(({ code }) => code === 'tunnel-id-mismatch')).toEqual([])
  })

  it('survive any text', async () => {
    const uri = await open('servers: {{{[\n\t: - !!binary &a *b')
    expect((await client.diagnostics(uri)).map(({ code }) => code)).toContain('yaml-syntax')
    client.change(uri, 2, text)
    expect((await client.diagnostics(uri, 2)).filter(({ code }) => code === 'yaml-syntax')).toEqual([])
  })

  it('follow the settings', async () => {
    const uri = await open(differing)
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { underlay: { debounce: 5, checks: { severity: { 'tunnel-id-mismatch': 'hint' } } } } })
    await client.request('underlay/expectations', { uri })
    expect((await client.diagnostics(uri)).find(({ code }) => code === 'tunnel-id-mismatch')?.severity).toBe(4)
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { underlay: { debounce: 5 } } })
  })
})

describe('includes', () => {
  it('bring their parts, and are refused outside the workspace', async () => {
    client.write('more.infra.yaml', 'infra: 1\nrouters: { r9: }\n')
    const body = `${text}include: [more.infra.yaml, ../outside.infra.yaml, /etc/passwd, missing.infra.yaml]\n`
    const uri = await open(body)
    const failed = (await client.diagnostics(uri)).filter(({ code }) => code === 'include-failed')
    expect(failed.map(({ message }) => message)).toEqual([
      '../outside.infra.yaml is not included: it lies outside the workspace', '/etc/passwd is not included: only relative paths are followed',
      'missing.infra.yaml is not included: there is no such file',
    ])
    expect(failed[0]?.range.start).toEqual(positionOf(body, '../outside'))
    const place = await client.request<Requests['underlay/locate']['result']>('underlay/locate', { uri, id: 'r9' })
    expect(place?.uri.endsWith('/more.infra.yaml')).toBe(true)
  })

  it('end where a circle closes', async () => {
    client.write('b.infra.yaml', 'infra: 1\ninclude: [a.infra.yaml]\n')
    const uri = client.open('a.infra.yaml', 'infra: 1\ninclude: [b.infra.yaml]\n')
    expect(await client.diagnostics(uri)).toEqual([])
  })
})

describe('hover', () => {
  const hover = async (uri: string, word: string, shift = 0, nth = 0): Promise<string> => {
    const found = await client.request<Hover | null>('textDocument/hover', at(uri, word, shift, nth))
    return found && typeof found.contents === 'object' && 'value' in found.contents ? found.contents.value : ''
  }
  it('tells an address its subnet', async () => {
    const told = await hover(await open(text), '10.0.0.3/24', 2)
    expect(told).toContain('subnet 10.0.0.0/24')
    expect(told).toContain('broadcast 10.0.0.255')
    expect(told).toContain('free next: 10.0.0.2')
  })
  it('tells a tunnel its headers', async () => {
    const told = await hover(await open(text), 'vtun0', 1)
    expect(told).toContain('| GRE | 4 |')
    expect(told).toContain('| **sum** | **38** |')
  })
  it('tells an MTU where it comes from', async () => {
    const told = await hover(await open(text), 'br0: { type', 1)
    expect(told).toContain('MTU **1462**')
    expect(told).toContain('the least of its ports')
  })
  it('tells a key its meaning', async () => {
    expect(await hover(await open(text), 'attach: br0', 2)).toContain('attach')
  })
})

describe('names', () => {
  it('lead to their definition', async () => {
    const uri = await open(text)
    const found = await client.request<Location[]>('textDocument/definition', at(uri, 'host: s2', 7))
    expect(found).toEqual([{ uri, range: { start: positionOf(text, 's2:'), end: positionOf(text, 's2:', 2) } }])
    const device = await client.request<Location[]>('textDocument/definition', at(uri, 'attach: br0', 9, 1))
    expect(device[0]?.range.start).toEqual(positionOf(text, 'br0: { type: bridge }'))
  })
  it('find their references', async () => {
    const uri = await open(text)
    const found = await client.request<Location[]>('textDocument/references', { ...at(uri, '  s2:', 2), context: { includeDeclaration: true } })
    expect(found.map(({ range }) => range.start.line)).toEqual([10, 25, 31])
  })
  it('are renamed everywhere', async () => {
    const uri = await open(text)
    const answer = await client.request<WorkspaceEdit>('textDocument/rename', { ...at(uri, 'tenant: blue', 9), newName: 'green' })
    expect(edited(text, answer.changes?.[uri] ?? [])).toBe(text.replaceAll('blue', 'green'))
    const node = await client.request<WorkspaceEdit>('textDocument/rename', { ...at(uri, 'vm3:', 1), newName: 'vm9' })
    expect(edited(text, node.changes?.[uri] ?? [])).toBe(text.replaceAll('vm3', 'vm9'))
    await expect(client.request('textDocument/rename', { ...at(uri, 'vm3:', 1), newName: 'no name' })).rejects.toThrow(/no name/)
  })
  it('are completed on half-typed text', async () => {
    const uri = await open(text)
    const half = text.replace('host: s2', 'host: ')
    client.change(uri, 2, half)
    const found = await client.request<CompletionItem[]>('textDocument/completion', at(uri, 'host: \n', 6, 0, half))
    expect(found.map(({ label }) => label)).toEqual(expect.arrayContaining(['s1', 's2']))
  })
  it('make the outline', async () => {
    const found = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri: await open(text) } })
    expect(found.find(({ name }) => name === 'vms')?.children?.map(({ name }) => name)).toEqual(['vm1', 'vm3'])
  })
})

describe('actions', () => {
  it('mend what is wrong with the smallest edit', async () => {
    const wrong = text.replace('memory: 16GiB', 'memroy: 16GiB')
    const uri = await open(wrong)
    const diagnostics = (await client.diagnostics(uri)).filter(({ code }) => code === 'unknown-key')
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: diagnostics[0]?.range, context: { diagnostics } })
    const [fix] = actions
    expect(fix?.edit).toBeUndefined()
    const resolved = await client.request<CodeAction>('codeAction/resolve', fix)
    expect(edited(wrong, resolved.edit?.changes?.[uri] ?? [])).toBe(text)
  })
  it('play the packet that shows it, where the client has a player', async () => {
    const body = text.replace('mtu: 1462 }\n  vm3', 'mtu: 1500 }\n  vm3')
    const uri = await open(body)
    const found = (await client.diagnostics(uri)).find(({ code }) => code === 'mtu-tunnel-too-small')
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: found?.range, context: { diagnostics: [found] } })
    const play = actions.find(({ title }) => title.startsWith('Trace'))
    expect(play?.title).toBe('Trace vm1 → vm3 with 1500 bytes')
    expect(play?.command).toMatchObject({ command: 'underlay.trace', arguments: [{ uri, packet: { from: 'vm1', to: 'vm3', proto: 'icmp', size: 1500, df: true } }] })
  })

  it('offer lenses over guests and expectations', async () => {
    const uri = await open(text)
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })
    expect(lenses.filter(({ command }) => command?.title === 'Simulate migration').map(({ command }) => command?.arguments)).toEqual([[uri, 'vm1'], [uri, 'vm3']])
    expect(lenses.filter(({ command }) => command?.command === 'underlay.runExpectation')).toHaveLength(1)
  })
})

describe('our own requests', () => {
  it('move a guest by one edit, and refuse for an older text', async () => {
    const uri = await open(text)
    const change = { kind: 'move', guest: 'vm1', host: 's2' }
    const answer = await client.request<Requests['underlay/change']['result']>('underlay/change', { uri, version: 1, change })
    expect('edits' in answer && edited(text, answer.edits)).toBe(text.replace('host: s1', 'host: s2'))
    client.change(uri, 2, `${text}# more\n`)
    expect(await client.request('underlay/change', { uri, version: 1, change })).toHaveProperty('refused')
  })
  it('apply a fix that went through the picture', async () => {
    const wrong = text.replace('memory: 16GiB', 'memroy: 16GiB')
    const uri = await open(wrong)
    const shown = await client.request<Requests['underlay/show']['result']>('underlay/show', { uri, view: 'physical' })
    const change = shown?.problems.find(({ code }) => code === 'unknown-key')?.fixes[0]?.change
    const answer = await client.request<Requests['underlay/change']['result']>('underlay/change', { uri, version: shown?.version, change })
    expect('edits' in answer && edited(wrong, answer.edits)).toBe(text)
  })
  it('know what stands at the cursor, and where it stands', async () => {
    const uri = await open(text)
    expect(await client.request('underlay/elementAt', { uri, position: positionOf(text, 'mtu: 1462') })).toBe('vm1:eth0')
    const place = await client.request<Requests['underlay/locate']['result']>('underlay/locate', { uri, id: 's2:vtun0' })
    expect(place?.range.start).toEqual(positionOf(text, 'vtun0', 0, 1))
  })
  it('keep the last whole picture while the text is broken', async () => {
    const uri = await open(text)
    const before = await client.request<Requests['underlay/show']['result']>('underlay/show', { uri, view: 'physical' })
    client.change(uri, 2, text.replace('servers:', 'servers: {{'))
    const broken = await client.request<Requests['underlay/show']['result']>('underlay/show', { uri, view: 'physical' })
    expect(broken?.broken).not.toBeNull()
    expect(broken?.diagram).toEqual(before?.diagram)
  })
  it('tell a later picture as a step from the one that the asker has', async () => {
    const uri = await open(text)
    const ask = (since?: string) => client.request<Requests['underlay/show']['result']>('underlay/show', { uri, view: 'physical', ...(since !== undefined && { since }) })
    const before = await ask()
    client.change(uri, 2, text.replace('10.0.0.3/24', '10.0.0.33/24'))
    const [step, whole] = [await ask(before?.picture), await ask()]
    if (!before || !step || !whole || isStep(before.diagram) || !isStep(step.diagram) || isStep(whole.diagram)) throw new Error('told the other way')
    expect(step.diagram.boxes?.filter((one) => !Array.isArray(one)).map((one) => 'id' in one && one.id)).toEqual(['vm3'])
    expect(afterStep(before.diagram, step.diagram)).toEqual(whole.diagram)
    expect((await ask(step.picture))?.diagram).toEqual({ since: step.picture })
  })
  it('tell the tree of the file', async () => {
    const model = await client.request<Requests['underlay/model']['result']>('underlay/model', { uri: await open(text) })
    expect(model?.items.map(({ name, children }) => [name, children.map((child) => child.name)])).toEqual([
      ['s1', ['vm1', 'eth0', 'br0', 'vtun0']], ['s2', ['vm3', 'eth0', 'br0', 'vtun0']],
    ])
    expect(model?.counts).toMatchObject({ servers: 2, guests: 2, tunnels: 2 })
  })
})
