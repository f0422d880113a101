/** Quick fixes out of problems, and code lenses over guests and expectations. */
import { CodeActionKind, type CancellationToken, type CodeAction, type CodeLens, type Diagnostic, type Range, type WorkspaceEdit } from 'vscode-languageserver'
import { edit, type Analysis } from '../../core/analysis.ts'
import { fixAll } from '../../core/fix-all.ts'
import { isGuest } from '../../core/ask.ts'
import { explanationOf } from '../../core/ask.ts'
import type { Counterexample, Fix, Problem } from '../../core/infra/problem.ts'
import type { PacketQuestion } from '../../core/protocol.ts'
import { suppressionFor } from '../../core/suppression.ts'
import { inSlices } from './analyses.ts'
import { byFile } from './language.ts'
import { plainEdits } from './places.ts'
import { onExpectationsNow } from './questions.ts'
import type { State } from './state.ts'
import { t } from '../../core/words.ts'

/** What a quick fix is found again by when its edit is asked for. */
interface ActionData {
  readonly uri: string
  readonly version: number
  readonly problem: number
  /** Index of the fix; undefined for every safe fix of the problem's code. */
  readonly fix?: number
}

const touches = (a: Range, b: Range): boolean =>
  (a.start.line < b.end.line || (a.start.line === b.end.line && a.start.character <= b.end.character)) &&
  (b.start.line < a.end.line || (b.start.line === a.end.line && b.start.character <= a.end.character))

export async function onCodeAction(
  state: State, { textDocument: { uri }, range, context }: { textDocument: { uri: string }; range: Range; context: { diagnostics: Diagnostic[]; only?: string[] } },
  token: CancellationToken,
): Promise<CodeAction[]> {
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  if (!analysed || token.isCancellationRequested) return []
  // Asked for by its kind, as an editor's "source action"; not a bulb over every line.
  if (context.only?.some((kind) => kind === 'source')) return [...await mending(state, uri, token), ...await writing(state, uri, token)]
  if (context.only?.some((kind) => writingKind === kind || writingKind.startsWith(`${kind}.`))) return writing(state, uri, token)
  if (context.only?.some((kind) => mendingKind === kind || mendingKind.startsWith(`${kind}.`))) return mending(state, uri, token)
  if (context.only && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind) || kind.startsWith(CodeActionKind.QuickFix))) return []
  const { analysis, version } = analysed
  const actions: CodeAction[] = []
  const quiet = new Map<string, CodeAction>()
  for (const [index, problem] of analysis.problems.entries()) {
    const place = analysis.locator.locate(problem.at)
    if (place.uri !== uri || !touches(place.range, range)) continue
    const mine = context.diagnostics.filter((one) => one.code === problem.code && one.range.start.line === place.range.start.line && one.range.start.character === place.range.start.character)
    for (const [fix, { title, preferred }] of problem.fixes.entries()) {
      const data: ActionData = { uri, version, problem: index, fix }
      actions.push(withEdit(state, analysis, { title, kind: CodeActionKind.QuickFix, diagnostics: mine, data, ...(preferred && { isPreferred: true }) }, data))
    }
    const alike = analysis.problems.filter((other) => other.code === problem.code && safeFix(other))
    // Round after round of analyses: not for a client that wants the edit before anybody has asked for it.
    if (alike.length > 1 && safeFix(problem) && state.can.resolveEdits) {
      const data: ActionData = { uri, version, problem: index }
      actions.push(withEdit(state, analysis, { title: t`Fix all ${alike.length}: ${t(explanationOf(problem.code)?.title ?? problem.code)}`, kind: CodeActionKind.QuickFix, diagnostics: mine, data }, data))
    }
    const { counterexample } = problem
    if (counterexample && state.can.traces) {
      const packet = packetOf(counterexample)
      actions.push({
        title: t`Trace ${packet.from} → ${packet.to}${packet.port === undefined ? '' : t` port ${packet.port}/${packet.proto}`}${packet.df ? t` with ${packet.size} bytes` : ''}`,
        kind: CodeActionKind.QuickFix, diagnostics: mine, command: { title: 'Trace', command: 'underlay.trace', arguments: [{ uri, packet }] },
      })
    }
    const comment = quietedBy(analysis, problem)
    if (comment) quiet.set(`${place.range.start.line} ${problem.code}`, { title: t`Keep ${problem.code} quiet here`, kind: CodeActionKind.QuickFix, diagnostics: mine, edit: comment })
  }
  return [...actions, ...quiet.values()]
}

export const writingKind = 'source.underlay.expectations'
export const mendingKind = 'source.fixAll.underlay'

/** All safe fixes of this file, as editors ask for them before a file is saved. */
async function mending(state: State, uri: string, token: CancellationToken): Promise<CodeAction[]> {
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  if (!analysed) return []
  const edits = await inSlices(fixAll(analysed.analysis, ({ at }) => at.chunk.uri === uri), () => token.isCancellationRequested)
  return edits === undefined || edits.length === 0 ? [] : [{ title: t('Take every safe fix'), kind: mendingKind, edit: byFile(plainEdits(analysed.analysis, edits)) }]
}

async function writing(state: State, uri: string, token: CancellationToken): Promise<CodeAction[]> {
  const answer = await onExpectationsNow(state, { uri }, token)
  return 'refused' in answer || answer.count === 0 ? [] : [{ title: t('Write expectations from what holds now'), kind: writingKind, edit: byFile(answer.edits) }]
}

/** A packet as the designer asks for it; what the finding leaves open is a ping's. */
const packetOf = ({ from, to, proto = 'icmp', port, size, df = false }: Counterexample): PacketQuestion =>
  ({ from, to, proto, size: size ?? (proto === 'icmp' ? 84 : 60), df, ...(port !== undefined && { port }) })

/** A comment above the line. What a comment's own finding says is not kept quiet by another. */
function quietedBy(analysis: Analysis, { code, at }: Problem): WorkspaceEdit | undefined {
  const source = analysis.readings.find((reading) => reading.source.uri === at.chunk.uri)?.source
  const offsets = analysis.locator.offsets(at)
  const edits = source && offsets && code !== 'useless-suppression' ? suppressionFor(source, offsets.start, code) : undefined
  return edits && byFile(plainEdits(analysis, [edits]))
}

/** Edits are computed when they are asked for, where the editor can ask. */
const withEdit = (state: State, analysis: Analysis, action: CodeAction, data: ActionData): CodeAction => {
  if (state.can.resolveEdits) return action
  const answer = editFor(analysis, data)
  return answer ? { ...action, edit: answer } : action
}

export async function onResolveAction(state: State, action: CodeAction): Promise<CodeAction> {
  const data = action.data as ActionData | undefined
  const analysed = data && state.analyses.latest(data.uri)
  // A text that has moved on has problems of its own.
  if (!data || !analysed || analysed.version !== data.version) return action
  const answer = data.fix === undefined ? await alikeEdit(state, analysed.analysis, data) : editFor(analysed.analysis, data)
  return answer ? { ...action, edit: answer } : { ...action, disabled: { reason: t('This text has no answer to it') } }
}

const safeFix = ({ fixes }: Problem): Fix | undefined => fixes.find(({ preferred }) => preferred)

function editFor(analysis: Analysis, { problem: index, fix }: ActionData): WorkspaceEdit | undefined {
  const chosen = fix === undefined ? undefined : analysis.problems[index]?.fixes[fix]
  const edits = chosen && edit(analysis, chosen.change)
  return edits && !('refused' in edits) ? byFile(plainEdits(analysis, edits)) : undefined
}

/** The safe fixes of every problem with the same code. */
async function alikeEdit(state: State, analysis: Analysis, { uri, version, problem: index }: ActionData): Promise<WorkspaceEdit | undefined> {
  const code = analysis.problems[index]?.code
  const edits = await inSlices(fixAll(analysis, (one) => one.code === code), () => state.analyses.latest(uri)?.version !== version)
  return edits && byFile(plainEdits(analysis, edits))
}

const marks = { pass: '✓', fail: '✗', undecided: '?' } as const

/** A text with more guests offers their moves in the picture, the tree and the palette only: an editor moves every lens with every key that is typed. */
const mostMoves = 400

export async function onCodeLens(state: State, uri: string, token: CancellationToken): Promise<CodeLens[]> {
  const analysed = await state.analyses.settled(uri, () => token.isCancellationRequested)
  if (!analysed) return []
  const { analysis } = analysed
  const lenses: CodeLens[] = []
  const servers = [...analysis.realised.infra.nodes.values()].filter(({ kind }) => kind === 'server').length
  const movable = servers < 2 ? [] : [...analysis.written.nodes.values()].filter((node) => node.kind === 'vm' && isGuest(node) && node.at.chunk.uri === uri)
  for (const node of movable.length > mostMoves ? [] : movable) {
    lenses.push({ range: analysis.locator.locate(node.at).range, command: { title: t('Simulate migration'), command: 'underlay.simulateMigration', arguments: [uri, node.name] } })
  }
  for (const { at, status, message } of analysis.expectations) {
    if (at.chunk.uri !== uri) continue
    const { range } = analysis.locator.locate(at)
    lenses.push({ range, command: { title: t`${marks[status]} Run${message === '' ? '' : `: ${message.length > 100 ? `${message.slice(0, 99)}…` : message}`}`, command: 'underlay.runExpectation', arguments: [uri, range.start.line] } })
  }
  return lenses
}
