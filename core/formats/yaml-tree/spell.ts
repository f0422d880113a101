/** Values as YAML spells them: plain where that is safe, quoted where it is not, flow style inside a line. */
import type { Value } from '../../infra/change.ts'

/** Plain scalars that YAML 1.2's core schema would read as something other than this text (10.3.2), or not as a scalar at all (7.3.3). */
const special = /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?(?:\d|\.\d|\.inf|\.Inf|\.INF|\.nan|\.NaN|\.NAN).*|0[xo].*)$/
const numeric = /^(?:[-+]?(?:0|[1-9]\d*|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+|0o[0-7]+|[-+]?\.\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

export function spellScalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const ambiguous = special.test(value) && (!/^[-+.\d]/.test(value) || numeric.test(value))
  const plain = !ambiguous && /^[^\s\-?:,[\]{}#&*!|>'"%@`][^\n\r]*$|^-[^\s,[\]{}]/.test(value) &&
    !/: |:$| #|[,[\]{}]|\s$/.test(value)
  if (plain && value !== '') return value
  return /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufeff]/.test(value) ? JSON.stringify(value) : `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** The whole value on one line. */
export function spellFlow(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(spellFlow).join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value as { readonly [key: string]: Value })
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, inner]) => `${spellScalar(key)}: ${spellFlow(inner)}`).join(', ')} }`
  }
  return spellScalar(value as string | number | boolean)
}

const isMap = (value: Value): value is { readonly [key: string]: Value } => typeof value === 'object' && !Array.isArray(value)

/** Lines of a map's entries at an indentation; maps of maps and lists of maps are opened, everything smaller is one line. */
export function spellBlock(map: { readonly [key: string]: Value }, indent: number): string[] {
  const pad = ' '.repeat(indent)
  return Object.entries(map).flatMap(([key, value]) => {
    const name = `${pad}${spellScalar(key)}:`
    if (isMap(value) && Object.values(value).some(isMap)) return [name, ...spellBlock(value, indent + 2)]
    if (Array.isArray(value) && (value as readonly Value[]).some(isMap)) return [name, ...(value as readonly Value[]).map((item) => `${pad}  - ${spellFlow(item)}`)]
    return [`${name} ${spellFlow(value)}`]
  })
}

/** The replacement for a scalar that stands in the text, quoted as the old one was. */
export function respell(old: string, value: string | number | boolean): string {
  const quote = old[0]
  if (quote === '"') return JSON.stringify(String(value))
  // Between single quotes nothing can be escaped, and a line break is a blank.
  if (quote === "'" && !/[\u0000-\u001f\u007f\u0085\u2028\u2029\ufeff]/.test(String(value))) return `'${String(value).replaceAll("'", "''")}'`
  return spellScalar(value)
}

/** How a text spells what is put into it: as YAML's writers do, or strictly, where it is JSON. */
export interface Spelling {
  readonly json: boolean
  word(text: string): string
  flow(value: Value): string
  /** In place of a scalar. */
  again(old: string, value: string | number | boolean): string
}

const asYaml: Spelling = { json: false, word: spellScalar, flow: spellFlow, again: respell }
const asJson: Spelling = { json: true, word: (text) => JSON.stringify(text), flow: jsonFlow, again: (_old, value) => JSON.stringify(value) }

/** JSON begins with a brace and a quoted key, or is empty; whoever leaves quotes away writes YAML. */
export const spellingOf = (text: string): Spelling => (/^\ufeff?\s*\{\s*["}]/.test(text) ? asJson : asYaml)

function jsonFlow(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(jsonFlow).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value as { readonly [key: string]: Value })
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${jsonFlow(inner)}`).join(', ')} }`
}
