/** LSP's questions about a place: hover, completion, definition, references, rename, outline. */
import {
  CompletionItemKind, DocumentHighlightKind, MarkupKind, ResponseError, SymbolKind, type CancellationToken, type CompletionItem, type Definition, type DocumentHighlight,
  type DocumentLink, type DocumentSymbol, type Hover, type Location, type Range, type WorkspaceEdit,
} from 'vscode-languageserver'
import { edit, type Analysis } from '../../core/analysis.ts'
import { complete, describe, hover, isSpelled, mentionAt, mentionsLike, outline, type CompletionItem as CoreCompletion, type Mention, type OutlineItem } from '../../core/editing.ts'
import { tryGesture } from '../../core/designing.ts'
import type { Change } from '../../core/infra/change.ts'
import { emptyInfra } from '../../core/infra/infra.ts'
import type { Position } from '../../core/text/source.ts'
import { pathToFileURL, fileURLToPath } from 'node:url'
import { dirname, resolve } from 'node:path'
import { pageLink } from './pages.ts'
import { onceEach, plainEdits } from './places.ts'
import type { State } from './state.ts'
import { t } from '../../core/words.ts'

interface Place {
  readonly textDocument: { readonly uri: string }
  readonly position: Position
}

/** The analysis of what is typed now, and the offset of a position in it. */
async function at(state: State, { textDocument: { uri }, position }: Place, token: CancellationToken): Promise<{ analysis: Analysis; offset: number; uri: string } | undefined> {
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  const document = state.documents.get(uri)
  return analysed && document && !token.isCancellationRequested ? { analysis: analysed.analysis, offset: document.offsetAt(position), uri } : undefined
}

export async function onHover(state: State, place: Place, token: CancellationToken): Promise<Hover | null> {
  const source = state.sourceOf(place.textDocument.uri)
  const here = await at(state, place, token)
  const document = state.documents.get(place.textDocument.uri)
  if (!source || !here || !document) return null
  const found = hover({ ...here.analysis, pageOf: pageLink }, here.uri, here.offset)
  const key = describe(source, here.offset)
  const parts = [found?.text, key?.text].flatMap((part) => part ?? [])
  if (parts.length === 0) return null
  const range: Range | undefined = found?.at ? here.analysis.locator.locate(found.at).range
    : key && { start: document.positionAt(key.start), end: document.positionAt(key.end) }
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n---\n\n') }, ...(range && { range }) }
}

const completionKinds: Readonly<Record<CoreCompletion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property, value: CompletionItemKind.EnumMember, name: CompletionItemKind.Reference, address: CompletionItemKind.Value, snippet: CompletionItemKind.Snippet,
}

export function onCompletion(state: State, { textDocument: { uri }, position }: Place): CompletionItem[] {
  const source = state.sourceOf(uri)
  const document = state.documents.get(uri)
  if (!source || !document) return []
  const infra = state.analyses.latest(uri)?.analysis.realised.infra ?? emptyInfra
  const offset = document.offsetAt(position)
  // What is typed so far is replaced, dashes, dots and slashes included.
  let start = offset
  while (start > 0 && /[\w.:/-]/.test(source.text[start - 1] ?? '')) start--
  const typed = source.text.slice(start, offset)
  return complete(source, offset, infra).map((item, i) => {
    // A longer word than what is offered, like `s1:e` before `eth0`, keeps its head.
    const from = item.label.startsWith(typed) || item.insertText.startsWith(typed) || !typed.includes(':') ? start : start + typed.lastIndexOf(':') + 1
    return {
      label: item.label, kind: completionKinds[item.kind], sortText: String(i).padStart(4, '0'), filterText: item.label,
      textEdit: { range: { start: document.positionAt(from), end: position }, newText: item.insertText },
      ...(item.detail !== undefined && { detail: item.detail }),
      ...(item.documentation !== undefined && { documentation: { kind: MarkupKind.Markdown, value: item.documentation } }),
    }
  })
}

export async function onDefinition(state: State, place: Place, token: CancellationToken): Promise<Definition | null> {
  const here = await at(state, place, token)
  const mention = here && mentionAt(here.analysis, here.uri, here.offset)
  if (!here || !mention) return null
  const defined = mentionsLike(here.analysis, mention).filter(({ defines }) => defines)
  if (defined.length > 0) return defined.map((one) => here.analysis.locator.locate(one.at))
  // A generated part is defined by the entry that stands for it.
  const derived = mention.kind === 'node' ? here.analysis.realised.infra.nodes.get(mention.name)?.at : undefined
  return derived ? here.analysis.locator.locate(derived) : null
}

async function like(state: State, place: Place, token: CancellationToken): Promise<{ analysis: Analysis; mention: Mention; all: readonly Mention[] } | undefined> {
  const here = await at(state, place, token)
  const mention = here && mentionAt(here.analysis, here.uri, here.offset)
  return here && mention && { analysis: here.analysis, mention, all: mentionsLike(here.analysis, mention) }
}

export async function onReferences(state: State, place: Place & { context: { includeDeclaration: boolean } }, token: CancellationToken): Promise<Location[]> {
  const found = await like(state, place, token)
  return (found?.all ?? []).filter(({ defines }) => !defines || place.context.includeDeclaration).flatMap((one) => found ? [found.analysis.locator.locate(one.at)] : [])
}

export async function onHighlight(state: State, place: Place, token: CancellationToken): Promise<DocumentHighlight[]> {
  const found = await like(state, place, token)
  return (found?.all ?? []).filter(({ at: span }) => span.chunk.uri === place.textDocument.uri).flatMap((one) =>
    found ? [{ range: found.analysis.locator.locate(one.at).range, kind: one.defines ? DocumentHighlightKind.Write : DocumentHighlightKind.Read }] : [])
}

export async function onPrepareRename(state: State, place: Place, token: CancellationToken): Promise<{ range: Range; placeholder: string } | null> {
  const found = await like(state, place, token)
  return found?.all.some(({ defines }) => defines) ? { range: found.analysis.locator.locate(found.mention.at).range, placeholder: found.mention.name } : null
}

const isName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/
/** Words that YAML reads as something else than text. */
const otherwise = /^(true|false|yes|no|on|off|null|y|n|[-+]?[\d.]+(e\d+)?|0[xo][\da-f]+)$/i

export async function onRename(state: State, place: Place & { newName: string }, token: CancellationToken): Promise<WorkspaceEdit | null> {
  const found = await like(state, place, token)
  if (!found) return null
  const { analysis, mention } = found
  // Files that include this one mean the same thing by the name.
  const analyses = [analysis, ...state.analyses.dependents(place.textDocument.uri).flatMap((uri) => state.analyses.latest(uri)?.analysis ?? [])]
  const refuse = (why: string): never => { throw new ResponseError(-32803, why) }
  if (!isName.test(place.newName) || otherwise.test(place.newName)) refuse(t`${place.newName} is no name: letters, digits, _ . and -, and not a number or a word that YAML reads as a value`)
  if (mention.kind === 'node' && analyses.some((one) => one.realised.infra.nodes.has(place.newName))) refuse(t`there is a ${place.newName} already`)
  const edits = analyses.flatMap((one) => {
    const whole = edit(one, changeFor(one, mention, place.newName))
    // Other formats rename nodes, in every form that they write their names in.
    const answer = 'refused' in whole && mention.kind === 'node' ? edit(one, { kind: 'rename-node', from: mention.name, to: place.newName }) : whole
    return 'refused' in answer ? [] : plainEdits(one, answer)
  })
  if (edits.length > 0) return byFile(onceEach(edits))
  // Formats that rename less than that say where the name stands.
  const places = analyses.flatMap((one) => mentionsLike(one, mention).map((each) => ({ ...one.locator.locate(each.at), newText: place.newName, spelled: isSpelled(one, each) })))
  const hidden = places.find(({ spelled }) => !spelled)
  if (hidden) refuse(t`${mention.name} is also told of in line ${hidden.range.start.line + 1}, in words that cannot be changed with it`)
  return byFile(onceEach(places.map(({ uri, range, newText }) => ({ uri, range, newText }))))
}

/**
 * More than the name itself goes with an interface (an uplink that was one word for all servers) and with a fabric (the names of its
 * parts): those are renamed as in the designer.
 */
function changeFor(analysis: Analysis, { kind, symbol }: Mention, to: string): Change {
  const from = symbol.slice(kind.length + 1)
  const plan = kind === 'interface' || kind === 'fabric' ? tryGesture(analysis, { kind: 'rename', id: kind === 'fabric' ? `fabric:${from}` : from, answers: { name: to } }) : undefined
  return plan && !('refused' in plan) ? plan.change : { kind: 'rename', what: kind, from, to }
}

/** Edits as LSP's WorkspaceEdit. */
export function byFile(edits: readonly { readonly uri: string; readonly range: Range; readonly newText: string }[]): WorkspaceEdit {
  const changes: Record<string, { range: Range; newText: string }[]> = {}
  for (const { uri, range, newText } of edits) (changes[uri] ??= []).push({ range, newText })
  return { changes }
}

const symbolKinds: Readonly<Record<string, SymbolKind>> = {
  section: SymbolKind.Namespace, server: SymbolKind.Class, vm: SymbolKind.Object, container: SymbolKind.Object, switch: SymbolKind.Interface,
  router: SymbolKind.Interface, external: SymbolKind.Event, interface: SymbolKind.Field, link: SymbolKind.Operator, expectation: SymbolKind.Boolean,
}

export async function onSymbols(state: State, uri: string, token: CancellationToken): Promise<DocumentSymbol[]> {
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  if (!analysed) return []
  const { locator } = analysed.analysis
  const symbol = ({ name, detail, kind, at: own, body, children }: OutlineItem): DocumentSymbol => {
    const selectionRange = locator.locate(own).range
    const inner = children.map(symbol)
    // From the key to the end of what it says: an editor asks which symbol holds the caret, all the way down.
    const range = [locator.locate(body).range, ...inner.map((child) => child.range)].reduce(around, selectionRange)
    return { name: name || '?', detail, kind: symbolKinds[kind] ?? SymbolKind.Struct, range, selectionRange, children: inner }
  }
  return outline(analysed.analysis).map(symbol)
}

const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character)
const around = (a: Range, b: Range): Range => ({ start: before(a.start, b.start) ? a.start : b.start, end: before(a.end, b.end) ? b.end : a.end })

/** `include` entries can be followed. */
export function onLinks(state: State, uri: string): DocumentLink[] {
  const analysis = state.analyses.latest(uri)?.analysis
  if (!analysis || !uri.startsWith('file:')) return []
  return analysis.written.includes.filter(({ at: span }) => span.chunk.uri === uri).map(({ value, at: span }) =>
    ({ range: analysis.locator.locate(span).range, target: pathToFileURL(resolve(dirname(fileURLToPath(uri)), value)).href }))
}
