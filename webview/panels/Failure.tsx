/** What breaks when one thing fails: pairs that are lost, found and narrowed, each a click from its trace as things are. */
import { useEffect, type ReactElement } from 'react'
import type { ShownFailure, ShownPairs } from '../../core/protocol.ts'
import { askFailure, bringIntoSight, openTrace, useStore } from '../store.ts'
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

/** The tunnels that have lost what carries them, drawn here as they are in the picture; each a click from its line. */
function Tunnels({ failed }: { readonly failed: ShownFailure['tunnels'] }): ReactElement | null {
  const lines = useStore((state) => state.shown?.whole?.lines ?? state.shown?.diagram.lines)
  const both = new Map<string, ShownFailure['tunnels'][number]>()
  for (const one of failed) {
    const key = [...one.ends].sort().join(' ')
    if (both.get(key)?.verdict !== 'dropped') both.set(key, one)
  }
  if (both.size === 0) return null
  return (
    <section aria-label={t('Tunnels that nothing carries any more')}>
      <h3>{t('Tunnels that nothing carries any more')}: {both.size}</h3>
      <ul className="reach-list">
        {[...both].slice(0, mostTunnels).map(([key, { ends: [a, b], verdict, reason }]) => {
          const id = lines?.find((line) => line.id === `tunnel:${a}-${b}` || line.id === `tunnel:${b}-${a}`)?.id
          const look = verdict === 'dropped' ? 'lost' : 'unsure'
          return (
            <li key={key} className={verdict}>
              <button type="button" title={t('Show it in the picture')} onClick={() => { if (id !== undefined) bringIntoSight(id) }}>
                <svg className={`sample line ${look}`} width="26" height="8" aria-hidden="true"><path className="react-flow__edge-path" d="M0 4h26" fill="none" /></svg>
                <span className="where">{a} ↔ {b}</span> <span className="said">{reason ?? t('unknown')}</span>
              </button>
            </li>
          )
        })}
      </ul>
      {both.size > mostTunnels && <p className="hint">{t('and {0} more', both.size - mostTunnels)}</p>}
    </section>
  )
}

/** More are only counted. */
const mostTunnels = 50

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
          <p role="status">{t('Without the {0}{1}: {2}', answer.label, answer.gone.length === 2 ? t(' and its guest') : answer.gone.length > 2 ? t` and its ${answer.gone.length - 1} guests` : '', answer.compared < 2 ? t('nobody is left who could talk to another.') : answer.lost.count === 0 ? t('every pair of the rest still talks.') : answer.lost.count === 1 ? t('one pair of the rest is lost.') : t`${answer.lost.count} pairs of the rest are lost.`)}</p>
          <Tunnels failed={answer.tunnels} />
          <Pairs title={t('Lost')} pairs={answer.lost} kind="dropped" />
          <Pairs title={t('By another way')} pairs={answer.changed} kind="unknown" />
          <Pairs title={t('Gained')} pairs={answer.gained} kind="delivered" />
          {answer.compared >= 2 && <p className="hint">{t('{0} nodes were asked, every one for every other.', answer.compared)}</p>}
        </>
      )}
    </>
  )
}
