/** What the language server answers to the migration panels' questions. */
import { evacuate, finish, forecast, migrate, migrateTogether, rebalance, targets, type Analysis } from '../../core/analysis.ts'
import type { MoveOptions } from '../../core/ask.ts'
import type { Answer, Question } from '../../core/protocol.ts'
import { shownEvacuation, shownJoint, shownMigration, shownTarget } from '../../core/shown.ts'

const optionsOf = ({ mode, profile }: Extract<Question, { kind: 'migrate' | 'forecast' | 'together' }>): MoveOptions => ({ ...(mode && { mode }), ...(profile && { profile }) })

/** Undefined where another asks. */
export function migrationAnswer(analysis: Analysis, question: Question): Answer | undefined {
  switch (question.kind) {
    case 'targets': return { kind: 'targets', vm: question.vm, mode: question.mode ?? analysis.realised.infra.migration.mode?.value ?? 'pre-copy', targets: targets(analysis, question.vm, question.mode, question.profile).map(shownTarget) }
    case 'migrate': return { kind: 'migrate', report: shownMigration(finish(migrate(analysis, question.vm, question.to, optionsOf(question)))) }
    case 'together': return { kind: 'together', plan: shownJoint(finish(migrateTogether(analysis, question.moves, question.pace, optionsOf(question)))) }
    case 'forecast': {
      const { report: _report, ...around } = finish(forecast(analysis, question.vm, question.to, optionsOf(question), { runs: 20 }))
      return { kind: 'forecast', forecast: around }
    }
    case 'evacuate': return { kind: 'evacuate', plan: shownEvacuation(finish(evacuate(analysis, question.host))) }
    case 'rebalance': return { kind: 'rebalance', plan: finish(rebalance(analysis)) }
    default: return undefined
  }
}
