/** Views, layers, zoom and search: one slim row above the picture. */
import type { ReactElement } from 'react'
import { openDifference, openLoad, openNetworks } from '../views.ts'
import { keepPositions } from '../positions.ts'
import { Legend } from './Legend.tsx'
import { SavePicture } from './SavePicture.tsx'
import { layerNames, layOutAgain, openReach, openTrace, showView, toggleLayer, useStore } from '../store.ts'

export function Toolbar(): ReactElement {
  const view = useStore((state) => state.view)
  const layers = useStore((state) => state.layers)
  const shown = useStore((state) => state.shown)
  const panel = useStore((state) => state.panel)
  const errors = shown?.problems.filter(({ severity }) => severity === 'error').length ?? 0
  const infos = shown?.problems.filter(({ severity }) => severity === 'information').length ?? 0
  const warnings = shown?.problems.filter(({ severity }) => severity === 'warning').length ?? 0
  return (
    <div className="toolbar" role="toolbar" aria-label="Designer">
      <span className="group-of">
        {(['physical', 'tenant'] as const).map((name) => <button key={name} type="button" aria-pressed={view === name} onClick={() => showView(name)}>{name === 'physical' ? 'Physical' : 'Tenants'}</button>)}
      </span>
      <span className="group-of">
        {layerNames.map((name) => <button key={name} type="button" aria-pressed={layers[name]} onClick={() => toggleLayer(name)} title={`Show or hide ${name}`}>{name}</button>)}
      </span>
      <span className="group-of">
        <button type="button" aria-pressed={panel === 'trace'} onClick={() => (panel === 'trace' ? useStore.setState({ panel: undefined }) : openTrace())} title="Trace a packet (T)">Trace</button>
        <button type="button" aria-pressed={panel === 'reach'} onClick={() => (panel === 'reach' ? useStore.setState({ panel: undefined }) : openReach(useStore.getState().selected?.includes(':') ? undefined : useStore.getState().selected))} title="Whom does a node reach? (R)">Reach</button>
        <button type="button" aria-pressed={panel === 'networks'} onClick={() => (panel === 'networks' ? useStore.setState({ panel: undefined }) : openNetworks())} title="Who hears a broadcast? (N)">Networks</button>
        <button type="button" aria-pressed={panel === 'load'} onClick={() => (panel === 'load' ? useStore.setState({ panel: undefined }) : openLoad())} title="How full are links and servers? (U)">Load</button>
        <button type="button" aria-pressed={panel === 'difference'} onClick={() => (panel === 'difference' ? useStore.setState({ panel: undefined }) : openDifference())} title="What differs from the last commit, or any revision? (D)">Difference</button>
        <button type="button" onClick={() => useStore.setState({ searching: true })} title="Search (/)">Search</button>
        <button type="button" onClick={() => useStore.setState((state) => ({ fit: state.fit + 1 }))} title="Show everything (F)">Fit</button>
        <button type="button" onClick={() => layOutAgain()} title="Lay out again from nothing (L)">Lay out</button>
        <button type="button" aria-pressed={panel === 'positions'} onClick={() => (panel === 'positions' ? useStore.setState({ panel: undefined }) : shown?.positions === null ? keepPositions() : useStore.setState({ panel: 'positions' }))} title={shown?.positions ? `Positions are kept in ${shown.positions.name}` : 'Write where everything stands to a file beside this one, and place boxes by hand'}>{shown?.positions ? 'Positions' : 'Keep my positions'}</button>
        <SavePicture />
      </span>
      <Legend />
      <span className="counts" role="status">{errors > 0 && <span className="error">✕ {errors}</span>}{warnings > 0 && <span className="warning">! {warnings}</span>}{infos > 0 && <span className="info" title="Worth knowing">i {infos}</span>}{shown && errors + warnings + infos === 0 && <span className="fine">✓ no problems</span>}</span>
    </div>
  )
}
