/** Names changed in every place of a file that says them, so that a rename leaves none behind. */
import type { Change } from '../../infra/change.ts'
import type { Infra } from '../../infra/infra.ts'
import { mentionsOf, symbolOf } from '../../infra/mentions.ts'
import { isGuest, type Node } from '../../infra/node.ts'
import type { Expectation, Selector } from '../../infra/parts.ts'
import type { TextEdit } from '../../text/edit.ts'
import type { Span, Written } from '../../text/span.ts'
import type { Reading } from '../format.ts'
import { entryOf, refuse, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import { respell } from '../yaml-tree/spell.ts'
import type { MapEntry } from '../yaml-tree/tree.ts'
import { parsedOf } from './read.ts'
import { t } from '../../words.ts'

/** Replacements of a name's own characters, each place once. */
class Replacements {
  private readonly edits = new Map<number, TextEdit>()
  private readonly editor: TreeEditor
  private readonly uri: string

  constructor(editor: TreeEditor, uri: string) {
    this.editor = editor
    this.uri = uri
  }

  /** Where the name stands at the beginning of what is written there, in quotes or not. */
  at(span: Span | undefined, from: string, to: string): void {
    const at = span && this.editor.extent(span)
    if (!at) return
    const start = /["']/.test(this.editor.text[at.start] ?? '') ? at.start + 1 : at.start
    if (this.editor.text.startsWith(from, start)) this.edits.set(start, { uri: this.uri, start, end: start + from.length, newText: to })
  }

  /** A whole scalar, quoted as the old one was. */
  scalar(span: Span, to: string): void {
    const at = this.editor.extent(span)
    if (at) this.edits.set(at.start, { uri: this.uri, ...at, newText: respell(this.editor.text.slice(at.start, at.end), to) })
  }

  all(): readonly TextEdit[] {
    return [...this.edits.values()].sort((a, b) => a.start - b.start)
  }
}

export function renameNode(editor: TreeEditor, reading: Reading, from: string, to: string): Edits {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(to)) return refuse(t`${to} is not a name: letters, digits, and after the first _ . -`)
  if (from === to) return []
  if (reading.infra.nodes.has(to) || reading.infra.fabrics.has(to)) return refuse(t`${to} is already there`)
  const found = new Replacements(editor, reading.source.uri)
  for (const span of placesNaming(reading.infra, from)) found.at(span, from, to)
  // A network's uplink may be told per server: there the name is a key.
  for (const network of reading.infra.networks.values()) found.at(entryOf(entryOf(networkEntry(reading, network.name)?.value, 'uplink')?.value, from)?.key.at, from, to)
  return found.all()
}

/** A rename of anything; whether the new name is free, and is one, whoever asks has seen to. */
export function renamePart(editor: TreeEditor, reading: Reading, { what, from, to }: Extract<Change, { kind: 'rename' }>): Edits {
  if (what === 'node') return renameNode(editor, reading, from, to)
  const found = new Replacements(editor, reading.source.uri)
  if (what === 'site' || what === 'rack') {
    for (const node of reading.infra.nodes.values()) {
      const place = node[what]
      if (place?.value === from) found.scalar(place.at, to)
    }
    return found.all()
  }
  const symbol = symbolOf(what, from)
  for (const mention of mentionsOf(reading.infra)) if (mention.symbol === symbol) found.at(mention.at, mention.name, to)
  return found.all()
}

const networkEntry = (reading: Reading, name: string): MapEntry | undefined => entryOf(entryOf(parsedOf(reading).root, 'networks')?.value, name)

/** The spans whose text is the name, or begins with it before a colon. */
export function placesNaming(infra: Infra, name: string): readonly Span[] {
  const spans: Span[] = []
  const note = (written: Written<string> | undefined): void => {
    if (written?.value === name) spans.push(written.at)
  }
  const selector = ({ value, at }: Selector): void => {
    if (value.kind === 'node' && value.node === name) spans.push(at)
  }
  for (const node of infra.nodes.values()) nodePlaces(node, name, note, spans)
  for (const link of infra.links) for (const end of link.ends) if (end.node === name) spans.push(end.at)
  for (const network of infra.networks.values()) note(network.gateway?.on)
  for (const storage of infra.storage.values()) storage.servers.forEach(note)
  for (const service of infra.services.values()) {
    note(service.on)
    for (const backend of service.backends) if (backend.node === name) spans.push(backend.at)
  }
  const expectation = (entry: Expectation): void => {
    if (entry.kind === 'migrate') [entry.vm, entry.to].forEach(note)
    else if (entry.kind === 'survive') entry.keep.forEach(expectation)
    else if (entry.kind === 'isolate') entry.groups.forEach(selector)
    else {
      ;[...entry.from, ...entry.to].forEach(selector)
      if (entry.kind === 'path') entry.through.forEach(note)
    }
  }
  infra.expectations.forEach(expectation)
  return spans
}

function nodePlaces(node: Node, name: string, note: (written: Written<string> | undefined) => void, spans: Span[]): void {
  if (node.name === name && node.origin.by === 'text') spans.push(node.at)
  if (isGuest(node)) {
    note(node.host)
    node.apartFrom.forEach(note)
  }
}
