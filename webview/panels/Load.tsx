/** How full links and servers are: by the flows that the file declares and those that are tried out; tables with the fullest first. */
import { useEffect, useState, type ReactElement } from 'react'
import type { ShownLoad } from '../../core/protocol.ts'
import { Button, Field } from '../controls.ts'
import { bringIntoSight, openTrace, useStore } from '../store.ts'
import { askLoad, giveUp, useViews } from '../views.ts'
import { Waiting } from './Waiting.tsx'
import { bytes, flowsOf, percent, rateOf, roomsOf } from './words.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const level = (share: number | null): string => (share === null ? 'unknown' : share >= 0.995 ? 'full' : share > 0.8 ? 'high' : '')

function Links({ links }: { readonly links: ShownLoad['links'] }): ReactElement {
  return (
    <table className="loads">
      <caption>{t('Links, each direction')}</caption>
      <thead><tr><th>{t('from → to')}</th><th className="figure">{t('load')}</th><th className="figure">{t('of')}</th><th className="figure">{t('full')}</th></tr></thead>
      <tbody>
        {links.map(({ id, from, to, capacity, load, share, flows, unsaid }) => (
          <tr key={`${from} ${to}`} className={level(share)}>
            <td><button type="button" className="link" title={flowsOf(flows)} onClick={() => bringIntoSight(id)}><span className="end">{from} →</span> <span className="end">{to}</span></button></td>
            <td className="figure">{load !== null ? rateOf(load) : unsaid === flows ? t('no rate stated') : t('unknown')}</td>
            <td className="figure">{capacity === null ? t('unknown') : rateOf(capacity)}</td>
            <td className="figure">{share === null ? '?' : percent(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Hosts({ hosts }: { readonly hosts: ShownLoad['hosts'] }): ReactElement {
  const rows = hosts.flatMap((host) => roomsOf(host).map((room) => ({ node: host.node, ...room }))).sort((a, b) => (b.share?.of ?? -1) - (a.share?.of ?? -1))
  return (
    <table className="loads">
      <caption>{t('Servers')}</caption>
      <thead><tr><th>{t('server')}</th><th>{t('asked of had')}</th><th className="figure">{t('full')}</th></tr></thead>
      <tbody>
        {rows.map(({ node, name, figures, share, word }) => (
          <tr key={`${node} ${name}`} className={level(share && share.of)}>
            <td><button type="button" className="link" onClick={() => bringIntoSight(node)}>{node}</button> <span className="quiet">{name}</span></td>
            <td>{figures}</td>
            <td className="figure">{word.slice(name.length + 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Flows({ flows, count }: { readonly flows: ShownLoad['flows']; readonly count: number }): ReactElement {
  return (
    <details>
      <summary>{flowsOf(count)}</summary>
      <ul className="reach-list">
        {flows.map(({ from, to, words, rate, wanted, bound, because }, i) => (
          <li key={i} className={because !== null ? 'dropped' : rate === null ? 'unknown' : 'delivered'}>
            <button type="button" title={t('Trace it')} onClick={() => openTrace(from, to)}>
              <span className="where">{from} → {to}</span> <span className="quiet">{words}</span> <span className="said">{because !== null ? t('nothing') : rate === null ? t('unknown') : rateOf(rate)}</span>
              {because !== null && <span className="because quiet">{because}</span>}
              {bound !== null && because === null && <span className="because quiet">{t('no more by {0}{1}', bound, wanted === null ? '' : t`, though ${rateOf(wanted)} are wanted`)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {count > flows.length && <p className="hint">{t('and {0} more', count - flows.length)}</p>}
    </details>
  )
}

export function Load(): ReactElement {
  const { answer, failed, asking, progress } = useViews((state) => state.load)
  const each = useViews((state) => state.each)
  const tried = useViews((state) => state.flows)
  const version = useStore((state) => state.shown?.version ?? 0)
  const selected = useStore((state) => state.selected)
  const [typed, setTyped] = useState(each)
  const [flow, setFlow] = useState({ from: selected !== undefined && !selected.includes(':') ? selected : '', to: '', rate: '' })
  useEffect(() => { void askLoad() }, [version])
  const add = (): void => {
    if (flow.from.trim() === '' || flow.to.trim() === '') return
    void askLoad({ flows: [...tried, { from: flow.from.trim(), to: flow.to.trim(), ...(flow.rate.trim() !== '' && { rate: flow.rate.trim() }) }] })
    setFlow({ ...flow, to: '', rate: '' })
  }
  return (
    <>
      <Title>{t('Load')}</Title>
      <p className="hint">{t('Whom the file expects to talk, and its services, are flows that share links fairly; how much they take is yours to say. Nothing that is typed here is written.')}</p>
      <div className="row wide"><Field label={t('Each takes at most')} placeholder={t('each takes at most: 100Mbps, or all')} value={typed} onInput={setTyped} onEnter={() => void askLoad({ each: typed })} /><Button onClick={() => void askLoad({ each: typed })}>{t('Apply')}</Button></div>
      <fieldset className="try-flow">
        <legend>{t('Try a flow')}</legend>
        <div className="row wide"><Field label={t('From')} placeholder={t('from')} value={flow.from} onInput={(from) => setFlow((now) => ({ ...now, from }))} /><Field label={t('To')} placeholder={t('to')} value={flow.to} onInput={(to) => setFlow((now) => ({ ...now, to }))} onEnter={add} /></div>
        <div className="row wide"><Field label={t('At most')} placeholder={t('all it can get')} value={flow.rate} onInput={(rate) => setFlow((now) => ({ ...now, rate }))} onEnter={add} /><Button disabled={flow.from.trim() === '' || flow.to.trim() === ''} onClick={add}>{t('Add')}</Button></div>
        {tried.length > 0 && <ul className="parts">{tried.map(({ from, to, rate }, i) => <li key={i} className="row"><span className="where">{from} → {to}</span> <span className="quiet">{rate ?? t('all it can get')}</span> <Button label={t('Remove the flow from {0} to {1}', from, to)} onClick={() => void askLoad({ flows: tried.filter((_, n) => n !== i) })}>{t('Remove')}</Button></li>)}</ul>}
      </fieldset>
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {asking && !answer && <Waiting words={t('Sharing the links…')} progress={progress} giveUp={() => giveUp('load')} />}
      {answer && (
        <>
          <p role="status">{answer.flowCount === 0 ? t('Nobody is declared to talk: `expect: reach` entries and services would be flows.') : summary(answer)}</p>
          {answer.links.length > 0 && <Links links={answer.links} />}
          {answer.flowCount > 0 && <Flows flows={answer.flows} count={answer.flowCount} />}
          {answer.hosts.length > 0 && <Hosts hosts={answer.hosts} />}
          {answer.storage.length > 0 && (
            <table className="loads">
              <caption>{t('Storage')}</caption>
              <tbody>{answer.storage.map(({ name, asked, has, unsaid }) => <tr key={name} className={level(has === null ? null : asked / has)}><td><button type="button" className="link" onClick={() => bringIntoSight(`storage:${name}`)}>{name}</button></td><td>{t('{0} of {1}{2}', bytes(asked), bytes(has), unsaid > 0 ? t`, ${unsaid} disks do not say` : '')}</td><td className="figure">{has === null ? '?' : percent(asked / has)}</td></tr>)}</tbody>
            </table>
          )}
        </>
      )}
    </>
  )
}

function summary({ links, flowCount }: ShownLoad): string {
  const [first] = links
  const unknown = links.filter(({ capacity }) => capacity === null).length
  const said = links.some(({ flows, unsaid }) => unsaid < flows)
  return [
    said ? `${flowsOf(flowCount)}.` : t('{0}, none with a rate: say what each takes, or try one.', flowsOf(flowCount)),
    first && first.share !== null ? t('The fullest link is {0} → {1}, {2}.', first.from, first.to, percent(first.share)) : '',
    unknown > 0 ? t('{0} of {1} directions state no capacity.', unknown, links.length) : '',
  ].filter((part) => part !== '').join(' ')
}
