/** What to draw: boxes inside boxes, lines between them. Sizes in abstract units (one unit is one CSS pixel at zoom 1), no colours but tenants', no React. */
import type { Severity } from '../infra/problem.ts'
import type { Legend } from './legend.ts'
import type { Seat } from './seats.ts'
import type { Trail } from './trails.ts'

export const diagramViews = ['physical', 'tenant'] as const
export type DiagramView = (typeof diagramViews)[number]

export const boxKinds = [
  'site', 'rack', 'server', 'vm', 'container', 'switch', 'router', 'external', 'bridge', 'device', 'network', 'tenant', 'storage',
] as const
export type BoxKind = (typeof boxKinds)[number]

/** How a view shows an element: in a colour of its own, and in words that say the same. */
export const looks = ['added', 'removed', 'moved', 'changed', 'hears', 'carries', 'under', 'dim', 'asks', 'reached', 'lost', 'unsure', 'gone', 'low', 'middle', 'high', 'full', 'unknown'] as const
export interface Mark {
  readonly look: (typeof looks)[number]
  /** Drawn on the element: a sign, a figure. */
  readonly word?: string
  /** Stand for the box's own details. */
  readonly lines?: readonly string[]
  /** What a screen reader says. */
  readonly said: string
}

export interface Badge {
  readonly severity: Severity
  readonly count: number
  /** The first few messages, for the tooltip. */
  readonly messages: readonly string[]
}

/** What is asked for and what there is; of so many nobody says. */
export interface Use {
  readonly asked: number
  readonly has: number
  readonly unknown: number
}
/** Processors, and bytes of memory, that guests ask of a server. */
export interface Room {
  readonly cpus: Use
  readonly memory: Use
}

/** A row of the inspector: a fact with its name, and whether a person may edit it under that key. */
export interface Fact {
  readonly name: string
  /** Empty where nothing is written, and something could be. */
  readonly value: string
  /** format.md's keys from the box's own part, when the fact is one setting that can be edited in place. */
  readonly key?: readonly string[]
  /** What may be chosen. */
  readonly options?: readonly string[]
}

export interface Box {
  /** Stable: `vm1`, `s1:br0`, `rack:r1`, `site:ams`, `network:blue-net`. */
  readonly id: string
  readonly kind: BoxKind
  /** The box that holds this one; undefined at the top. */
  readonly parent: string | undefined
  readonly label: string
  /** One or two short lines under the label: addresses, capacity. */
  readonly details: readonly string[]
  readonly tenant?: string
  /** The tenant's colour as the file gives it, checked to be a colour, or one from the palette. */
  readonly color?: string
  readonly badge?: Badge
  readonly mark?: Mark
  /** It was written by no person: a network or a fabric stands for it. */
  readonly derived: boolean
  /** It is there no longer: drawn as what it was, for comparison. */
  readonly ghost?: boolean
  /** Its own size without children, in units. */
  readonly width: number
  readonly height: number
  /** How many guests it stands for when it is drawn closed. */
  readonly holds: number
  /** It holds others, which are not drawn. */
  readonly closed?: boolean
  readonly room?: Room
  /** How high it stands among its neighbours: wires to the nearest host. Undefined: as high as what it holds. */
  readonly tier?: number
  /** Its place in a network that textbooks draw in one way. */
  readonly seat?: Seat
  /** Its row is drawn in file order, as the textbook has it, though another order had fewer crossings. */
  readonly inOrder?: boolean
  readonly facts: readonly Fact[]
}

export const lineKinds = ['link', 'attach', 'tunnel', 'member'] as const
export type LineKind = (typeof lineKinds)[number]

export interface Line {
  /** Stable: `link:s1:eth0-r1:p1`, `tunnel:s1:vtun0-s2:vtun0`. */
  readonly id: string
  readonly kind: LineKind
  readonly from: string
  readonly to: string
  /** The interface names at the ends, shown near them. */
  readonly fromLabel?: string
  readonly toLabel?: string
  readonly label?: string
  /** It stands for so many. */
  readonly count?: number
  readonly tenant?: string
  readonly color?: string
  readonly badge?: Badge
  readonly mark?: Mark
  /** Down, or one-sided: drawn broken. */
  readonly broken: boolean
  /** It is there no longer. */
  readonly ghost?: boolean
  /** Overlays (tunnels, memberships) are drawn over the layout and never take part in it. */
  readonly overlay: boolean
  readonly facts: readonly Fact[]
}

/** A broadcast domain that lies over the picture. */
export interface Domain {
  /** From 1; drawn beside its colour, so that nobody has to tell colours apart. */
  readonly number: number
  readonly name: string
  readonly color: string
  /** SVG's `stroke-dasharray`; empty: a whole line. */
  readonly dash: string
  /** Boxes and lines that hear or carry it. */
  readonly ids: readonly string[]
}

export interface Diagram {
  readonly title: string
  readonly view: DiagramView
  /** Of the tenant view: whose it is, where it is one's alone. */
  readonly tenant?: string
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
  readonly tenants: readonly { readonly name: string; readonly color: string }[]
  /** Where the layer of networks is shown. */
  readonly domains?: readonly Domain[]
  /** Ways that a view draws over it. */
  readonly trails?: readonly Trail[]
  /** Drawn under it on paper: the canvas has its panels. */
  readonly legend?: Legend
}

/** Where a layout put things; boxes relative to their parent's top left corner. */
export interface Placed {
  /** Where lower tiers stand: below the higher ones, or to the right of them. */
  readonly direction: 'DOWN' | 'RIGHT'
  readonly boxes: ReadonlyMap<string, { readonly x: number; readonly y: number; readonly width: number; readonly height: number }>
  /** Bend points of the lines that took part in the layout, in absolute units. */
  readonly lines: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>
  readonly width: number
  readonly height: number
}
