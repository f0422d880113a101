/** The working copy that realisation fills in: nodes with interfaces that may still change, links, and what was found wrong. */
import type { Infra } from '../infra/infra.ts'
import type { Interface, InterfaceType } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import type { Problem } from '../infra/problem.ts'
import type { Span, Written } from '../text/span.ts'
import type { LinkTable } from './links.ts'
import type { Rosters } from './rosters.ts'

export interface Draft {
  /** Everything but the interfaces. */
  node: Node
  /** The written map itself until something is set. */
  interfaces: ReadonlyMap<string, Interface>
  /** Our own copy of the map, once there is one. */
  changed?: Map<string, Interface>
}

/** What the last run worked from and what it made of it. */
export interface Before {
  readonly written: Infra
  readonly drafts: ReadonlyMap<string, Draft>
  readonly nodes: ReadonlyMap<string, Node>
  readonly links: readonly Link[]
  readonly table: LinkTable
  readonly rosters: Rosters
  /** The MTUs of that run went round in a circle. */
  readonly circular: boolean
}

export interface Plan {
  readonly written: Infra
  readonly drafts: Map<string, Draft>
  /** What is worked out, in file order: all drafts, or those that an edit can have touched, where the others stand as the last run left them. */
  readonly open: Iterable<Draft>
  /** Names of those; undefined: all. */
  readonly opened: ReadonlySet<string> | undefined
  /** The nodes are those of the last run, in its order. */
  readonly inPlace: boolean
  /** Something came out that others, who are not worked out, follow from: then all have to be. */
  stale: boolean
  links: readonly Link[]
  readonly problems: Problem[]
  readonly before: Before | undefined
}

export function startPlan(written: Infra, before: Before | undefined): Plan {
  const drafts = new Map<string, Draft>()
  for (const [name, node] of written.nodes) drafts.set(name, { node, interfaces: node.interfaces })
  const open = { [Symbol.iterator]: () => drafts.values() }
  return { written, drafts, open, opened: undefined, inPlace: false, stale: false, links: written.links, problems: [], before }
}

export const isOpen = ({ opened }: Plan, name: string): boolean => opened === undefined || opened.has(name)

export function setInterface(draft: Draft, device: Interface): void {
  draft.changed ??= new Map(draft.interfaces)
  draft.changed.set(device.name, device)
  draft.interfaces = draft.changed
}

/** Changes what a stack has beside its interfaces; a switch has nothing of the kind. */
export function setStack(draft: Draft, change: (stack: StackNode) => Partial<StackNode>): void {
  if (isStack(draft.node)) draft.node = { ...draft.node, ...change(draft.node) } as Node
}

export const writtenAt = <T>(value: T, at: Span): Written<T> => ({ value, at })

/** A device that nobody wrote; it points at `at`, the entry that asks for it. */
export function makeDevice(name: string, type: InterfaceType, at: Span, more: Partial<Interface> = {}): Interface {
  return { name, at, body: at, type: { value: type, at }, addresses: [], gateways: [], flows: [], ...more }
}

export function report(plan: Plan, code: string, at: Span, message: string, more: Partial<Problem> = {}): void {
  plan.problems.push({ code, severity: 'error', message, at, related: [], fixes: [], ...more })
}
