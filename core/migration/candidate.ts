/** One guest and one host that it might go to: what every rule of the pre-flight is asked about. */
import type { Plane } from '../forwarding/index.ts'
import type { Infra } from '../infra/infra.ts'
import { isStack, type GuestNode, type Node, type Server, type StackNode } from '../infra/node.ts'
import type { MigrationMode, MigrationProfile } from '../infra/parts.ts'
import type { Span } from '../text/span.ts'
import type { Placement } from './placement.ts'
import type { PreflightFinding } from './report.ts'

/** What guests run on: a server; for containers also a VM, whose processors are then the host's. */
export type Host = Pick<Server, 'name' | 'at' | 'interfaces' | 'nat' | 'routing' | 'cpus' | 'memory' | 'cpuModel' | 'hypervisor' | 'overcommit'>

export function hostOf(node: Node | undefined): Host | undefined {
  if (!node || !isStack(node)) return undefined
  if (node.kind === 'server') return node
  return node.kind === 'vm' ? hostOfVm(node) : undefined
}

const hostOfVm = (node: StackNode & { kind: 'vm' }): Host => {
  const { name, at, interfaces, nat, routing, vcpus, memory, cpuModel } = node
  return { name, at, interfaces, nat, ...(routing && { routing }), ...(vcpus && { cpus: vcpus }), ...(memory && { memory }), ...(cpuModel && { cpuModel }) }
}

export interface Candidate {
  readonly infra: Infra
  readonly plane: Plane
  readonly placement: Placement
  readonly guest: GuestNode
  readonly source: Host
  readonly target: Host
  readonly mode: MigrationMode
  /** Who moves it, where a person asked for another than the file's. */
  readonly profile?: MigrationProfile
  /** The guest goes on running while it moves: a VM in any mode but cold. */
  readonly live: boolean
}

/** Several findings where several parts are judged; a rule with nothing to say says that it passes. */
export type Rule = (candidate: Candidate) => readonly PreflightFinding[]

const finding = (status: PreflightFinding['status']) => (code: string, message: string, at?: Span): PreflightFinding =>
  ({ code, status, message, ...(at && { at }) })

export const pass = finding('pass')
export const warn = finding('warn')
export const block = finding('block')
