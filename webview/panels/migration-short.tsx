/** What a move would do, in one sentence, while somebody is asked whether to make it. */
import { useEffect, useState, type ReactElement } from 'react'
import { sentenceOf, sentenceOfMoves } from '../../core/migration-sentence.ts'
import type { ShownJoint, ShownMigration } from '../../core/protocol.ts'
import { ask } from '../host.ts'
import { t } from '../l10n.ts'

/** Asks for itself, so that the question stands at once and the answer when it is there. */
export function MoveInShort({ guest, host }: { readonly guest: string; readonly host: string }): ReactElement {
  const [found, setFound] = useState<{ readonly of: string; readonly report: ShownMigration } | undefined>(undefined)
  const of = `${guest} ${host}`
  useEffect(() => {
    let wanted = true
    void ask({ kind: 'migrate', vm: guest, to: host }).then((answer) => {
      if (wanted && answer.kind === 'migrate') setFound({ of, report: answer.report })
    })
    return () => { wanted = false }
  }, [guest, host, of])
  const report = found?.of === of ? found.report : undefined
  return (
    <p className={`move-says ${!report ? '' : !report.feasible ? 'cannot' : report.converged === false ? 'may' : 'can'}`} role="status">
      {report ? sentenceOf(report) : t('Simulating the move…')}
    </p>
  )
}

/** The same of several at once. */
export function MovesInShort({ moves }: { readonly moves: readonly { readonly guest: string; readonly host: string }[] }): ReactElement {
  const [found, setFound] = useState<{ readonly of: string; readonly plan: ShownJoint } | undefined>(undefined)
  const of = JSON.stringify(moves)
  useEffect(() => {
    let wanted = true
    void ask({ kind: 'together', pace: 'at-once', moves: (JSON.parse(of) as typeof moves).map(({ guest, host }) => ({ vm: guest, to: host })) }).then((answer) => {
      if (wanted && answer.kind === 'together') setFound({ of, plan: answer.plan })
    })
    return () => { wanted = false }
  }, [of])
  const plan = found?.of === of ? found.plan : undefined
  return (
    <p className={`move-says ${!plan ? '' : !plan.feasible ? 'cannot' : plan.moves.some(({ converged }) => converged === false) ? 'may' : 'can'}`} role="status">
      {plan ? sentenceOfMoves(plan) : t('Simulating the moves…')}
    </p>
  )
}
