/** What breaks when one thing fails: pairs that are lost, found and narrowed, each a click from its trace as things are. */
import { useEffect, type ReactElement } from 'react'
import type { ShownPairs } from '../../core/protocol.ts'
import { askFailure, openTrace, useStore } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

function Pairs({ title, pairs: { count, pairs }, kind }: { readonly title: string; readonly pairs: ShownPairs; readonly kind: string }): ReactElement | null {
  if (count === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}: {count}</h3>
      <ul className="reach-list">
        {pairs.map(({ from, to, address, said }, i) => (
          <li key={i} className={kind}><button type="button" title={t('Trace it as things are')} onClick={() => openTrace(from, to)}><span className="where">{from} → {to}</span> <span className="quiet">{address}</span> <span className="said">{said}</span></button></li>
        ))}
      </ul>
      {count > pairs.length && <p className="hint">{t('and {0} more', count - pairs.length)}</p>}
    </section>
  )
}

export function Failure(): ReactElement {
  const failure = useStore((state) => state.failure)
  const version = useStore((state) => state.shown?.version ?? 0)
  const id = failure?.id
  useEffect(() => { if (id !== undefined) void askFailure(id) }, [id, version])
  const answer = failure?.answer
  return (
    <>
      <Title>{t('What if it failed?')}</Title>
      {failure?.failed !== undefined && <p className="problem error">{failure.failed}</p>}
      {!answer && failure?.failed === undefined && <p className="hint" role="status">{t('Trying it…')}</p>}
      {answer && (
        <>
          <p role="status">{t('Without the {0}{1}: {2}', answer.label, answer.gone.length > 1 ? t` and its ${answer.gone.length - 1} guests` : '', answer.lost.count === 0 ? t('every pair of the rest still talks.') : t`${answer.lost.count} pairs of the rest are lost.`)}</p>
          <Pairs title={t('Lost')} pairs={answer.lost} kind="dropped" />
          <Pairs title={t('By another way')} pairs={answer.changed} kind="unknown" />
          <Pairs title={t('Gained')} pairs={answer.gained} kind="delivered" />
          <p className="hint">{t('{0} nodes were asked, every one for every other.', answer.compared)}</p>
        </>
      )}
    </>
  )
}
