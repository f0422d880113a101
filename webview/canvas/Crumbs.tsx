/** Where the chosen box stands, from the outside in: each step can be chosen, and what holds others can be entered. */
import { useMemo, type ReactElement } from 'react'
import { partOf, wayTo } from '../../core/diagram/part.ts'
import { Icon } from '../nodes/icons.tsx'
import { bringIntoSight, enter, useStore } from '../store.ts'
import { t } from '../l10n.ts'

export function Crumbs(): ReactElement | null {
  const diagram = useStore((state) => state.shown?.whole ?? state.shown?.diagram)
  const selected = useStore((state) => state.selected)
  const entered = useStore((state) => state.entered)
  const way = useMemo(() => (diagram ? wayTo(diagram, selected ?? entered ?? '') : []), [diagram, selected, entered])
  const part = useMemo(() => (diagram && entered !== undefined ? partOf(diagram, entered) : undefined), [diagram, entered])
  const last = way.at(-1)
  // The row is always there: a picture that moved whenever something is chosen would be hard to click.
  if (!diagram) return null
  const holds = last !== undefined && last.id !== entered && diagram.boxes.some(({ parent }) => parent === last.id)
  return (
    <nav className="crumbs" aria-label={t('Where it stands')}>
      <ol>
        <li><button type="button" onClick={() => { enter(undefined); useStore.setState({ selected: undefined, also: [] }) }} title={t('The whole picture')}>{diagram.title === '' ? t('Everything') : diagram.title}</button></li>
        {way.map((box) => (
          <li key={box.id}><button type="button" aria-current={box === last ? 'location' : undefined} aria-label={`${box.kind} ${box.label}`} onClick={() => bringIntoSight(box.id)}><Icon kind={box.kind} /><span>{box.label}</span></button></li>
        ))}
      </ol>
      {holds && <button type="button" className="enter" onClick={() => enter(last.id)} title={t('Show only this and what is in it (E)')}>{t('Enter')}</button>}
      {part && <button type="button" className="enter" onClick={() => enter(undefined)} title={t('Show the whole picture again (E)')}>{t('Leave {0}', entered === undefined ? '' : wayTo(diagram, entered).at(-1)?.label ?? '')}</button>}
      {part && part.leading > 0 && <span className="quiet" role="status">{t('{0} {1} out of it', part.leading, part.leading === 1 ? t('line leads') : t('lines lead'))}</span>}
    </nav>
  )
}
