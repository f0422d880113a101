/**
 * A relational structure: objects by number and what is said of them, each saying a list of a label and objects. A permutation of
 * objects that leaves the set of sayings as it is, is a symmetry; one that moves few objects is checked by what is said of these.
 */
export interface Structure {
  /** Objects are 0 … size − 1. */
  readonly size: number
  /** Saying number i is `flat[at[i]]`, its label, and the objects up to `at[i + 1]`. */
  readonly at: Int32Array
  readonly flat: Int32Array
  /** The sayings that name object o are `said[begin[o]]` … `said[begin[o + 1] - 1]`. */
  readonly begin: Int32Array
  readonly said: Int32Array
}

/** Collects sayings. The first object of each should be one of which little is said: there a saying is looked for. */
export interface Saying {
  readonly object: () => number
  /** A number for words; equal words, equal numbers. */
  readonly phrase: (words: string) => number
  readonly say: (label: number, ...objects: number[]) => void
  readonly done: () => Structure
}

export function saying(): Saying {
  const labels = new Map<string, number>()
  const at: number[] = [0]
  const flat: number[] = []
  let size = 0
  return {
    object: () => size++,
    phrase(words) {
      let label = labels.get(words)
      if (label === undefined) labels.set(words, (label = labels.size))
      return label
    },
    say(label, ...objects) {
      flat.push(label)
      for (const one of objects) flat.push(one)
      at.push(flat.length)
    },
    done: () => ({ size, at: Int32Array.from(at), flat: Int32Array.from(flat), ...incidence(size, at, flat) }),
  }
}

function incidence(size: number, at: readonly number[], flat: readonly number[]): Pick<Structure, 'begin' | 'said'> {
  const ends = new Int32Array(size + 2)
  const each = (take: (o: number, i: number) => void): void => {
    for (let i = 0; i + 1 < at.length; i++) for (let j = (at[i] ?? 0) + 1; j < (at[i + 1] ?? 0); j++) take(flat[j] ?? 0, i)
  }
  each((o) => { ends[o + 2] = (ends[o + 2] ?? 0) + 1 })
  for (let o = 2; o < ends.length; o++) ends[o] = (ends[o] ?? 0) + (ends[o - 1] ?? 0)
  const said = new Int32Array(ends[size + 1] ?? 0)
  each((o, i) => {
    const place = ends[o + 1] ?? 0
    said[place] = i
    ends[o + 1] = place + 1
  })
  return { begin: ends.subarray(0, size + 1), said }
}

/** Colours by refinement: objects of one colour are said the same of, in the same company; others no symmetry ever joins. */
export function coloursOf({ size, at, flat }: Structure, mostRounds = 24): Int32Array {
  let colours = new Int32Array(size)
  let count = 1
  for (let round = 0; round < mostRounds; round++) {
    const sums = new Int32Array(size)
    for (let i = 0; i + 1 < at.length; i++) {
      const from = at[i] ?? 0
      const to = at[i + 1] ?? 0
      let all = mixed((flat[from] ?? 0) + 1, 0x2545f491)
      for (let j = from + 1; j < to; j++) all = mixed(all ^ (colours[flat[j] ?? 0] ?? 0), j - from)
      for (let j = from + 1; j < to; j++) {
        const o = flat[j] ?? 0
        sums[o] = (sums[o] ?? 0) + mixed(all, j - from + 77)
      }
    }
    const next = new Int32Array(size)
    const seen = new Set<number>()
    for (let o = 0; o < size; o++) {
      const colour = mixed(colours[o] ?? 0, sums[o] ?? 0)
      next[o] = colour
      seen.add(colour)
    }
    colours = next
    if (seen.size === count) break
    count = seen.size
  }
  return colours
}

/** Spreads the bits of both: murmur3's finaliser. */
function mixed(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
