/** Where the textbook puts the nodes of a static network: meshes and tori as grids, hypercubes as cubes within cubes. */
import { gridSides } from '../fabric/index.ts'
import type { Infra } from '../infra/infra.ts'

/** In columns and rows; neighbours of one side are one apart. */
export interface Seat {
  /** Those that are seated together. */
  readonly table: string
  readonly column: number
  readonly row: number
  /** Lines run straight from seat to seat, whatever they pass behind; else around what is in the way. */
  readonly straight: boolean
}

/** Each further dimension repeats the picture so far, beside, below or aslant: so far that no line of four dimensions passes behind a box. */
const steps: readonly (readonly [column: number, row: number])[] = [[1.3, 0], [0, 1.3], [0.6, -0.6], [2.65, 0.55], [0.15, 3], [5.4, 0.9]]

export function seatsOf(infra: Infra): ReadonlyMap<string, Seat> {
  const seats = new Map<string, Seat>()
  for (const fabric of infra.fabrics.values()) {
    const sides = gridSides(fabric)
    if (!sides || sides.length > steps.length) continue
    const cube = fabric.type.value === 'hypercube'
    const prefix = `${fabric.name}-n`
    for (const name of infra.nodes.keys()) {
      const i = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN
      if (!Number.isInteger(i)) continue
      let [column, row, rest] = [0, 0, i]
      let [wide, high] = [1, 1]
      // Row-major: the last side counts fastest, and runs along the row.
      for (let d = 0; d < sides.length; d++) {
        const side = sides[sides.length - 1 - d] ?? 1
        const x = rest % side
        rest = Math.floor(rest / side)
        if (cube) {
          column += x * (steps[d]?.[0] ?? 0)
          row += x * (steps[d]?.[1] ?? 0)
        } else if (d % 2 === 0) {
          column += x * (d === 0 ? 1 : wide + 0.6)
          wide = d === 0 ? side : (wide + 0.6) * side
        } else {
          row += x * (d === 1 ? 1 : high + 0.6)
          high = d === 1 ? side : (high + 0.6) * side
        }
      }
      seats.set(name, { table: fabric.name, column, row, straight: cube })
    }
  }
  return seats
}
