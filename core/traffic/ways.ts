/** Which links a traced packet's flow loads, and in which direction. */
import type { Hop, Trace } from '../forwarding/trace.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType } from '../infra/interface.ts'
import type { Link } from '../infra/parts.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'

/** One direction of a link. */
export interface Direction {
  readonly link: Link
  /** `node:interface` where it goes in and where it comes out. */
  readonly from: string
  readonly to: string
}

export interface FlowWay {
  readonly directions: readonly Direction[]
  /** Devices that state a bandwidth of their own, "out of s1:eth0" or "into s1:eth0", in bytes per second. */
  readonly devices: ReadonlyMap<string, number>
  /** The share of the bytes on the wire that is the flow's own, of full packets: less than 1 inside tunnels. */
  readonly payload: number
}

export const directionKey = ({ from, to }: Pick<Direction, 'from' | 'to'>): string => `${from} → ${to}`

const labelOf = ({ node, interface: name }: { readonly node: string; readonly interface: string }): string => `${node}:${name}`

/**
 * Bytes per second that one direction of a link carries: the least that the link and the devices at its ends state. Undefined
 * where none of them says.
 */
export function capacityOf({ nodes }: Infra, { link, from, to }: Direction): number | undefined {
  const stated = link.ends.flatMap((end) => [from, to].includes(labelOf(end)) ? nodes.get(end.node)?.interfaces.get(end.interface)?.bandwidth?.value ?? [] : [])
  const all = [...stated, ...(link.bandwidth ? [link.bandwidth.value] : [])]
  return all.length > 0 ? Math.min(...all) / 8 : undefined
}

const tables = new WeakMap<readonly Link[], ReadonlyMap<string, Link>>()
function linksOf({ links }: Infra): ReadonlyMap<string, Link> {
  let table = tables.get(links)
  if (!table) tables.set(links, (table = new Map(links.flatMap((link) => link.ends.map((end) => [labelOf(end), link] as const)))))
  return table
}

/** The steps at a device that the packet itself passes; a flood or a question for a neighbour also names others. */
const passing: ReadonlySet<Hop['step']> = new Set(['transmit', 'receive'])

export function wayOfFlow(infra: Infra, trace: Pick<Trace, 'hops'>): FlowWay {
  const links = linksOf(infra)
  const nodes = new Set(trace.hops.map(({ node }) => node))
  const directions = new Map<string, Direction>()
  const devices = new Map<string, number>()
  let payload = 1
  for (const { node, interface: name, step } of trace.hops) {
    if (name === null) continue
    const device = infra.nodes.get(node)?.interfaces.get(name)
    if (step === 'encapsulate' && device && isTunnelType(device.type.value)) {
      const facts = factsOf(device)
      const inner = Math.max(68, device.mtu?.value ?? 1500)
      payload *= inner / tunnelSpecs[device.type.value].outerLength(inner, facts, outerFamily(facts))
    }
    if (!passing.has(step)) continue
    const label = `${node}:${name}`
    const link = links.get(label)
    // What a flood also sent elsewhere is no part of the way.
    if (link?.ends.every((end) => nodes.has(end.node))) {
      const [a, b] = link.ends.map(labelOf)
      const far = a === label ? b : a
      if (far !== undefined) {
        const direction = step === 'transmit' ? { link, from: label, to: far } : { link, from: far, to: label }
        directions.set(directionKey(direction), direction)
      }
    } else if (!link && device?.bandwidth) devices.set(`${step === 'receive' ? 'into' : 'out of'} ${label}`, device.bandwidth.value / 8)
  }
  return { directions: [...directions.values()], devices, payload }
}
