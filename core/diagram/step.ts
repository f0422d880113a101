/** A diagram told to somebody who has an older one: only what differs, and from where to where the rest is the same. */
import type { Box, Diagram, Line } from './diagram.ts'

/** So many of the older list, from an index on; or an element that is not in it. */
export type Run<T> = readonly [from: number, count: number] | T

export interface DiagramStep {
  /** The name of the picture that it begins with. */
  readonly since: string
  /** Everything but boxes and lines; what is absent is as it was. */
  readonly rest?: Omit<Diagram, 'boxes' | 'lines'>
  readonly boxes?: readonly Run<Box>[]
  readonly lines?: readonly Run<Line>[]
}

export const isStep = (told: Diagram | DiagramStep): told is DiagramStep => 'since' in told

/** From one diagram to another that shares the objects of whatever is equal, as `shareDiagram` makes it. */
export function stepBetween(since: string, before: Diagram, now: Diagram): DiagramStep {
  if (before === now) return { since }
  const { boxes, lines, ...rest } = now
  return { since, rest, ...(boxes !== before.boxes && { boxes: runsOf(before.boxes, boxes) }), ...(lines !== before.lines && { lines: runsOf(before.lines, lines) }) }
}

/** The diagram after a step, with the very objects of the one before it wherever nothing differs. */
export function afterStep(before: Diagram, { rest, boxes, lines }: DiagramStep): Diagram {
  if (!rest) return before
  return { ...rest, boxes: boxes ? listAfter(before.boxes, boxes) : before.boxes, lines: lines ? listAfter(before.lines, lines) : before.lines }
}

function runsOf<T extends object>(before: readonly T[], now: readonly T[]): readonly Run<T>[] {
  const places = new Map(before.map((one, i) => [one, i]))
  const runs: Run<T>[] = []
  let [from, count] = [0, 0]
  const close = (): void => {
    if (count > 0) runs.push([from, count])
    count = 0
  }
  for (const one of now) {
    const at = places.get(one)
    if (at !== undefined && count > 0 && at === from + count) count++
    else {
      close()
      if (at === undefined) runs.push(one)
      else [from, count] = [at, 1]
    }
  }
  close()
  return runs
}

const isRun = <T extends object>(one: Run<T>): one is readonly [number, number] => Array.isArray(one)
const listAfter = <T extends object>(before: readonly T[], runs: readonly Run<T>[]): readonly T[] => runs.flatMap((one) => (isRun(one) ? before.slice(one[0], one[0] + one[1]) : [one]))
