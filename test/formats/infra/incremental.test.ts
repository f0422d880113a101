/** Reading piece by piece means the same as reading the whole, and reading again means the same as reading anew. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert } from '../../../core/formats/yaml-tree/convert.ts'
import { place, readPiece, type Remembered } from '../../../core/formats/yaml-tree/known.ts'
import { parseYaml } from '../../../core/formats/yaml-tree/parse.ts'
import { reparse, type Memory } from '../../../core/formats/yaml-tree/reparse.ts'
import { pieced, resplit } from '../../../core/formats/yaml-tree/resplit.ts'
import { split } from '../../../core/formats/yaml-tree/split.ts'
import type { MapEntry, ParsedYaml, Tree } from '../../../core/formats/yaml-tree/tree.ts'
import { read } from '../../../core/formats/infra/read.ts'
import { commonOf } from '../../../core/text/difference.ts'
import { offsetsOf, type Chunk, type Span } from '../../../core/text/span.ts'
import { crowd, generateInfra, overlayFabric } from '../../bench/generate.ts'

const seed = 20260103
const examples = readdirSync('examples').filter((name) => /\.ya?ml$/.test(name)).map((name) => ({ name, text: readFileSync(`examples/${name}`, 'utf8') }))
const source = (text: string, version = 1): { uri: string; text: string; version: number } => ({ uri: 'file:///x.infra.yaml', text, version })

/** The tree with absolute offsets, as text; a section's own extent is its key's, whichever way it was read. */
function print(parsed: ParsedYaml): string {
  const at = (tree: { at: Tree['at'] }): string => {
    const base = parsed.places.get(tree.at.chunk)
    return `${(base ?? NaN) + tree.at.start}-${(base ?? NaN) + tree.at.end}`
  }
  const show = (tree: Tree | undefined): unknown => {
    if (!tree) return null
    if (tree.kind === 'scalar') return [at(tree), tree.value, tree.text, tree.plain]
    if (tree.kind === 'list') return tree.items.map(show)
    return tree.entries.map((entry: MapEntry) => [show(entry.key), show(entry.value)])
  }
  return JSON.stringify(show(parsed.root), null, 1)
}

function printWhole(text: string): string {
  const chunk = { uri: 'file:///x.infra.yaml' }
  const { tree, problems } = convert(text, chunk, new Map())
  return print({ root: tree?.kind === 'map' ? tree : undefined, problems, places: new Map([[chunk, 0]]), whole: problems.length === 0, memory: undefined, source: source(text) })
}

const line = fc.constantFrom(
  'servers:', '  s1:', '  s2: { cpus: 4 }', '    cpus: 4', '    memory: 64GiB  # big', '    interfaces:', '      eth0: { address: 10.0.0.1/24 }', '      br0:',
  'links:', '- [a:b, c:d]', '  - [a:b, c:d]', '  - { ends: [s1:eth0, s2:eth0], mtu: 1500 }', '  -', '    - x', '# a comment', '  # deeper', '', '   ', 'x-base: &base { cpus: 1 }',
  '    <<: *base', '  s3: *base', 'name: "a: b"', 'name: |', '  text', 'vms:', '  "vm 1": {}', '  vm1:', '    host: s1', 'expect:', '  - reach: { from: a, to: b }', '    note: |',
  '      literal # not a comment', '        deeper', 'key without colon', '  "unclosed', '  [1, 2', '\ttab', '---', 'servers: {}',
)
const anyText = fc.tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '\r\n')).map(([lines, eol]) => lines.join(eol))

describe('reading in pieces', () => {
  it('means the same as reading the whole, on every text that is valid', () => {
    fc.assert(fc.property(anyText, (text) => {
      const pieces = parseYaml(source(text))
      const chunk = { uri: 'x' }
      const whole = convert(text, chunk, new Map())
      if (whole.problems.length === 0 && whole.tree?.kind === 'map') {
        expect(pieces.problems).toEqual([])
        expect(print(pieces)).toBe(printWhole(text))
      }
    }), { seed, numRuns: 3000 })
  })

  it('reads on in pieces below the line that begins a document, and says where a second one begins', () => {
    const below = parseYaml(source('# plan\n--- # one\nservers:\n  s1: {}\n  s2: {}\n'))
    expect(below.problems).toEqual([])
    expect(below.root?.entries.map(({ key, value }) => [key.text, value?.kind === 'map' && value.pieces])).toEqual([['servers', true]])
    const text = 'servers: { s1: {} }\n---\nservers: { s2: {} }\n'
    const two = parseYaml(source(text))
    expect(two.root?.entries).toHaveLength(1)
    expect(two.problems.map(({ at, message }) => [text.slice(at.start, at.end), message])).toEqual([['---', 'a second document begins here; only the first of a file is read']])
  })

  it('means the same on the examples', () => {
    for (const { text } of examples) expect(print(parseYaml(source(text)))).toBe(printWhole(text))
  })
})

/** Entries long enough to be read in parts: a list deeper than its key, one right under it, a map, and what stands between. */
const longEntries = [
  'servers:', '  s0: { cpus: 4 }', 'routers:', '  gw:', '    interfaces:', '      p0: { address: 172.16.255.254/16 }', '      p1:', '        mtu: 1500', '    routes:',
  ...Array.from({ length: 12 }, (_, i) => `      - { to: 10.0.${i}.0/24, via: 172.16.0.${i} }`), '    nat:', '    - masquerade: 10.0.0.0/8', '      out: p0', '    forwarding: true',
  '  r2:', '    routes:', ...Array.from({ length: 12 }, (_, i) => `      - to: 10.1.${i}.0/24\n        via: 172.16.1.${i}`), '    interfaces:', '      p0: {}', 'links:', '  - [s0:eth0, gw:p0]', '',
].join('\n')
const memoryOf = (reading: ReturnType<typeof read>): Memory => (reading.memory as { readonly yaml: ParsedYaml }).yaml.memory as Memory
const partsIn = (reading: ReturnType<typeof read>): readonly Remembered[] => memoryOf(reading).read.flatMap(({ parts }) => parts ?? [])
const joinedIn = (reading: ReturnType<typeof read>): number => memoryOf(reading).read.filter(({ joined }) => joined).length

/** Whatever may stand in an entry, or be half typed there. */
const partLine = fc.constantFrom(
  '    interfaces:', '      eth0: { address: 10.0.0.1/24 }', '      eth1:', '        mtu: 1500', '    routes:', '      - { to: a, via: b }', '      - to: a', '        via: b', '      -', '      - - x', '        - y',
  '    - { to: 0 }', '    - x', '      # note', '        # deep', '    # at', '  # shallow', '# none', '', '   ', '\t', '      \t', '    note: |', '      text', '       deeper', '    note: >+', '    note: |2', '    note: |-1',
  '      - |', '        lit', '       lit1', '      - |1', '    plain: a b', '      continued', '    q: "open', '      closed"', '    q: "x"', '    flow: { a: b,', '      c: d }', '    flow: [a,', '    b]', '    "q k": 1  # c',
  '    ? complex', '    : v', '    <<: { a: 1 }', '    "<<": { a: 1 }', '    1: 2', '    true: false', '    site: 1', '    t: !!str 1', '    tag: !foo', '    word', '      word', '    a: b: c', '    a:  # comment', '      k: v  # c',
  '     odd: indent', '    key:\tv', '    - a: 1', '      b: 2', "    s: 'it''s", "      more'", '    nl: "a\\', '      b"', '      - *al', '    an: &al 1', '      - &al { to: 10.9.0.0/24, via: 172.16.0.1 }', '    {a: b}: c', '    [x]: y', '    e: {}',
  '    x: ~', '    u: "é😀"', '    k : v', '    %a: b', '    @a: b', '      - ? a', '    null:', '  r3:', '  r4', '---', '...', 'vms:', 'x-b: &al { cpus: 1 }', '    note: |', '    lone: a\r    cr: b',
)

describe('long entries in parts', () => {
  it('say what they say at once, on every text that their parts make sense of', () => {
    const long = fc.tuple(fc.array(partLine, { maxLength: 14 }), fc.constantFrom('\n', '\n', '\r\n'), fc.constantFrom('  gw:', '  gw:  # c', '  "g w":', '   gw:'), fc.nat(14), fc.boolean())
      .map(([lines, eol, name, n, ends]) => [name, ...lines.slice(0, n), `    z: ${'a'.repeat(500)}`, ...lines.slice(n)].join(eol) + (ends ? eol : ''))
    let joined = 0
    fc.assert(fc.property(long, (text) => {
      const piece = readPiece(text, { kind: 'entry', length: text.length }, { uri: 'file:///x.infra.yaml' }, new Map(), undefined)
      if (!piece.joined) return
      joined++
      const places: Map<Chunk, number> = new Map()
      place([piece], 0, places)
      const chunk = { uri: 'file:///x.infra.yaml' }
      const whole = convert(text, chunk, new Map())
      expect([whole.problems.length, whole.defines.size, whole.uses.size]).toEqual([0, 0, 0])
      expect(placed(piece.converted.tree, places)).toEqual(placed(whole.tree, new Map([[chunk, 0]])))
    }), { seed, numRuns: 4000 })
    expect(joined).toBeGreaterThan(300)
  })
})

/** The entry of a tree, everything where it stands; not that they can be kept in parts. */
function placed(tree: Tree | undefined, places: ReadonlyMap<Chunk, number>): unknown {
  const show = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(show)
    if (typeof value !== 'object' || value === null) return value
    if ('chunk' in value) {
      const { start, end } = offsetsOf(value as Span, places) ?? {}
      return [start, end]
    }
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (key === 'parts' ? [] : [[key, show(inner)]])))
  }
  return tree?.kind === 'map' ? show(tree.entries) : undefined
}

/** Random edits of a text: some characters taken away, some put in. */
const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(12), put: fc.constantFrom('', 'x', '1', '\n', '  ', ': ', '- ', '{', '}', '"', '&a ', '*a', '#', 's1', '[a:b, c:d]', '\r\n', '\u0000', '😀') }), { minLength: 1, maxLength: 6 })
const apply = (text: string, list: readonly { at: number; cut: number; put: string }[]): string => list.reduce((now, { at, cut, put }) => {
  const place = at % (now.length + 1)
  return now.slice(0, place) + put + now.slice(place + cut)
}, text)

describe('reading again', () => {
  it('gives what reading anew gives, after any edits', () => {
    const start = fc.constantFrom(...examples.map(({ text }) => text), generateInfra({ servers: 4, guests: 2, tunnels: 2 }))
    fc.assert(fc.property(start, edits, edits, (text, first, second) => {
      const one = apply(text, first)
      const two = apply(one, second)
      const again = read(source(two, 3), read(source(one, 2), read(source(text))))
      const anew = read(source(two, 3))
      expect(show(again)).toEqual(show(anew))
    }), { seed, numRuns: 300 })
  })

  it('cuts the pieces that cutting the whole text gives, again where one entry was edited', () => {
    const start = fc.oneof(anyText, fc.constant(generateInfra({ servers: 4, guests: 2, tunnels: 2 })))
    let again = 0
    fc.assert(fc.property(start, edits, (text, list) => {
      const now = apply(text, list.slice(0, 1 + (list.length % 2)))
      const old = split(text)
      const cut = resplit(now, old, text.length, commonOf(text, now))
      if (cut) {
        again++
        expect(pieced(old, cut)).toEqual(split(now))
      }
    }), { seed, numRuns: 3000 })
    expect(again).toBeGreaterThan(200)
  })

  /** Edits of single entries: their words changed, a line gone or there twice, two lines in each other's place. */
  const entryEdits = fc.array(fc.record({ at: fc.nat(), how: fc.constantFrom('mtu', 'gone', 'twice', 'swapped', 'renamed', 'any'), any: edits }), { minLength: 1, maxLength: 5 })
  const entryEdited = (text: string, { at, how, any }: { at: number; how: string; any: readonly { at: number; cut: number; put: string }[] }): string => {
    const lines = text.split('\n')
    const n = at % (lines.length - 1)
    const [line = '', next = ''] = lines.slice(n, n + 2)
    switch (how) {
      case 'mtu': return lines.with(n, line.replace('eth0: {', `eth0: { mtu: ${1300 + (at % 90)},`)).join('\n')
      case 'gone': return lines.toSpliced(n, 1).join('\n')
      case 'twice': return lines.toSpliced(n, 0, line).join('\n')
      case 'swapped': return lines.toSpliced(n, 2, next, line).join('\n')
      case 'renamed': return lines.with(n, line.replace(/^( +[a-z]+)/, '$1x')).join('\n')
      default: return apply(text, any.slice(0, 1))
    }
  }
  const plain = fc.constantFrom(crowd('overlay', 12), crowd('flat', 12), overlayFabric(20), generateInfra({ servers: 4, guests: 2, tunnels: 2 }))

  it('gives what reading anew gives, entry by entry', () => {
    fc.assert(fc.property(plain, entryEdits, (start, list) => {
      let [text, reading] = [start, read(source(start))]
      for (const [i, one] of list.entries()) {
        text = entryEdited(text, one)
        reading = read(source(text, i + 2), reading)
        expect(show(reading)).toEqual(show(read(source(text, i + 2))))
      }
    }), { seed, numRuns: 100 })
  })

  it('parses entries that an edit left alone no second time, and says the same', () => {
    let again = 0
    fc.assert(fc.property(plain, entryEdits, (start, list) => {
      let [text, memory] = [start, parseYaml(source(start)).memory as Memory]
      for (const one of list) {
        const now = entryEdited(text, one)
        const cut = resplit(now, memory.pieces, text.length, commonOf(text, now))
        const after = cut && reparse(now, source(now).uri, memory, cut)
        if (after) {
          again++
          expect(print(parseYaml(source(now), after))).toBe(print(parseYaml(source(now))))
          expect(after.read.filter((piece) => !memory.read.includes(piece)).length).toBeLessThan(4)
        }
        ;[text, memory] = [now, after ?? parseYaml(source(now)).memory as Memory]
      }
    }), { seed, numRuns: 100 })
    expect(again).toBeGreaterThan(100)
  })

  it('gives what reading anew gives, section by section, and leaves those above alone', () => {
    const words = fc.constantFrom(
      'routers: { r9: { interfaces: { p0: { up: false } } } }\n', 'servers: { s0: { memory: 64GiB } }\n', 'networks:\n  n1:\n    type: bridge\n', 'expect:\n  - reach: { from: a, to: b }\n', 'links:\n', 'vms:\n  v7: { host: s1 }\n',
      '# a comment\n', 'routers', 'routers:', '---\n', '  x9: {}\n', '- [a:b, c:d]\n', '"unclosed\n', 'x: &x 1\n', '\ty\n', 'servers: {', '\r\n', '  # deeper\n',
    )
    const sectionEdits = fc.array(fc.record({ at: fc.nat(12), how: fc.constantFrom('put', 'put', 'end', 'end', 'gone', 'cut', 'any'), put: words, any: edits }), { minLength: 1, maxLength: 6 })
    let left = 0
    fc.assert(fc.property(plain, sectionEdits, (start, list) => {
      let [text, reading] = [start, read(source(start))]
      for (const [i, { at, how, put, any }] of list.entries()) {
        const tops = [...text.matchAll(/^\S/gm)].map(({ index }) => index).concat(text.length)
        const top = how === 'end' ? text.length : tops[at % tops.length] ?? text.length
        const next = tops.find((one) => one > top) ?? text.length
        const [old, before] = [text, memoryOf(reading).read]
        text = how === 'gone' ? text.slice(0, top) + text.slice(next) : how === 'cut' ? text.slice(0, Math.max(0, next - 3)) : how === 'any' ? entryEdited(text, { at, how, any }) : text.slice(0, top) + put + text.slice(top)
        reading = read(source(text, i + 2), reading)
        expect(show(reading)).toEqual(show(read(source(text, i + 2))))
        // The very same pieces, and what was said of them.
        if (old !== text && memoryOf(reading).read.length > 8 && before.slice(0, 8).every((one, n) => memoryOf(reading).read[n] === one)) left++
      }
    }), { seed, numRuns: 300 })
    expect(left).toBeGreaterThan(100)
  })

  it('gives what reading anew gives, part by part of long entries', () => {
    const [rows, ofLong] = [fc.constantFrom('\n', '\r\n'), fc.array(fc.record({ at: fc.nat(), how: fc.constantFrom('gone', 'twice', 'swapped', 'put', 'put', 'deeper', 'shallower', 'any'), put: partLine, any: edits }), { minLength: 1, maxLength: 5 })]
    let inParts = 0
    fc.assert(fc.property(rows, ofLong, (eol, list) => {
      let text = longEntries.replaceAll('\n', eol)
      let reading = read(source(text))
      for (const [i, { at, how, put, any }] of list.entries()) {
        const lines = text.split(eol)
        const n = at % (lines.length - 1)
        const [line = ''] = lines.slice(n, n + 1)
        const changed: Readonly<Record<string, readonly string[]>> = { put: lines.toSpliced(n, 0, put), deeper: lines.with(n, `  ${line}`), shallower: lines.with(n, line.replace(/^ {2}/, '')) }
        text = changed[how]?.join(eol) ?? entryEdited(text, { at, how, any })
        reading = read(source(text, i + 2), reading)
        if (joinedIn(reading) > 0) inParts++
        expect(show(reading)).toEqual(show(read(source(text, i + 2))))
      }
    }), { seed, numRuns: 300 })
    expect(inParts).toBeGreaterThan(200)
  })

  it('parses and reads only the part of a long entry that an edit touches', () => {
    const before = read(source(longEntries))
    const routeOf = (reading: typeof before, n: number): unknown => { const gw = reading.infra.nodes.get('gw'); return gw?.kind === 'router' ? gw.routes[n] : undefined }
    for (const [now, n, shift] of [
      [longEntries.replace('      - { to: 10.0.3.0/24, via: 172.16.0.3 }\n', ''), 3, 1], [longEntries.replace('via: 172.16.0.3 }', 'via: 172.16.9.3 }'), 4, 0],
      [longEntries.replace('  gw:\n', '  gw:\n    site: a\n'), 0, 0], [longEntries.replace('p0: {', 'p0: { mtu: 1400,'), 0, 0],
    ] as const) {
      const after = read(source(now, 2), before)
      for (let i = n; i < 10; i++) expect(routeOf(after, i)).toBe(routeOf(before, i + shift))
      expect(show(after)).toEqual(show(read(source(now, 2))))
      const [old, anew] = [partsIn(before), partsIn(after).length]
      expect(partsIn(after).filter((part) => !old.includes(part)).length).toBeLessThan(3)
      expect(anew).toBeGreaterThan(20)
    }
  })

  it('stands in the order of the sections, when they change places', () => {
    const [servers, vms] = ['servers:\n  s1: {}\n', 'vms:\n  v1: { host: s1 }\n']
    const turned = read(source(vms + servers, 2), read(source(servers + vms)))
    expect([...turned.infra.nodes.keys()]).toEqual(['v1', 's1'])
  })

  it('keeps what did not change the very same', () => {
    const text = generateInfra({ servers: 6, guests: 3, tunnels: 3 })
    const before = read(source(text))
    const after = read(source(text.replace('vm2-1:', 'vm2-x:'), 2), before)
    const same = [...after.infra.nodes].filter(([name, node]) => before.infra.nodes.get(name) === node)
    expect(same.length).toBe(before.infra.nodes.size - 1)
    expect(after.infra.links.every((link, i) => link === before.infra.links[i])).toBe(true)
  })
})

/** Everything a reading says, with places as offsets. */
function show(reading: ReturnType<typeof read>): unknown {
  const ids = new Map<unknown, string>()
  for (const [chunk, base] of reading.places) ids.set(chunk, `@${base}`)
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(([key, inner]) => [key, plain(inner)])
    if (typeof value === 'bigint') return `${value}n`
    if (Array.isArray(value)) return value.map(plain)
    if (value && typeof value === 'object') return ids.get(value) ?? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
    return value
  }
  return { infra: plain(reading.infra), problems: plain(reading.problems), whole: reading.whole }
}

describe('hostile texts', () => {
  const quickly = (text: string): ReturnType<typeof read> => read(source(text))
  it('of any bytes are read, and say where they are wrong', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), anyText), (text) => {
      const reading = quickly(text)
      for (const problem of reading.problems) expect(reading.places.has(problem.at.chunk)).toBe(true)
    }), { seed, numRuns: 1500 })
  })

  it('too large, too deep or expanding without end are refused with a problem', () => {
    const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`)].join('\n')
    for (const [text, words] of [
      [`servers:\n${'#'.repeat(10_000_000)}`, 'million characters'], [`x: ${'['.repeat(10_000)}`, 'too deep'],
      [Array.from({ length: 10_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n').slice(0, 4_000_000), 'too deep'], [`links:\n  ${'- '.repeat(10_000)}x`, 'too deep'],
      [laughs, 'aliases'], [`servers: &a\n  s1: *a`, 'no anchor'],
    ] as const) {
      const reading = quickly(text)
      expect(reading.problems.map(({ code, message }) => `${code} ${message}`).join('; ')).toContain(words)
    }
  })

  it('keep the part that makes sense', () => {
    const reading = quickly('servers:\n  s1: { cpus: 4 }\n  s2: { cpus: [4 }\nvms:\n  vm1: { host: s1 }\n')
    expect([...reading.infra.nodes.keys()]).toContain('s1')
    expect([...reading.infra.nodes.keys()]).toContain('vm1')
    expect(reading.whole).toBe(false)
  })
})
