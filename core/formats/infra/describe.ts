/** What a key means: the grammar's own words, for hover. */
import type { Source } from '../../text/source.ts'
import { cursorAt } from './cursor.ts'
import type { Kind } from './kinds.ts'
import { keyAt } from './lookup.ts'
import { t } from '../../words.ts'

/** How a kind is written, in a few words. */
export function spelling(kind: Kind): string {
  switch (kind.is) {
    case 'text': return kind.enum && !kind.open ? kind.enum.map((word) => `\`${word}\``).join(', ') : 'text'
    case 'number': return kind.min !== undefined && kind.max !== undefined ? t`number from ${kind.min} to ${kind.max}` : 'number'
    case 'boolean': return t('`true` or `false`')
    case 'list': return kind.orOne ? t`${spelling(kind.of)}, or a list` : t`list of ${spelling(kind.of)}`
    case 'map': return t`map of names to ${spelling(kind.of)}`
    case 'record': return t(kind.record().title)
    case 'either': return kind.of.map(spelling).join(t(', or '))
    case 'size': return t('size like `64GiB`')
    case 'bit-rate': return t('rate like `10Gbps`')
    case 'byte-rate': return t('rate like `50MiB/s`')
    case 'time': return t('time like `300ms`')
    case 'ratio': return t('ratio like `0.1%`')
    case 'ip': return t('address like `10.0.0.1`')
    case 'prefix': return t('prefix like `10.0.0.0/24`')
    case 'address': return t('address with prefix length like `10.0.0.1/24`')
    case 'mac': return t('Ethernet address')
    case 'ports': return t('port like `80/tcp`')
    case 'vlan': return t('VLAN id from 1 to 4094')
    case 'end': return '`node:interface`'
    case 'selector': return t('node, `node:interface`, address, `tenant:name` or `network:name`')
    case 'route-target': return t('`default` or a prefix')
    case 'range': return t('range like `10.0.0.100-10.0.0.200`')
    case 'endpoint': return '`ip:port/proto`'
    case 'color': return t('colour like `"#2f6fde"`')
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
  return key && { text: `**${word}** — ${t(key.doc)}\n\n${spelling(key.kind)}`, start, end }
}
