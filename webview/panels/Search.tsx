/** Finds elements by name, address, prefix, VNI or problem. */
import { useMemo, useRef, useState, type ReactElement } from 'react'
import { findIn } from '../../core/diagram/search.ts'
import { Field } from '../controls.ts'
import { useReturn } from '../focus.ts'
import { bringIntoSight, useStore } from '../store.ts'
import { t } from '../l10n.ts'

export function Search(): ReactElement {
  const [words, setWords] = useState('')
  const area = useRef<HTMLDivElement>(null)
  useReturn(area)
  const diagram = useStore((state) => state.shown?.whole ?? state.shown?.diagram)
  const found = useMemo(() => (diagram ? findIn(diagram, words) : []), [words, diagram])
  const choose = (id: string): void => {
    bringIntoSight(id)
    useStore.setState({ searching: false, panel: 'inspector' })
  }
  return (
    <div ref={area} className="search" role="search" onKeyDown={(event) => { if (event.key === 'Escape') useStore.setState({ searching: false }) }}>
      <Field label={t('Search')} placeholder={t('name, address, prefix, VNI, problem…')} value={words} autofocus onInput={setWords} onEnter={() => { if (found[0]) choose(found[0].id) }} />
      {words.trim() !== '' && (found.length === 0 ? <p className="hint">{t('Nothing here has that name, address or number.')}</p> : (
        <ul>{found.map(({ id, name, kind, says }) => <li key={id}><button type="button" onClick={() => choose(id)}><b>{name}</b> <span className="quiet">{kind} {says}</span></button></li>)}</ul>
      ))}
    </div>
  )
}
