/** Every broadcast domain in its colour: bands under the lines, numbers on the boxes, and a key that says which is which. */
import { ViewportPortal } from '@xyflow/react'
import { memo, useEffect, useState, type CSSProperties, type ReactElement } from 'react'
import { chipsOf, stripeOf } from '../../core/diagram/domains.ts'
import { t } from '../l10n.ts'
import { useStore } from '../store.ts'
import { askDomains, askNetwork, openNetworks, useViews } from '../views.ts'
import { useDomains } from './domains.ts'
import { depths, type Flow } from './flow.ts'

/** A custom property, which the style sheet mixes with the theme's colours; React's type of styles knows none. */
const inked = (color: string): CSSProperties => ({ '--net': color }) as CSSProperties

export const Domains = memo(({ flow: { domains, edges, rects } }: { readonly flow: Flow }): ReactElement => (
  <ViewportPortal>
    <svg className="lines domain-bands" style={{ zIndex: depths.band }} aria-hidden="true">
      {edges.flatMap(({ id, route }) => (domains.get(id) ?? []).map((domain, i, own) => {
        const { array, offset } = stripeOf(domain, i, own.length)
        return <path key={`${id} ${domain.number}`} d={route.path} style={inked(domain.color)} strokeDasharray={array} strokeDashoffset={offset} />
      }))}
    </svg>
    <svg className="lines domain-chips" style={{ zIndex: depths.chip }} aria-hidden="true">
      {[...domains].flatMap(([id, own]) => {
        const rect = rects.get(id)
        return rect ? chipsOf(own, rect).map(({ domain, x, y }) => <g key={`${id} ${domain.number}`} style={inked(domain.color)}><circle cx={x} cy={y} r={8} /><text x={x} y={y + 4}>{domain.number}</text></g>) : []
      })}
    </svg>
  </ViewportPortal>
))
Domains.displayName = 'Domains'

/** So many stand in the key unasked. */
const fewNetworks = 8

/** What the numbers mean; each leads to its network. */
export function DomainsKey(): ReactElement | null {
  const on = useStore((state) => state.layers.networks)
  const version = useStore((state) => state.shown?.version)
  const view = useStore((state) => `${state.view} ${state.tenant ?? ''}`)
  const { answer, failed } = useViews((state) => state.domains)
  const domains = useDomains()
  // A long list would cover much of the picture: it is opened by whoever wants it.
  const [wish, setWish] = useState<boolean | undefined>()
  const open = wish ?? domains.length <= fewNetworks
  useEffect(() => { if (on && version !== undefined) void askDomains() }, [on, version, view])
  if (!on) return null
  const light = (key: string): void => {
    openNetworks()
    void askNetwork(key)
  }
  return (
    <aside className="domains-key" aria-label={t('Networks in the picture')}>
      {failed !== undefined && <p role="alert">{failed}</p>}
      {answer?.domains.length === 0 && <p>{t('Nothing here hears anything else.')}</p>}
      {domains.length > fewNetworks && <button type="button" className="key-fold" aria-expanded={open} onClick={() => setWish(!open)}>{open ? '▾' : '▸'} {t('{0} networks', domains.length)}</button>}
      {open && <ul>
        {domains.map(({ number, name, color, dash }, i) => (
          <li key={number}>
            <button type="button" title={t('Light this network alone')} onClick={() => light(answer?.domains[i]?.key ?? '')}>
              <svg className="domain-chips" width="50" height="18" aria-hidden="true" style={inked(color)}>
                <g className="domain-bands"><path d="M18 9h32" strokeDasharray={dash === '' ? undefined : dash} /></g><circle cx="9" cy="9" r="8" /><text x="9" y="13">{number}</text>
              </svg>
              <span className="unseen">{number}</span><span className="name">{name}</span>
            </button>
          </li>
        ))}
      </ul>}
      {answer !== undefined && answer.more > 0 && <p>{t('and {0} more: the panel Networks has them all', answer.more)}</p>}
    </aside>
  )
}
