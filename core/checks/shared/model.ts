/** Walking over what was written and what was realised: the questions that most checks ask. */
import { keyOf, prefixOf, type Ip, type IpKey, type Prefix } from '../../address/ip.ts'
import type { Infra } from '../../infra/infra.ts'
import { isTunnelType, type Interface, type TunnelType } from '../../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../../infra/node.ts'
import type { Network } from '../../infra/parts.ts'
import type { Span } from '../../text/span.ts'
import type { CheckContext } from '../check.ts'
import { oncePerNode, oncePerPlane } from './once.ts'

export { keyOf, type IpKey }

/** An interface together with the node that it stands on. */
export interface Device {
  readonly node: Node
  readonly interface: Interface
  /** `node:interface` */
  readonly label: string
}

export const labelOf = (device: Device): string => device.label
export const labelOfEnd = (end: { readonly node: string; readonly interface: string }): string => `${end.node}:${end.interface}`

const ofNode = oncePerNode((node): ReadonlyMap<string, Device> =>
  new Map([...node.interfaces.values()].map((one) => [one.name, { node, interface: one, label: `${node.name}:${one.name}` }])))

/** A node's interface as a device, the same object each time. */
export const deviceOn = (node: Node, one: Interface): Device =>
  ofNode(node).get(one.name) ?? { node, interface: one, label: `${node.name}:${one.name}` }

const ofInfra = new WeakMap<Infra, readonly Device[]>()

/** Every interface of every node, in file order. */
export function devicesOf(infra: Infra): readonly Device[] {
  let known = ofInfra.get(infra)
  if (!known) {
    const all: Device[] = []
    for (const node of infra.nodes.values()) for (const device of ofNode(node).values()) all.push(device)
    ofInfra.set(infra, (known = all))
  }
  return known
}

const stacks = new WeakMap<Infra, readonly StackNode[]>()

export function stacksOf(infra: Infra): readonly StackNode[] {
  let known = stacks.get(infra)
  if (!known) stacks.set(infra, (known = [...infra.nodes.values()].filter(isStack)))
  return known
}

export function deviceAt(infra: Infra, node: string, name: string): Device | undefined {
  const owner = infra.nodes.get(node)
  return owner && ofNode(owner).get(name)
}

/** The interface as a person wrote it, where one did. */
export const writtenOf = (context: CheckContext, device: Device): Interface | undefined =>
  context.written.nodes.get(device.node.name)?.interfaces.get(device.interface.name)

/** The logical network that a generated device was derived for. */
export function networkBehind(context: CheckContext, device: Device): Network | undefined {
  const { origin } = device.interface
  return origin?.by === 'network' ? context.infra.networks.get(origin.name) : undefined
}

/** The network that a guest's interface joins. */
export const networkOf = (context: CheckContext, one: Interface): Network | undefined =>
  one.network && context.infra.networks.get(one.network.value)

export const isUp = (one: Interface): boolean => one.up?.value !== false

export const tunnelTypeOf = (one: Interface): TunnelType | undefined =>
  isTunnelType(one.type.value) ? one.type.value : undefined

export const layer2Tunnels: ReadonlySet<string> = new Set(['gretap', 'vxlan', 'geneve', 'nvgre', 'stt'])

export interface OnLink {
  readonly ip: Ip
  readonly prefix: Prefix
  readonly at: Span
}

// Many checks ask for the same; an interface never changes.
const onLink = new WeakMap<Interface, readonly OnLink[]>()

/** The prefixes that an interface is on, full-length ones included. */
export function prefixesOf(one: Interface): readonly OnLink[] {
  let known = onLink.get(one)
  if (!known) {
    known = one.addresses.flatMap(({ value, at }) =>
      value.length === undefined ? [] : [{ ip: value.ip, prefix: prefixOf(value.ip, value.length), at }])
    onLink.set(one, known)
  }
  return known
}

/** Who has an address, as text of it → devices, in file order; only interfaces that are up. */
export const ownersOf = oncePerPlane((context): ReadonlyMap<IpKey, readonly Device[]> => {
  const owners = new Map<IpKey, Device[]>()
  for (const node of context.infra.nodes.values()) {
    for (const { key, device } of addressesOf(node)) {
      const list = owners.get(key)
      if (list) list.push(device)
      else owners.set(key, [device])
    }
  }
  return owners
})

const addressesOf = oncePerNode((node): readonly { readonly key: IpKey; readonly device: Device }[] =>
  isStack(node) ? [...ofNode(node).values()].filter((device) => isUp(device.interface))
    .flatMap((device) => device.interface.addresses.map(({ value }) => ({ key: keyOf(value.ip), device }))) : [])

/** Does the stack forward packets: what it says, else what its kind does. */
export const forwards = (node: StackNode): boolean => node.forwarding?.value ?? node.kind === 'router'

/** Where a node is named in its own entry; generated nodes stand at the entry that makes them. */
export const subjectOf = (device: Device): string => labelOf(device)
