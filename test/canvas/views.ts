/** The views' questions, answered by the core; behind a text stands an older one, where a test has a history. */
import { diagram, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { comparison, pastOf } from '../../core/comparing.ts'
import type { Answer, Question } from '../../core/protocol.ts'
import { loadOf } from '../../core/loading.ts'
import { domainsOf, networkOf, networksAt, networksOf } from '../../core/networks.ts'
import { shownDifference } from '../../core/shown-views.ts'

export function viewAnswer(analysis: Analysis, question: Question, committed: string | undefined): Answer | undefined {
  if (question.kind === 'revisions') {
    return committed === undefined ? { kind: 'failed', why: 'This file is in no Git repository.' }
      : { kind: 'revisions', revisions: [{ id: 'HEAD', label: 'The last commit', said: '' }, { id: '3f2a91c0', label: '3f2a91c Draw <b>the</b> second rack', said: 'A. Person, 3 May 2026' }] }
  }
  if (question.kind === 'difference') {
    if (committed === undefined || (question.revision !== 'HEAD' && question.revision !== '3f2a91c0')) return { kind: 'failed', why: `There is no revision ${question.revision} in this repository.` }
    const reading = readSource({ uri: analysis.readings[0]?.source.uri ?? '', text: committed, version: 0 }, analysis.readings[0])
    if (!reading) throw new Error('no reader')
    const before = pastOf([reading], analysis)
    return { kind: 'difference', difference: shownDifference(question.revision, question.view, before, analysis, finish(comparison(before, analysis, { view: question.view }))) }
  }
  if (question.kind === 'networks') return { kind: 'networks', networks: networksOf(analysis), at: question.at === undefined ? [] : networksAt(analysis, question.at) }
  if (question.kind === 'network') {
    const network = networkOf(analysis, question.key, diagram(analysis, { view: question.view }), question.from)
    return network ? { kind: 'network', network } : { kind: 'failed', why: 'that network is there no longer' }
  }
  if (question.kind === 'domains') return { kind: 'domains', domains: domainsOf(analysis, diagram(analysis, { view: question.view })) }
  if (question.kind === 'load') {
    const load = finish(loadOf(analysis, question))
    return 'refused' in load ? { kind: 'failed', why: load.refused } : { kind: 'load', load }
  }
  return undefined
}
