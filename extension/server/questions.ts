/** The designer's and the commands' questions: pictures, traces, migrations, changes, places. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { ResponseError, type CancellationToken } from 'vscode-languageserver'
import { analyze, commandsOf, diagram, edit, evacuate, forecast, migrate, migrateTogether, reach, rebalance, targets, type Analysis, type Model } from '../../core/analysis.ts'
import { partsOf, saysOf, settingsOf, tryGesture, tryPaste, type Gesture } from '../../core/designing.ts'
import { failing } from '../../core/failing.ts'
import { findHidden } from '../../core/finding.ts'
import { elementAt, placeOf } from '../../core/editing.ts'
import { explainedCodes, explanationOf, traceBetween, type MoveOptions } from '../../core/ask.ts'
import type { Change } from '../../core/infra/change.ts'
import { loadOf } from '../../core/loading.ts'
import { domainsOf, networkOf, networksAt, networksOf } from '../../core/networks.ts'
import { writeExpectations } from '../../core/expecting.ts'
import type { Answer, Question, ShownProblem } from '../../core/protocol.ts'
import { shownEvacuation, shownJoint, shownMigration, shownTarget, shownFailure, shownReach, shownTrace, shownWhyNot } from '../../core/shown.ts'
import { whyNot } from '../../core/why-not.ts'
import { URI } from 'vscode-uri'
import type { Requests, ShowWithoutSettings } from '../requests.ts'
import { inSlices, type Analysed, type Drawable } from './analyses.ts'
import { severityOf } from './diagnostics.ts'
import { readFamily, textOf } from './includes.ts'
import { modelOf } from './model.ts'
import { pageText } from './pages.ts'
import { onceEach, plainEdits, withChunks, withoutChunks } from './places.ts'
import type { State } from './state.ts'
import { onDifference, reporter } from './views.ts'
import { t } from '../../core/words.ts'

type Params<M extends keyof Requests> = Requests[M]['params']
type Result<M extends keyof Requests> = Requests[M]['result']

/** The analysis of an open file, or of one on disk that no editor has open. */
async function analysisOf(state: State, uri: string, token: CancellationToken): Promise<Analysed | undefined> {
  if (state.documents.get(uri)) return state.analyses.settled(uri, () => token.isCancellationRequested, 10_000)
  return fromDisk(state, uri, token)
}

async function fromDisk(state: State, uri: string, token: CancellationToken): Promise<Analysed | undefined> {
  if (!uri.startsWith('file:') || !existsSync(URI.parse(uri).fsPath)) return undefined
  const surroundings = state.surroundings()
  const source = textOf(uri, surroundings)
  const family = 'refused' in source ? undefined : readFamily(source, surroundings)
  const analysis = family && (await inSlices(analyze(family.readings), () => token.isCancellationRequested))
  return analysis && { analysis, version: 0, lastWhole: analysis.whole ? analysis : undefined }
}

const cancelled = (): never => { throw new ResponseError(-32800, 'cancelled') }

export async function onShow(state: State, { uri, view, tenant, open, since }: Params<'underlay/show'>, token: CancellationToken): Promise<Result<'underlay/show'>> {
  const drawable = state.documents.get(uri) ? await state.analyses.drawable(uri, () => token.isCancellationRequested, 10_000) : await drawableOf(fromDisk(state, uri, token))
  if (token.isCancellationRequested) cancelled()
  if (!drawable) return null
  const { model, version, found: { analysis: latest, lastWhole } } = drawable
  // What is said of a text that is not checked yet was found in the last one that was whole.
  const analysis = model === latest || latest.whole ? latest : lastWhole ?? latest
  // While the text is broken the last good picture stays.
  const pictured = model.whole ? { ...model, problems: analysis.problems } : lastWhole ?? analysis
  const syntax = analysis.problems.find(({ code, severity }) => severity === 'error' && code === 'yaml-syntax') ?? analysis.problems.find(({ severity }) => severity === 'error')
  const says = saysOf(model)
  const shown: ShowWithoutSettings = {
    kind: 'show', uri, version, text: digest(model.readings[0]?.source.text ?? ''),
    ...(says && { says }), ...state.pictures.tell(diagram(pictured, { view, ...(tenant !== undefined && { tenant }), ...(open && { open }) }), since),
    problems: shownProblems(state, analysis, model),
    broken: model.whole ? null : { message: syntax?.message ?? t('the text cannot be read'), range: syntax ? analysis.locator.locate(syntax.at).range : { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } },
  }
  return shown
}

async function drawableOf(asked: Promise<Analysed | undefined>): Promise<Drawable | undefined> {
  const found = await asked
  return found && { model: found.analysis, version: found.version, found }
}

/** Short, and different for different texts; nothing is kept secret by it. */
const digest = (text: string): string => createHash('sha1').update(text).digest('base64')

/** What was found, where it stands in the text of the model. In an entry that has changed since, it is shown where it stood, and without its fixes. */
function shownProblems(state: State, analysis: Analysis, model: Model): readonly ShownProblem[] {
  return analysis.problems.flatMap((problem) => {
    const severity = severityOf(problem, state.settings.severity)
    if (!severity) return []
    const stands = model === analysis || model.places.has(problem.at.chunk)
    return [{
      code: problem.code, severity, message: problem.message, subject: problem.subject ?? null, ...(stands ? model : analysis).locator.locate(problem.at),
      fixes: model === analysis ? problem.fixes.map(({ title, change }) => ({ title, change: withoutChunks(analysis, change) })) : [],
    }]
  })
}

export async function onAsk(state: State, { uri, question, ticket }: Params<'underlay/ask'>, token: CancellationToken): Promise<Answer> {
  const analysed = await analysisOf(state, uri, token)
  if (token.isCancellationRequested) cancelled()
  if (!analysed) return { kind: 'failed', why: t('this file is not one that Underlay reads') }
  if (question.kind === 'copied') {
    state.copied = { uri, ids: question.ids }
    return { kind: 'copied' }
  }
  const found = question.kind === 'plan' && question.gesture.kind === 'paste' ? await pasted(state, uri, analysed.analysis, question.gesture, token) : await answer(analysed.analysis, question, token, reporter(state, ticket))
  // The change is for the text that it was planned for: the picture may be older.
  return found.kind === 'plan' && state.documents.get(uri) ? { ...found, version: analysed.version } : found
}

/** What was copied last is taken as it is now; from another file's picture it comes with that file. */
async function pasted(state: State, uri: string, analysis: Analysis, gesture: Extract<Gesture, { kind: 'paste' }>, token: CancellationToken): Promise<Answer> {
  const { copied } = state
  if (!copied || copied.uri === uri) return shownPlan(analysis, tryGesture(analysis, copied ? { ...gesture, ids: copied.ids } : gesture))
  const source = await analysisOf(state, copied.uri, token)
  if (token.isCancellationRequested) cancelled()
  return source ? shownPlan(analysis, tryPaste(analysis, { analysis: source.analysis, ids: copied.ids })) : { kind: 'failed', why: t('the file that it was copied from is not there any more') }
}

const shownPlan = (analysis: Analysis, plan: ReturnType<typeof tryGesture>): Answer =>
  ('refused' in plan ? { kind: 'failed', why: plan.refused } : { kind: 'plan', plan: { ...plan, change: withoutChunks(analysis, plan.change) } })

/** The picture that is seen is of the last text that was whole; so is what differs from it. */
export async function onAskDifference(state: State, params: Params<'underlay/difference'>, token: CancellationToken): Promise<Result<'underlay/difference'>> {
  const analysed = await analysisOf(state, params.uri, token)
  if (token.isCancellationRequested) cancelled()
  if (!analysed) return { kind: 'failed', why: t('this file is not one that Underlay reads') }
  return onDifference(state, analysed.analysis.whole ? analysed.analysis : analysed.lastWhole ?? analysed.analysis, params, token)
}

const optionsOf = ({ mode, profile }: Extract<Question, { kind: 'migrate' | 'forecast' | 'together' }>): MoveOptions => ({ ...(mode && { mode }), ...(profile && { profile }) })

async function answer(analysis: Analysis, question: Question, token: CancellationToken, tell: ReturnType<typeof reporter>): Promise<Answer> {
  switch (question.kind) {
    case 'targets': {
      const ranked = [...targets(analysis, question.vm, question.mode, question.profile)].sort((a, b) => a.rank - b.rank || (a.host < b.host ? -1 : 1))
      return { kind: 'targets', vm: question.vm, mode: question.mode ?? analysis.realised.infra.migration.mode?.value ?? 'pre-copy', targets: ranked.map(shownTarget) }
    }
    case 'migrate': {
      const report = await inSlices(migrate(analysis, question.vm, question.to, optionsOf(question)), () => token.isCancellationRequested, tell)
      return report ? { kind: 'migrate', report: shownMigration(report) } : cancelled()
    }
    case 'together': {
      const plan = await inSlices(migrateTogether(analysis, question.moves, question.pace, optionsOf(question)), () => token.isCancellationRequested, tell)
      return plan ? { kind: 'together', plan: shownJoint(plan) } : cancelled()
    }
    case 'evacuate': {
      const plan = await inSlices(evacuate(analysis, question.host), () => token.isCancellationRequested, tell)
      return plan ? { kind: 'evacuate', plan: shownEvacuation(plan) } : cancelled()
    }
    case 'rebalance': {
      const plan = await inSlices(rebalance(analysis), () => token.isCancellationRequested, tell)
      return plan ? { kind: 'rebalance', plan } : cancelled()
    }
    case 'forecast': {
      const found = await inSlices(forecast(analysis, question.vm, question.to, optionsOf(question), { runs: 40 }), () => token.isCancellationRequested, tell)
      if (!found) return cancelled()
      const { report: _report, ...around } = found
      return { kind: 'forecast', forecast: around }
    }
    case 'plan': return shownPlan(analysis, tryGesture(analysis, question.gesture))
    case 'settings': {
      const found = settingsOf(analysis, question.id)
      return 'refused' in found ? { kind: 'failed', why: found.refused } : { kind: 'settings', ...found }
    }
    case 'parts': return { kind: 'parts', parts: partsOf(analysis) }
    case 'trace': {
      const found = traceBetween(analysis, question)
      return 'refused' in found ? { kind: 'failed', why: found.refused } : { kind: 'trace', trace: shownTrace(analysis, found) }
    }
    case 'reach': {
      if (!analysis.realised.infra.nodes.has(question.from)) return { kind: 'failed', why: t`there is no ${question.from}` }
      const pairs = await inSlices(reach(analysis, { from: [question.from] }), () => token.isCancellationRequested, tell)
      return pairs ? { kind: 'reach', reach: shownReach(question.from, pairs) } : cancelled()
    }
    case 'failure': {
      // Undefined stands for what cannot fail as well as for a question that nobody waits for any more.
      const failure = await inSlices(failing(analysis, question.id), () => token.isCancellationRequested, tell)
      if (token.isCancellationRequested) return cancelled()
      return failure ? { kind: 'failure', failure: shownFailure(question.id, failure) } : { kind: 'failed', why: t`${question.id} is not something that can fail here` }
    }
    case 'revisions': case 'difference': case 'never-mind': case 'copied': return { kind: 'failed', why: t('the language server has no history of the file') }
    case 'networks': return { kind: 'networks', networks: networksOf(analysis), at: question.at === undefined ? [] : networksAt(analysis, question.at) }
    case 'network': {
      const network = networkOf(analysis, question.key, diagram(analysis, { view: question.view, ...(question.tenant !== undefined && { tenant: question.tenant }) }), question.from)
      return network ? { kind: 'network', network } : { kind: 'failed', why: t('that network is there no longer') }
    }
    case 'domains': return { kind: 'domains', domains: domainsOf(analysis, diagram(analysis, { view: question.view, ...(question.tenant !== undefined && { tenant: question.tenant }) })) }
    case 'load': {
      const load = await inSlices(loadOf(analysis, question), () => token.isCancellationRequested, tell)
      return load === undefined ? cancelled() : 'refused' in load ? { kind: 'failed', why: load.refused } : { kind: 'load', load }
    }
    case 'find': return { kind: 'found', found: findHidden(analysis, question.words) }
    case 'commands': return { kind: 'commands', lines: commandsOf(analysis, question.node) }
    case 'why-not': {
      const found = traceBetween(analysis, question)
      if ('refused' in found) return { kind: 'failed', why: found.refused }
      const why = await inSlices(whyNot(analysis, found.flow), () => token.isCancellationRequested, tell)
      return why ? { kind: 'why-not', whyNot: shownWhyNot(analysis, why) } : cancelled()
    }
  }
}

export async function onChange(state: State, { uri, version, change }: Params<'underlay/change'>, token: CancellationToken): Promise<Result<'underlay/change'>> {
  const analysed = await analysisOf(state, uri, token)
  if (!analysed) return { refused: t('this file is not one that Underlay reads') }
  const document = state.documents.get(uri)
  if (analysed.version !== version || (document && document.version !== version)) return { refused: t('the text has changed since; look again') }
  const edits = edit(analysed.analysis, withChunks(analysed.analysis, change))
  if ('refused' in edits) return edits
  // Files that include this one name its parts, too.
  const dependents = renames(change) ? state.analyses.dependents(uri).flatMap((one) => state.analyses.latest(one)?.analysis ?? []) : []
  return { edits: onceEach([analysed.analysis, ...dependents].flatMap((one, i) => {
    const own = i === 0 ? edits : edit(one, change)
    return 'refused' in own ? [] : plainEdits(one, own)
  })) }
}

const renames = (change: Change): boolean => change.kind === 'rename' || change.kind === 'rename-node' || (change.kind === 'several' && change.changes.some(renames))

export async function onLocate(state: State, { uri, id }: Params<'underlay/locate'>, token: CancellationToken): Promise<Result<'underlay/locate'>> {
  const analysed = await analysisOf(state, uri, token)
  const place = analysed && placeOf(analysed.analysis, id)
  return analysed && place ? analysed.analysis.locator.locate(place) : null
}

export async function onElementAt(state: State, { uri, position }: Params<'underlay/elementAt'>, token: CancellationToken): Promise<string | null> {
  const analysed = await analysisOf(state, uri, token)
  const document = state.documents.get(uri)
  return (analysed && document && elementAt(analysed.analysis, uri, document.offsetAt(position))) ?? null
}

export async function onExpectations(state: State, { uri }: Params<'underlay/expectations'>, token: CancellationToken): Promise<Result<'underlay/expectations'>> {
  const analysed = await analysisOf(state, uri, token)
  return (analysed?.analysis.expectations ?? []).map(({ kind, status, message, at }) => ({ kind, status, message, ...(analysed as Analysed).analysis.locator.locate(at) }))
}

export async function onExpectationsNow(state: State, { uri }: Params<'underlay/expectationsNow'>, token: CancellationToken): Promise<Result<'underlay/expectationsNow'>> {
  const analysed = await analysisOf(state, uri, token)
  if (!analysed) return { refused: t('this file is not one that Underlay reads') }
  const { analysis, version } = analysed
  if (!analysis.whole) return { refused: t('the text is broken; what holds is only known when it is whole') }
  const written = await inSlices(writeExpectations(analysis), () => token.isCancellationRequested)
  if (!written) return cancelled()
  const edits = written.count === 0 ? [] : edit(analysis, written.change)
  return 'refused' in edits ? edits : { edits: plainEdits(analysis, edits), count: written.count, version }
}

export async function onModel(state: State, { uri }: Params<'underlay/model'>, token: CancellationToken): Promise<Result<'underlay/model'>> {
  const analysed = await analysisOf(state, uri, token)
  return analysed ? modelOf(analysed.analysis) : null
}

export function onExplain({ code }: Params<'underlay/explain'>): Result<'underlay/explain'> {
  return (code === undefined ? explainedCodes : [code]).flatMap((one) => {
    const known = explanationOf(one)
    return known ? [{ code: one, title: t(known.title), text: code === undefined ? '' : pageText(one) ?? known.text }] : []
  })
}

/** Open files are up to date anyway; others are read from disk, and what is wrong in them is published. */
export async function onValidate(state: State, { uris }: Params<'underlay/validate'>, token: CancellationToken): Promise<Result<'underlay/validate'>> {
  let files = 0
  let problems = 0
  for (const uri of uris) {
    if (token.isCancellationRequested) break
    const analysed = await analysisOf(state, uri, token)
    if (!analysed) continue
    files++
    problems += analysed.analysis.problems.length
    if (!state.documents.get(uri)) state.publish(uri, analysed)
  }
  return { files, problems }
}
