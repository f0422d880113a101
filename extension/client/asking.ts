/** The designer's questions on their way: to the language server, or to the file's history; each can be given up, and long ones tell how far they are. */
import * as vscode from 'vscode'
import type { Answer, Question } from '../../core/protocol.ts'
import type { Connection } from './connection.ts'
import { revisionMeant, revisionsOf, textsAt } from './history.ts'

/** Includes of includes are asked for round by round; this many rounds are more than the reader follows. */
const mostRounds = 20

export interface Asking extends vscode.Disposable {
  ask(number: number, question: Question): Promise<void>
}

/** `tell` hands an answer on; a question that was given up has none. */
export function createAsking(uri: vscode.Uri, connection: Connection, tell: (number: number, answer: Answer) => void): Asking {
  const running = new Map<number, vscode.CancellationTokenSource>()
  const tickets = new Map<string, number>()
  const progress = connection.onProgressed(({ ticket, doing, done, of }) => {
    const number = tickets.get(ticket)
    if (number !== undefined && running.has(number)) tell(number, { kind: 'progress', progress: { doing, done, of } })
  })

  const difference = async (question: Extract<Question, { kind: 'difference' }>, ticket: string, token: vscode.CancellationToken): Promise<Answer> => {
    const hash = await revisionMeant(uri, question.revision)
    if (typeof hash !== 'string') return { kind: 'failed', why: hash.refused }
    let texts: Readonly<Record<string, string | null>> = {}
    let needed: readonly string[] = [uri.toString()]
    for (let round = 0; round < mostRounds && needed.length > 0 && !token.isCancellationRequested; round++) {
      const found = await textsAt(uri, hash, needed)
      if ('refused' in found && typeof found.refused === 'string') return { kind: 'failed', why: found.refused }
      texts = { ...texts, ...(found as Readonly<Record<string, string | null>>) }
      const answer = await connection.ask('underlay/difference', { uri: uri.toString(), question, texts, ticket }, token)
      if (answer.kind !== 'needs') return answer
      needed = answer.uris
    }
    return { kind: 'failed', why: vscode.l10n.t('The files of that revision include each other without end.') }
  }

  const answerTo = async (question: Question, ticket: string, token: vscode.CancellationToken): Promise<Answer> => {
    if (question.kind === 'revisions') {
      const revisions = await revisionsOf(uri)
      return 'refused' in revisions ? { kind: 'failed', why: revisions.refused } : { kind: 'revisions', revisions }
    }
    if (question.kind === 'difference') return difference(question, ticket, token)
    return connection.ask('underlay/ask', { uri: uri.toString(), question, ticket }, token)
  }

  return {
    async ask(number, question) {
      if (question.kind === 'never-mind') {
        running.get(question.number)?.cancel()
        running.delete(question.number)
        return
      }
      const source = new vscode.CancellationTokenSource()
      running.set(number, source)
      const ticket = connection.ticket()
      tickets.set(ticket, number)
      const answer = await answerTo(question, ticket, source.token)
        .catch((error: unknown) => ({ kind: 'failed' as const, why: error instanceof Error ? error.message : String(error) }))
      source.dispose()
      tickets.delete(ticket)
      if (running.delete(number)) tell(number, answer)
    },
    dispose() {
      progress.dispose()
      for (const source of running.values()) source.cancel()
      running.clear()
    },
  }
}
