/** A layout that takes longer than a moment: how far it is, and a way to end it. */
import type { ReactElement } from 'react'
import { Button } from '../controls.ts'
import { usePositions } from '../positions.ts'

export function LayingNote(): ReactElement | null {
  const laying = usePositions((state) => state.laying)
  if (!laying) return null
  return (
    <div className="laying" role="status">
      <span>Laying out…{laying.of > 1 && ` ${laying.done} of ${laying.of}`}</span>
      {laying.of > 1 && <progress value={laying.done} max={laying.of} aria-label="Laying out" />}
      <Button onClick={laying.stop} title="Draw it in rows instead">Stop</Button>
    </div>
  )
}
