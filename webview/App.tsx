/** The designer's page: toolbar, picture, panel; and the same picture as an outline for those who listen. */
import { ReactFlowProvider } from '@xyflow/react'
import { memo, useMemo, type ReactElement } from 'react'
import type { Box, Diagram } from '../core/diagram/diagram.ts'
import { domainsById } from '../core/diagram/domains.ts'
import { Canvas } from './canvas/Canvas.tsx'
import { Crumbs } from './canvas/Crumbs.tsx'
import { useDomains } from './canvas/domains.ts'
import { nameOf } from './canvas/flow.ts'
import { leadToPanel } from './focus.ts'
import { send } from './host.ts'
import { marked, useMarks } from './marks.ts'
import { Inspector } from './panels/Inspector.tsx'
import { Load } from './panels/Load.tsx'
import { Migration } from './panels/Migration.tsx'
import { Moves } from './panels/Moves.tsx'
import { Plans } from './panels/migration-plans.tsx'
import { LayingNote } from './panels/LayingNote.tsx'
import { Positions } from './panels/Positions.tsx'
import { Networks } from './panels/Networks.tsx'
import { Proposal } from './panels/Proposal.tsx'
import { Difference } from './panels/Difference.tsx'
import { Failure } from './panels/Failure.tsx'
import { Frame } from './panels/Frame.tsx'
import { Reach } from './panels/Reach.tsx'
import { Search } from './panels/Search.tsx'
import { Toolbar } from './panels/Toolbar.tsx'
import { Trace } from './panels/Trace.tsx'
import { select, unfoldTo, useStore } from './store.ts'
import { t } from './l10n.ts'

const panels = { inspector: Inspector, migration: Migration, moves: Moves, plans: Plans, trace: Trace, reach: Reach, failure: Failure, difference: Difference, networks: Networks, load: Load, positions: Positions }

export function App(): ReactElement {
  const shown = useStore((state) => state.shown)
  const placed = useStore((state) => state.placed)
  const panel = useStore((state) => state.panel)
  const searching = useStore((state) => state.searching)
  const refused = useStore((state) => state.refused)
  const Panel = panel && panels[panel]
  const empty = shown && shown.diagram.boxes.length === 0
  return (
    <ReactFlowProvider>
      <div className="page" onKeyDown={leadToPanel}>
        <header>
          <Toolbar />
          {shown?.broken ? (
            <div className="banner" role="alert">
              <span>{t('The text cannot be read whole just now: {0}. This is the last picture that could.', shown.broken.message)}</span>
              <button type="button" className="linked" onClick={() => shown.broken && send({ kind: 'reveal-range', uri: shown.uri, range: shown.broken.range })}>{t('Go to line {0}', shown.broken.range.start.line + 1)}</button>
            </div>
          ) : <Crumbs />}
        </header>
        {refused !== undefined && <div className="banner" role="alert"><span>{refused}</span><button type="button" className="linked" onClick={() => useStore.setState({ refused: undefined })}>{t('Close')}</button></div>}
        <main className="main">
          <h1 className="unseen">{shown ? decodeURIComponent(shown.uri.split(/[/:]/).at(-1) ?? '') : t('Underlay')}</h1>
          <Canvas />
          {empty && <Empty view={shown.diagram.view} />}
          {!empty && !placed && (shown !== undefined || refused === undefined) && <p className="waiting" role="status">{shown ? t('Laying out…') : t('Reading…')}</p>}
          <Proposal />
          <LayingNote />
          {searching && <Search />}
          {Panel && panel && <Frame panel={panel}><Panel /></Frame>}
        </main>
        {shown && <Outline diagram={shown.whole ?? shown.diagram} />}
      </div>
    </ReactFlowProvider>
  )
}

const Empty = ({ view }: { readonly view: string }): ReactElement => (
  <div className="empty">
    <h2>{view === 'tenant' ? t('No tenant has anything here') : t('Nothing is described yet')}</h2>
    {view === 'tenant' ? <p>{t('Guests and networks belong to a tenant when they say')}{' '}<code>tenant: name</code>.</p>
      : <p>{t('Add a server to the text beside this picture, and it appears here as you type:')}</p>}
    {view !== 'tenant' && <pre>{'servers:\n  s1:\n    interfaces:\n      eth0: { address: 10.0.0.1/24 }'}</pre>}
  </div>
)

/** Drawn anew only when it says something else. */
const Row = memo(({ id, name, inside }: { readonly id: string; readonly name: string; readonly inside: ReactElement | null }): ReactElement => (
  <li><button type="button" tabIndex={-1} onClick={() => { void unfoldTo(id); select(id) }}>{name}</button>{inside}</li>
))
Row.displayName = 'Row'

/** Equal to the canvas, as nested lists of buttons; out of sight. */
function Outline({ diagram }: { readonly diagram: Diagram }): ReactElement {
  const marks = useMarks()
  const whole = useStore((state) => state.shown?.whole)
  const domains = useDomains()
  const { boxes } = useMemo(() => marked(diagram, marks, whole), [diagram, marks, whole])
  const byBox = useMemo(() => domainsById({ ...diagram, domains }), [diagram, domains])
  const children = useMemo(() => {
    const map = new Map<string | undefined, Box[]>()
    for (const box of boxes) map.set(box.parent, [...(map.get(box.parent) ?? []), box])
    return map
  }, [boxes])
  const list = (parent: string | undefined): ReactElement | null => {
    const own = children.get(parent)
    return own ? <ul>{own.map((box) => <Row key={box.id} id={box.id} name={nameOf(box, byBox.get(box.id))} inside={list(box.id)} />)}</ul> : null
  }
  // Beyond this many the list would cost more than the picture.
  return <nav className="outline" aria-label={t('Outline of the topology')}>{boxes.length <= 600 ? list(undefined) : <p>{t('{0} elements; use the search', boxes.length)}</p>}</nav>
}
