/** Whom one node reaches: the picture in the colours of the answer, and a list with reasons; what is lost comes first. */
import { useEffect, type ReactElement } from 'react'
import type { ShownReach } from '../../core/protocol.ts'
import { askReach, openTrace, useStore } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

type End = ShownReach['ends'][number]

const order: Readonly<Record<string, number>> = { dropped: 0, unknown: 1, delivered: 2 }
const words = ({ verdict, reason, pathMtu }: End): string => (verdict === 'delivered' ? t('path MTU {0}', pathMtu ?? '?') : verdict === 'unknown' ? t('unknown') : reason ?? t('lost'))

export function Reach(): ReactElement {
  const { from, answer, failed } = useStore((state) => state.reach)
  const version = useStore((state) => state.shown?.version ?? 0)
  // The text may say something else by now.
  useEffect(() => { if (from !== undefined) void askReach(from) }, [from, version])
  const ends = [...(answer?.ends ?? [])].sort((a, b) => (order[a.verdict] ?? 0) - (order[b.verdict] ?? 0))
  const reached = ends.filter(({ verdict }) => verdict === 'delivered').length
  return (
    <>
      <Title>{t('Reach')}</Title>
      {from === undefined && <p className="hint">{t('Click a node to see whom it reaches.')}</p>}
      {from !== undefined && failed === undefined && !answer && <p className="hint" role="status">{t('Asking…')}</p>}
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {answer && (
        <>
          <p role="status"><strong>{answer.from}</strong>{' '}{t('reaches')}{' '}{reached}{' '}{t('of')}{' '}{ends.length}</p>
          <ul className="reach-list">
            {ends.map((end) => (
              <li key={end.node} className={end.verdict}>
                <button type="button" title={end.because ?? t('Trace it')} onClick={() => openTrace(answer.from, end.node)}><span className="where">{end.node}</span> <span className="quiet">{end.address}</span> <span className="said">{words(end)}</span></button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
