/** Views, layers, zoom and search: one slim row above the picture. */
import { useState, type ReactElement } from 'react'
import { openDifference, openLoad, openNetworks } from '../views.ts'
import { keepPositions } from '../positions.ts'
import { Dropdown } from './Dropdown.tsx'
import { Legend } from './Legend.tsx'
import { SavePicture } from './SavePicture.tsx'
import { layerNames, layOutAgain, openReach, openTrace, showView, toggleLayer, useStore } from '../store.ts'
import { t, word } from '../l10n.ts'

/** As menus write what they offer. */
const capital = (name: string): string => name.charAt(0).toLocaleUpperCase() + name.slice(1)

export function Toolbar(): ReactElement {
  const view = useStore((state) => state.view)
  const layers = useStore((state) => state.layers)
  const shown = useStore((state) => state.shown)
  const panel = useStore((state) => state.panel)
  const [open, setOpen] = useState(false)
  const hidden = layerNames.filter((name) => name !== 'networks' && !layers[name]).length
  const errors = shown?.problems.filter(({ severity }) => severity === 'error').length ?? 0
  const infos = shown?.problems.filter(({ severity }) => severity === 'information').length ?? 0
  const warnings = shown?.problems.filter(({ severity }) => severity === 'warning').length ?? 0
  return (
    <div className="toolbar" role="toolbar" aria-label={t('Designer')}>
      <span className="group-of">
        {(['physical', 'tenant'] as const).map((name) => <button key={name} type="button" aria-pressed={view === name} onClick={() => showView(name)} title={name === 'physical' ? t('Machines, devices and cables (1)') : t('What each tenant has (2)')}>{name === 'physical' ? t('Physical') : t('Tenants')}</button>)}
        <Dropdown
          name={hidden === 0 ? t('Layers') : t('Layers −{0}', hidden)} title={t('What the picture shows')} open={open} show={setOpen}
          choices={layerNames.map((name) => ({ name: capital(word(name)), checked: layers[name], act: () => toggleLayer(name) }))}
        />
      </span>
      <span className="group-of">
        <button type="button" aria-pressed={panel === 'trace'} onClick={() => (panel === 'trace' ? useStore.setState({ panel: undefined }) : openTrace())} title={t('Trace a packet (T)')}>{t('Trace')}</button>
        <button type="button" aria-pressed={panel === 'reach'} onClick={() => (panel === 'reach' ? useStore.setState({ panel: undefined }) : openReach(useStore.getState().selected?.includes(':') ? undefined : useStore.getState().selected))} title={t('Whom does a node reach? (R)')}>{t('Reach')}</button>
        <button type="button" aria-pressed={panel === 'networks'} onClick={() => (panel === 'networks' ? useStore.setState({ panel: undefined }) : openNetworks())} title={t('Who hears a broadcast? (N)')}>{t('Networks')}</button>
        <button type="button" aria-pressed={panel === 'load'} onClick={() => (panel === 'load' ? useStore.setState({ panel: undefined }) : openLoad())} title={t('How full are links and servers? (U)')}>{t('Load')}</button>
        <button type="button" aria-pressed={panel === 'difference'} onClick={() => (panel === 'difference' ? useStore.setState({ panel: undefined }) : openDifference())} title={t('What differs from the last commit, or any revision? (D)')}>{t('Difference')}</button>
        <button type="button" onClick={() => useStore.setState({ searching: true })} title={t('Search (/)')}>{t('Search')}</button>
        <button type="button" onClick={() => useStore.setState((state) => ({ fit: state.fit + 1 }))} title={t('Show everything (F)')}>{t('Fit')}</button>
        <button type="button" onClick={() => layOutAgain()} title={t('Lay out again from nothing (L)')}>{t('Lay out')}</button>
        <button type="button" aria-pressed={panel === 'positions'} onClick={() => (panel === 'positions' ? useStore.setState({ panel: undefined }) : shown?.positions === null ? keepPositions() : useStore.setState({ panel: 'positions' }))} title={shown?.positions ? t('Positions are kept in {0}', shown.positions.name) : t('Write where everything stands to a file beside this one, and place boxes by hand')}>{shown?.positions ? t('Positions') : t('Keep my positions')}</button>
        <SavePicture />
      </span>
      <Legend />
      <span className="counts" role="status">{errors > 0 && <span className="error">✕ {errors}</span>}{warnings > 0 && <span className="warning">! {warnings}</span>}{infos > 0 && <span className="info" title={t('Worth knowing')}>i {infos}</span>}{shown && errors + warnings + infos === 0 && <span className="fine">{t('✓ no problems')}</span>}</span>
    </div>
  )
}
