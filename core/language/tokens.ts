/** Which words of a text are names, addresses and sizes: for highlighting that a grammar cannot do. */
import type { Infra } from '../infra/infra.ts'
import { offsetsOf, type Places, type Span } from '../text/span.ts'
import { mentionsOf, type SymbolKind } from '../infra/mentions.ts'

export type TokenKind = SymbolKind | 'address' | 'size'

export interface Token {
  /** Absolute offsets, on one line. */
  readonly start: number
  readonly end: number
  readonly kind: TokenKind
  readonly defines: boolean
}

const sizes: ReadonlySet<string> = new Set([
  'memory', 'bandwidth', 'latency', 'loss', 'capacity', 'size', 'dirtyRate', 'workingSet', 'resident', 'downtime', 'downtimeLimit', 'total', 'maxBandwidth', 'ttl', 'ageing',
])

/** In the order of the text, none over another. `text` is the very text that was read. */
export function tokensOf({ written, places }: { readonly written: Infra; readonly places: Places }, uri: string, text: string): readonly Token[] {
  const tokens: Token[] = []
  const add = (at: Span, kind: TokenKind, defines = false, name?: string): void => {
    if (at.chunk.uri !== uri) return
    const offsets = offsetsOf(at, places)
    if (!offsets || offsets.end <= offsets.start) return
    const word = text.slice(offsets.start, offsets.end)
    if (!/[\r\n]/.test(word) && (name === undefined || word === name)) tokens.push({ ...offsets, kind, defines })
  }
  for (const { at, name, kind, spelled, defines } of mentionsOf(written)) if (spelled) add(at, kind, defines, name)
  for (const part of [written.nodes, written.links, written.networks, written.storage, written.securityGroups, written.services, written.fabrics, written.migration, written.expectations]) {
    values(part, '', 0, add)
  }
  tokens.sort((a, b) => a.start - b.start || a.end - b.end)
  const kept: Token[] = []
  for (const token of tokens) if (token.start >= (kept.at(-1)?.end ?? 0)) kept.push(token)
  return kept
}

const isSpan = (value: unknown): value is Span => typeof value === 'object' && value !== null && 'chunk' in value && 'start' in value && 'end' in value

/** Every written value of a part, whatever it is called: an address, a prefix, an amount. */
function values(part: unknown, key: string, depth: number, add: (at: Span, kind: TokenKind) => void): void {
  if (typeof part !== 'object' || part === null || depth > 8 || isSpan(part)) return
  if (part instanceof Map) {
    for (const one of part.values()) values(one, key, depth + 1, add)
    return
  }
  if (Array.isArray(part)) {
    for (const one of part) values(one, key, depth + 1, add)
    return
  }
  const { value, at } = part as { readonly value?: unknown; readonly at?: unknown }
  if (isSpan(at)) {
    if (isAddress(value) || ('first' in part && isAddress(part.first))) return add(at, 'address')
    if (typeof value === 'number' && sizes.has(key)) return add(at, 'size')
    if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'address') return add(at, 'address')
  }
  for (const [name, inner] of Object.entries(part)) if (name !== 'at' && name !== 'body') values(inner, name, depth + 1, add)
}

const isAddress = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (('family' in value && 'value' in value) || ('ip' in value && isAddress(value.ip)))
