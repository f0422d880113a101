/** What the file names and the picture draws no box for: tenants, groups, services, fabrics, the defaults of migrations. */
import { useEffect, useState, type ReactElement } from 'react'
import { ask } from '../host.ts'
import { select, useStore } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const titles: Readonly<Record<string, string>> = { tenant: t('Tenants'), network: t('Networks'), storage: t('Storage'), 'security-group': t('Security groups'), service: t('Services'), fabric: t('Fabrics') }

export function Parts(): ReactElement {
  const version = useStore((state) => state.shown?.version ?? 0)
  const [parts, setParts] = useState<readonly { readonly id: string; readonly kind: string; readonly name: string }[]>([])
  useEffect(() => {
    let gone = false
    void ask({ kind: 'parts' }).then((answer) => { if (!gone && answer.kind === 'parts') setParts(answer.parts) })
    return () => { gone = true }
  }, [version])
  return (
    <>
      <Title>{t('What the file names')}</Title>
      <p className="hint">{t('Choose an element to see its settings, and what is wrong with it.')}</p>
      <div className="parts">
        {Object.entries(titles).map(([kind, title]) => {
          const own = parts.filter((part) => part.kind === kind)
          return own.length === 0 ? null : <section key={kind} aria-label={title}><h3>{title}</h3><ul>{own.map(({ id, name }) => <li key={id}><button type="button" onClick={() => select(id)}>{name}</button></li>)}</ul></section>
        })}
        <section aria-label={t('Defaults')}><h3>{t('Defaults')}</h3><ul><li><button type="button" onClick={() => select('section:migration')}>{t('Migrations')}</button></li></ul></section>
      </div>
    </>
  )
}
