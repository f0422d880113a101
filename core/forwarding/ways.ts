/** The ways that a packet may take where chance decides between several: a trace shows one of them. */
import type { Flow } from './flow.ts'
import { isTarget, outcomeOf, questionOf, sendQuestion } from './follow.ts'
import { hopsOf, startRun } from './run.ts'
import type { World } from './tables.ts'

export interface Ways {
  /** The nodes of each way by which it arrives, in order, none twice in a row. No way is listed twice. */
  readonly ways: readonly (readonly string[])[]
  /** There are no others. */
  readonly all: boolean
}

// Sixteen spines above sixteen others are 256 ways, and each is sent a packet.
const mostSent = 1000

/** Every combination of what chance decides on the way there; the answer back is not sent. */
export function waysFrom(world: World, flow: Flow): Ways {
  const question = questionOf(world, flow)
  const ways = new Map<string, readonly string[]>()
  const planned: ReadonlyMap<string, number>[] = question ? [new Map()] : []
  for (let sent = 0; question && planned.length > 0; sent++) {
    if (sent === mostSent) return { ways: [...ways.values()], all: false }
    const decided = planned.pop()
    const run = startRun(world, true, decided)
    sendQuestion(run, question, Math.max(flow.size, 28), flow.df)
    const { arrival, trail } = outcomeOf(run, isTarget(run, question))
    if (arrival) {
      const way: string[] = []
      for (const { node } of hopsOf(trail)) if (way.at(-1) !== node) way.push(node)
      ways.set(way.join('\n'), way)
    }
    // What was decided comes first and again; each choice behind it took its first alternative.
    const choices = [...run.choices].map(([key, choice]) => ({ key, ...choice }))
    for (let at = decided?.size ?? 0; at < choices.length; at++) {
      const before = choices.slice(0, at).map(({ key, taken }) => [key, taken] as const)
      const { key = '', of = 0 } = choices[at] ?? {}
      for (let other = 1; other < of; other++) planned.push(new Map([...before, [key, other]]))
    }
  }
  return { ways: [...ways.values()], all: true }
}
