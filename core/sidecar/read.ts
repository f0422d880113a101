/** The sidecar's text to spots. Whatever stands there, nothing is thrown: what cannot be meant is said and left alone. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser'
import { lineStartsOf, positionAt, type Range } from '../text/source.ts'
import { farthest, sections, type Kept, type KeptSpot, type Section } from './sidecar.ts'
import { t } from '../words.ts'

export interface SidecarFault {
  readonly message: string
  readonly range: Range
}

export interface ReadSidecar {
  readonly kept: Kept
  /** Lines that are left out of the picture, and left alone in the file. */
  readonly faults: readonly SidecarFault[]
  /** The file is not what it should be: nothing of it counts, and nothing is written to it. */
  readonly broken?: SidecarFault
  readonly tree?: Node
}

/** Characters; more is no file of ours. */
const longest = 8_000_000

export const nothingKept: Kept = { physical: new Map(), tenant: new Map() }

/** Every property of an object once, the last of equal names, as JSON has it. */
export const propertiesOf = (node: Node | undefined): ReadonlyMap<string, Node> =>
  new Map((node?.type === 'object' ? node.children ?? [] : []).flatMap(({ children: [key, value] = [] }) => (key && value ? [[String(key.value), value] as const] : [])))

export function readSidecar(text: string): ReadSidecar {
  const starts = lineStartsOf(text)
  const range = (offset: number, length: number): Range => ({ start: positionAt(starts, offset), end: positionAt(starts, offset + length) })
  const broken = (message: string, offset = 0, length = 0): ReadSidecar => ({ kept: nothingKept, faults: [], broken: { message, range: range(offset, length) } })
  if (text.length > longest) return broken(t('the file is too large'))
  const errors: ParseError[] = []
  let tree: Node | undefined
  try {
    tree = parseTree(text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  } catch {
    // The parser goes as deep as the text does.
    return broken(t('the file is nested too deep'))
  }
  const [error] = errors
  if (error) return broken(/^(<{7}|={7}|>{7})/m.test(text) ? t('a merge has left its marks here') : t`this is no JSON (${wordsOf(error)})`, error.offset, error.length)
  if (tree?.type !== 'object') return broken(t('an object is expected'), 0, text.length)
  const top = propertiesOf(tree)
  const version = top.get('version')
  if (version?.value !== 1) return broken(version && typeof version.value === 'number' && version.value > 1 ? t('a newer Underlay wrote this file') : t('"version": 1 is expected'), version?.offset ?? 0, version?.length ?? 1)
  const faults: SidecarFault[] = []
  const say = (node: Node, message: string): void => void faults.push({ message, range: range(node.offset, node.length) })
  const kept = Object.fromEntries(sections.map((section) => [section, spotsOf(top.get(section), section, say)])) as Record<Section, ReadonlyMap<string, KeptSpot>>
  return { kept, faults, tree }
}

/** `PropertyNameExpected` as words. */
const wordsOf = ({ error }: ParseError): string => printParseErrorCode(error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

function spotsOf(node: Node | undefined, section: Section, say: (node: Node, message: string) => void): ReadonlyMap<string, KeptSpot> {
  const spots = new Map<string, KeptSpot>()
  if (!node) return spots
  if (node.type !== 'object') say(node, t`${section}: an object is expected`)
  for (const [id, value] of propertiesOf(node)) {
    if (id === '') continue
    const own = propertiesOf(value)
    const [x, y, within, locked] = [own.get('x')?.value as unknown, own.get('y')?.value as unknown, own.get('in')?.value as unknown, own.get('locked')?.value as unknown]
    const name = id.length > 60 ? `${id.slice(0, 59)}…` : id
    if (!isPlace(x) || !isPlace(y)) say(value, t`${name}: x and y are numbers between -${farthest} and ${farthest}`)
    else if (within !== undefined && typeof within !== 'string') say(value, t`${name}: "in" is the name of a box`)
    else spots.set(id, { id, ...(within !== undefined && { in: within }), x, y, ...(locked === true && { locked }) })
  }
  return spots
}

const isPlace = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= farthest
