/** What a text is shown with: hints beside it, the colours of its names and numbers, and what folds away. */
import {
  FoldingRangeKind, InlayHintKind, SemanticTokensBuilder, type CancellationToken, type FoldingRange, type InlayHint, type Range, type SemanticTokens, type SemanticTokensLegend,
} from 'vscode-languageserver'
import { foldsOf, hintsOf, tokensOf, type TokenKind } from '../../core/editing.ts'
import type { State } from './state.ts'

export async function onInlayHints(state: State, { textDocument: { uri }, range }: { textDocument: { uri: string }; range: Range }, token: CancellationToken): Promise<InlayHint[]> {
  const { mtu, addresses } = state.settings.hints
  if (!mtu && !addresses) return []
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  if (!analysed || token.isCancellationRequested) return []
  const { analysis } = analysed
  return hintsOf(analysis, uri).flatMap(({ behind, text, why, kind }): InlayHint[] => {
    if (kind === 'mtu' ? !mtu : !addresses) return []
    const { range: { end } } = analysis.locator.locate(behind)
    if (end.line < range.start.line || end.line > range.end.line) return []
    return [{ position: end, label: text, tooltip: why, paddingLeft: !text.startsWith('/'), ...(kind === 'mtu' && { kind: InlayHintKind.Type }) }]
  })
}

const types: Readonly<Record<TokenKind, string>> = {
  node: 'class', interface: 'variable', network: 'namespace', tenant: 'enum', storage: 'struct', 'security-group': 'interface', service: 'event', fabric: 'struct',
  address: 'number', size: 'number',
}
const tokenTypes = [...new Set(Object.values(types))]
export const tokenLegend: SemanticTokensLegend = { tokenTypes, tokenModifiers: ['declaration'] }

export async function onSemanticTokens(state: State, { textDocument: { uri } }: { textDocument: { uri: string } }, token: CancellationToken): Promise<SemanticTokens> {
  const builder = new SemanticTokensBuilder()
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  const document = state.documents.get(uri)
  const source = analysed?.analysis.readings.find((reading) => reading.source.uri === uri)?.source
  // Colours of an older text would stand in the wrong places.
  if (!analysed || !document || source?.text !== document.getText()) return builder.build()
  for (const { start, end, kind, defines } of tokensOf(analysed.analysis, uri, source.text)) {
    const { line, character } = document.positionAt(start)
    builder.push(line, character, end - start, tokenTypes.indexOf(types[kind]), defines ? 1 : 0)
  }
  return builder.build()
}

export function onFolding(state: State, uri: string): FoldingRange[] {
  const source = state.sourceOf(uri)
  return source ? foldsOf(source.text).map(({ first, last, kind }) => ({ startLine: first, endLine: last, ...(kind === 'comment' && { kind: FoldingRangeKind.Comment }) })) : []
}
