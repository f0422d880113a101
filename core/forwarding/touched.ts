/**
 * What an answer was read from: the stacks it looked at, the addresses that were asked for. After an edit this says whether the
 * answer still holds, without asking again.
 */
import type { Ip } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'
import { sameItems } from '../infra/same.ts'
import type { IpKey } from './packet.ts'
import type { Stack } from './tables.ts'
import type { Retold } from './told.ts'

/** Written while packets are followed. */
export interface Touched {
  /** Stacks that a packet came to, or left: whatever is set there may have mattered. */
  readonly stacks: Set<Stack>
  /** Addresses whose owners mattered: a new owner, or an old one gone, changes who answers. */
  readonly asked: Set<IpKey>
  readonly macs: Set<Mac>
  /** Those of questions that tunnels carry to many. */
  readonly heard: Set<Listeners>
  /** Slots that ways of routes were read from. */
  readonly ways: Set<ReadonlySet<number>>
  /** It mattered what a routing protocol has told somebody. */
  told: boolean
  /** It looked at everything there is. */
  wide: boolean
}

export const nothingTouched = (): Touched => ({ stacks: new Set(), asked: new Set(), macs: new Set(), heard: new Set(), ways: new Set(), told: false, wide: false })

/** The same in numbers, small enough to keep with every answer. */
export type Footprint = readonly number[]

/** Numbers for what may be touched. They are given once and never change, so that footprints outlive the tables they were read from. */
export interface Slots {
  readonly stacks: Map<string, number>
  /** Where in the files a stack and its settings stand: whoever shows these asks for them too. */
  readonly places: Map<string, number>
  /** Stacks to whose tunnels copies are sent, or not, by who may hear there: only that matters of them. */
  readonly passedBy: Map<string, number>
  /** All whom a tunnel's device sends copies to, by its label. */
  readonly behind: Map<string, number>
  /** Of what matters of one of them: the slots of the devices that send there. */
  readonly within: Map<number, Set<number>>
  /** Whose members were written down there last, by the slot of the device. */
  readonly gathered: Map<number, Behind>
  readonly asked: Map<IpKey, number>
  readonly macs: Map<Mac, number>
  /** Where outer packets of a tunnel come up, by sender and destination. */
  readonly ways: Map<string, number>
  count: number
}

/** The slot of whatever there is. */
export const anything = 0

/** The slot of what a link-state protocol tells: all its speakers know of the same, so it is one for all. */
export const whatIsTold = 1

export const newSlots = (): Slots => ({ stacks: new Map(), places: new Map(), passedBy: new Map(), behind: new Map(), within: new Map(), gathered: new Map(), asked: new Map(), macs: new Map(), ways: new Map(), count: 2 })

type Kind = 'stacks' | 'places' | 'passedBy' | 'behind' | 'asked' | 'macs' | 'ways'

export function slotOf(slots: Slots, kind: Kind, what: IpKey): number {
  // Each kind's map takes its own keys only; one function for maps of two key types.
  const map = slots[kind] as Map<IpKey, number>
  let slot = map.get(what)
  if (slot === undefined) map.set(what, (slot = slots.count++))
  return slot
}

/** All whom a tunnel's device sends copies to. */
export interface Behind {
  /** Of the device. */
  readonly label: string
  readonly asked: readonly IpKey[]
  /** Names of the stacks that are there. */
  readonly passedBy: readonly string[]
}

/** To whom a question need be sent through a tunnel, and what that was read from. */
export interface Listeners {
  readonly remotes: readonly Ip[]
  readonly behind: Behind
  /** The address that is asked for; undefined where that does not matter. */
  readonly asked: IpKey | undefined
}

/** One slot for all of them: every question through the tunnel leans on each, and there are many of both. */
function slotBehind(slots: Slots, behind: Behind): number {
  const slot = slotOf(slots, 'behind', behind.label)
  const last = slots.gathered.get(slot)
  if (last === behind) return slot
  slots.gathered.set(slot, behind)
  // A device that was made anew mostly sends to the same as before.
  if (last && sameItems(last.asked, behind.asked) && sameItems(last.passedBy, behind.passedBy)) return slot
  const gather = (member: number): void => {
    const known = slots.within.get(member)
    if (known) known.add(slot)
    else slots.within.set(member, new Set([slot]))
  }
  for (const key of behind.asked) gather(slotOf(slots, 'asked', key))
  for (const name of behind.passedBy) gather(slotOf(slots, 'passedBy', name))
  return slot
}

/** Adds the slots that stand for several of which one has changed. */
export function addGathered({ within }: Slots, changed: Set<number>): void {
  for (const member of changed) for (const slot of within.get(member) ?? []) changed.add(slot)
}

/** `names`: stacks whose very absence would matter. `placed`: the answer says where things are written. */
export function footprintOf(slots: Slots, touched: Touched, names: readonly string[] = [], placed = false): Footprint {
  const found: number[] = touched.wide ? [anything] : []
  for (const name of new Set([...names, ...[...touched.stacks].map((stack) => stack.name)])) {
    found.push(slotOf(slots, 'stacks', name))
    if (placed) found.push(slotOf(slots, 'places', name))
  }
  for (const { behind, asked } of touched.heard) {
    found.push(slotBehind(slots, behind))
    if (asked !== undefined) found.push(slotOf(slots, 'asked', asked))
  }
  for (const slots of touched.ways) for (const slot of slots) found.push(slot)
  if (touched.told) found.push(whatIsTold)
  for (const key of touched.asked) found.push(slotOf(slots, 'asked', key))
  for (const mac of touched.macs) found.push(slotOf(slots, 'macs', mac))
  return found
}

/** What an edit has changed, by slot; `all` where it cannot be told apart. */
export interface Changes {
  readonly all: boolean
  readonly slots: ReadonlySet<number>
  /** What a routing protocol tells otherwise; nothing of it where its speakers themselves have changed. */
  readonly retold: Retold | undefined
}

/** First the one, then the other. */
export const together = (a: Changes, b: Changes): Changes => ({
  all: a.all || b.all, slots: a.slots.size === 0 ? b.slots : b.slots.size === 0 ? a.slots : new Set([...a.slots, ...b.slots]),
  retold: a.retold && b.retold ? { from: a.retold.from, to: b.retold.to } : a.retold ?? b.retold,
})

export function holds({ all, slots }: Changes, footprint: Footprint): boolean {
  if (all) return false
  if (slots.size > 0) for (const slot of footprint) if (slots.has(slot)) return false
  return true
}
