/** One setting of the chosen part, edited where it is read: tried as it is typed, written with Enter or on leaving. */
import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { Fact } from '../../core/diagram/diagram.ts'
import { ask, send } from '../host.ts'
import { useStore } from '../store.ts'

/** Typing pauses so long before a value is tried. */
const pause = 200

export function Setting({ id, fact }: { readonly id: string; readonly fact: Fact & { readonly key: readonly string[] } }): ReactElement {
  const [typed, setTyped] = useState<string | undefined>()
  const [fault, setFault] = useState<string | undefined>()
  const tried = useRef(0)
  // Enter and then leaving the field is one wish, not two.
  const written = useRef<string | undefined>(undefined)
  const value = typed ?? fact.value
  // What is written has changed: what was typed is done with.
  useEffect(() => {
    setTyped(undefined)
    written.current = undefined
  }, [fact.value, id])

  const attempt = async (text: string, write: boolean): Promise<void> => {
    const mine = ++tried.current
    const answer = await ask({ kind: 'plan', gesture: { kind: 'edit', id, key: fact.key, value: text } })
    if (mine !== tried.current) return
    const plan = answer.kind === 'plan' ? answer.plan : undefined
    const wrong = plan ? plan.faults[0] : answer.kind === 'failed' ? answer.why : 'an answer to another question came'
    setFault(wrong)
    const { shown } = useStore.getState()
    if (!write || !plan || wrong !== undefined || !shown || written.current === text) return
    written.current = text
    send({ kind: 'change', version: shown.version, change: plan.change, label: plan.title })
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
  const label = `${fact.name} of ${id}`
  return (
    <>
      {fact.options
        ? <select className="setting" aria-label={label} value={value} onChange={(event) => { setTyped(event.target.value); leave(event.target.value) }}>{fact.options.map((option) => <option key={option} value={option}>{option === '' ? '–' : option}</option>)}</select>
        : (
          <input
            className={`setting${fault === undefined ? '' : ' wrong'}`} aria-label={label} aria-invalid={fault !== undefined} value={value} placeholder="–" spellCheck={false} onChange={(event) => setTyped(event.target.value)}
            onBlur={() => leave(value)} onKeyDown={(event) => {
              if (event.key === 'Enter') leave(value)
              else if (event.key === 'Escape' && typed !== undefined) {
                setTyped(undefined)
                event.stopPropagation()
              }
            }}
          />
        )}
      {fault !== undefined && <span className="setting-fault" role="alert">{fault}</span>}
    </>
  )
}
