/** Fabrics become nodes and links; parts that are also written out take the keys written there. */
import { expandFabric, fabricFaults, type Expansion } from '../fabric/index.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Fabric, Link } from '../infra/parts.ts'
import { report, writtenAt, type Draft, type Plan } from './draft.ts'
import { mergeInterface } from './merge.ts'
import { t } from '../words.ts'

/** An expansion is as good as its entry: the same Fabric object has the same one. */
export type Expansions = ReadonlyMap<Fabric, Expansion>

export function generateFabrics(plan: Plan, before: Expansions | undefined): Expansions {
  const expansions = new Map<Fabric, Expansion>()
  for (const fabric of plan.written.fabrics.values()) {
    // Codes of the fabrics' own are the checks' matter.
    for (const { code, message, at } of fabricFaults(fabric)) {
      if (!code.startsWith('fabric-')) report(plan, code, at, message, { subject: fabric.name })
    }
    const expansion = before?.get(fabric) ?? expandFabric(fabric)
    expansions.set(fabric, expansion)
    for (const generated of expansion.nodes) {
      const written = plan.drafts.get(generated.name)
      const conflict = draftGenerated(plan.drafts, generated)
      if (!conflict) {
        // It stands where its fabric puts it, so that a setting written for one of many moves nobody.
        const merged = written && written.node === plan.written.nodes.get(generated.name) ? plan.drafts.get(generated.name) : undefined
        if (merged && plan.drafts.delete(generated.name)) plan.drafts.set(generated.name, merged)
        continue
      }
      report(plan, 'duplicate-name', conflict.at, t`${generated.name} is a ${conflict.kind} here and a ${generated.kind} of fabric ${fabric.name}`, {
        subject: generated.name, related: [{ message: t`fabric ${fabric.name}`, at: fabric.at }],
      })
    }
  }
  plan.links = linksWith(plan.written.links, expansions)
  return expansions
}

/** The written links and those that fabrics stand for. */
export const linksWith = (written: readonly Link[], expansions: Expansions): readonly Link[] =>
  (expansions.size === 0 ? written : [...written, ...[...expansions.values()].flatMap(({ links }) => links)])

/** Drafts a generated node, what is written of it taken in. Told is the node of its name that it cannot be one with. */
export function draftGenerated(drafts: Map<string, Draft>, generated: Node): Node | undefined {
  const draft = drafts.get(generated.name)
  const merged = draft ? mergeNode(draft.node, generated) : generated
  if (!merged) return draft?.node
  drafts.set(generated.name, { node: merged, interfaces: merged.interfaces })
  return undefined
}

const canBeBoth = (written: Node, generated: Node): boolean =>
  written.kind === generated.kind || [written, generated].every(({ kind }) => kind === 'server' || kind === 'router')

/** Undefined where the two cannot be one node. */
function mergeNode(written: Node, generated: Node): Node | undefined {
  if (!canBeBoth(written, generated)) return undefined
  const interfaces = new Map<string, Interface>(generated.interfaces)
  for (const [name, device] of written.interfaces) {
    const made = interfaces.get(name)
    interfaces.set(name, made ? mergeInterface(device, made) : device)
  }
  const keys = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined))
  const merged = { ...generated, ...keys, interfaces } as Node
  if (!isStack(written) || !isStack(generated)) return merged
  // A switching element forwards, whatever kind of node it is written as.
  const forwarding: StackNode['forwarding'] = written.forwarding ?? generated.forwarding ?? (generated.kind === 'router' ? writtenAt(true, written.at) : undefined)
  return {
    ...merged, routes: [...generated.routes, ...written.routes], nat: [...generated.nat, ...written.nat], ...(forwarding && { forwarding }),
  } as Node
}
