/** While a text is broken, what it lacks may stand in the part that cannot be read: such findings wait. */
import type { Problem } from './infra/problem.ts'

/** Codes that say that something is not there, or that a packet finds no way: the broken part may hold what they miss. */
const absences: ReadonlySet<string> = new Set([
  'unknown-reference', 'unused-definition', 'missing-key', 'expectation-failed', 'link-local-only', 'ipv6-missing-peer', 'dhcp-exhausted',
  'gateway-off-link', 'gateway-missing', 'gateway-unowned', 'next-hop-unreachable', 'forwarding-off', 'no-route', 'no-return-route', 'asymmetric-path', 'blackhole', 'routing-loop',
  'bridge-without-port', 'bond-single-member', 'interface-unconnected', 'link-down', 'macvlan-parent-talk', 'vepa-without-hairpin', 'stacked-master', 'vlan-not-on-trunk',
  'tunnel-one-sided', 'tunnel-endpoint-unreachable', 'tunnel-local-not-owned', 'tunnel-mesh-incomplete', 'tunnel-flood-missing',
  'nat-without-forwarding', 'nat-covers-nothing', 'dnat-target-unreachable', 'nat-hairpin-missing', 'service-backend-unreachable', 'service-single-backend', 'anycast-inconsistent',
  'single-point-of-failure', 'replicas-share-host', 'mtu-blackhole',
])
const waits = (code: string): boolean => absences.has(code) || code.startsWith('migration-')

/**
 * The findings of a broken text without those that only it may have caused: what is missed now and was not missed before. What
 * was found before stays, so that nothing flickers while somebody types.
 */
export function withoutConsequences(problems: readonly Problem[], whole: boolean, before: readonly Problem[] | undefined): readonly Problem[] {
  if (whole) return problems
  const known = new Set(before?.map(({ code, message }) => `${code} ${message}`))
  return problems.filter(({ code, message }) => !waits(code) || known.has(`${code} ${message}`))
}
