/** What `from` and `to` of an expectation stand for: stacks and their addresses. */
import { isLinkLocal, isLoopback, printIp, type Ip } from '../../address/ip.ts'
import { isGuest, isStack, type StackNode } from '../../infra/node.ts'
import type { Selector } from '../../infra/parts.ts'
import type { CheckContext } from '../check.ts'
import { isUp, keyOf, ownersOf } from './model.ts'
import { tenantOfGuest } from './tenancy.ts'

/** A sender or receiver that a selector stands for. */
export interface Endpoint {
  /** Undefined: an address that no node of the file has. */
  readonly node: StackNode | undefined
  readonly interface: string | undefined
  /** The addresses to send to, those of interfaces that are up, link-local and loopback ones aside. */
  readonly addresses: readonly Ip[]
  /** As a person would name it. */
  readonly label: string
  /** A single address was asked for, whoever answers to it. */
  readonly byAddress: boolean
}

/** All that a selector names, in file order; empty where the name is unknown (which is its own problem). */
export function endpointsOf(context: CheckContext, selector: Selector, bare: 'node' | 'tenant' = 'node'): readonly Endpoint[] {
  const { value } = selector
  switch (value.kind) {
    case 'address': {
      const owner = ownersOf(context).get(keyOf(value.ip))?.[0]
      const node = owner && isStack(owner.node) ? owner.node : undefined
      return [{ node, interface: owner?.interface.name, addresses: [value.ip], label: printIp(value.ip), byAddress: true }]
    }
    case 'node': {
      if (bare === 'tenant' && value.interface === undefined && (context.infra.tenants.has(value.node) || hasTenant(context, value.node))) {
        return ofTenant(context, value.node)
      }
      const node = context.infra.nodes.get(value.node)
      return node && isStack(node) && (value.interface === undefined || node.interfaces.has(value.interface)) ? [endpointOf(node, value.interface)] : []
    }
    case 'tenant': return ofTenant(context, value.name)
    case 'network':
      return guests(context, (node) => [...node.interfaces.values()].filter((one) => one.network?.value === value.name).map((one) => one.name))
  }
}

export function endpointOf(node: StackNode, only: string | undefined): Endpoint {
  const addresses: Ip[] = []
  for (const one of node.interfaces.values()) {
    if (!isUp(one) || (only !== undefined && one.name !== only)) continue
    for (const { value } of one.addresses) if (!isLoopback(value.ip) && !isLinkLocal(value.ip)) addresses.push(value.ip)
  }
  return { node, interface: only, addresses, label: only === undefined ? node.name : `${node.name}:${only}`, byAddress: false }
}

const hasTenant = (context: CheckContext, name: string): boolean =>
  !context.infra.nodes.has(name) && [...context.infra.nodes.values()].some((node) => isGuest(node) && tenantOfGuest(context, node) === name)

const ofTenant = (context: CheckContext, name: string): readonly Endpoint[] =>
  [...context.infra.nodes.values()].flatMap((node) => (isGuest(node) && tenantOfGuest(context, node) === name ? [endpointOf(node, undefined)] : []))

function guests(context: CheckContext, names: (node: StackNode) => readonly string[]): readonly Endpoint[] {
  const found: Endpoint[] = []
  for (const node of context.infra.nodes.values()) {
    if (!isStack(node)) continue
    for (const name of names(node)) found.push(endpointOf(node, name))
  }
  return found
}

