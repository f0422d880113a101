/** Where the textbook puts the nodes of a static network: meshes and tori as grids, hypercubes as cubes within cubes. */
import { gridSides } from '../fabric/index.ts'
import type { Infra } from '../infra/infra.ts'

/** In columns and rows; neighbours of one side are one apart. Where lines run straight, a column is as wide as a box, and a row as high. */
export interface Seat {
  /** Those that are seated together. */
  readonly table: string
  readonly column: number
  readonly row: number
  /** Lines run straight from middle to middle, which the seats keep free; else around what is in the way. */
  readonly straight: boolean
}

/**
 * By number of dimensions, what each of them adds, in hundredths of a box's width and height: the nearest first. Found by
 * annealing: the smallest pictures in which no line between two middles comes near a third box. That holds for boxes of
 * any size, since stretching a picture leads no line into a box. There is none of seven dimensions: 448 lines between 128 boxes, with
 * every one of them clear of every box, take a sheet so wide that no name on it can be read, and textbooks stop at six as well.
 */
const cubes: readonly (readonly (readonly [across: number, down: number])[])[] = [
  [], [[170, 0]], [[170, 0], [0, 220]], [[170, 0], [0, 300], [75, -150]], [[152, 0], [0, 257], [-122, 414], [-281, -200]],
  [[-127, -152], [-63, 416], [-251, 66], [0, 784], [511, 0]],
  [[150, -436], [335, 127], [0, -1134], [615, 0], [120, -2130], [1343, -157]],
]
/** Of a mesh or a torus so many are drawn as grids of grids. */
const mostSides = 6

export function seatsOf(infra: Infra): ReadonlyMap<string, Seat> {
  const seats = new Map<string, Seat>()
  for (const fabric of infra.fabrics.values()) {
    const sides = gridSides(fabric)
    const cube = fabric.type.value === 'hypercube' ? cubes[sides?.length ?? 0] : undefined
    if (!sides || (fabric.type.value === 'hypercube' ? !cube : sides.length > mostSides)) continue
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
          column += (x * (cube[d]?.[0] ?? 0)) / 100
          row += (x * (cube[d]?.[1] ?? 0)) / 100
        } else if (d % 2 === 0) {
          column += x * (d === 0 ? 1 : wide + 0.6)
          wide = d === 0 ? side : (wide + 0.6) * side
        } else {
          row += x * (d === 1 ? 1 : high + 0.6)
          high = d === 1 ? side : (high + 0.6) * side
        }
      }
      seats.set(name, { table: fabric.name, column, row, straight: cube !== undefined })
    }
  }
  return seats
}
