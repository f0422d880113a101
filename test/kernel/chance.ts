/** Repeatable chance for generated networks: mulberry32. */

export interface Chance {
  /** A whole number from 0 up to n − 1. */
  below(n: number): number
  between(least: number, most: number): number
  /** True with that probability. */
  with(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    with: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
  }
}
