/** What differs from an older text: parts with their settings, then the pairs that were lost, found and changed, each a click from its trace. */
import { useEffect, useState, type ReactElement } from 'react'
import type { ElementDifference, Outcome, ShownPairChanges } from '../../core/protocol.ts'
import { Button, Field } from '../controls.ts'
import { bringIntoSight, openTrace, useStore } from '../store.ts'
import { askDifference, giveUp, useViews } from '../views.ts'
import { Waiting } from './Waiting.tsx'
import { outcomeWords } from '../marks.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const order: readonly Outcome[] = ['added', 'removed', 'moved', 'renamed', 'changed']
const setting = ({ path, before, after }: ElementDifference['settings'][number]): string =>
  (before === null ? `+ ${path}${after === '' || after === null ? '' : ` ${after}`}` : after === null ? `− ${path}${before === '' ? '' : ` ${before}`}` : `${path} ${before} → ${after}`)

function Part({ part, drawn }: { readonly part: ElementDifference; readonly drawn: boolean }): ReactElement {
  const words = <><span className={`outcome ${part.what}`}>{outcomeWords[part.what]}</span> <span className="where">{part.name}</span> <span className="quiet">{part.kind}{part.what === 'moved' ? t(' from {0} to {1}', part.from ?? t('nowhere'), part.to ?? t('nowhere')) : ''}{part.was === undefined ? '' : t(', was {0}', part.was)}</span></>
  return (
    <li>
      {drawn ? <button type="button" className="link" onClick={() => bringIntoSight(part.id)}>{words}</button> : <span>{words}</span>}
      {part.settings.length > 0 && <ul className="settings-changed">{part.settings.map((one) => <li key={one.path}><code>{setting(one)}</code></li>)}</ul>}
    </li>
  )
}

function Pairs({ title, kind, changes: { count, pairs, withNodes }, gone }: { readonly title: string; readonly kind: string; readonly changes: ShownPairChanges; readonly gone: string }): ReactElement | null {
  const others = withNodes.reduce((sum, one) => sum + one.count, 0)
  if (count + others === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}: {count + others}</h3>
      <ul className="reach-list">
        {pairs.map(({ from, to, address, before, after, because }, i) => (
          <li key={i} className={kind}>
            <button type="button" title={because ?? t('Trace it as things are')} onClick={() => openTrace(from, to)}>
              <span className="where">{from} → {to}</span> <span className="quiet">{address}</span> <span className="said">{before} → {after}</span>
              {because !== null && <span className="because quiet">{because}</span>}
            </button>
          </li>
        ))}
      </ul>
      {count > pairs.length && <p className="hint">{t('and {0} more', count - pairs.length)}</p>}
      {withNodes.map(({ node, count: n }) => <p key={node} className="hint">{t('{0} with {1}, which {2}', n, node, gone)}</p>)}
    </section>
  )
}

export function Difference(): ReactElement {
  const revision = useViews((state) => state.revision)
  const { answer: revisions, failed: noRevisions } = useViews((state) => state.revisions)
  const { answer, failed, asking, progress } = useViews((state) => state.difference)
  const version = useStore((state) => state.shown?.version ?? 0)
  const view = useStore((state) => `${state.view} ${state.tenant ?? ''}`)
  const diagram = useStore((state) => state.shown?.diagram)
  const [other, setOther] = useState('')
  const known = revisions !== undefined
  // Where there is no history there is nothing to ask.
  useEffect(() => { if (known) void askDifference() }, [known, version, view])
  const drawn = new Set([...(diagram?.boxes ?? []), ...(diagram?.lines ?? [])].map(({ id }) => id))
  const own = [...(answer?.elements ?? [])].filter(({ derived }) => !derived).sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what))
  const follows = (answer?.elements ?? []).filter(({ derived }) => derived)
  const listed = revisions?.some(({ id }) => id === revision) === true
  const total = (changes: ShownPairChanges | undefined): number => (changes ? changes.count + changes.withNodes.reduce((sum, { count }) => sum + count, 0) : 0)
  return (
    <>
      <Title>{t('Difference')}</Title>
      {noRevisions !== undefined && <p className="problem information" role="status">{noRevisions}</p>}
      {revisions && (
        <>
          <label className="chooser">{t('Compare with')}{' '}<select className="setting" value={revision} onChange={({ currentTarget: { value } }) => void askDifference(value)}>
            {!listed && <option value={revision}>{revision}</option>}
            {revisions.map(({ id, label, said }) => <option key={id} value={id}>{said === '' ? label : `${label} · ${said}`}</option>)}
          </select></label>
          <div className="row wide">
            <Field label={t('Another revision')} placeholder={t('branch, tag or commit')} value={other} onInput={setOther} onEnter={() => { if (other.trim() !== '') void askDifference(other.trim()) }} />
            <Button disabled={other.trim() === ''} onClick={() => void askDifference(other.trim())}>{t('Compare')}</Button>
          </div>
        </>
      )}
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {asking && <Waiting words={t('Comparing…')} progress={progress} giveUp={() => giveUp('difference')} />}
      {answer && (
        <>
          <p role="status">
            {own.length === 0 && answer.count === 0 ? t('Nothing differs') : order.map((what) => [what, own.filter((one) => one.what === what).length] as const).filter(([, n]) => n > 0).map(([what, n]) => `${n} ${outcomeWords[what]}`).join(', ') || t('Only what follows from something differs')}
            {total(answer.lost) + total(answer.gained) + total(answer.changed) === 0 ? t('; every pair talks as it did.') : t('; pairs: {0} lost, {1} gained, {2} changed.', total(answer.lost), total(answer.gained), total(answer.changed))}
          </p>
          {answer.faults.length > 0 && <div className="problem warning"><span>{t('The older text could not be read whole:')}</span>{answer.faults.map((fault) => <span key={fault}>{fault}</span>)}</div>}
          {own.length > 0 && <ul className="parts" aria-label={t('Parts that differ')}>{own.map((part) => <Part key={`${part.kind} ${part.id}`} part={part} drawn={drawn.has(part.id)} />)}</ul>}
          {answer.count > answer.elements.length && <p className="hint">{t('and {0} more parts', answer.count - answer.elements.length)}</p>}
          <Pairs title={t('Lost')} kind="dropped" changes={answer.lost} gone={t('is gone')} />
          <Pairs title={t('Gained')} kind="delivered" changes={answer.gained} gone={t('is new')} />
          <Pairs title={t('Changed')} kind="unknown" changes={answer.changed} gone={t('is on one side only')} />
          {follows.length > 0 && <details><summary>{t('Follows from that: {0}', follows.length)}</summary><ul className="parts">{follows.map((part) => <Part key={`${part.kind} ${part.id}`} part={part} drawn={drawn.has(part.id)} />)}</ul></details>}
          <p className="hint">{t('{0} nodes were asked, every one for every other, then and now.', answer.compared)}</p>
        </>
      )}
    </>
  )
}
