/** One exchange: two objects are to change places; what else has to follow, and whether the whole stays as it is. */
import type { Structure } from './structure.ts'

/** An involution: objects that it moves, and where to. */
export type Swap = ReadonlyMap<number, number>

interface Group {
  readonly mine: readonly number[]
  readonly theirs: readonly number[]
}

type Exchange = (a: number, b: number, most: number) => { readonly swap: Swap | undefined; readonly moved: number }

/** Tries exchanges that move so many objects at most. */
export function exchanger(structure: Structure, colours: Int32Array): Exchange {
  const { at, flat, begin, said } = structure
  const label = (i: number): number => flat[at[i] ?? 0] ?? 0
  const start = (i: number): number => (at[i] ?? 0) + 1
  const end = (i: number): number => at[i + 1] ?? 0
  const object = (place: number): number => flat[place] ?? 0
  const sayingsOf = (o: number): Int32Array => said.subarray(begin[o] ?? 0, begin[o + 1] ?? 0)
  const neighbourhoods = new Map<number, readonly number[]>()
  /** Of a saying: its objects, and those two sayings away, such as the far node of a device; what is named everywhere is no way. */
  const about = (i: number): readonly number[] => {
    const known = neighbourhoods.get(i)
    if (known) return known
    const found = new Set<number>()
    for (let p = start(i); p < end(i); p++) {
      const x = object(p)
      found.add(x)
      for (const other of around(x)) for (const far of around(other)) found.add(far)
    }
    const list = [...found]
    neighbourhoods.set(i, list)
    return list
  }
  const around = (x: number): readonly number[] => {
    const found: number[] = []
    const near = sayingsOf(x)
    if (near.length <= 12) for (const i of near) for (let p = start(i); p < end(i); p++) if (object(p) !== x) found.push(object(p))
    return found
  }
  return (a, b, most) => {
    const image = new Map<number, number>()
    let moved = 0
    const fresh: [number, number][] = []
    const open: Group[] = []
    /** False where the two cannot be each other's images. */
    const pair = (x: number, y: number): boolean => {
      const known = image.get(x)
      if (known !== undefined) return known === y
      if (image.has(y) || colours[x] !== colours[y]) return false
      image.set(x, y)
      image.set(y, x)
      if (x !== y) {
        moved += 2
        fresh.push([x, y])
      }
      return moved <= most
    }
    const pairSayings = (i: number, j: number): boolean => {
      for (let p = start(i), q = start(j); p < end(i); p++, q++) if (!pair(object(p), object(q))) return false
      return true
    }
    const isOpen = (i: number): boolean => {
      for (let p = start(i); p < end(i); p++) if (!image.has(object(p))) return true
      return false
    }
    const fits = (i: number, j: number): boolean => {
      for (let p = start(i), q = start(j); p < end(i); p++, q++) {
        const [x, y] = [object(p), object(q)]
        if (image.get(x) !== y && (colours[x] !== colours[y] || image.has(x) || image.has(y))) return false
      }
      return true
    }
    /** Of several on each side, those go together that are near to what stays, or to what goes to the other's; the rest in order. */
    const match = ({ mine, theirs }: Group): boolean => {
      const [xs, ys] = [mine.filter(isOpen), theirs.filter(isOpen)]
      if (xs.length !== ys.length) return false
      const [first, only] = [xs[0], ys[0]]
      if (first === undefined || only === undefined) return true
      if (xs.length === 1) return pairSayings(first, only)
      const rest = new Set(ys)
      const byFar = new Map<number, number[]>()
      for (const y of ys) for (const far of about(y)) {
        const list = byFar.get(far)
        if (list) list.push(y)
        else byFar.set(far, [y])
      }
      const later = xs.filter((x) => {
        for (const far of about(x)) {
          // What many are near to tells nothing.
          const list = byFar.get(image.get(far) ?? far) ?? []
          const y = list.length > 8 ? undefined : list.find((one) => rest.has(one) && fits(x, one))
          if (y === undefined) continue
          rest.delete(y)
          return !pairSayings(x, y)
        }
        return true
      })
      for (const x of later) {
        if (!isOpen(x)) continue
        let chosen: number | undefined
        for (const y of rest) {
          if (isOpen(y) && fits(x, y)) {
            chosen = y
            break
          }
          if (!isOpen(y)) rest.delete(y)
        }
        if (chosen === undefined || !pairSayings(x, chosen)) return false
        rest.delete(chosen)
      }
      return true
    }
    const groupsOf = (x: number, y: number): boolean => {
      const groups = new Map<number, { mine: number[]; theirs: number[] }>()
      const sort = (o: number, whose: 'mine' | 'theirs'): void => {
        for (const i of sayingsOf(o)) {
          let place = 0
          for (let p = start(i); p < end(i); p++) if (object(p) === o) place = p - start(i)
          const key = label(i) * 8 + place
          let group = groups.get(key)
          if (!group) groups.set(key, (group = { mine: [], theirs: [] }))
          group[whose].push(i)
        }
      }
      sort(x, 'mine')
      sort(y, 'theirs')
      for (const group of groups.values()) {
        if (group.mine.length !== group.theirs.length) return false
        const [i, j] = [group.mine[0], group.theirs[0]]
        if (group.mine.length > 1) open.push(group)
        else if (i !== undefined && j !== undefined && !pairSayings(i, j)) return false
      }
      return true
    }
    const grow = (): boolean => {
      if (!pair(a, b)) return false
      for (;;) {
        const next = fresh.pop()
        if (next) {
          if (!groupsOf(...next)) return false
          continue
        }
        const group = open.shift()
        if (!group) return true
        if (!match(group)) return false
      }
    }
    if (!grow()) return { swap: undefined, moved }
    const swap = new Map([...image].filter(([x, y]) => x !== y))
    return { swap: isSymmetry(structure, swap) ? swap : undefined, moved }
  }
}

/** Whether all that is said of what is moved is said of where it goes, too. Being one to one, it then leaves the whole as it is. */
export function isSymmetry({ at, flat, begin, said }: Structure, swap: Swap): boolean {
  const goal = (o: number): number => swap.get(o) ?? o
  for (const o of swap.keys()) {
    for (let k = begin[o] ?? 0; k < (begin[o + 1] ?? 0); k++) {
      const i = said[k] ?? 0
      if (!isSaid(i)) return false
    }
  }
  return true

  function isSaid(i: number): boolean {
    const from = at[i] ?? 0
    const length = (at[i + 1] ?? 0) - from
    const first = goal(flat[from + 1] ?? 0)
    for (let k = begin[first] ?? 0; k < (begin[first + 1] ?? 0); k++) {
      const other = at[said[k] ?? 0] ?? 0
      if ((at[(said[k] ?? 0) + 1] ?? 0) - other !== length || flat[other] !== flat[from]) continue
      let same = true
      for (let p = 1; same && p < length; p++) same = flat[other + p] === goal(flat[from + p] ?? 0)
      if (same) return true
    }
    return false
  }
}
