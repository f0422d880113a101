/** `underlay lsp` in another editor: a process spoken to over stdio by a client that knows only the protocol. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodeAction, CompletionItem, DocumentSymbol, FoldingRange, Hover, InlayHint, InitializeResult, SemanticTokens, WorkspaceEdit } from 'vscode-languageserver/node.js'
import { bundle, edited, positionOf, startServer, type Client } from '../server/client.ts'

const text = `infra: 1
# A network, a tunnel
# and a fabric.
servers:
  s1:
    memory: 64GiB
    interfaces:
      eth0: { address: 20.0.0.1/24 }
      br0: { type: bridge }
      vx: { type: vxlan, id: 7001, local: 20.0.0.1, remote: 20.0.0.2, link: eth0, master: br0 }
  s2:
    interfaces:
      eth0: { address: 20.0.0.2/24 }
      br0: { type: bridge }
      vx: { type: vxlan, id: 7001, local: 20.0.0.2, remote: 20.0.0.1, link: eth0, master: br0 }
  dc-leaf0-h0: { memory: 8GiB }
fabrics:
  dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1, base: 10.8.0.0/16 }
networks:
  blue: { type: isolated, subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.3-10.0.0.9 } }
vms:
  vm1: { host: s1, interfaces: { eth0: { network: blue, address: 10.0.0.1 } } }
  vm2: { host: s1, interfaces: { eth0: { network: blue, address: dhcp } } }
links:
  - [s1:eth0, s2:eth0]
`

let client: Client
let capabilities: InitializeResult['capabilities']
let opened = 0
const open = async (body: string, name = `l${++opened}.infra.yaml`): Promise<string> => {
  const uri = client.open(name, body)
  await client.diagnostics(uri)
  return uri
}

beforeAll(async () => {
  client = await startServer([await bundle('extension/cli/main.ts'), 'lsp', '--stdio'])
  capabilities = client.capabilities
}, 60_000)
afterAll(async () => expect(await client.stop()).toBe(0))

describe('completion', () => {
  /** What is offered where `|` stands. */
  const offered = async (body: string): Promise<readonly CompletionItem[]> => {
    const at = body.indexOf('|')
    const plain = body.slice(0, at) + body.slice(at + 1)
    const uri = await open(plain)
    const before = plain.slice(0, at).split('\n')
    return client.request<CompletionItem[]>('textDocument/completion', { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } })
  }
  const labels = async (body: string): Promise<readonly string[]> => (await offered(body)).map(({ label }) => label)

  it('offers the next free address of the network, past the others and the range of DHCP', async () => {
    expect((await labels(text.replace('address: dhcp', 'address: |')))[0]).toBe('10.0.0.2')
    expect((await labels(text.replace('address: dhcp', 'address: |').replace('vms:\n', 'vms:\n  vm3: { host: s1, interfaces: { eth0: { network: blue, address: 10.0.0.2 } } }\n')))[0]).toBe('10.0.0.10')
  })

  it('offers the far half’s VNI, then the next that nobody has', async () => {
    expect(await labels(text.replace('id: 7001, local: 20.0.0.2', 'id: |, local: 20.0.0.2'))).toEqual(['7001', '7002'])
    expect(await labels(text.replace('type: isolated', 'type: vxlan, id: |'))).toEqual(['7002'])
  })

  it('offers the ends of a tunnel', async () => {
    expect(await labels(text.replace('remote: 20.0.0.2', 'remote: |'))).toContain('20.0.0.2')
    expect(await labels(text.replace('local: 20.0.0.1', 'local: |'))).toEqual(['20.0.0.1'])
  })

  it('offers keys with their meaning, and names', async () => {
    const keys = await offered(text.replace('    memory: 64GiB\n', '    memory: 64GiB\n    |\n'))
    expect(keys.map(({ label }) => label)).toContain('hypervisor')
    expect(keys.find(({ label }) => label === 'forwarding')?.documentation).toMatchObject({ value: expect.stringContaining('ip_forward') as string })
    expect(await labels(text.replace('vm1: { host: s1', 'vm1: { host: |'))).toContain('s2')
  })
})

describe('what is shown beside the text', () => {
  const hints = async (body: string): Promise<readonly string[]> => {
    const uri = await open(body)
    const found = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } } })
    const lines = body.split('\n')
    return found.map(({ position, label }) => `${(lines[position.line] ?? '').slice(0, position.character).trim().split(/[ ,{]+/).slice(-2).join(' ')} ‹${String(label)}›`)
  }

  it('is what Linux, DHCP and fabrics fill in', async () => {
    expect(await hints(text)).toEqual([
      'type: bridge ‹MTU 1450›', 'type: vxlan ‹MTU 1450›', 'type: bridge ‹MTU 1450›', 'type: vxlan ‹MTU 1450›',
      'dc-leaf0-h0 ‹10.8.0.2/24›', 'address: 10.0.0.1 ‹/24›', 'address: dhcp ‹= 10.0.0.3/24›', 'type: leaf-spine ‹4 switches, 2 servers›',
    ])
  })

  it('is switched by the settings', async () => {
    const settings = (hint: object): Promise<void> => client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { underlay: { debounce: 5, hints: hint } } })
    await settings({ mtu: false })
    expect((await hints(text)).join()).not.toContain('MTU')
    await settings({ addresses: false })
    expect((await hints(text)).every((hint) => hint.includes('MTU'))).toBe(true)
    await settings({ addresses: false, mtu: false })
    expect(await hints(text)).toEqual([])
    await settings({})
  })

  it('colours names, addresses and sizes', async () => {
    const uri = await open(text)
    const legend = capabilities.semanticTokensProvider?.legend.tokenTypes ?? []
    const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument: { uri } })
    const lines = text.split('\n')
    const words: string[] = []
    for (let i = 0, line = 0, start = 0; i < data.length; i += 5) {
      const [down = 0, right = 0, length = 0, type = 0] = data.slice(i, i + 5)
      line += down
      start = down > 0 ? right : start + right
      words.push(`${lines[line]?.slice(start, start + length) ?? ''} ${legend[type] ?? ''}`)
    }
    expect(words.slice(0, 4)).toEqual(['s1 class', '64GiB number', 'eth0 variable', '20.0.0.1/24 number'])
    expect(words).toContain('blue namespace')
    expect(words).toContain('10.0.0.3-10.0.0.9 number')
    expect(words.slice(-4)).toEqual(['s1 class', 'eth0 variable', 's2 class', 'eth0 variable'])
  })

  it('folds parts and comments', async () => {
    const uri = await open(text)
    const folds = await client.request<FoldingRange[]>('textDocument/foldingRange', { textDocument: { uri } })
    const lines = text.split('\n')
    expect(folds.map(({ startLine, endLine, kind }) => `${lines[startLine]?.trim() ?? ''} +${endLine - startLine}${kind === undefined ? '' : ` ${kind}`}`)).toEqual([
      '# A network, a tunnel +1 comment', 'servers: +12', 's1: +5', 'interfaces: +3', 's2: +4', 'interfaces: +3', 'fabrics: +1', 'networks: +1', 'vms: +2', 'links: +1',
    ])
  })

  it('makes the outline', async () => {
    const uri = await open(text)
    const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } })
    const servers = symbols.find(({ name }) => name === 'servers')
    expect(servers?.children?.map(({ name }) => name)).toEqual(['s1', 's2', 'dc-leaf0-h0'])
    expect(servers?.children?.[0]?.children?.map(({ name }) => name)).toEqual(['eth0', 'br0', 'vx'])
    // Each holds what is under it, from its own key on.
    const starts = ({ range: { start } }: DocumentSymbol): number => start.line * 1000 + start.character
    const ends = ({ range: { end } }: DocumentSymbol): number => end.line * 1000 + end.character
    const held = (symbol: DocumentSymbol): boolean =>
      (symbol.children ?? []).every((child) => starts(symbol) <= starts(child) && ends(child) <= ends(symbol) && held(child))
    expect(symbols.filter((symbol) => !held(symbol)).map(({ name }) => name)).toEqual([])
  })

  it('says of which word it tells', async () => {
    const uri = await open(text)
    const position = positionOf(text, 'type: vxlan', 8)
    const told = await client.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position })
    expect(told?.range?.start.line).toBe(position.line)
    expect(told?.range?.start.character).toBeLessThanOrEqual(position.character)
    expect(told?.range?.end.character).toBeGreaterThanOrEqual(position.character)
  })

  it('tells the plan of a subnet', async () => {
    const uri = await open(text)
    const told = await client.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position: positionOf(text, '10.0.0.0/24', 3) })
    const words = told && typeof told.contents === 'object' && 'value' in told.contents ? told.contents.value : ''
    expect(words).toContain('**10.0.0.0/24** of network blue')
    expect(words).toContain('- DHCP gives 10.0.0.3 to 10.0.0.9 (7)')
    expect(words).toContain('10.0.0.1 `vm1:eth0`')
    expect(words).toContain('- free next: 10.0.0.2, 10.0.0.10, 10.0.0.11')
  })
})

describe('a rename', () => {
  const renamed = async (body: string, word: string, shift: number, newName: string): Promise<string> => {
    const uri = await open(body)
    const answer = await client.request<WorkspaceEdit>('textDocument/rename', { textDocument: { uri }, position: positionOf(body, word, shift), newName })
    return edited(body, answer.changes?.[uri] ?? [])
  }

  it('of a fabric changes what the file says of its parts', async () => {
    const body = text.replace('vm2: { host: s1', 'vm2: { host: dc-leaf1-h0')
    expect(await renamed(body, 'dc: {', 1, 'pod')).toBe(body.replaceAll('dc-leaf', 'pod-leaf').replace('dc: {', 'pod: {'))
  })

  it('of one server’s device leaves the others their uplink', async () => {
    const body = text.replace('type: isolated', 'type: vxlan, id: 7002, uplink: eth0').replace('vm2: { host: s1', 'vm2: { host: s2')
    const after = await renamed(body, 's1:eth0', 4, 'wan0')
    expect(after).toContain('uplink: { s1: wan0, s2: eth0 }')
    expect(after).toContain('- [s1:wan0, s2:eth0]')
    expect(after).toContain('link: wan0, master: br0')
    // Also where nobody of the network runs there yet.
    expect(await renamed(body.replace('vm2: { host: s2', 'vm2: { host: s1'), 's2:eth0', 4, 'wan0')).toContain('uplink: { s1: eth0, s2: wan0 }')
  })
})

describe('names of a containerlab file', () => {
  const lab = `name: lab
topology:
  nodes:
    l1:
      kind: linux
      image: alpine:3
      exec:
        - ip addr add 10.0.0.1/30 dev eth1
    l2: { kind: linux, image: alpine:3 }
  links:
    - type: veth
      endpoints:
        - node: l2
          interface: eth5
        - node: l1
          interface: eth5
    - endpoints: ["l1:eth1", "host:lab-l1-eth1"]
    - endpoints: ["l1:eth2", "l2:eth1"]
`
  const asked = async <T>(method: string, word: string, shift: number): Promise<T> => {
    const uri = await open(lab, `lab${++opened}.clab.yml`)
    return client.request<T>(`textDocument/${method}`, { textDocument: { uri }, position: positionOf(lab, word, shift), newName: 'eth7', context: { includeDeclaration: true } })
  }

  it('are no part of a word that stands for something else', async () => {
    expect(await asked('references', 'lab-l1-eth1', 9)).toEqual([])
    expect(await asked('rename', 'lab-l1-eth1', 9)).toBeNull()
  })

  it('are changed in every form that they are written in', async () => {
    const renamed = await asked<WorkspaceEdit>('rename', 'l2: {', 1)
    expect(edited(lab, Object.values(renamed.changes ?? {})[0] ?? [])).toBe(lab.replace('l2: {', 'eth7: {').replace('node: l2', 'node: eth7').replace('l2:eth1', 'eth7:eth1'))
  })

  it('are not read into the word for a network, as long as it may be', async () => {
    const compose = 'services:\n  db:\n    image: mariadb\n    networks:\n      - backnet\nnetworks:\n  backnet: {}\n'
    const uri = await open(compose, `c${++opened}.compose.yaml`)
    const answer = await client.request<WorkspaceEdit | null>('textDocument/rename', { textDocument: { uri }, position: positionOf(compose, 'backnet', 5), newName: 'eth7' })
    expect(edited(compose, answer?.changes?.[uri] ?? [])).toBe(compose)
  })

  it('are changed where they are written, or not at all', async () => {
    const renamed = await asked<WorkspaceEdit>('rename', 'l2:eth1', 4)
    expect(edited(lab, Object.values(renamed.changes ?? {})[0] ?? [])).toBe(lab.replace('l2:eth1', 'l2:eth7'))
    await expect(asked('rename', 'l1:eth1', 4)).rejects.toThrow('eth1 is also told of in line 8, in words that cannot be changed with it')
  })
})

describe('hover', () => {
  it('tells what a key means, and what it takes', async () => {
    const uri = await open(text)
    const told = await client.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position: positionOf(text, 'memory', 2) })
    const words = told && typeof told.contents === 'object' && 'value' in told.contents ? told.contents.value : ''
    expect(words).toContain('memory')
    expect(words).toMatch(/size like|64GiB/)
  })
})

describe('expectations from what holds now', () => {
  it('are a source action, in one edit', async () => {
    const uri = await open(text)
    const [action, ...more] = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context: { diagnostics: [], only: ['source.underlay'] },
    })
    expect(more).toEqual([])
    const after = edited(text, action?.edit?.changes?.[uri] ?? [])
    expect(after.slice(text.length)).toContain('expect:\n')
    expect(after).toContain('  - { reach: { from: [vm1, vm2], to: [vm1, vm2] } }')
    client.change(uri, 2, after)
    expect((await client.diagnostics(uri, 2)).filter(({ code }) => code === 'expectation-failed')).toEqual([])
  })

  it('every safe fix at once is one, too', async () => {
    const body = text.replace('address: 10.0.0.1 }', 'addres: 10.0.0.1 }').replace('memory: 64GiB', 'memroy: 64GiB')
    const uri = await open(body)
    const [action] = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context: { diagnostics: [], only: ['source.fixAll'] },
    })
    expect(edited(body, action?.edit?.changes?.[uri] ?? [])).toBe(text)
  })

  it('a comment keeps a finding quiet', async () => {
    const body = text.replace('20.0.0.1/24 }', '20.0.0.0/24 }')
    const uri = await open(body)
    const found = (await client.diagnostics(uri)).find(({ code }) => code === 'address-is-network')
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: found?.range, context: { diagnostics: [found] } })
    expect(actions.some(({ command }) => command)).toBe(false)
    const quiet = actions.find(({ title }) => title === 'Keep address-is-network quiet here')
    const after = edited(body, quiet?.edit?.changes?.[uri] ?? [])
    expect(after).toContain('      # underlay-disable-next-line address-is-network\n      eth0')
    client.change(uri, 2, after)
    expect((await client.diagnostics(uri, 2)).map(({ code }) => code)).not.toContain('address-is-network')
  })
})

describe('renaming', () => {
  it('reaches into what is included, and out to who includes', async () => {
    const part = 'infra: 1\nservers:\n  h1: { interfaces: { eth0: {}, br0: { type: bridge } } }\n'
    const whole = 'infra: 1\ninclude: [part.infra.yaml]\nvms:\n  g1: { host: h1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\nrouters: { r1: }\nlinks: [[h1:eth0, r1:p1]]\n'
    client.write('part.infra.yaml', part)
    const outer = await open(whole, 'whole.infra.yaml')
    const rename = (uri: string, body: string, word: string, newName: string, shift = 0): Promise<WorkspaceEdit | null> =>
      client.request<WorkspaceEdit | null>('textDocument/rename', { textDocument: { uri }, position: positionOf(body, word, shift), newName })
    const inner = outer.replace('whole', 'part')
    const outwards = await rename(outer, whole, 'h1', 'big')
    expect(edited(whole, outwards?.changes?.[outer] ?? [])).toBe(whole.replaceAll('h1', 'big'))
    expect(edited(part, outwards?.changes?.[inner] ?? [])).toBe(part.replaceAll('h1', 'big'))
    // From the included file, which knows nothing of the other.
    await open(part, 'part.infra.yaml')
    const inwards = await rename(inner, part, 'h1', 'big')
    expect(edited(whole, inwards?.changes?.[outer] ?? [])).toBe(whole.replaceAll('h1', 'big'))
    expect(edited(part, inwards?.changes?.[inner] ?? [])).toBe(part.replaceAll('h1', 'big'))
    // An interface, by its definition.
    const device = await rename(inner, part, 'br0', 'lan')
    expect(edited(whole, device?.changes?.[outer] ?? [])).toBe(whole.replace('br0', 'lan'))
    expect(edited(part, device?.changes?.[inner] ?? [])).toBe(part.replace('br0', 'lan'))
    await expect(rename(inner, part, 'h1', 'g1')).rejects.toThrow('there is a g1 already')
  })
})
