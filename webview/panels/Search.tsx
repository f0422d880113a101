/** Finds elements by name, address, kind or problem. */
import { useMemo, useRef, useState, type ReactElement } from 'react'
import { Field } from '../controls.ts'
import { useReturn } from '../focus.ts'
import { bringIntoSight, useStore } from '../store.ts'
import { t } from '../l10n.ts'

export function Search(): ReactElement {
  const [words, setWords] = useState('')
  const area = useRef<HTMLDivElement>(null)
  useReturn(area)
  const diagram = useStore((state) => state.shown?.whole ?? state.shown?.diagram)
  const found = useMemo(() => {
    const wanted = words.trim().toLowerCase()
    if (wanted === '' || !diagram) return []
    const boxes = diagram.boxes.filter((box) => [box.id, box.label, box.kind, box.tenant ?? '', ...box.facts.map((fact) => fact.value), ...(box.badge?.messages ?? [])].some((text) => text.toLowerCase().includes(wanted)))
    const rank = (label: string): number => (label.toLowerCase() === wanted ? 0 : label.toLowerCase().startsWith(wanted) ? 1 : label.toLowerCase().includes(wanted) ? 2 : 3)
    return boxes.sort((a, b) => rank(a.label) - rank(b.label)).slice(0, 40)
  }, [words, diagram])
  const choose = (id: string): void => {
    bringIntoSight(id)
    useStore.setState({ searching: false, panel: 'inspector' })
  }
  return (
    <div ref={area} className="search" role="search" onKeyDown={(event) => { if (event.key === 'Escape') useStore.setState({ searching: false }) }}>
      <Field label={t('Search')} placeholder={t('name, address, problem…')} value={words} autofocus onInput={setWords} onEnter={() => { if (found[0]) choose(found[0].id) }} />
      {words.trim() !== '' && (found.length === 0 ? <p className="hint">{t('Nothing is called that.')}</p> : (
        <ul>{found.map((box) => <li key={box.id}><button type="button" onClick={() => choose(box.id)}><b>{box.label}</b> <span className="quiet">{box.kind} {box.details[0] ?? ''}</span></button></li>)}</ul>
      ))}
    </div>
  )
}
