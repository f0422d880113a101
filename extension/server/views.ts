/** Questions of the views that need more than one analysis: what differs from an older text. */
import { ResponseError, type CancellationToken } from 'vscode-languageserver'
import type { Analysis } from '../../core/analysis.ts'
import { comparison, pastOf } from '../../core/comparing.ts'
import type { Progress } from '../../core/ask.ts'
import { shownDifference } from '../../core/shown-views.ts'
import { progressedMethod, type Requests } from '../requests.ts'
import { inSlices } from './analyses.ts'
import { readFamily } from './includes.ts'
import type { State } from './state.ts'
import { t } from '../../core/words.ts'

/** Milliseconds of work before anything is said of it; and between two things said. */
const [patience, pause] = [1000, 300]

/** Tells how far work has come, once it takes longer than a moment. */
export function reporter(state: State, ticket: string | undefined): (progress: Progress) => void {
  if (ticket === undefined) return () => {}
  let next = performance.now() + patience
  return ({ doing, done, of }) => {
    if (performance.now() < next) return
    next = performance.now() + pause
    void state.connection.sendNotification(progressedMethod, { ticket, doing, done, of })
  }
}

/** `present` is what the text is now. */
export async function onDifference(state: State, present: Analysis, { uri, question, texts, ticket }: Requests['underlay/difference']['params'], token: CancellationToken): Promise<Requests['underlay/difference']['result']> {
  const text = texts[uri]
  if (typeof text !== 'string') return text === null ? { kind: 'failed', why: t('the file was not there at that revision') } : { kind: 'needs', uris: [uri] }
  const missing = new Set<string>()
  const surroundings = state.surroundings()
  const family = readFamily({ uri, text, version: 0 }, {
    roots: surroundings.roots,
    past(asked) {
      const found = texts[asked]
      if (found === undefined) missing.add(asked)
      return found
    },
    // What did not change since is read once, and stays the same object.
    memory: new Map(present.readings.map((reading) => [reading.source.uri, reading])),
  })
  if (!family) return { kind: 'failed', why: t('no reader knows the format that the file had at that revision') }
  if (missing.size > 0) return { kind: 'needs', uris: [...missing] }
  const before = pastOf(family.readings, present)
  const found = await inSlices(comparison(before, present, { view: question.view, ...(question.tenant !== undefined && { tenant: question.tenant }) }), () => token.isCancellationRequested, reporter(state, ticket))
  if (!found) throw new ResponseError(-32800, 'cancelled')
  return { kind: 'difference', difference: shownDifference(question.revision, question.view, before, present, found) }
}
