/** Beside the pointer while a guest is dragged: whether the host under it can take it, and what speaks against it. */
import type { ReactElement } from 'react'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

export function DropReason({ at: { x, y, host } }: { readonly at: { readonly x: number; readonly y: number; readonly host: string } }): ReactElement | null {
  const migration = useStore((state) => state.migration)
  const target = migration?.targets?.find((one) => one.host === host)
  if (!migration || !target) return null
  const against = target.preflight.filter(({ status }) => status === (target.feasible ? 'warn' : 'block'))
  return (
    <div className={`drop-reason ${target.feasible ? (against.length > 0 ? 'may' : 'can') : 'cannot'}`} role="status" style={{ left: x + 16, top: y + 16 }}>
      <strong>{target.feasible ? t('{0} can go to {1}', migration.vm, host) : t('{0} cannot take {1}', host, migration.vm)}</strong>
      {against.slice(0, 3).map((finding, i) => <div key={i}>{finding.message || finding.code}</div>)}
    </div>
  )
}
