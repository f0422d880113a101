/** The packet player: who sends what to whom, and what every box on the way does with it, table by table. */
import { useEffect, useRef, type ReactElement, type RefObject } from 'react'
import { Button, Check, Choice, Field } from '../controls.ts'
import { send } from '../host.ts'
import type { ShownTrace, ShownWhyNot } from '../../core/protocol.ts'
import { askWhyNot, changeTrace, runTrace, useStore } from '../store.ts'
import { hopsOf } from './hops.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const protocols = [['icmp', 'ping (icmp)'], ['tcp', 'tcp'], ['udp', 'udp']] as const

const setProto = (value: string): void => changeTrace({ proto: value === 'tcp' || value === 'udp' ? value : 'icmp' })
const setPort = (port: string): void => changeTrace({ port })
const setSize = (size: string): void => changeTrace({ size })
const setDf = (df: boolean): void => changeTrace({ df })
const setTo = (to: string): void => changeTrace({ to: to === '' ? undefined : to })
const setFrom = (from: string): void => changeTrace({ from: from === '' ? undefined : from })

/** Headers as boxes in boxes, outermost first. */
const Headers = ({ headers }: { readonly headers: readonly string[] }): ReactElement | null =>
  headers.length === 0 ? null : <span className={`header ${/^eth/.test(headers[0] ?? '') ? 'eth' : /^ip/.test(headers[0] ?? '') ? 'ip' : 'cap'}`}>{headers[0]}<Headers headers={headers.slice(1)} /></span>

/** The fewest settings that would let the packet arrive, each at its place; all of them at once by one edit. */
function WhyNot({ whyNot: { steps, lacks, change }, uri }: { readonly whyNot: ShownWhyNot; readonly uri: string }): ReactElement {
  const version = useStore((state) => state.shown?.version ?? 0)
  if (!steps) return <p className="hint" role="status">{t('No few settings that are known here would let it arrive: {0}', lacks ?? '')}</p>
  return (
    <div className="why-not" role="status">
      <p>{steps.length === 1 ? t('One setting would let it arrive:') : t('{0} settings would let it arrive:', steps.length)}</p>
      <ol>
        {steps.map(({ title, uri: at, range }, i) => <li key={i}><button type="button" onClick={() => send({ kind: 'reveal-range', uri: at === '' ? uri : at, range })}>{title}</button></li>)}
      </ol>
      {change && <Button primary onClick={() => send({ kind: 'change', version, change, label: steps.map(({ title }) => title).join(', ') })}>{steps.length === 1 ? t('Change it') : t('Change them')}</Button>}
    </div>
  )
}

/** The hop that is shown stays in sight of its list, which alone moves; also when the list takes another size, as beside a text that opens. */
function useFollowing(list: RefObject<HTMLOListElement | null>, trace: ShownTrace | undefined, step: number): void {
  useEffect(() => {
    const ground = list.current
    if (!ground) return
    const follow = (): void => {
      const [row, area] = [ground.querySelector('.now')?.getBoundingClientRect(), ground.getBoundingClientRect()]
      if (row && row.top < area.top) ground.scrollTop += row.top - area.top
      else if (row && row.bottom > area.bottom) ground.scrollTop += row.bottom - area.bottom
    }
    follow()
    const watch = new ResizeObserver(follow)
    watch.observe(ground)
    return () => watch.disconnect()
  }, [list, trace, step])
}

export function Trace(): ReactElement {
  const { from, to, proto, port, size, df, trace, failed, step, playing, whyNot, asking } = useStore((state) => state.trace)
  const uri = useStore((state) => state.shown?.uri ?? '')
  const hops = trace ? hopsOf(trace) : []
  const last = hops.length - 1
  useEffect(() => {
    if (!playing) return
    const timer = setInterval(() => {
      const { trace: now } = useStore.getState()
      if (now.step >= last) changeTrace({ playing: false })
      else changeTrace({ step: now.step + 1 })
    }, 900)
    return () => clearInterval(timer)
  }, [playing, last])
  const list = useRef<HTMLOListElement>(null)
  useFollowing(list, trace, step)
  const hop = hops[step]
  return (
    <>
      <Title>{t('Trace a packet')}</Title>
      <p className="hint">{from === undefined ? t('Click the sender, then the receiver.') : to === undefined ? t('Now click the receiver.') : t('Click another element to start anew.')}</p>
      <div className="row wide"><Field label={t('From')} placeholder={t('from')} value={from ?? ''} onInput={setFrom} onEnter={() => void runTrace()} /><span>→</span><Field label={t('To: a node or an address')} placeholder={t('to, or an address')} value={to ?? ''} onInput={setTo} onEnter={() => void runTrace()} /></div>
      <div className="row named packet-row">
        <label><span>{t('Protocol')}</span><Choice label={t('Protocol')} value={proto} options={protocols} onChange={setProto} /></label>
        {proto !== 'icmp' && <label><span>{t('Port')}</span><Field label={t('Port')} value={port} onInput={setPort} onEnter={() => void runTrace()} /></label>}
        <label><span>{t('Bytes')}</span><Field label={t('Size in bytes')} value={size} onInput={setSize} onEnter={() => void runTrace()} /></label>
        <Check label={t('DF')} checked={df} onChange={setDf} />
        <Button primary onClick={() => void runTrace()} disabled={from === undefined || to === undefined}>{t('Send')}</Button>
      </div>
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {trace && (
        <>
          <div className={`verdict ${trace.verdict === 'delivered' ? 'good' : trace.verdict === 'dropped' ? 'bad' : 'maybe'}`} role="status">
            {trace.verdict}{trace.reason === null ? '' : `: ${trace.reason}`}{trace.pathMtu === null ? '' : t(', path MTU {0}', trace.pathMtu)}
            {trace.because !== null && <span className="because">{trace.because}</span>}
          </div>
          {trace.verdict === 'dropped' && whyNot === undefined && <Button onClick={() => void askWhyNot()} disabled={asking}>{asking ? t('Looking…') : t('What would let it arrive?')}</Button>}
          {whyNot && <WhyNot whyNot={whyNot} uri={uri} />}
          {hops.length > 0 && <div className="buttons player">
            <Button label={t('Back')} onClick={() => changeTrace({ step: Math.max(0, step - 1), playing: false })} disabled={step <= 0}>◀</Button>
            <Button label={playing ? t('Pause') : t('Play')} onClick={() => changeTrace({ playing: !playing, ...(step >= last && { step: 0 }) })}>{playing ? '❚❚' : '▶'}</Button>
            <Button label={t('Step')} onClick={() => changeTrace({ step: Math.min(last, step + 1), playing: false })} disabled={step >= last}>▶▏</Button>
            <span className="quiet">{t('{0} of {1}', Math.min(step + 1, hops.length), hops.length)}</span>
          </div>}
          {hop && (
            <div className="hop-now">
              <strong>{hop.hop.node}{hop.hop.interface === null || hop.hop.interface === '' ? '' : `:${hop.hop.interface}`} — {hop.hop.step}</strong>
              <p>{hop.hop.detail}</p>
              {hop.hop.table !== null && <code>{hop.hop.table}</code>}
              {hop.hop.headers.length > 0 && <div className="stack"><Headers headers={hop.hop.headers} /> <span className="quiet">{t('{0} bytes', hop.hop.size)}</span></div>}
            </div>
          )}
          {hops.length > 0 && <ol className="hops" ref={list}>
            {hops.map(({ hop: one, back }, i) => (
              <li key={i} className={`${i === step ? 'now' : ''} ${one.step === 'drop' ? 'drop' : ''} ${back ? 'back' : ''} ${i > 0 && hops[i - 1]?.hop.node !== one.node ? 'first' : ''}`}>
                {back && hops[i - 1]?.back === false && <div className="quiet">{t('the answer')}</div>}
                <button type="button" onClick={() => { changeTrace({ step: i, playing: false }); if (one.range) send({ kind: 'reveal-range', uri, range: one.range }) }}>
                  <span className="where">{one.node}{one.interface === null || one.interface === '' ? '' : `:${one.interface}`}</span> <span className="step">{one.step}</span> {one.detail}
                </button>
              </li>
            ))}
          </ol>}
        </>
      )}
    </>
  )
}
