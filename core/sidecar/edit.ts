/** A change of spots to the sidecar's text: one line a spot, sorted by name, only the lines that change. */
import type { Node } from 'jsonc-parser'
import { propertiesOf, readSidecar } from './read.ts'
import { sections, type KeptSpot, type SpotsChange } from './sidecar.ts'
import { t } from '../words.ts'

/** Replaces text[start, end) by newText; offsets in UTF-16 code units. */
export interface LineEdit {
  readonly start: number
  readonly end: number
  readonly newText: string
}

// The last line never changes, so that a line added at the end touches no other and two such additions meet in git as any two lines do.
const last = '"": {}'
const indent = '    '

/** A file without any spot yet. */
export const emptySidecar = (eol = '\n'): string =>
  ['{', '  "version": 1,', ...sections.flatMap((section, i) => [`  "${section}": {`, `${indent}${last}`, i < sections.length - 1 ? '  },' : '  }']), '}', ''].join(eol)

/** As `JSON.stringify` prints it, with spaces; `more` is what else stands in the line. */
const print = ({ in: within, x, y, locked }: KeptSpot, more: readonly string[] = []): string =>
  `{ ${[...(within === undefined ? [] : [`"in": ${JSON.stringify(within)}`]), `"x": ${round(x)}`, `"y": ${round(y)}`, ...(locked ? ['"locked": true'] : []), ...more].join(', ')} }`
const round = (value: number): number => Math.round(value) + 0
const ours = new Set(['in', 'x', 'y', 'locked'])

/** The edits, sorted and disjoint; refused where the file is not what it should be. */
export function editSidecar(text: string, { section, keep, drop }: SpotsChange): readonly LineEdit[] | { readonly refused: string } {
  const { broken, tree, kept } = readSidecar(text)
  if (broken || !tree) return { refused: t`line ${(broken?.range.start.line ?? 0) + 1}: ${broken?.message ?? t('it cannot be read')}` }
  const eol = /\r\n/.test(text) ? '\r\n' : '\n'
  const spots = new Map(keep.filter(({ id }) => id !== '').map((spot) => [spot.id, spot]))
  const node = propertiesOf(tree).get(section)
  if (node?.type !== 'object') return spots.size === 0 ? [] : addSection(text, tree, node, section, [...spots.values()], eol)
  const properties = (node.children ?? []).filter(({ children }) => children?.length === 2)
  const meant = propertiesOf(node)
  const edits: LineEdit[] = []
  // Of lines with one name the last counts; all of them go.
  const goes = properties.map(({ children: [key] = [] }) => drop.includes(String(key?.value)) && !spots.has(String(key?.value)))
  for (const [id, spot] of spots) {
    const value = meant.get(id)
    if (!value || same(kept[section].get(id), spot)) continue
    const more = (value.type === 'object' ? value.children ?? [] : []).filter(({ children: [key] = [] }) => !ours.has(String(key?.value))).map(({ offset, length }) => text.slice(offset, offset + length))
    edits.push({ start: value.offset, end: value.offset + value.length, newText: print(spot, more) })
  }
  for (let i = 0; i < properties.length; i++) {
    if (!goes[i]) continue
    let end = i
    while (goes[end + 1]) end++
    const [from, to, before, after] = [properties[i], properties[end], properties[i - 1], properties[end + 1]]
    if (from && to) edits.push(after ? { start: from.offset, end: after.offset, newText: '' } : { start: before ? endOf(before) : from.offset, end: endOf(to), newText: '' })
    i = end
  }
  edits.push(...insertions(node, properties, goes, [...spots.values()].filter(({ id }) => !meant.has(id)), eol))
  return edits.sort((a, b) => a.start - b.start || a.end - b.end)
}

const endOf = ({ offset, length }: Node): number => offset + length

const same = (a: KeptSpot | undefined, b: KeptSpot): boolean => a !== undefined && a.in === b.in && a.x === round(b.x) && a.y === round(b.y) && a.locked === b.locked

/** By code units, as every machine sorts them. */
const byId = (a: KeptSpot, b: KeptSpot): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
const line = (spot: KeptSpot): string => `${JSON.stringify(spot.id)}: ${print(spot)}`

/** New lines before the first line that stays and comes after them by name; without one, behind the last that stays. */
function insertions(node: Node, properties: readonly Node[], goes: readonly boolean[], fresh: readonly KeptSpot[], eol: string): readonly LineEdit[] {
  const staying = properties.filter((_, i) => !goes[i])
  const texts = new Map<Node | undefined, string[]>()
  for (const spot of [...fresh].sort(byId)) {
    const next = staying.find(({ children: [key] = [] }) => key?.value === '' || String(key?.value) > spot.id)
    texts.set(next, [...(texts.get(next) ?? []), line(spot)])
  }
  return [...texts].map(([next, lines]): LineEdit => {
    if (next) return { start: next.offset, end: next.offset, newText: lines.map((one) => `${one},${eol}${indent}`).join('') }
    const before = staying.at(-1)
    const at = before ? endOf(before) : node.offset + 1
    return { start: at, end: at, newText: before ? lines.map((one) => `,${eol}${indent}${one}`).join('') : `${eol}${indent}${[...lines, last].join(`,${eol}${indent}`)}${eol}  ` }
  })
}

function addSection(text: string, tree: Node, old: Node | undefined, section: string, spots: readonly KeptSpot[], eol: string): readonly LineEdit[] {
  const body = `{${eol}${[...[...spots].sort(byId).map(line), last].map((one) => indent + one).join(`,${eol}`)}${eol}  }`
  if (old) return [{ start: old.offset, end: endOf(old), newText: body }]
  const before = tree.children?.at(-1)
  const at = before ? endOf(before) : text.indexOf('{', tree.offset) + 1
  return [{ start: at, end: at, newText: `${before ? ',' : ''}${eol}  ${JSON.stringify(section)}: ${body}` }]
}

/** The text after the edits. */
export const withEdits = (text: string, edits: readonly LineEdit[]): string => {
  let [out, done] = ['', 0]
  for (const { start, end, newText } of edits) {
    out += text.slice(done, start) + newText
    done = end
  }
  return out + text.slice(done)
}
