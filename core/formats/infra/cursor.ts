/** Where the cursor stands, told from indentation and brackets alone, so that it works in the middle of typing. */
import type { Cursor } from '../format.ts'

interface Frame {
  readonly indent: number
  readonly key: string
  /** A list item: its number is not known by indentation, and nobody needs it. */
  readonly item: boolean
}

const keyed = /^((?:[A-Za-z0-9_][\w.-]*|"[^"]*"|'[^']*'))[ \t]*:(?:[ \t]+|$)/

/** The path of keys above the cursor; list items are 0. Flow maps and lists on the cursor's line are followed. */
export function cursorAt(text: string, offset: number): Cursor {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const lineEnd = ((): number => {
    const found = text.slice(offset).search(/[\r\n]/)
    return found < 0 ? text.length : offset + found
  })()
  const before = text.slice(lineStart, offset)
  const frames: Frame[] = []
  let limit = before.search(/\S/) < 0 ? before.length : before.search(/\S/)
  const own: (string | number)[] = []
  let rest = before.slice(limit)
  let restStart = lineStart + limit
  // `- ` opens an item; what follows is indented by its width.
  while (/^-(\s+|$)/.test(rest)) {
    const dash = /^-\s*/.exec(rest)?.[0] ?? '-'
    own.push(0)
    rest = rest.slice(dash.length)
    restStart += dash.length
  }
  // Lines above, upwards: every line that is indented less is a parent.
  const above = text.slice(0, lineStart).split(/\r\n|\n|\r/)
  above.pop()
  const dashed = own.length > 0
  for (let i = above.length - 1; i >= 0 && limit >= 0; i--) {
    const line = above[i] ?? ''
    const indent = line.search(/\S/)
    if (indent < 0 || line[indent] === '#') continue
    const deeper = dashed && frames.length === 0 ? indent > limit : indent >= limit
    if (deeper) continue
    let content = line.slice(indent)
    let column = indent
    const items: Frame[] = []
    while (/^-\s+/.test(content)) {
      const dash = /^-\s+/.exec(content)?.[0] ?? ''
      items.push({ indent: column, key: '', item: true })
      column += dash.length
      content = content.slice(dash.length)
    }
    const key = keyed.exec(content)?.[1]
    const opens = key !== undefined && column < limit && /^[^:]*:\s*(?:[&!]\S+\s*)*(?:#.*)?$/.test(content)
    if (key === undefined && items.length === 0) {
      if (indent < limit) limit = indent
      continue
    }
    if (opens) frames.unshift({ indent: column, key: key.replace(/^["']|["']$/g, ''), item: false })
    for (const item of items.reverse()) if (item.indent < limit) frames.unshift(item)
    limit = indent
    if (limit === 0) break
  }
  const path: (string | number)[] = [...frames.map((frame) => (frame.item ? 0 : frame.key)), ...own]
  let key: string | undefined
  const match = keyed.exec(rest)
  const present: string[] = []
  if (match) {
    key = (match[1] ?? '').replace(/^["']|["']$/g, '')
    restStart += match[0].length
    rest = rest.slice(match[0].length)
  }
  // Inside flow brackets on this line.
  const flow = followFlow(rest)
  if (flow) {
    if (key !== undefined) path.push(key)
    path.push(...flow.path)
    key = flow.key
    present.push(...flow.present)
    restStart += flow.start
    rest = rest.slice(flow.start)
  } else {
    present.push(...siblings(text, lineStart, before.search(/\S/) < 0 ? before.length : before.search(/\S/) + (dashed ? 2 : 0)))
  }
  const typedAfter = /^[^\s,}\]#:]*/.exec(text.slice(offset, lineEnd))?.[0] ?? ''
  const typed = rest.replace(/^["']/, '')
  const start = restStart + (rest.length - typed.length)
  return { path, key, typed, start: Math.min(start, offset), end: offset + typedAfter.length, present }
}

/** Follows `{ a: b, c: [ d, e` to where it stands: the keys on the way, and the last key if a value is being written. */
function followFlow(rest: string): { path: (string | number)[]; key: string | undefined; start: number; present: string[] } | undefined {
  const stack: { map: boolean; key: string | undefined; keys: string[] }[] = []
  let start = 0
  let quote = ''
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i] ?? ''
    if (quote) {
      if (c === quote) quote = ''
      continue
    }
    const top = stack.at(-1)
    if ((c === '"' || c === "'") && rest.slice(start, i).trim() === '') quote = c
    else if (c === '#' && /\s/.test(rest[i - 1] ?? ' ')) return undefined
    else if (c === '{' || c === '[') {
      if (stack.length === 0 && rest.slice(0, i).trim() !== '') return undefined
      stack.push({ map: c === '{', key: undefined, keys: [] })
      start = i + 1
    } else if (c === '}' || c === ']') {
      stack.pop()
      start = i + 1
    } else if (c === ',' && top) {
      top.key = undefined
      start = i + 1
    } else if (c === ':' && top?.map && /[\s]|$/.test(rest[i + 1] ?? '') && top.key === undefined) {
      top.key = rest.slice(start, i).trim().replace(/^["']|["']$/g, '')
      top.keys.push(top.key)
      start = i + 1
    }
  }
  const top = stack.at(-1)
  if (!top) return undefined
  while (/\s/.test(rest[start] ?? '')) start++
  const path: (string | number)[] = []
  for (const frame of stack.slice(0, -1)) path.push(frame.map ? (frame.key ?? '') : 0)
  if (!top.map) path.push(0)
  return { path, key: top.key, start, present: top.keys }
}

/** The keys at the same indentation in the same block, above and below. */
function siblings(text: string, lineStart: number, indent: number): string[] {
  const found: string[] = []
  const look = (lines: readonly string[]): void => {
    for (const line of lines) {
      const own = line.search(/\S/)
      if (own < 0 || line[own] === '#') continue
      const dash = /^(\s*)(?:-\s+)+/.exec(line)
      const column = dash ? dash[0].length : own
      if (own < indent && column !== indent) return
      if (column !== indent) continue
      const key = keyed.exec(line.slice(column))?.[1]
      if (key) found.push(key.replace(/^["']|["']$/g, ''))
      if (dash) return
    }
  }
  look(text.slice(0, lineStart).split(/\r\n|\n|\r/).reverse())
  const after = text.slice(lineStart).split(/\r\n|\n|\r/).slice(1)
  const stop = after.findIndex((line) => /^\s*-\s/.test(line) && line.search(/\S/) < indent)
  look(stop < 0 ? after : after.slice(0, stop))
  return found
}
