/** Two ends of one vxlan that flood to a third, but not to each other, and somebody behind either who asks for the other in vain. */
import { contains, type Ip } from '../../address/ip.ts'
import { traceFlow } from '../../forwarding/index.ts'
import type { CheckContext } from '../check.ts'
import { deviceAt, keyOf, labelOf, prefixesOf, type Device } from './model.ts'
import { localsOf, remotesOf, tunnelWays } from './tunnel-pairs.ts'

/** One end, and those that it should flood to and that should flood to it; the first of them was tried with a packet. */
export interface MeshGap {
  readonly device: Device
  readonly missing: readonly { readonly device: Device; readonly local: Ip }[]
  readonly counterexample: { readonly from: string; readonly to: Ip }
}

// vxlan_xmit never sends what it received on: two ends that do not list each other have no way by a third.
const mostTried = 64

export function meshGaps(context: CheckContext): readonly MeshGap[] {
  const peers = new Map<string, Map<string, Device>>()
  for (const { device, type, state } of tunnelWays(context)) {
    if (type !== 'vxlan' || state.kind !== 'paired' || isFed(device) || isFed(state.far)) continue
    peersOf(device).set(labelOf(state.far), state.far)
    peersOf(state.far).set(labelOf(device), device)
  }
  const gaps: MeshGap[] = []
  let tried = 0
  for (const [label, near] of peers) {
    const device = [...near.values()].flatMap((far) => peers.get(labelOf(far))?.get(label) ?? [])[0]
    if (!device || tried >= mostTried) continue
    const beyond = new Map([...near.values()].flatMap((hub) => [...(peers.get(labelOf(hub))?.entries() ?? [])]))
    const missing = [...beyond].flatMap(([other, far]) => {
      const [local] = localsOf(far)
      return other > label && !near.has(other) && far.node !== device.node && local && !isListed(device, far) ? [{ device: far, local }] : []
    })
    const [first] = missing
    if (!first) continue
    tried++
    const counterexample = failing(context, device, first.device)
    if (counterexample) gaps.push({ device, missing, counterexample })
  }
  return gaps

  function peersOf(device: Device): Map<string, Device> {
    const known = peers.get(labelOf(device)) ?? new Map<string, Device>()
    peers.set(labelOf(device), known)
    return known
  }
}

/** A group hears everybody, and tables fed from elsewhere need no list. */
const isFed = ({ interface: { tunnel } }: Device): boolean => tunnel === undefined || tunnel.group !== undefined || tunnel.fdb.length > 0

/** One direction that is listed is a finding of its own. */
function isListed(a: Device, b: Device): boolean {
  const lists = (from: Device, to: Device): boolean => remotesOf(from).some(({ value }) => localsOf(to).some((ip) => keyOf(ip) === keyOf(value)))
  return lists(a, b) || lists(b, a)
}

/** The first two stations of one subnet behind the two ends, where the one does not reach the other. */
function failing(context: CheckContext, a: Device, b: Device): MeshGap['counterexample'] | undefined {
  const there = stationsOf(context, b)
  for (const mine of stationsOf(context, a)) {
    for (const { prefix } of prefixesOf(mine.interface)) {
      for (const theirs of there) {
        const found = prefixesOf(theirs.interface).find((one) => contains(prefix, one.ip))
        if (!found || theirs.node === mine.node) continue
        const trace = traceFlow(context.plane, { from: mine.node.name, to: found.ip, toNode: theirs.node.name, proto: 'icmp', size: 84, df: false })
        return trace.verdict === 'dropped' ? { from: mine.node.name, to: found.ip } : undefined
      }
    }
  }
  return undefined
}

/** Who speaks through a tunnel's device: itself, its bridge, and the guests on that bridge. */
function stationsOf(context: CheckContext, { node, interface: one }: Device): readonly Device[] {
  const ports = one.master ? [...node.interfaces.values()].filter(({ name, master }) => name === one.master?.value || master?.value === one.master?.value) : [one]
  return ports.flatMap((port) => {
    const end = port.guestSide ?? { node: node.name, interface: port.name }
    return deviceAt(context.infra, end.node, end.interface) ?? []
  })
}
