/** One setting of the chosen part, edited where it is read: tried as it is typed, written with Enter or on leaving. */
import { useEffect, useId, useRef, useState, type ReactElement } from 'react'
import type { SettingRow } from '../../core/protocol.ts'
import { ask, send } from '../host.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

/** Typing pauses so long before a value is tried. */
const pause = 200

/** As much of a setting as a fact of the picture knows, until all of it has been asked for. */
export type Editable = Pick<SettingRow, 'name' | 'value' | 'key'> & Partial<SettingRow>

export function Setting({ id, fact, label = `${fact.name} of ${id}` }: { readonly id: string; readonly fact: Editable; readonly label?: string }): ReactElement {
  const [typed, setTyped] = useState<string | undefined>()
  const [fault, setFault] = useState<string | undefined>()
  const tried = useRef(0)
  // Enter and then leaving the field is one wish, not two.
  const written = useRef<string | undefined>(undefined)
  const writing = useRef(false)
  const value = typed ?? fact.value
  // What is written has changed: what was typed is done with.
  useEffect(() => {
    setTyped(undefined)
    written.current = undefined
  }, [fact.value, id])

  const attempt = async (text: string, write: boolean): Promise<void> => {
    // What is being written is tried by that.
    if (!write && writing.current) return
    const mine = ++tried.current
    if (write) writing.current = true
    const answer = await ask({ kind: 'plan', gesture: { kind: 'edit', id, key: fact.key, value: text, ...(fact.as && { as: fact.as }) } })
    if (write) writing.current = false
    if (mine !== tried.current) return
    const plan = answer.kind === 'plan' ? answer.plan : undefined
    const wrong = plan ? plan.faults[0] : answer.kind === 'failed' ? answer.why : t('an answer to another question came')
    setFault(wrong)
    const { shown } = useStore.getState()
    if (!write || !plan || wrong !== undefined || !shown || written.current === text) return
    written.current = text
    send({ kind: 'change', version: (answer.kind === 'plan' ? answer.version : undefined) ?? shown.version, change: plan.change, label: plan.title })
  }
  useEffect(() => {
    if (typed === undefined || typed === fact.value) {
      setFault(undefined)
      return
    }
    const timer = setTimeout(() => void attempt(typed, false), pause)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- tried when something else is typed, not when the picture is new
  }, [typed])

  const leave = (text: string): void => { if (text !== fact.value) void attempt(text, true) }
  const hints = useId()
  if (fact.fixed !== undefined) return <><span className="setting-fixed">{fact.value === '' ? '–' : fact.value}</span><span className="setting-why">{fact.fixed}</span></>
  return (
    <>
      {fact.options
        ? <select className={`setting${fault === undefined ? '' : ' wrong'}`} aria-label={label} aria-invalid={fault !== undefined} title={fact.doc?.replaceAll('`', '')} value={value} onChange={(event) => { setTyped(event.target.value); leave(event.target.value) }}>{fact.options.map((option) => <option key={option} value={option}>{option === '' ? '–' : option}</option>)}</select>
        : (
          <input
            className={`setting${fault === undefined ? '' : ' wrong'}`} aria-label={label} aria-invalid={fault !== undefined} value={value} placeholder={fact.hint ?? '–'} title={fact.doc?.replaceAll('`', '')} list={fact.suggestions && fact.suggestions.length > 0 ? hints : undefined} spellCheck={false} onChange={(event) => { written.current = undefined; setTyped(event.target.value) }}
            onBlur={() => leave(value)} onKeyDown={(event) => {
              if (event.key === 'Enter') leave(value)
              else if (event.key === 'Escape' && typed !== undefined) {
                setTyped(undefined)
                event.stopPropagation()
              }
            }}
          />
        )}
      {fact.suggestions && fact.suggestions.length > 0 && <datalist id={hints}>{fact.suggestions.map((one) => <option key={one} value={one} />)}</datalist>}
      {fault !== undefined && <span className="setting-fault" role="alert">{fault}</span>}
    </>
  )
}
