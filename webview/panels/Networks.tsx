/** Broadcast domains: all in a list, one of them lit in the picture, with its members, subnets, MTU, VLANs and tunnel ids. */
import { useEffect, useState, type ReactElement } from 'react'
import type { ShownNetworkDetail } from '../../core/protocol.ts'
import { Field } from '../controls.ts'
import { bringIntoSight, useStore } from '../store.ts'
import { askNetwork, askNetworks, giveUp, useViews } from '../views.ts'
import { Waiting } from './Waiting.tsx'
import { Title } from './Frame.tsx'
import { t, word } from '../l10n.ts'

/** Beyond so many a list is searched, not read. */
const many = 200

const Row = ({ name, children }: { readonly name: string; readonly children: string }): ReactElement | null => (children === '' ? null : <div><dt>{word(name)}</dt><dd>{children}</dd></div>)

function Detail({ network: { name, subnets, mtu, vlans, ids, carriers, list, members, from, open } }: { readonly network: ShownNetworkDetail }): ReactElement {
  const heard = list.filter(({ hears }) => hears).length
  return (
    <section aria-label={t('Network {0}', name)}>
      <h3>{name}</h3>
      <p role="status">{t('A broadcast from {0} is heard by {1} of {2}{3}.{4}', from ?? t('any of its members'), heard, members, list.length < members ? t`, as far as ${list.length} are listed` : '', open ? t(' Somebody in it is opaque: it may go further than anybody can tell.') : '')}</p>
      <dl>
        <Row name={subnets.length > 1 ? 'subnets' : 'subnet'}>{subnets.join(', ') || t('nobody has an address')}</Row>
        <Row name="MTU">{mtu ? (mtu.least === mtu.most ? t('{0} everywhere', mtu.least) : t('{0} at {1}, up to {2} elsewhere', mtu.least, mtu.at, mtu.most)) : t('unknown')}</Row>
        <Row name="VLAN">{vlans.join(', ')}</Row>
        <Row name="tunnels">{ids.map(({ kind, id }) => `${kind}${id === undefined ? '' : ` ${id}`}`).join(', ')}</Row>
        <Row name="carried by">{`${carriers.slice(0, 12).join(', ')}${carriers.length > 12 ? t` and ${carriers.length - 12} more` : ''}`}</Row>
      </dl>
      <ul className="reach-list" aria-label={t('Members')}>
        {list.map(({ node, interface: device, addresses, mtu: own, hears }) => (
          <li key={`${node}:${device}`} className={hears ? 'hears' : 'deaf'}>
            <button type="button" title={t('Show it')} onClick={() => bringIntoSight(node)}><span className="where">{node}:{device}</span> <span className="quiet">{addresses.join(' ')}</span> <span className="said">{hears ? (own === null ? t('hears it') : `MTU ${own}`) : t('does not hear it')}</span></button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Networks(): ReactElement {
  const { answer, failed, asking, progress } = useViews((state) => state.networks)
  const network = useViews((state) => state.network)
  const selected = useStore((state) => state.selected)
  const version = useStore((state) => state.shown?.version ?? 0)
  const view = useStore((state) => `${state.view} ${state.tenant ?? ''}`)
  const [words, setWords] = useState('')
  useEffect(() => { void askNetworks(selected) }, [selected, version, view])
  const wanted = words.trim().toLowerCase()
  const found = (answer?.networks ?? []).filter(({ name, key, subnets }) => [name, key, ...subnets].some((text) => text.toLowerCase().includes(wanted)))
  const here = new Set(answer?.at ?? [])
  return (
    <>
      <Title>{t('Networks')}</Title>
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {asking && !answer && <Waiting words={t('Sending broadcasts…')} progress={progress} giveUp={() => giveUp('networks')} />}
      {answer && answer.networks.length === 0 && <p className="hint">{t('Nothing here hears anything else.')}</p>}
      {answer && answer.networks.length > 12 && <Field label={t('Find a network')} placeholder={t('name, address, node')} value={words} onInput={setWords} />}
      {answer && answer.networks.length > 0 && (
        <ul className="networks" aria-label={t('Networks')}>
          {/* Those of what is chosen come first. */}
          {[...found].sort((a, b) => Number(here.has(b.key)) - Number(here.has(a.key))).slice(0, many).map(({ key, name, members, subnets }) => (
            <li key={key}><button type="button" aria-current={network.answer?.key === key} onClick={() => void askNetwork(key)}><span>{name}{subnets[0] !== undefined && subnets[0] !== name ? <span className="quiet"> {subnets[0]}</span> : ''}</span><span className="quiet">{t('{0}{1} members', here.has(key) ? t`with ${selected ?? ''} · ` : '', members)}</span></button></li>
          ))}
        </ul>
      )}
      {found.length > many && <p className="hint">{t('and {0} more: type to find one', found.length - many)}</p>}
      {network.failed !== undefined && <p className="problem error">{network.failed}</p>}
      {network.answer && answer && answer.networks.length > 0 && <Detail network={network.answer} />}
    </>
  )
}
