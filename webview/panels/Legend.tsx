/** The tenants' colours; each leads to the picture of what this tenant alone may see, and back. */
import type { ReactElement } from 'react'
import { showView, useStore } from '../store.ts'
import { t } from '../l10n.ts'

/** More than these are chosen from a list. */
const mostKeys = 6

export function Legend(): ReactElement | null {
  const tenants = useStore((state) => state.shown?.diagram.tenants)
  const view = useStore((state) => state.view)
  const only = useStore((state) => (state.view === 'tenant' ? state.tenant : undefined))
  if (!tenants || tenants.length === 0) return null
  const show = (tenant: string | undefined): void => showView('tenant', tenant)
  if (tenants.length > mostKeys) {
    return (
      <span className="legend">
        <select className="setting" aria-label={t('Only what one tenant may see')} value={only ?? ''} onChange={({ currentTarget: { value } }) => (value === '' && view === 'physical' ? undefined : show(value === '' ? undefined : value))}>
          <option value="">{t('{0} tenants', tenants.length)}</option>
          {tenants.map(({ name }) => <option key={name} value={name}>{name}</option>)}
        </select>
      </span>
    )
  }
  return (
    <span className="legend">
      {tenants.map(({ name, color }) => (
        <button key={name} type="button" className="tenant-key" aria-pressed={only === name} title={only === name ? t('Show all tenants') : t('Only what {0} may see', name)} onClick={() => show(only === name ? undefined : name)}>
          <span className="dot" style={{ backgroundColor: color }} />{name}
        </button>
      ))}
    </span>
  )
}
