/** What netfilter is told on a stack: the written rules, and what docker adds for its bridges and published ports. */
import { bridgesApart, publishedPorts } from '../infra/docker.ts'
import type { GuestNode, StackNode } from '../infra/node.ts'
import type { Policy } from './tables.ts'

export function policyOf(guests: readonly GuestNode[], node: StackNode): Policy | undefined {
  const published = publishedPorts(guests)
  const apart = bridgesApart(guests, node)
  const { input, forward, output } = node.firewall ?? {}
  if (!input && !forward && !output && node.nat.length === 0 && published.length === 0 && apart.size === 0) return undefined
  return { input, forward, output, nat: [...node.nat, ...published], apart }
}

/** Whether something asks for connections: only then does a stack put fragments together (nf_ct_netns_get, nf_defrag_ipv4_enable). */
export function tracksConnections(policy: Policy | undefined): boolean {
  if (!policy) return false
  return policy.nat.length > 0 || policy.apart.size > 0 || [policy.input, policy.forward, policy.output].some((chain) => chain?.rules.some(({ state }) => state.length > 0))
}
