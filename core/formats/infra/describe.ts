/** What a key means: the grammar's own words, for hover. */
import type { Source } from '../../text/source.ts'
import { cursorAt } from './cursor.ts'
import type { Kind } from './kinds.ts'
import { keyAt } from './lookup.ts'

/** How a kind is written, in a few words. */
export function spelling(kind: Kind): string {
  switch (kind.is) {
    case 'text': return kind.enum && !kind.open ? kind.enum.map((word) => `\`${word}\``).join(', ') : 'text'
    case 'number': return kind.min !== undefined && kind.max !== undefined ? `number from ${kind.min} to ${kind.max}` : 'number'
    case 'boolean': return '`true` or `false`'
    case 'list': return kind.orOne ? `${spelling(kind.of)}, or a list` : `list of ${spelling(kind.of)}`
    case 'map': return `map of names to ${spelling(kind.of)}`
    case 'record': return kind.record().title
    case 'either': return kind.of.map(spelling).join(', or ')
    case 'size': return 'size like `64GiB`'
    case 'bit-rate': return 'rate like `10Gbps`'
    case 'byte-rate': return 'rate like `50MiB/s`'
    case 'time': return 'time like `300ms`'
    case 'ratio': return 'ratio like `0.1%`'
    case 'ip': return 'address like `10.0.0.1`'
    case 'prefix': return 'prefix like `10.0.0.0/24`'
    case 'address': return 'address with prefix length like `10.0.0.1/24`'
    case 'mac': return 'Ethernet address'
    case 'ports': return 'port like `80/tcp`'
    case 'vlan': return 'VLAN id from 1 to 4094'
    case 'end': return '`node:interface`'
    case 'selector': return 'node, `node:interface`, address, `tenant:name` or `network:name`'
    case 'route-target': return '`default` or a prefix'
    case 'range': return 'range like `10.0.0.100-10.0.0.200`'
    case 'endpoint': return '`ip:port/proto`'
    case 'color': return 'colour like `"#2f6fde"`'
  }
}

/** The documentation of the key under the cursor; undefined elsewhere. */
export function describe(source: Source, offset: number): { text: string; start: number; end: number } | undefined {
  const { text } = source
  let start = offset
  let end = offset
  const part = /[\w.-]/
  while (start > 0 && part.test(text[start - 1] ?? '')) start--
  while (end < text.length && part.test(text[end] ?? '')) end++
  if (start === end || !/^["']?\s*:/.test(text.slice(end, end + 20))) return undefined
  const word = text.slice(start, end)
  const cursor = cursorAt(text, start)
  const key = keyAt(cursor.path, word)
  return key && { text: `**${word}** — ${key.doc}\n\n${spelling(key.kind)}`, start, end }
}
