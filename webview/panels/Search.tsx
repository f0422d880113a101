/** Finds elements by name, address, prefix, VNI or problem, also in machines that are drawn closed. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react'
import { findIn, type Found } from '../../core/diagram/search.ts'
import { Field } from '../controls.ts'
import { useReturn } from '../focus.ts'
import { ask } from '../host.ts'
import { bringIntoSight, openAround, useStore } from '../store.ts'
import { t } from '../l10n.ts'

/** Milliseconds that a person's fingers rest before what is not drawn is asked for. */
const rest = 150
const nobody: readonly Found[] = []

/** What is found in closed machines, which this page does not have. */
function useHidden(words: string): readonly Found[] {
  const some = useStore((state) => state.shown?.diagram.boxes.some((box) => box.closed === true && !state.closed.includes(box.id)) === true)
  const [said, setSaid] = useState<{ readonly of: string; readonly found: readonly Found[] } | undefined>()
  const wanted = some ? words.trim() : ''
  useEffect(() => {
    if (wanted === '') return
    const timer = setTimeout(() => void ask({ kind: 'find', words: wanted }).then((answer) => { if (answer.kind === 'found') setSaid({ of: wanted, found: answer.found }) }), rest)
    return () => clearTimeout(timer)
  }, [wanted])
  return wanted !== '' && said?.of === wanted ? said.found : nobody
}

export function Search(): ReactElement {
  const [words, setWords] = useState('')
  const area = useRef<HTMLDivElement>(null)
  useReturn(area)
  const diagram = useStore((state) => state.shown?.whole ?? state.shown?.diagram)
  const problems = useStore((state) => state.shown?.problems)
  const seen = useMemo(() => (diagram ? findIn(diagram, words, problems) : nobody), [words, diagram, problems])
  const hidden = useHidden(words)
  const found = useMemo(() => [...seen, ...hidden.filter(({ id }) => !diagram?.boxes.some((box) => box.id === id))].sort((a, b) => a.rank - b.rank), [seen, hidden, diagram])
  const choose = ({ id, inside }: Found): void => {
    if (inside === undefined) bringIntoSight(id)
    else openAround(inside, id)
    useStore.setState({ searching: false, panel: 'inspector' })
  }
  return (
    <div ref={area} className="search" role="search" onKeyDown={(event) => { if (event.key === 'Escape') useStore.setState({ searching: false }) }}>
      <Field label={t('Search')} placeholder={t('name, address, prefix, VNI, problem…')} value={words} autofocus onInput={setWords} onEnter={() => { if (found[0]) choose(found[0]) }} />
      {words.trim() !== '' && (found.length === 0 ? <p className="hint">{t('Nothing here has that name, address or number.')}</p> : (
        <ul>{found.map((one) => <li key={one.id}><button type="button" onClick={() => choose(one)}><b>{one.name}</b> <span className="quiet">{one.kind} {one.says}</span></button></li>)}</ul>
      ))}
    </div>
  )
}
