/** A layout that takes longer than a moment: how far it is, and a way to end it. */
import type { ReactElement } from 'react'
import { Button } from '../controls.ts'
import { usePositions } from '../positions.ts'
import { t } from '../l10n.ts'

export function LayingNote(): ReactElement | null {
  const laying = usePositions((state) => state.laying)
  if (!laying) return null
  return (
    <div className="laying" role="status">
      <span>{t('Laying out…')}{laying.of > 1 && t(' {0} of {1}', laying.done, laying.of)}</span>
      {laying.of > 1 && <progress value={laying.done} max={laying.of} aria-label={t('Laying out')} />}
      <Button onClick={laying.stop} title={t('Draw it in rows instead')}>{t('Stop')}</Button>
    </div>
  )
}
