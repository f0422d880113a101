/** A person's own positions: whether they are kept, where, and what of them no longer fits the picture. */
import type { ReactElement } from 'react'
import { Button } from '../controls.ts'
import { send } from '../host.ts'
import { cleanUp, keeping, keepPositions, lockedIds, partingOf, pinsOf, toggleLock } from '../positions.ts'
import { chosenOf, layOutAgain, select, useStore } from '../store.ts'

/** So many names are listed; the others are counted. */
const most = 40

export function Positions(): ReactElement {
  const shown = useStore((state) => state.shown)
  const placed = useStore((state) => state.placed)
  const selected = useStore((state) => state.selected)
  const also = useStore((state) => state.also)
  if (!shown || !placed) return <h2>Positions</h2>
  const { positions } = shown
  if (!positions) {
    return (
      <>
        <h2>Positions</h2>
        <p>The layout places every box. To place them yourself, keep your positions: they are written to a small file beside this one, one line a box, and to nothing else.</p>
        <Button primary onClick={keepPositions}>Keep my positions</Button>
      </>
    )
  }
  const open = (range: NonNullable<typeof positions.broken>['range']): void => send({ kind: 'reveal-range', uri: positions.uri, range })
  if (!keeping(shown)) {
    const { broken } = positions
    return (
      <>
        <h2>Positions</h2>
        <p className="problem error" role="alert">{positions.name} cannot be read: {broken?.message}. Until it is mended nothing of it counts, and nothing is written to it.</p>
        {broken && <Button onClick={() => open(broken.range)}>Go to line {broken.range.start.line + 1}</Button>}
      </>
    )
  }
  const pins = pinsOf(shown)
  const locked = lockedIds(shown)
  const parting = partingOf(shown, placed)
  const { gone, elsewhere, fresh, covering } = parting
  const lists = ([['No longer in the file', gone, false], ['In another box now', elsewhere, true], ['Without a place of their own', fresh, true]] as const).filter(([, ids]) => ids.length > 0)
  const drifts = lists.length > 0 || covering.length > 0
  const chosen = chosenOf({ selected, also }).filter((id) => placed.boxes.has(id))
  return (
    <>
      <h2>Positions</h2>
      <p role="status">{pins.size} {pins.size === 1 ? 'box stands' : 'boxes stand'} where {positions.name} says{locked.size > 0 && `, ${locked.size} of them locked`}.</p>
      <p className="hint">Drag a box, holding boxes by their names, or press Alt and an arrow; a guest is placed with Alt, without it migrates. Ctrl+Z takes it back.</p>
      {chosen.length > 0 && (
        <p className="buttons">
          <Button onClick={() => toggleLock(chosen)} title="Never moved, neither by hand nor by a layout (K)">{chosen.every((id) => locked.has(id)) ? 'Unlock' : 'Lock'} {chosen.length === 1 ? chosen[0] : `${chosen.length} boxes`}</Button>
          <Button onClick={() => layOutAgain(chosen)} title="The others stay (Shift+L)">Lay out again</Button>
        </p>
      )}
      {positions.faults.length > 0 && (
        <ul className="drift" aria-label="Lines that count for nothing">
          {positions.faults.slice(0, most).map(({ message, range }) => <li key={`${range.start.line} ${message}`}><button type="button" onClick={() => open(range)}>Line {range.start.line + 1}: {message}</button></li>)}
        </ul>
      )}
      {lists.map(([title, ids, there]) => (
        <section key={title} className="drift">
          <h3>{title}</h3>
          <ul>
            {ids.slice(0, most).map((id) => <li key={id}>{there ? <button type="button" onClick={() => select(id)}>{id}</button> : id}</li>)}
            {ids.length > most && <li className="quiet">and {ids.length - most} more</li>}
          </ul>
        </section>
      ))}
      {covering.length > 0 && <section className="drift"><h3>In each other’s way</h3><ul>{covering.slice(0, most).map(([a, b]) => <li key={`${a} ${b}`}><button type="button" onClick={() => select(a)}>{a} and {b}</button></li>)}</ul></section>}
      {drifts ? <Button primary onClick={cleanUp} title="What is gone is forgotten, what has no place keeps the one it has, and boxes make room">Clean up</Button> : <p className="fine">✓ every box has its place</p>}
    </>
  )
}

