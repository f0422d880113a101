/** Steps of routes, each tried once: where the packets that a stack gives to a next hop come up again. */
import type { Ip } from '../address/ip.ts'
import { landingOf, type Landing } from './landing.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Shortcuts } from './run.ts'
import type { Device, NextHop, Stack, World } from './tables.ts'
import { footprintOf, holds, nothingTouched, type Changes, slotOf, type Footprint, type Slots } from './touched.ts'

/** A step that was tried; not `known` where it depends on more than the next hop. */
export interface Landed {
  readonly known: boolean
  readonly land: Landing
  /** The stack where it comes up; undefined where it is lost. */
  readonly far: Stack | undefined
  /** What it was read from, the two stacks aside. */
  readonly besides: Footprint
}

export interface Landings {
  /** The steps to these next hops; `key` is the destination's. */
  over(stack: Stack, hops: readonly NextHop[], dst: Ip, key: IpKey): readonly Landed[]
  /** Whether one of the steps that were read from this slot is such: by its sender, and the neighbour whom it leads to, if that is the destination itself. */
  isReadBy(slot: number, isSuch: (sender: string, destination: IpKey | undefined) => boolean): boolean
  /** What still holds; `gone` is told of each step to a neighbour that does not, by sender and neighbour. */
  after(world: World, shortcuts: Shortcuts, changes: Changes, gone: (sender: string, neighbour: IpKey) => void): Landings
}

/** By `stack:device` and the neighbour's address. The far stack by name, since tables come and go. */
type Steps = Map<string, ReadonlyMap<IpKey, Step>>

/** Of thousands an edit changes few: these stand apart, before the rest, which planes share. */
interface Layers {
  readonly rest: Steps
  readonly few: Steps
}

const tableAt = ({ rest, few }: Layers, label: string): ReadonlyMap<IpKey, Step> | undefined => few.get(label) ?? rest.get(label)

/** Put together when they are no longer few. */
const settled = ({ rest, few }: Layers): Layers => (few.size * 4 < rest.size ? { rest, few } : { rest: new Map([...rest, ...few]), few: new Map() })

interface Step {
  readonly known: boolean
  readonly land: Landing
  readonly far: string | undefined
  readonly footprint: Footprint
  readonly sender: string
  /** To a gateway, which serves many destinations. */
  readonly over: boolean
  /** What was made of it last: stays as long as the far stack is the very same. */
  made: Landed | undefined
}

const lost: Landing = { stack: undefined, reason: null, because: null, mtu: 0 }

export const landingsOf = (world: World, slots: Slots, shortcuts: Shortcuts): Landings => landingsWith(world, slots, shortcuts, { rest: new Map(), few: new Map() }, new Map())

/** `readFrom`: by slot, the labels of steps that were read from it; of some that are gone, too. */
function landingsWith(world: World, slots: Slots, shortcuts: Shortcuts, steps: Layers, readFrom: Map<number, Set<string>>): Landings {
  /** Maps taken over from older tables are shared with them until something is added. */
  const own = new Map<Device, Map<IpKey, Step>>()
  const lists = new WeakMap<readonly NextHop[], readonly Landed[]>()
  const stepOf = (stack: Stack, hop: NextHop, dst: Ip, key: IpKey): Step => {
    const { label } = hop.dev
    const known = tableAt(steps, label)?.get(key)
    if (known) return known
    const touched = nothingTouched()
    const land = landingOf(world, stack, hop, dst, touched, shortcuts)
    const step: Step = { known: land !== undefined, land: land ?? lost, far: land?.stack?.name, footprint: footprintOf(slots, touched), sender: stack.name, over: hop.via !== undefined, made: undefined }
    for (const slot of step.footprint) {
      const labels = readFrom.get(slot)
      if (labels) labels.add(label)
      else readFrom.set(slot, new Set([label]))
    }
    let mine = own.get(hop.dev)
    if (!mine) {
      own.set(hop.dev, (mine = new Map(tableAt(steps, label))))
      steps.few.set(label, mine)
    }
    mine.set(key, step)
    return step
  }
  const landed = (stack: Stack, hop: NextHop, dst: Ip, dstKey: IpKey): Landed => {
    const step = stepOf(stack, hop, dst, hop.via ? keyOf(hop.via) : dstKey)
    const far = step.far === undefined ? undefined : world.stacks.get(step.far)
    if (step.made && step.made.far === far) return step.made
    const { known, land, footprint } = step
    const ends = [slotOf(slots, 'stacks', stack.name), far ? slotOf(slots, 'stacks', far.name) : -1]
    return (step.made = { known, land, far, besides: footprint.filter((slot) => !ends.includes(slot)) })
  }
  return {
    over(stack, hops, dst, key) {
      const known = lists.get(hops)
      if (known) return known
      const list = hops.map((hop) => landed(stack, hop, dst, key))
      // Over gateways the way to everybody is the same.
      if (hops.every(({ via }) => via !== undefined)) lists.set(hops, list)
      return list
    },
    isReadBy(slot, isSuch) {
      for (const label of readFrom.get(slot) ?? []) {
        for (const [key, { sender, over, footprint }] of tableAt(steps, label) ?? []) if (isSuch(sender, over ? undefined : key) && footprint.includes(slot)) return true
      }
      return false
    },
    after(later, theirs, changes, gone) {
      // What these tables still learn is theirs alone from now on.
      own.clear()
      const few: Steps = new Map(steps.few)
      const labels = new Set<string>()
      for (const slot of changes.slots) for (const label of readFrom.get(slot) ?? []) labels.add(label)
      for (const label of labels) {
        const table = tableAt(steps, label)
        if (!table) continue
        let kept: Map<IpKey, Step> | undefined
        for (const [key, step] of table) {
          if (holds(changes, step.footprint)) continue
          kept ??= new Map(table)
          kept.delete(key)
          gone(step.sender, key)
        }
        if (kept) few.set(label, kept)
      }
      return landingsWith(later, slots, theirs, settled({ rest: steps.rest, few }), readFrom)
    },
  }
}
