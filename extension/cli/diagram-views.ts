/** What `underlay diagram --view` lays over the picture: the designer's views, asked for by the flags of the commands that answer the same. */
import { reach as reachOf, type Analysis } from '../../core/analysis.ts'
import { stacksOf, traceBetween } from '../../core/ask.ts'
import { comparison, pastOf } from '../../core/comparing.ts'
import { failing, failingId } from '../../core/failing.ts'
import { loadOf } from '../../core/loading.ts'
import { networkOf, networksOf } from '../../core/networks.ts'
import type { DrawnView, PictureBase } from '../../core/picture.ts'
import { shownFailure, shownReach, shownTrace } from '../../core/shown.ts'
import { shownDifference } from '../../core/shown-views.ts'
import type { ShownNetwork, TriedFlow } from '../../core/viewed.ts'
import { nearest, type Arguments, type Flags } from './arguments.ts'
import { drive, required } from './command.ts'
import { readPast } from './files.ts'
import { textsAt } from './revisions.ts'
import { Misuse, type Streams } from './streams.ts'
import { packetFlags, packetOf } from './trace.ts'

export const baseViews = ['physical', 'tenant'] as const
export type LaidView = 'network' | 'packet' | 'reach' | 'utilisation' | 'failures' | 'difference'

/** Which flags belong to which view. */
const flagsOf: Readonly<Record<LaidView, Flags>> = {
  network: { network: 'value', from: 'value' }, packet: packetFlags, reach: { from: 'value' }, utilisation: { each: 'value', flow: 'value' },
  failures: { off: 'value' }, difference: { revision: 'value' },
}
export const laidViews = Object.keys(flagsOf) as readonly LaidView[]
export const viewFlags: Flags = Object.assign({}, ...Object.values(flagsOf)) as Flags

/** A flag that this view does nothing with is a mistake. */
export function refuseStrangers(args: Arguments, view: string): void {
  const own = laidViews.find((one) => one === view)
  for (const flag of Object.keys(viewFlags)) {
    if (!args.has(flag) || (own && Object.hasOwn(flagsOf[own], flag))) continue
    const owners = laidViews.filter((one) => Object.hasOwn(flagsOf[one], flag))
    throw new Misuse(`--${flag} belongs to --view ${owners.join(' or ')}, not to ${view}`)
  }
}

/** What is asked, beside the present file. */
export interface Asking {
  readonly analysis: Analysis
  /** The present picture before anything lies over it. */
  readonly base: PictureBase
  /** As it was named. */
  readonly path: string
  /** Of two files the older one. */
  readonly older?: { readonly path: string; readonly readings: Analysis['readings'] } | undefined
}

/** The view with its answer, and the answer under the name that JSON has for it. */
export interface Laid {
  readonly view: DrawnView
  readonly data: Readonly<Record<string, unknown>>
}

export function layView(view: LaidView, asking: Asking, args: Arguments, streams: Streams): Laid {
  const { analysis, base } = asking
  switch (view) {
    case 'network': {
      const key = networkMeant(networksOf(analysis), required(args, 'network'))
      const from = args.value('from')
      const network = networkOf(analysis, key, base.diagram, from)
      if (!network) throw new Misuse(`there is no network ${key}`)
      if (from !== undefined && network.from === null) throw new Misuse(`${from} is not in the network ${network.name}`)
      return { view: { kind: 'network', network }, data: { network } }
    }
    case 'packet': {
      const packet = packetOf(args)
      const found = traceBetween(analysis, packet)
      if ('refused' in found) throw new Misuse(found.refused)
      const trace = shownTrace(analysis, found)
      return { view: { kind: 'packet', packet, trace }, data: { trace: { ...packet, ...trace } } }
    }
    case 'reach': {
      const names = stacksOf(analysis, required(args, 'from'))
      if ('refused' in names) throw new Misuse(`--from: ${names.refused}`)
      const [from = '', ...others] = names
      if (others.length > 0) throw new Misuse(`--from: a picture is of one sender, not of ${names.length}: ${names.slice(0, 5).join(', ')}`)
      const reach = shownReach(from, drive(reachOf(analysis, { from: [from] }), streams))
      return { view: { kind: 'reach', from, reach }, data: { reach } }
    }
    case 'utilisation': {
      const each = args.value('each')
      const load = drive(loadOf(analysis, { flows: args.values('flow').map(flowMeant), ...(each !== undefined && { each }) }), streams)
      if ('refused' in load) throw new Misuse(load.refused)
      return { view: { kind: 'utilisation', load }, data: { load } }
    }
    case 'failures': {
      required(args, 'off')
      const off = [...new Set(args.values('off').map((name) => {
        const id = failingId(analysis, name)
        if (id === undefined) throw new Misuse(`--off: there is no node or link ${name}${nearest(name, [...analysis.realised.infra.nodes.keys()], '')}`)
        return id
      }))]
      const found = drive(failing(analysis, ...off), streams)
      if (!found) throw new Misuse(`--off: ${off.join(', ')} cannot fail here`)
      const failure = shownFailure(off.join(' '), found)
      return { view: { kind: 'failures', off, failure }, data: { failures: { off, ...failure } } }
    }
    case 'difference': {
      const { older } = asking
      if (older && args.has('revision')) throw new Misuse('two files are compared with each other, and with no --revision')
      const revision = older?.path ?? args.value('revision') ?? 'HEAD'
      const readings = older?.readings ?? readPast(asking.path, analysis, textsAt(asking.path, revision, streams), streams)
      if (!readings) throw new Misuse(`${asking.path} was not there at ${revision}`)
      const before = pastOf(readings, analysis)
      const difference = shownDifference(revision, base.diagram.view, before, analysis, drive(comparison(before, analysis, base.options), streams))
      return { view: { kind: 'difference', difference }, data: { difference } }
    }
  }
}

/** By its name, one of its subnets, or one of its members, as the designer lists it. */
function networkMeant(networks: readonly ShownNetwork[], name: string): string {
  const exact = networks.filter((one) => one.key === name)
  const found = exact.length > 0 ? exact : networks.filter((one) => one.name === name || one.subnets.includes(name))
  const [first, ...others] = found
  if (!first) throw new Misuse(`--network: there is no network ${name}${nearest(name, networks.flatMap((one) => [one.name, one.key]), '')}${networks.length > 0 && networks.length <= 12 ? `; there are ${[...new Set(networks.map((one) => one.name))].join(', ')}` : ''}`)
  if (others.length > 0) throw new Misuse(`--network: ${found.length} networks are called ${name}; say one by its first member: ${found.map(({ key }) => key).join(', ')}`)
  return first.key
}

/** `web,db` or `web,db,100Mbps`. */
function flowMeant(text: string): TriedFlow {
  const [from = '', to = '', rate, ...more] = text.split(',').map((part) => part.trim())
  if (from === '' || to === '' || more.length > 0) throw new Misuse(`--flow is FROM,TO or FROM,TO,RATE, not ${text}`)
  return { from, to, ...(rate !== undefined && rate !== '' && { rate }) }
}
