/** A person's own positions: whether they are kept, where, and what of them no longer fits the picture. */
import type { ReactElement } from 'react'
import { Button } from '../controls.ts'
import { send } from '../host.ts'
import { cleanUp, keeping, keepPositions, lockedIds, partingOf, pinsOf, toggleLock } from '../positions.ts'
import { chosenOf, layOutAgain, select, useStore } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

/** So many names are listed; the others are counted. */
const most = 40

export function Positions(): ReactElement {
  const shown = useStore((state) => state.shown)
  const placed = useStore((state) => state.placed)
  const selected = useStore((state) => state.selected)
  const also = useStore((state) => state.also)
  if (!shown || !placed) return <Title>{t('Positions')}</Title>
  const { positions } = shown
  if (!positions) {
    return (
      <>
        <Title>{t('Positions')}</Title>
        <p>{t('The layout places every box. To place them yourself, keep your positions: they are written to a small file beside this one, one line a box, and to nothing else.')}</p>
        <Button primary onClick={keepPositions}>{t('Keep my positions')}</Button>
      </>
    )
  }
  const open = (range: NonNullable<typeof positions.broken>['range']): void => send({ kind: 'reveal-range', uri: positions.uri, range })
  if (!keeping(shown)) {
    const { broken } = positions
    return (
      <>
        <Title>{t('Positions')}</Title>
        <p className="problem error" role="alert">{t('{0} cannot be read: {1}. Until it is mended nothing of it counts, and nothing is written to it.', positions.name, broken?.message ?? '')}</p>
        {broken && <Button onClick={() => open(broken.range)}>{t('Go to line {0}', broken.range.start.line + 1)}</Button>}
      </>
    )
  }
  const pins = pinsOf(shown)
  const locked = lockedIds(shown)
  const parting = partingOf(shown, placed)
  const { gone, elsewhere, fresh, covering } = parting
  const lists = ([['No longer in the file', gone, false], ['In another box now', elsewhere, true], ['Without a place of their own', fresh, true]] as const).filter(([, ids]) => ids.length > 0)
  const drifts = lists.length > 0 || covering.length > 0
  const chosen = chosenOf({ selected, also }).filter((id) => placed.boxes.has(id))
  return (
    <>
      <Title>{t('Positions')}</Title>
      <p role="status">{pins.size} {pins.size === 1 ? t('box stands') : t('boxes stand')}{' '}{t('where')}{' '}{positions.name}{' '}{t('says')}{locked.size > 0 && t(', {0} of them locked', locked.size)}.</p>
      <p className="hint">{t('Drag a box, holding boxes by their names, or press Alt and an arrow; a guest is placed with Alt, without it migrates. Ctrl+Z takes it back.')}</p>
      {chosen.length > 0 && (
        <p className="buttons">
          <Button onClick={() => toggleLock(chosen)} title={t('Never moved, neither by hand nor by a layout (K)')}>{chosen.every((id) => locked.has(id)) ? t('Unlock') : t('Lock')} {chosen.length === 1 ? chosen[0] : t('{0} boxes', chosen.length)}</Button>
          <Button onClick={() => layOutAgain(chosen)} title={t('The others stay (Shift+L)')}>{t('Lay out again')}</Button>
        </p>
      )}
      {positions.faults.length > 0 && (
        <ul className="drift" aria-label={t('Lines that count for nothing')}>
          {positions.faults.slice(0, most).map(({ message, range }) => <li key={`${range.start.line} ${message}`}><button type="button" onClick={() => open(range)}>{t('Line {0}: {1}', range.start.line + 1, message)}</button></li>)}
        </ul>
      )}
      {lists.map(([title, ids, there]) => (
        <section key={title} className="drift">
          <h3>{title}</h3>
          <ul>
            {ids.slice(0, most).map((id) => <li key={id}>{there ? <button type="button" onClick={() => select(id)}>{id}</button> : id}</li>)}
            {ids.length > most && <li className="quiet">{t('and {0} more', ids.length - most)}</li>}
          </ul>
        </section>
      ))}
      {covering.length > 0 && <section className="drift"><h3>{t('In each other’s way')}</h3><ul>{covering.slice(0, most).map(([a, b]) => <li key={`${a} ${b}`}><button type="button" onClick={() => select(a)}>{t('{0} and {1}', a, b)}</button></li>)}</ul></section>}
      {drifts ? <Button primary onClick={cleanUp} title={t('What is gone is forgotten, what has no place keeps the one it has, and boxes make room')}>{t('Clean up')}</Button> : <p className="fine">{t('✓ every box has its place')}</p>}
    </>
  )
}

