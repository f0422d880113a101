/** The words over a picture's legend: what it shows, and the answer in a few sentences. */
import type { Diagram } from '../diagram/diagram.ts'
import type { Outcome, ShownPairs } from '../protocol.ts'
import type { ShownDifference, ShownPairChanges } from '../viewed.ts'
import { t } from '../words.ts'
import { flowsOf, percent } from './figures.ts'
import { outcomeWord } from './marks.ts'
import type { OpenView } from './open-view.ts'

export interface Said {
  readonly title: string
  readonly notes: readonly string[]
}

/** So many pairs are named on paper; the others are counted. */
const fewPairs = 6

/** `diagram`: as it is drawn. */
export function saidOf(view: OpenView | undefined, diagram: Diagram): Said {
  switch (view?.kind) {
    case undefined: return { title: '', notes: [] }
    case 'network': return ofNetwork(view)
    case 'packet': return ofPacket(view)
    case 'reach': return ofReach(view, diagram)
    case 'utilisation': return ofLoad(view)
    case 'failures': return ofFailures(view)
    case 'difference': return ofDifference(view.difference)
    case 'moves': return { title: t('Several moves as one plan'), notes: [] }
  }
}

type Of<K extends OpenView['kind']> = Extract<OpenView, { kind: K }>
const some = (notes: readonly string[]): readonly string[] => notes.filter((note) => note !== '')

function ofNetwork({ network: { name, subnets, members, list, from, mtu, vlans, ids, open } }: Of<'network'>): Said {
  const heard = list.filter(({ hears }) => hears).length
  return {
    title: t('Network {0}', name),
    notes: some([
      t('A broadcast from {0} is heard by {1} of {2}{3}.{4}', from ?? t('any of its members'), heard, members, list.length < members ? t`, as far as ${list.length} are listed` : '', open ? t(' Somebody in it is opaque: it may go further than anybody can tell.') : ''),
      [
        subnets.join(', '), mtu ? `MTU ${mtu.least === mtu.most ? t('{0} everywhere', mtu.least) : t('{0} at {1}, up to {2} elsewhere', mtu.least, mtu.at, mtu.most)}` : '',
        vlans.length > 0 ? `VLAN ${vlans.join(', ')}` : '', ids.map(({ kind, id }) => `${kind}${id === undefined ? '' : ` ${id}`}`).join(', '),
      ].filter((word) => word !== '').join(' · '),
    ]),
  }
}

function ofPacket({ packet, trace: { verdict, reason, because, pathMtu, reply } }: Of<'packet'>): Said {
  const answer = reply === null || reply.hops.length === 0 ? undefined : reply
  return {
    title: packet ? t('A packet from {0} to {1}', packet.from, packet.to) : t('A packet’s way'),
    notes: some([
      packet ? [packet.proto, packet.port === undefined ? '' : t('port {0}', packet.port), t('{0} bytes', packet.size), packet.df ? 'DF' : ''].filter((word) => word !== '').join(', ') : '',
      verdict === 'delivered' ? t('It arrives, and so does the answer; path MTU {0}.', pathMtu ?? '?')
        : verdict === 'unknown' ? t('Nobody knows whether it arrives.')
          : answer ? t('It arrives; the answer does not: {0}.', answer.reason ?? t('lost')) : t('It does not arrive: {0}.', reason ?? t('lost')),
      because === null || because === reason || because === answer?.reason ? '' : because,
    ]),
  }
}

function ofReach({ from, reach }: Of<'reach'>, { view, boxes }: Diagram): Said {
  const ends = reach?.ends ?? []
  const drawn = new Set(boxes.map(({ id }) => id))
  const unseen = view === 'tenant' ? ends.filter(({ node }) => !drawn.has(node)).length : 0
  const count = (verdict: string): number => ends.filter((end) => end.verdict === verdict).length
  return {
    title: from === undefined ? t('Reach') : t('Whom {0} reaches', from),
    notes: some([reach ? t('{0} of {1} are reached.', count('delivered'), ends.length) : '', count('unknown') > 0 ? t('Of {0} nobody knows.', count('unknown')) : '', unseen > 0 ? t('{0} of all are not in this picture.', unseen) : '']),
  }
}

function ofLoad({ load: { flowCount, links, hosts } }: Of<'utilisation'>): Said {
  const [first] = links
  const unknown = links.filter(({ capacity }) => capacity === null).length
  const stated = links.some(({ flows, unsaid }) => unsaid < flows)
  return {
    title: t('How full links, servers and storage are'),
    notes: some([
      flowCount === 0 ? t('Nobody is declared to talk: `expect: reach` entries and services would be flows.') : stated || links.length === 0 ? `${flowsOf(flowCount)}.` : t('{0}, none with a rate.', flowsOf(flowCount)),
      first && first.share !== null ? t('The fullest link is {0} → {1}, {2}.', first.from, first.to, percent(first.share)) : '',
      unknown > 0 ? t('{0} of {1} directions state no capacity.', unknown, links.length) : '',
      hosts.some(({ cpus, memory }) => cpus.ratio !== 1 || memory.ratio !== 1) ? t('A server counts as full when all that may be promised of it is.') : '',
    ]),
  }
}

const named = (sign: string, { count, pairs }: Pick<ShownPairs, 'count' | 'pairs'>): readonly string[] => [
  ...pairs.slice(0, fewPairs).map(({ from, to, address, said }) => `${sign} ${from} → ${to} (${address}): ${said}`), ...(count > fewPairs ? [`${sign} ${t('and {0} more', count - Math.min(fewPairs, pairs.length))}`] : []),
]

function ofFailures({ off, failure }: Of<'failures'>): Said {
  if (!failure) return { title: t('Without {0}', off.join(', ')), notes: [] }
  const { label, gone, lost, changed, gained, compared } = failure
  const guests = gone.length - off.filter((id) => gone.includes(id)).length
  return {
    title: t('Without {0}', label),
    notes: some([
      `${compared < 2 ? t('Nobody is left who could talk to another.') : lost.count === 0 ? t('Of the {0} that are left, every pair still talks.', compared) : lost.count === 1 ? t('Of the {0} that are left, one pair is lost.', compared) : t('Of the {0} that are left, {1} pairs are lost.', compared, lost.count)}${changed.count > 0 ? ` ${t('{0} go another way, with another path MTU.', changed.count)}` : ''}${gained.count > 0 ? ` ${t('{0} are gained.', gained.count)}` : ''}`,
      guests > 0 ? t('Gone with it: {0}.', few(gone.filter((id) => !off.includes(id)))) : '',
      ...named('−', lost), ...named('~', changed), ...named('+', gained),
    ]),
  }
}

const few = (names: readonly string[]): string => `${names.slice(0, 8).join(', ')}${names.length > 8 ? t` and ${names.length - 8} more` : ''}`

const outcomes: readonly Outcome[] = ['added', 'removed', 'moved', 'renamed', 'changed']

const total = ({ count, withNodes }: ShownPairChanges): number => count + withNodes.reduce((sum, one) => sum + one.count, 0)

function ofDifference({ revision, elements, count, lost, gained, changed, faults }: ShownDifference): Said {
  const own = elements.filter(({ derived }) => !derived)
  const parts = outcomes.map((what) => [what, own.filter((one) => one.what === what).length] as const).filter(([, n]) => n > 0).map(([what, n]) => `${n} ${outcomeWord(what)}`).join(', ')
  const pairs = (sign: string, { count: n, pairs: list, withNodes }: ShownPairChanges, gone: string): readonly string[] => [
    ...named(sign, { count: n, pairs: list.map(({ from, to, address, before, after }) => ({ from, to, address, said: `${before} → ${after}` })) }),
    ...withNodes.slice(0, fewPairs).map(({ node, count: m }) => `${sign} ${t('{0} with {1}, which {2}', m, node, gone)}`),
  ]
  return {
    title: t('What differs from {0}', revision),
    notes: some([
      `${own.length === 0 && count === 0 ? t('Nothing differs') : parts || t('Only what follows from something differs')}${total(lost) + total(gained) + total(changed) === 0 ? t('; every pair talks as it did.') : t('; pairs: {0} lost, {1} gained, {2} changed.', total(lost), total(gained), total(changed))}`,
      ...(faults.length > 0 ? [`${t('The older text could not be read whole:')} ${faults.join('; ')}`] : []),
      ...pairs('−', lost, t('is gone')), ...pairs('+', gained, t('is new')), ...pairs('~', changed, t('is on one side only')),
    ]),
  }
}
