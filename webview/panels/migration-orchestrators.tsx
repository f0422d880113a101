/** The same move by each orchestrator's defaults and rules, side by side; one is chosen for the panel, or written into the file. */
import { Fragment, type ReactElement } from 'react'
import { migrationProfiles, type MigrationProfile } from '../../core/infra/parts.ts'
import type { ShownForecast } from '../../core/protocol.ts'
import { Button } from '../controls.ts'
import { propose } from '../gestures.ts'
import { moveBy, useProfile } from './migration-ask.ts'
import { seconds } from './words.ts'
import { t } from '../l10n.ts'

/** As their makers write them. */
export const profileNames: Readonly<Record<MigrationProfile, string>> = {
  qemu: 'libvirt / QEMU', xen: 'Xen', opennebula: 'OpenNebula', nova: 'OpenStack Nova', proxmox: 'Proxmox VE', kubevirt: 'KubeVirt', vsphere: 'VMware vSphere',
}

type Row = NonNullable<ShownForecast['advice']>['profiles'][number]

const profileOf = (name: string): MigrationProfile | undefined => migrationProfiles.find((one) => one === name)

/** What is worth saying of one of them: what forbids it, what it risks, what it does by itself. That a live move risks little is no news. */
function saidOf({ feasible, mode, converged, exposedSeconds, slowedSeconds, risk, risks }: Row): readonly string[] {
  const risky = converged === false || exposedSeconds > 0 || slowedSeconds > 0 || mode === 'cold'
  return [...(feasible && risky && !(slowedSeconds > 0 && slowedSeconds < 1) ? [risk] : []), ...risks]
}

export function Orchestrators({ rows }: { readonly rows: readonly Row[] }): ReactElement {
  const chosen = useProfile((state) => state.profile)
  return (
    <section aria-label={t('As each orchestrator would do it')}>
      <div className="scroll">
        <table className="ways orchestrators">
          <caption>{t('As each orchestrator would do it, with its own defaults and rules')}</caption>
          <thead><tr><th>{t('orchestrator')}</th><th>{t('in all')}</th><th>{t('down')}</th><th>{t('peers')}</th></tr></thead>
          <tbody>
            {rows.map((row) => {
              const profile = profileOf(row.name)
              const said = saidOf(row)
              return (
                <Fragment key={row.name}>
                  <tr className={`${!row.feasible ? 'cannot' : ''}${profile === chosen && chosen !== undefined ? ' best' : ''}`}>
                    <td>{profile ? <button type="button" aria-pressed={profile === chosen} title={t('Simulate it by {0}', profileNames[profile])} onClick={() => void moveBy(profile)}>{profileNames[profile]}</button> : row.name}</td>
                    <td>{!row.feasible ? t('forbidden') : row.converged === false ? t('never') : seconds(row.totalSeconds)}</td><td>{row.feasible ? seconds(row.downtimeSeconds) : ''}</td><td>{row.feasible ? seconds(row.gapSeconds) : ''}</td>
                  </tr>
                  {said.length > 0 && <tr className="risk"><td colSpan={4}>{said.join('; ')}</td></tr>}
                </Fragment>
              )
            })}
          </tbody>
        </table>
      </div>
      {chosen && (
        <div className="buttons">
          <Button onClick={() => void propose({ kind: 'edit', id: 'section:migration', key: ['profile'], value: chosen })} title={t('Sets migration.profile, as one change that can be undone')}>{t('Write {0} into the file…', profileNames[chosen])}</Button>
          <Button onClick={() => void moveBy(undefined)}>{t('As the file says again')}</Button>
        </div>
      )}
    </section>
  )
}
