/** Numbers below some size in sets that grow together. Tarjan, "Efficiency of a good but not linear set union algorithm", JACM 1975. */
export interface Sets {
  /** The least of its set: who stands for all does not depend on the order of joining. */
  readonly root: (one: number) => number
  readonly join: (a: number, b: number) => void
  /** Each alone again. */
  readonly part: () => void
}

/** Each alone, at first. */
export function sets(size: number): Sets {
  const parents = new Int32Array(size)
  const part = (): void => { for (let i = 0; i < size; i++) parents[i] = i }
  part()
  const root = (one: number): number => {
    let at = one
    for (let up = parents[at] ?? at; up !== at; up = parents[at] ?? at) {
      parents[at] = parents[up] ?? up
      at = up
    }
    return at
  }
  return {
    root, part,
    join(a, b) {
      const one = root(a)
      const other = root(b)
      if (one < other) parents[other] = one
      else parents[one] = other
    },
  }
}
