/** Front door: how full links, servers and storage are, by the flows that somebody declared or tries out. */
import { parseByteRate } from './address/quantity.ts'
import type { Analysis } from './analysis.ts'
import { traceBetween } from './ask.ts'
import { tryDemands } from './checks/shared/demands.ts'
import { linkId } from './difference/index.ts'
import type { Trace } from './forwarding/trace.ts'
import type { Infra } from './infra/infra.ts'
import { isGuest, type GuestNode } from './infra/node.ts'
import type { Progress } from './reach/pair.ts'
import { fairShares } from './traffic/index.ts'
import { capacityOf, directionKey, wayOfFlow, type Direction, type FlowWay } from './traffic/ways.ts'
import type { ShownHostLoad, ShownLoad, ShownRoom, TriedFlow } from './viewed.ts'
import { t } from './words.ts'

export interface LoadQuestion {
  /** What each declared flow takes at most, "100Mbps", or "all" it can get; absent: nobody says, and it loads nothing. */
  readonly each?: string
  readonly flows?: readonly TriedFlow[]
}

interface Flow {
  readonly from: string
  readonly to: string
  readonly words: string
  readonly wanted: number | undefined
  /** Nobody says how much: that there is such a flow is no figure. */
  readonly unsaid: boolean
  readonly way: FlowWay | undefined
  readonly because: string | null
}

// Beyond so many a list says no more.
const most = 400

/**
 * Flows go one way, from the first that is named to the second, and share what they cross max-min fairly. Where nothing on a way
 * states a capacity, what a flow takes is unknown, and so is the load that it makes. What a file expects to talk states no rate:
 * its flows are counted, and loads are those of the others.
 */
export function* loadOf(analysis: Analysis, { each, flows: tried = [] }: LoadQuestion): Generator<Progress, ShownLoad | { readonly refused: string }> {
  const { infra } = analysis.realised
  const wantedOf = (rate: string | undefined): number | undefined => (rate === undefined || rate.trim() === '' ? undefined : parseByteRate(rate) ?? NaN)
  const all = each?.trim() === 'all'
  const unsaid = each === undefined || each.trim() === ''
  const wrong = [all ? undefined : each, ...tried.map(({ rate }) => rate)].find((rate) => Number.isNaN(wantedOf(rate)))
  if (wrong !== undefined) return { refused: t`${wrong} is no rate: 100Mbps, 10Gbps or 50MiB/s would be` }
  const flows: Flow[] = []
  const add = (from: string, to: string, words: string, wanted: number | undefined, unsaid: boolean, trace: Trace): void => {
    const arrives = trace.verdict === 'delivered' || trace.reason === 'no-return'
    flows.push({ from, to, words, wanted, unsaid, way: arrives ? wayOfFlow(infra, trace) : undefined, because: arrives ? null : trace.because ?? trace.reason ?? t('nobody knows whether it arrives') })
  }
  // The hops tell the way, so the few demands that are met are enough; the others are findings already.
  const { passes, failures } = yield* tryDemands({ written: analysis.written, infra, plane: analysis.plane })
  const declared = all ? undefined : wantedOf(each)
  for (const { demand, trace } of passes) add(demand.from.name, demand.to, demand.words, declared, unsaid, trace)
  for (const { demand, trace } of failures) if (demand.tunnel !== true) add(demand.from.name, demand.to, demand.words, declared, unsaid, trace)
  for (const { from, to, rate } of tried) {
    const trace = traceBetween(analysis, { from, to, proto: 'udp', port: 9, size: 1400, df: false })
    if ('refused' in trace) return trace
    add(from, to, t('is tried out'), wantedOf(rate), false, trace)
  }
  yield { doing: t('sharing the links'), done: 0, of: 1 }
  return { ...sharedOf(infra, flows), hosts: hostsOf(infra), storage: storageOf(infra) }
}

function sharedOf(infra: Infra, flows: readonly Flow[]): Pick<ShownLoad, 'flows' | 'flowCount' | 'links'> {
  const directions = new Map<string, Direction>()
  const capacities = new Map<string, number>()
  for (const { way } of flows) {
    if (!way) continue
    for (const direction of way.directions) {
      const key = directionKey(direction)
      directions.set(key, direction)
      const capacity = capacityOf(infra, direction)
      // Encapsulation takes its part of a link: where several kinds meet, the largest part.
      if (capacity !== undefined) capacities.set(key, Math.min(capacities.get(key) ?? Infinity, capacity * way.payload))
    }
    for (const [name, capacity] of way.devices) capacities.set(name, Math.min(capacities.get(name) ?? Infinity, capacity * way.payload))
  }
  const going = flows.flatMap((flow) => (flow.way ? [{ flow, way: flow.way }] : []))
  const overOf = (way: FlowWay): readonly string[] => [...way.directions.map(directionKey), ...way.devices.keys()]
  const shares = fairShares(going.map(({ way, flow: { wanted, unsaid } }) => ({ over: overOf(way), ...(unsaid ? { cap: 0 } : wanted !== undefined && { cap: wanted }) })), capacities)
  const used = new Map<string, { load: number; flows: number; unsaid: number; unknown: boolean }>()
  const rates = new Map<Flow, number>()
  for (const [i, { flow, way }] of going.entries()) {
    const rate = shares[i] ?? Infinity
    if (!flow.unsaid) rates.set(flow, rate)
    for (const key of overOf(way)) {
      const sum = used.get(key) ?? { load: 0, flows: 0, unsaid: 0, unknown: false }
      used.set(key, { load: sum.load + (rate === Infinity ? 0 : rate / way.payload), flows: sum.flows + 1, unsaid: sum.unsaid + Number(flow.unsaid), unknown: sum.unknown || rate === Infinity })
    }
  }
  // What is full at the rates that came out gives a flow no more.
  const sums = new Map<string, number>()
  for (const [i, { way }] of going.entries()) for (const key of overOf(way)) sums.set(key, (sums.get(key) ?? 0) + (shares[i] ?? 0))
  const full = new Set([...capacities].flatMap(([key, capacity]) => ((sums.get(key) ?? 0) >= capacity * 0.999 ? [key] : [])))
  const links = [...directions].map(([key, direction]) => {
    const { load, flows: count, unsaid, unknown } = used.get(key) ?? { load: 0, flows: 0, unsaid: 0, unknown: false }
    const capacity = capacityOf(infra, direction) ?? null
    const known = unknown || unsaid === count ? null : load
    return { id: linkId(direction.link), from: direction.from, to: direction.to, capacity, load: known, share: known === null || capacity === null || capacity === 0 ? null : known / capacity, flows: count, unsaid }
  })
  links.sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || (b.load ?? -1) - (a.load ?? -1) || b.flows - a.flows)
  return {
    flowCount: flows.length, links: links.slice(0, most),
    flows: flows.slice(0, most).map((flow) => {
      const rate = rates.get(flow)
      return {
        from: flow.from, to: flow.to, words: flow.words, because: flow.because, wanted: flow.wanted ?? null, rate: rate === undefined || rate === Infinity ? null : rate,
        bound: flow.way ? overOf(flow.way).find((key) => full.has(key)) ?? null : null,
      }
    }),
  }
}

const ratios = { cpus: 4, memory: 1 }

function hostsOf(infra: Infra): readonly ShownHostLoad[] {
  const guests = new Map<string, GuestNode[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    const list = guests.get(node.host.value)
    if (list) list.push(node)
    else guests.set(node.host.value, [node])
  }
  const room = (list: readonly GuestNode[], asks: (guest: GuestNode) => number | undefined, has: number | undefined, ratio: number): ShownRoom => ({
    asked: list.reduce((sum, guest) => sum + (asks(guest) ?? 0), 0), has: has ?? null, ratio, unsaid: list.filter((guest) => asks(guest) === undefined).length,
  })
  const hosts = [...infra.nodes.values()].flatMap((node): ShownHostLoad[] => {
    if (node.kind !== 'server' || (!guests.has(node.name) && !node.cpus && !node.memory)) return []
    const list = guests.get(node.name) ?? []
    return [{
      node: node.name, guests: list.length,
      cpus: room(list, (guest) => (guest.kind === 'vm' ? guest.vcpus : guest.limits?.cpus)?.value, node.cpus?.value, node.overcommit?.cpus?.value ?? ratios.cpus),
      memory: room(list, (guest) => (guest.kind === 'vm' ? guest.memory : guest.limits?.memory)?.value, node.memory?.value, node.overcommit?.memory?.value ?? ratios.memory),
    }]
  })
  return hosts.sort((a, b) => fullness(b) - fullness(a))
}

const fullnessOf = ({ asked, has, ratio }: ShownRoom): number => (has === null || has === 0 ? -1 : asked / (has * ratio))
const fullness = ({ cpus, memory }: ShownHostLoad): number => Math.max(fullnessOf(cpus), fullnessOf(memory))

function storageOf(infra: Infra): ShownLoad['storage'] {
  const asked = new Map<string, { sum: number; unsaid: number }>()
  for (const node of infra.nodes.values()) {
    if (node.kind !== 'vm') continue
    for (const disk of node.disks) {
      if (!disk.on || !infra.storage.has(disk.on.value)) continue
      const known = asked.get(disk.on.value) ?? { sum: 0, unsaid: 0 }
      asked.set(disk.on.value, disk.size ? { ...known, sum: known.sum + disk.size.value } : { ...known, unsaid: known.unsaid + 1 })
    }
  }
  return [...infra.storage.values()].map(({ name, capacity }) => ({ name, asked: asked.get(name)?.sum ?? 0, has: capacity?.value ?? null, unsaid: asked.get(name)?.unsaid ?? 0 }))
}
