/** Front door: what the views of a picture are told, as plain JSON. Types only. */
import type { ElementDifference, Ghosts, Outcome } from './difference/index.ts'
import type { DiagramView } from './diagram/diagram.ts'

export type { ElementDifference, Ghosts, Outcome }

/** How far long work has come; it is not the answer yet. */
export interface ShownProgress {
  readonly doing: string
  readonly done: number
  readonly of: number
}

/** A text of the same file from before. */
export interface ShownRevision {
  /** What the history knows it by: a commit, a tag, a branch. */
  readonly id: string
  /** "3f2a91c Draw the second rack" */
  readonly label: string
  /** Who and when, in the person's own way of writing dates. */
  readonly said: string
}

/** One pair before and after, in words. */
export interface ShownPairChange {
  readonly from: string
  readonly to: string
  readonly address: string
  readonly before: string
  readonly after: string
  /** Why it is not reached now, in a sentence; null where it is, or nobody can say. */
  readonly because: string | null
}

export interface ShownPairChanges {
  /** Pairs of nodes that are there before and after: the first few hundred, and how many. */
  readonly count: number
  readonly pairs: readonly ShownPairChange[]
  /** The others by the node that is gone or new: how many pairs went or came with it. */
  readonly withNodes: readonly { readonly node: string; readonly count: number }[]
}

export interface ShownDifference {
  readonly revision: string
  /** The first few hundred parts, and how many there are. */
  readonly elements: readonly ElementDifference[]
  readonly count: number
  readonly ghosts: Ghosts
  readonly view: DiagramView
  readonly compared: number
  readonly lost: ShownPairChanges
  readonly gained: ShownPairChanges
  readonly changed: ShownPairChanges
  /** What could not be read of the older text: the picture beside it is of the rest. */
  readonly faults: readonly string[]
}

/** One broadcast domain in a list. */
export interface ShownNetwork {
  /** Its first member: how it is asked for, whatever else changes. */
  readonly key: string
  readonly name: string
  readonly subnets: readonly string[]
  readonly members: number
  /** An opaque node takes part: more may belong to it. */
  readonly open: boolean
}

/** What of a picture belongs to a broadcast domain. */
export interface ShownDomain extends ShownNetwork {
  /** Boxes that hear it, boxes and lines that carry it; by the diagram's ids. */
  readonly ids: readonly string[]
}

/** All networks as a layer: the largest few, and how many more there are. */
export interface ShownDomains {
  readonly domains: readonly ShownDomain[]
  readonly more: number
}

export interface ShownNetworkDetail extends ShownNetwork {
  /** Who sent the broadcast; null: every member. */
  readonly from: string | null
  /** The smallest on the way, where it is, and the largest; null where nothing carries it. */
  readonly mtu: { readonly least: number; readonly at: string; readonly most: number } | null
  readonly vlans: readonly number[]
  /** Tunnels it goes through, by kind and id. */
  readonly ids: readonly { readonly kind: string; readonly id?: number }[]
  readonly carriers: readonly string[]
  /** The first few hundred members. */
  readonly list: readonly { readonly node: string; readonly interface: string; readonly addresses: readonly string[]; readonly mtu: number | null; readonly hears: boolean }[]
  /** By the diagram's ids. */
  readonly lit: Readonly<Record<string, 'hears' | 'carries' | 'under'>>
}

/** A flow that a person tries out; nothing is written. */
export interface TriedFlow {
  readonly from: string
  readonly to: string
  /** "1Gbps", "50MiB/s"; absent: all it can get. */
  readonly rate?: string
}

/** Rates in bytes per second, shares of 1. */
export interface ShownLoad {
  readonly flows: readonly {
    readonly from: string
    readonly to: string
    /** Who says that there is such a flow. */
    readonly words: string
    /** What it gets; null where nothing on its way states a capacity, or it does not arrive. */
    readonly rate: number | null
    readonly wanted: number | null
    /** What gives it no more. */
    readonly bound: string | null
    /** Why it takes nothing; null where it arrives. */
    readonly because: string | null
  }[]
  readonly flowCount: number
  /** One entry for each direction that carries anything: the fullest first, those that nobody knows last. */
  readonly links: readonly {
    /** The diagram's id. */
    readonly id: string
    readonly from: string
    readonly to: string
    readonly capacity: number | null
    readonly load: number | null
    readonly share: number | null
    readonly flows: number
    /** Of those, the ones whose rate nobody states: they are in no load. */
    readonly unsaid: number
  }[]
  readonly hosts: readonly ShownHostLoad[]
  readonly storage: readonly { readonly name: string; readonly asked: number; readonly has: number | null; readonly unsaid: number }[]
}

export interface ShownHostLoad {
  readonly node: string
  readonly guests: number
  readonly cpus: ShownRoom
  /** Bytes. */
  readonly memory: ShownRoom
}

export interface ShownRoom {
  readonly asked: number
  readonly has: number | null
  /** How many times as much may be promised. */
  readonly ratio: number
  /** Guests that do not say what they take. */
  readonly unsaid: number
}
