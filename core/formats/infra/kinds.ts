/** The kinds of value that the language has; the grammar's tables are made of them, and reader, schema, completion and hover read the tables. */

/** What a text names, so that completion can offer it. */
export type Names =
  | 'host' | 'node' | 'guest' | 'server' | 'tenant' | 'network' | 'storage' | 'security-group' | 'device' | 'bridge' | 'uplink' | 'end' | 'selector' | 'gateway-node'

/** Values that have a spelling of their own. */
export type Spelling =
  | 'size' | 'bit-rate' | 'byte-rate' | 'time' | 'ratio' | 'ip' | 'prefix' | 'address' | 'mac' | 'ports' | 'vlan' | 'end' | 'selector'
  | 'route-target' | 'range' | 'endpoint' | 'color'

export type Kind =
  | { readonly is: 'text'; readonly enum?: readonly string[]; readonly names?: Names; readonly open?: boolean }
  | { readonly is: 'number'; readonly min?: number; readonly max?: number; readonly whole?: boolean }
  | { readonly is: 'boolean' }
  | { readonly is: Spelling }
  /** A list; `orOne`: a single item may stand alone. */
  | { readonly is: 'list'; readonly of: Kind; readonly orOne?: boolean }
  /** A map of names to values. */
  | { readonly is: 'map'; readonly of: Kind; readonly names?: Names }
  | { readonly is: 'record'; readonly record: () => RecordTable }
  /** The first that fits. */
  | { readonly is: 'either'; readonly of: readonly Kind[] }

export interface Key {
  /** One sentence for hover and completion, in Markdown. */
  readonly doc: string
  readonly kind: Kind
  readonly required?: boolean
}

/** One map of the language: its keys, in the order in which a person would write them. */
export interface RecordTable {
  /** What the map is, for messages: "a server", "an interface". */
  readonly title: string
  readonly keys: Readonly<Record<string, Key>>
}

export const text: Kind = { is: 'text', open: true }
export const naming = (names: Names): Kind => ({ is: 'text', names })
export const oneOf = (...words: readonly string[]): Kind => ({ is: 'text', enum: words })
export const number = (min?: number, max?: number): Kind => ({
  is: 'number', whole: true, ...(min !== undefined && { min }), ...(max !== undefined && { max }),
})
export const amount = (min: number): Kind => ({ is: 'number', min })
export const boolean: Kind = { is: 'boolean' }
export const kind = (is: Spelling): Kind => ({ is })
export const list = (of: Kind): Kind => ({ is: 'list', of })
export const oneOrList = (of: Kind): Kind => ({ is: 'list', of, orOne: true })
export const map = (of: Kind, names?: Names): Kind => ({ is: 'map', of, ...(names && { names }) })
export const record = (table: () => RecordTable): Kind => ({ is: 'record', record: table })
export const either = (...of: readonly Kind[]): Kind => ({ is: 'either', of })
