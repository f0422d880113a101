/** All settings of the chosen part in groups: what is written first, what could be unfolds; more of a kind is added at its end. */
import { useEffect, useState, type ReactElement } from 'react'
import type { Fact } from '../../core/diagram/diagram.ts'
import type { SettingGroup, SettingRow } from '../../core/protocol.ts'
import { perform } from '../gestures.ts'
import { ask } from '../host.ts'
import { useStore } from '../store.ts'
import { Setting } from './Setting.tsx'
import { t } from '../l10n.ts'

interface Asked {
  readonly version: number
  readonly groups: readonly SettingGroup[]
  /** Why nothing can be changed here. */
  readonly why: string | undefined
}

/** Until all settings are there, and where there are none, the picture's own facts. */
export function Settings({ id, facts }: { readonly id: string; readonly facts: readonly Fact[] }): ReactElement {
  const version = useStore((state) => state.shown?.version ?? 0)
  const [asked, setAsked] = useState<Asked | undefined>()
  useEffect(() => {
    let gone = false
    void ask({ kind: 'settings', id }).then((answer) => {
      if (!gone) setAsked({ version, groups: answer.kind === 'settings' ? answer.groups : [], why: answer.kind === 'failed' ? answer.why : undefined })
    })
    return () => { gone = true }
  }, [id, version])
  const groups = asked?.groups ?? []
  const shown = facts.filter(({ key }) => groups.length === 0 || !key)
  return (
    <div className="settings" data-of={asked && id}>
      {asked?.why !== undefined && <p className="hint">{asked.why}</p>}
      {groups.filter((group) => !isQuiet(group, groups)).map((group) => <Group key={group.key.join(' ')} id={id} group={group} />)}
      {groups.some((group) => isQuiet(group, groups)) && <details><summary>{t('Everything else')}</summary>{groups.filter((group) => isQuiet(group, groups)).map((group) => <Group key={group.key.join(' ')} id={id} group={group} />)}</details>}
      <dl>
        {shown.map(({ key, ...fact }, i) => <div key={`${id} ${fact.name} ${i}`}><dt>{fact.name}</dt><dd>{key && asked?.why === undefined ? <Setting id={id} fact={{ ...fact, key }} /> : fact.value === '' ? '–' : fact.value}</dd></div>)}
      </dl>
    </div>
  )
}

/** Of what it is about nothing is written yet: it stands behind everything else. */
function isQuiet({ title, key, rows, removable }: SettingGroup, all: readonly SettingGroup[]): boolean {
  if (title === '' || removable || rows.some(({ value }) => value !== '')) return false
  const [head = ''] = key
  return !all.some((other) => other.key[0] === head && (other.removable === true || other.rows.some(({ value }) => value !== '')))
}

function Group({ id, group: { title, key, rows, removable, adds } }: { readonly id: string; readonly group: SettingGroup }): ReactElement | null {
  const written = rows.filter(({ value }) => value !== '')
  const open = rows.filter(({ value }) => value === '')
  if (adds) return <Add id={id} title={title} at={key} {...adds} />
  const remove = (
    <button type="button" className="small" aria-label={t('Take {0} away', title)} title={t('Take {0} away', title)} onClick={() => void perform({ kind: 'edit', id, key, value: '' })}>✕</button>
  )
  // What says nothing yet is one line until somebody wants it.
  return (
    <>
      {title !== '' && written.length + Number(removable) > 0 && <h3><span>{title}</span>{removable && remove}</h3>}
      {written.length > 0 && <Rows id={id} title={title} rows={written} />}
      {open.length > 0 && (
        <details>
          <summary>{title === '' ? t('More settings') : t('More settings of {0}', title)}</summary>
          <Rows id={id} title={title} rows={open} />
        </details>
      )}
    </>
  )
}

const Rows = ({ id, title, rows }: { readonly id: string; readonly title: string; readonly rows: readonly SettingRow[] }): ReactElement => (
  <dl>
    {rows.map((row) => <div key={row.key.join(' ')}><dt title={row.doc.replaceAll('`', '')}>{row.name}</dt><dd><Setting id={id} fact={row} label={t('{0}{1} of {2}', title === '' ? '' : `${title} `, row.name, id)} /></dd></div>)}
  </dl>
)

/** One more: a name, or an item as it is written in one line. */
function Add({ id, title, at, as, hint }: { readonly id: string; readonly title: string; readonly at: readonly string[]; readonly as: 'name' | 'item'; readonly hint: string }): ReactElement {
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  useEffect(() => {
    if (typed.trim() === '') return setFault(undefined)
    let gone = false
    const timer = setTimeout(() => void ask({ kind: 'plan', gesture: { kind: 'edit', id, key: at, value: typed, as } }).then((answer) => {
      if (!gone) setFault(answer.kind === 'plan' ? answer.plan.faults[0] : answer.kind === 'failed' ? answer.why : undefined)
    }), 200)
    return () => {
      gone = true
      clearTimeout(timer)
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the path is as it was as long as the part is
  }, [typed])
  const add = async (): Promise<void> => {
    if (typed.trim() === '') return
    const answer = await ask({ kind: 'plan', gesture: { kind: 'edit', id, key: at, value: typed, as } })
    const wrong = answer.kind === 'plan' ? answer.plan.faults[0] : answer.kind === 'failed' ? answer.why : undefined
    setFault(wrong)
    if (wrong !== undefined) return
    setTyped('')
    await perform({ kind: 'edit', id, key: at, value: typed, as })
  }
  return (
    <details>
      <summary>{t('Add to {0}', title)}</summary>
      <div className="setting-add">
        <input className={`setting${fault === undefined ? '' : ' wrong'}`} aria-label={t('Add to {0} of {1}', title, id)} aria-invalid={fault !== undefined} placeholder={hint} value={typed} spellCheck={false} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') void add() }} />
      </div>
      {fault !== undefined && <span className="setting-fault" role="alert">{fault}</span>}
    </details>
  )
}
