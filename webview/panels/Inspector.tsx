/** What is known of the chosen element: its problems with their fixes, and every setting, written or derived. */
import type { ReactElement } from 'react'
import { Button } from '../controls.ts'
import { send } from '../host.ts'
import { bundleHint, copyChosen, linkChosen, propose, proposeForChosen, renameChosen } from '../gestures.ts'
import { movable } from '../canvas/flow.ts'
import { Icon } from '../nodes/icons.tsx'
import { Commands } from './Commands.tsx'
import { isListed } from '../listed.ts'
import { Parts } from './Parts.tsx'
import { Settings } from './Settings.tsx'
import { Told } from './Told.tsx'
import { openPlans } from '../plans.ts'
import { guestsAmong, openMoves, swapOf } from '../moves.ts'
import { chosenOf, openFailure, openMigration, openTrace, useStore } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

export function Inspector(): ReactElement {
  const shown = useStore((state) => state.shown)
  const selected = useStore((state) => state.selected)
  const also = useStore((state) => state.also.length)
  const box = shown?.diagram.boxes.find(({ id }) => id === selected)
  const line = shown?.diagram.lines.find(({ id }) => id === selected)
  if (!shown) return <p className="hint">{t('Choose an element to see its settings, and what is wrong with it.')}</p>
  const named = !box && !line && selected !== undefined && isListed(selected) ? selected : undefined
  if (!box && !line && named === undefined) return <Parts />
  const id = box?.id ?? line?.id ?? named ?? ''
  if (also > 0) {
    const ids = chosenOf(useStore.getState())
    const [guests, swap] = [guestsAmong(ids), swapOf(ids)]
    return (
      <>
        <Title>{t('{0} chosen', also + 1)}</Title>
        <div className="buttons">
          {guests.length > 1 && <Button title={t('Press {0}', 'M')} onClick={() => openMoves(guests.map((vm) => ({ vm, to: undefined })))}>{t('Simulate moving them…')}</Button>}{swap && <Button onClick={() => openMoves(swap)}>{t('Simulate swapping their hosts…')}</Button>}
          <Button title={t('Press {0}', 'B')} onClick={linkChosen}>{t('Link by pattern…')}</Button><Button title={t('Ctrl+D')} onClick={() => proposeForChosen('duplicate')}>{t('Duplicate…')}</Button><Button title={t('Ctrl+C, then Ctrl+V')} onClick={copyChosen}>{t('Copy')}</Button><Button title={t('Press {0}', t('Del'))} onClick={() => proposeForChosen('delete')}>{t('Delete…')}</Button>
        </div>
        <p className="hint">{t('Shift+click adds one or takes it out; Escape lets go of all.')}</p>
      </>
    )
  }
  if (box && (box.ghost || shown.diagram.tenant !== undefined)) return <Told box={box} tenant={shown.diagram.tenant} />
  const belongs = (subject: string | null): boolean => subject !== null && (subject === id || (box !== undefined && subject.startsWith(`${id}:`)) || (line !== undefined && id.includes(subject)))
  const problems = shown.problems.filter(({ subject }) => belongs(subject))
  const facts = box?.facts ?? line?.facts ?? []
  const bundle = line?.count !== undefined && line.count > 1 ? line.count : undefined
  return (
    <>
      <Title>{box && <Icon kind={box.kind} size={18} />}{box?.label ?? (line ? `${bundle === undefined ? '' : `${bundle} × `}${line.kind} ${line.label ?? ''}` : id.slice(id.indexOf(':') + 1))}</Title>
      {named !== undefined && <p className="hint">{id.slice(0, id.indexOf(':')).replace('-', ' ')}</p>}
      {box?.derived && <p className="hint">{t('Nobody wrote this: a network or a fabric stands for it.')}</p>}
      <div className="buttons">
        <Button title={t('Press {0}', 'O')} onClick={() => send({ kind: 'reveal', id, focus: true })}>{t('Show in text')}</Button>
        {box && movable(box) && <Button title={t('Press {0}', 'M')} onClick={() => void openMigration(box.id)}>{t('Simulate migration…')}</Button>}
        {box && ['server', 'rack', 'site'].includes(box.kind) && <Button title={t('Where all its guests can go, in what order, how long it takes')} onClick={() => openPlans(box.id)}>{t('Empty it…')}</Button>}
        {box && !['switch', 'bridge', 'device', 'site', 'rack', 'network', 'tenant', 'storage'].includes(box.kind) && <Button title={t('Press {0}', 'T')} onClick={() => openTrace(box.id)}>{t('Trace…')}</Button>}
        {((box && ['server', 'vm', 'container', 'switch', 'router', 'external'].includes(box.kind)) ?? line?.kind === 'link') && <Button title={t('Press {0}', 'X')} onClick={() => openFailure(id)}>{t('What if it failed?')}</Button>}
        {box && ['server', 'vm', 'container', 'switch', 'router', 'external'].includes(box.kind) && !box.derived && <Button title={t('Press {0}', t('Ctrl+D'))} onClick={() => void propose({ kind: 'duplicate', id })}>{t('Duplicate…')}</Button>}
        {bundle === undefined && <Button title={t('Press {0}', 'F2')} onClick={renameChosen}>{t('Rename…')}</Button>}
        {bundle === undefined && <Button title={t('Press {0}', t('Del'))} onClick={() => void propose({ kind: 'delete', id })}>{t('Delete…')}</Button>}
      </div>
      {bundle !== undefined && <p className="hint">{bundleHint(bundle)}</p>}
      {problems.length > 0 && (
        <section aria-label={t('Problems')}>
          {problems.map((problem, i) => (
            <div key={i} className={`problem ${problem.severity}`}>
              <button type="button" className="link" onClick={() => send({ kind: 'reveal-range', uri: problem.uri, range: problem.range })}>{problem.message}</button>
              <code>{problem.code}</code>
              {problem.fixes.map((fix, n) => (
                <Button key={n} onClick={() => send({ kind: 'change', version: shown.version, change: fix.change, label: fix.title })}>{fix.title}</Button>
              ))}
            </div>
          ))}
        </section>
      )}
      <Settings key={`settings ${id}`} id={id} facts={facts} />
      {box && ['server', 'vm', 'container', 'switch', 'router'].includes(box.kind) && <Commands key={id} node={box.id} />}
    </>
  )
}
