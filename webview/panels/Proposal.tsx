/** What would come of a gesture, with what can still be chosen: carried out with Enter, dropped with Escape. */
import { useEffect, useRef, type ReactElement } from 'react'
import { Button, Choice, Field } from '../controls.ts'
import { useReturn } from '../focus.ts'
import { accept, answerField, dismiss, propose, simulateMove, useGestures } from '../gestures.ts'
import { useStore } from '../store.ts'
import { MoveInShort, MovesInShort } from './migration-short.tsx'
import { t, word } from '../l10n.ts'

/** What is listed of many; the count is in the title. */
const mostListed = 100

export function Proposal(): ReactElement | null {
  const asked = useGestures((state) => state.proposal !== undefined)
  const joining = useGestures((state) => state.joining)
  return asked ? <Asked /> : joining ? <Joining /> : null
}

function Asked(): ReactElement | null {
  const proposal = useGestures((state) => state.proposal)
  const targets = useStore((state) => state.migration?.targets)
  const form = useRef<HTMLDivElement>(null)
  const asked = proposal?.gesture
  const ready = proposal?.plan !== undefined || proposal?.failed !== undefined
  const about = asked && JSON.stringify({ ...asked, answers: undefined })
  useEffect(() => {
    if (about === undefined || !ready) return
    const timer = setTimeout(() => form.current?.querySelector<HTMLElement>('vscode-text-field, vscode-button')?.focus(), 30)
    return () => clearTimeout(timer)
  }, [about, ready])
  useReturn(form)
  if (!proposal || !asked) return null
  const { plan, failed } = proposal
  const joins = asked.kind === 'connect' || asked.kind === 'tunnel' ? asked : undefined
  const reasons = asked.kind === 'move' ? targets?.find(({ host }) => host === asked.host)?.preflight.filter(({ status }) => status !== 'pass') ?? [] : []
  // The sentence says the only thing that blocks.
  const more = reasons.filter(({ status }) => status === 'warn' || reasons.filter((one) => one.status === 'block').length > 1)
  return (
    <div
      ref={form} className="proposal" role="dialog" aria-label={plan?.title ?? t('What would come of it')}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') dismiss()
        else if (event.key === 'Enter' && !['VSCODE-BUTTON', 'VSCODE-DROPDOWN'].includes((event.target as HTMLElement).tagName)) accept()
      }}
    >
      <strong>{plan?.title ?? (failed === undefined ? t('Asking…') : t('That does not go'))}</strong>
      {joins && <Choice label={t('What joins them')} value={joins.kind} options={[['connect', t('by a cable or plug')], ['tunnel', t('by a tunnel')]]} onChange={(kind) => { if (kind !== joins.kind) void propose({ kind: kind === 'tunnel' ? 'tunnel' : 'connect', from: joins.from, to: joins.to }) }} />}
      {plan?.fields.map((field) => (
        <label key={field.key} className="row">
          <span>{word(field.label)}</span>
          {field.options
            ? <Choice label={word(field.label)} value={field.value} options={field.options.map((option) => [option, word(option)] as const)} onChange={(value) => void answerField(field.key, value)} />
            : <Field label={word(field.label)} value={asked.answers?.[field.key] ?? field.value} onInput={(value) => void answerField(field.key, value)} />}
        </label>
      ))}
      {plan?.preview && plan.preview.length > 0 && (
        <ol className="previewed" aria-label={t('What will be linked')} tabIndex={0}>
          {plan.preview.slice(0, mostListed).map(({ label }) => <li key={label}>{label}</li>)}
          {plan.preview.length > mostListed && <li>{t('and {0} more', plan.preview.length - mostListed)}</li>}
        </ol>
      )}
      {plan?.notes.map((note) => <p key={note} className="hint">{note}</p>)}
      {asked.kind === 'move' && plan && <MoveInShort guest={asked.guest} host={asked.host} />}
      {asked.kind === 'move-all' && plan && <MovesInShort moves={asked.moves} />}
      {more.map((reason, i) => <p key={i} className={`problem ${reason.status === 'block' ? 'error' : 'warning'}`}>{reason.message || reason.code}</p>)}
      {plan?.faults.map((fault) => <p key={fault} className="problem error">{fault}</p>)}
      {failed !== undefined && <p className="problem error" role="alert">{failed}</p>}
      <div className="buttons">
        {asked.kind === 'move' && plan && <Button onClick={simulateMove} title={t('Rounds, downtime, what each peer sees')}>{t('See the whole migration')}</Button>}
        {asked.kind === 'move-all' && plan && <Button onClick={simulateMove} title={t('Hosts for each, what they share, who crosses whom')}>{t('See the whole plan')}</Button>}
        {plan && <Button onClick={accept} primary disabled={failed !== undefined || plan.preview?.length === 0} title={t('Press Enter')}>{asked.kind === 'move' ? t('Move it') : asked.kind === 'move-all' ? t('Move them') : asked.kind === 'delete' || asked.kind === 'delete-all' ? t('Delete') : asked.kind === 'rename' ? t('Rename') : t('Do it')}</Button>}
        <Button onClick={dismiss} title={t('Press Escape')}>{t('Cancel')}</Button>
      </div>
    </div>
  )
}

function Joining(): ReactElement {
  const joining = useGestures((state) => state.joining)
  return (
    <div className="proposal hinting" role="status">
      {joining?.kind === 'tunnel' ? t('Tunnel') : joining?.kind === 'move' ? t('Move') : t('Connect')} {joining?.from === undefined ? t('what') : <strong>{joining.from}</strong>}{' '}{t('to…: click')}{' '}{joining?.kind === 'move' ? t('a host') : joining?.from === undefined ? t('one end, then the other') : t('the other end')}{t(', or go there with the arrows and press Enter. Escape drops it.')}
    </div>
  )
}
