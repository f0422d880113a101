/** A fix that filters between two devices of a stack which forwards. */
import type { Hop } from '../../forwarding/trace.ts'
import type { Value } from '../../infra/change.ts'
import type { StackNode } from '../../infra/node.ts'
import type { Fix } from '../../infra/problem.ts'
import { t } from '../../words.ts'

/** Rules that drop from one device to the other and back; only where the stack has none yet, so that their order is plain. */
export function dropBetween(node: StackNode, one: string, two: string): readonly Fix[] {
  if (node.origin.by !== 'text' || node.firewall?.forward?.rules.length || one === two) return []
  const rules: Value = [{ in: one, out: two, action: 'drop' }, { in: two, out: one, action: 'drop' }]
  const policy = node.firewall?.forward?.policy.value
  return [{
    title: t`Drop between ${one} and ${two} on ${node.name}`,
    change: policy === 'drop'
      ? { kind: 'append', part: { kind: 'node', node: node.name }, key: ['firewall', 'forward', 'rules'], value: { action: 'drop' } }
      : { kind: 'set', part: { kind: 'node', node: node.name }, key: ['firewall', 'forward'], value: { policy: 'accept', rules } },
  }]
}

/** The device that a forwarded packet came in by and the one that it left by, at one stack of its way. */
export function devicesAt(hops: readonly Hop[], node: string): { readonly into: string; readonly out: string } | undefined {
  const forward = hops.findIndex((hop) => hop.node === node && hop.step === 'forward')
  const out = hops[forward]?.interface
  const into = hops.slice(0, Math.max(0, forward)).filter((hop) => hop.node === node && hop.interface !== null && (hop.step === 'receive' || hop.step === 'decapsulate')).at(-1)?.interface
    ?? hops.slice(0, Math.max(0, forward)).filter((hop) => hop.node === node && hop.interface !== null && hop.interface !== out).at(-1)?.interface
  return forward >= 0 && typeof out === 'string' && typeof into === 'string' ? { into, out } : undefined
}
