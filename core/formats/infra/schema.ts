/** The JSON schema of the language, from the same tables that the reader uses. */
import { spelling } from './describe.ts'
import { fileTable } from './grammar.ts'
import type { Kind, RecordTable, Spelling } from './kinds.ts'

export type Schema = { readonly [key: string]: unknown }

const name = '[A-Za-z0-9][A-Za-z0-9_.-]*'
const number = '\\d+(\\.\\d+)?'
const anyRate = `^${number}\\s*(([KMGTP]i?B|kB|B)/s|([kKMGT])?bps)$`
const ip = '[0-9A-Fa-f:.]+'

/** How each spelling looks; generous where the reader judges better. */
const patterns: Readonly<Record<Spelling, string>> = {
  size: `^${number}\\s*([KMGTP]i?B|kB|B|[KMGT])?$`,
  'bit-rate': anyRate,
  'byte-rate': anyRate,
  time: `^${number}\\s*(ns|us|µs|ms|s|min|h)$`,
  ratio: `^${number}\\s*%?$`,
  ip: `^${ip}$`,
  prefix: `^${ip}(/\\d{1,3})?$`,
  address: `^(dhcp|${ip}(/\\d{1,3})?)$`,
  mac: '^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$',
  ports: '^\\d{1,5}(-\\d{1,5})?(/(tcp|udp|sctp))?$',
  vlan: '^\\d{1,4}$',
  end: `^${name}:[^\\s:/]+$`,
  selector: '.',
  'route-target': `^(default|${ip}(/\\d{1,3})?)$`,
  range: `^${ip}\\s*-\\s*${ip}$`,
  endpoint: '.',
  color: '.',
}
/** Spellings that are also written as bare numbers. */
const numeric: ReadonlySet<Spelling> = new Set(['size', 'ratio', 'ports', 'vlan'])

/** Draft-07, which both VS Code's JSON support and the YAML extension take. A key without a value is allowed everywhere. */
export function infraSchema(): Schema {
  const definitions: Record<string, Schema> = {}
  const titles = new Map<RecordTable, string>()

  const reference = (table: RecordTable): Schema => {
    let title = titles.get(table)
    if (title === undefined) {
      title = table.title.replace(/^(an?|the) /, '').replace(/[^a-zA-Z]+/g, '-')
      titles.set(table, title)
      definitions[title] = object(table)
    }
    return { $ref: `#/definitions/${title}` }
  }

  const object = (table: RecordTable): Schema => {
    const required = Object.entries(table.keys).filter(([, key]) => key.required).map(([key]) => key)
    return {
      type: ['object', 'null'],
      properties: Object.fromEntries(Object.entries(table.keys).map(([key, { doc, kind }]) => [key, {
        description: doc.replaceAll('`', ''), markdownDescription: `${doc}\n\n${spelling(kind)}`, ...orNull(of(kind)),
      }])),
      patternProperties: { '^x-': {} },
      // A node's kernel settings may be told per interface, by names that no schema knows.
      additionalProperties: table.title === 'kernel settings' ? { type: ['object', 'null'] } : false,
      ...(required.length > 0 && { required }),
    }
  }

  const of = (kind: Kind): Schema => {
    switch (kind.is) {
      case 'text': return kind.enum ? (kind.open ? { anyOf: [{ enum: kind.enum }, { type: ['string', 'number', 'boolean'] }] } : { enum: kind.enum }) : { type: ['string', 'number', 'boolean'] }
      case 'number': return { type: kind.whole ? 'integer' : 'number', ...(kind.min !== undefined && { minimum: kind.min }), ...(kind.max !== undefined && { maximum: kind.max }) }
      case 'boolean': return { type: 'boolean' }
      case 'list': {
        const items = { type: 'array', items: orNull(of(kind.of)) }
        return kind.orOne ? { anyOf: [of(kind.of), items] } : items
      }
      case 'map': return { type: 'object', additionalProperties: orNull(of(kind.of)) }
      case 'record': return reference(kind.record())
      case 'either': return { anyOf: kind.of.map(of) }
      default: return numeric.has(kind.is)
        ? { anyOf: [{ type: 'number' }, { type: 'string', pattern: patterns[kind.is] }] }
        : { type: 'string', pattern: patterns[kind.is] }
    }
  }

  const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })

  const root = object(fileTable)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#', title: 'Underlay infra file',
    description: 'Servers, VMs, containers, switches, routers, tunnels and networks, as text.', ...root, definitions,
  }
}

/** As it is written to disk. */
export const schemaText = (): string => `${JSON.stringify(infraSchema(), null, 1)}\n`
