/** What every kind of fabric tells of itself: what it needs, what it is made of, and its figures. */
import type { Fabric } from '../infra/parts.ts'
import type { Span } from '../text/span.ts'
import type { Figures } from './figures.ts'

/** Why a fabric cannot be made, or not as its scheme has it. */
export interface FabricFault {
  readonly code: string
  readonly message: string
  readonly at: Span
  /** Nothing is generated. */
  readonly fatal: boolean
}

/** A switching element, or a terminal: a server at the edge. */
export interface Element {
  readonly name: string
  readonly role: 'switch' | 'terminal'
  /** Of a switch: its own address, as an offset into the fabric's base; its terminals' addresses follow it. */
  readonly own: number
}

/** One cable. Ports are numbered in the order in which an element's cables come, so the lower tiers' come first. */
export interface Cable {
  readonly lower: Element
  readonly upper: Element
}

export interface Blueprint {
  readonly elements: readonly Element[]
  readonly cables: readonly Cable[]
}

export interface FabricKind {
  /** Keys that must be written, as whole numbers of one at least. */
  readonly needs: readonly string[]
  /** What is wrong with numbers that are all there. */
  faults(fabric: Fabric): readonly FabricFault[]
  /** How many nodes it comes to, without making them. */
  count(fabric: Fabric): number
  /** How many /24s of the base its addresses span. */
  subnets(fabric: Fabric): number
  blueprint(fabric: Fabric): Blueprint
  /** By the kind's formulas; fields that no formula gives are null. */
  figures(fabric: Fabric): Figures
}

/** A number of the fabric's, 0 when it is not written. */
export const numberOf = (fabric: Fabric, key: string): number => fabric.numbers.get(key)?.value ?? 0

export const numberAt = (fabric: Fabric, key: string): Span => fabric.numbers.get(key)?.at ?? fabric.at

/** A cable from every element of one tier to every one of the next. */
export const mesh = (lower: readonly Element[], upper: readonly Element[]): Cable[] =>
  lower.flatMap((from) => upper.map((to) => ({ lower: from, upper: to })))

export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** Terminals `<name>-h<n>` of each switch, and their cables. */
export function hostsOf(switches: readonly Element[], hosts: number): { terminals: Element[]; cables: Cable[] } {
  const cables = switches.flatMap((upper) =>
    range(hosts).map((n): Cable => ({ lower: { name: `${upper.name}-h${n}`, role: 'terminal', own: 0 }, upper })))
  return { terminals: cables.map(({ lower }) => lower), cables }
}

/** The n-th switch in name order has the n-th /24 of the base (its last eight bits, over IPv6 likewise), and the first address in it. */
export const switchAt = (name: string, n: number): Element => ({ name, role: 'switch', own: n * 256 + 1 })
