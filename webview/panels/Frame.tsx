/** What every panel stands in: its name, a way to close it, and the way back to a list that led here. */
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react'
import { useReturn } from '../focus.ts'
import { renameChosen } from '../gestures.ts'
import { useStore, type Panel } from '../store.ts'
import { t } from '../l10n.ts'

/** A panel's name, which is also what a screen reader calls it. */
export const Title = ({ children }: { readonly children: ReactNode }): ReactElement => <h2 id="panel-title">{children}</h2>

export function Frame({ panel, children }: { readonly panel: Panel; readonly children: ReactNode }): ReactElement {
  const cameFrom = useStore((state) => state.cameFrom)
  const frame = useRef<HTMLElement>(null)
  useReturn(frame)
  // A button that leads from one panel to another is gone with the first; whoever pressed it goes on in the second.
  const within = useRef(false)
  useEffect(() => {
    if (within.current && document.activeElement === document.body) frame.current?.focus()
  }, [panel])
  return (
    <section
      ref={frame} className="panel" data-panel={panel} aria-labelledby="panel-title" tabIndex={-1}
      onFocus={() => { within.current = true }} onBlur={({ relatedTarget, currentTarget }) => { if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) within.current = false }}
      onKeyDown={(event) => { if (event.key === 'Escape') useStore.setState({ panel: undefined, selected: undefined }); else if (event.key === 'F2') renameChosen() }}
    >
      <button type="button" className="close" aria-label={t('Close panel')} title={t('Close panel (Escape)')} onClick={() => useStore.setState({ panel: undefined })}>✕</button>
      {panel === 'trace' && cameFrom && <button type="button" className="back" onClick={() => useStore.setState({ panel: cameFrom })}>{t('← Back to the list')}</button>}
      {children}
    </section>
  )
}
