/** Static networks, whose nodes are their own switches: mesh, torus and hypercube. */
import type { Fabric } from '../infra/parts.ts'
import type { Figures } from './figures.ts'
import { numberAt, numberOf, range, switchAt, type Cable, type FabricFault, type FabricKind } from './kind.ts'
import { t } from '../words.ts'

/** As many factors as asked for, as even as can be, the larger first. */
function factors(size: number, count: number): number[] {
  if (count <= 1) return [size]
  let divisor = Math.max(1, Math.floor(size ** (1 / count) + 1e-9))
  while (size % divisor !== 0) divisor--
  return [...factors(size / divisor, count - 1), divisor].sort((a, b) => b - a)
}

/** Sides of a mesh or torus: the list that was written, or `size` cut into `dimensions` (two unless said) sides. */
export function sidesOf(fabric: Fabric): readonly number[] {
  return fabric.dimensions?.value ?? factors(numberOf(fabric, 'size'), numberOf(fabric, 'dimensions') || 2)
}

const product = (list: readonly number[]): number => list.reduce((all, one) => all * one, 1)

function gridFaults(fabric: Fabric): readonly FabricFault[] {
  const { dimensions } = fabric
  if (!dimensions) {
    return numberOf(fabric, 'size') < 1
      ? [{ code: 'missing-key', at: fabric.at, fatal: true, message: t`fabric ${fabric.name} needs size, or dimensions as a list` }]
      : numberOf(fabric, 'dimensions') > 16
        ? [{ code: 'wrong-type', at: numberAt(fabric, 'dimensions'), fatal: true, message: t('more than 16 dimensions are not drawn') }] : []
  }
  if (dimensions.value.length === 0 || !dimensions.value.every((side) => Number.isInteger(side) && side >= 1)) {
    return [{ code: 'wrong-type', at: dimensions.at, fatal: true, message: t`the sides of fabric ${fabric.name} are whole numbers of 1 at least` }]
  }
  const size = fabric.numbers.get('size')
  return size && size.value !== product(dimensions.value) ? [{
    code: 'wrong-type', at: size.at, fatal: true, message: t`${dimensions.value.join(' × ')} are ${product(dimensions.value)} nodes, and size says ${size.value}`,
  }] : []
}

function gridKind(wraps: boolean): FabricKind {
  return {
    needs: [],
    faults: gridFaults,
    count: (fabric) => product(sidesOf(fabric)),
    subnets: (fabric) => product(sidesOf(fabric)),
    blueprint(fabric) {
      const sides = sidesOf(fabric)
      const elements = range(product(sides)).map((i) => switchAt(`${fabric.name}-n${i}`, i))
      const cables: Cable[] = []
      // Row-major: the last side counts fastest.
      elements.forEach((lower, i) => {
        let stride = 1
        for (let d = sides.length - 1; d >= 0; d--) {
          const side = sides[d] ?? 1
          const x = Math.floor(i / stride) % side
          // A ring of two is one cable, not two.
          const next = x + 1 < side ? i + stride : wraps && side > 2 ? i - (side - 1) * stride : -1
          const upper = elements[next]
          if (upper) cables.push({ lower, upper })
          stride *= side
        }
      })
      return { elements, cables }
    },
    figures: (fabric) => gridFigures(sidesOf(fabric), wraps),
  }
}

/** Exact widths of product graphs: Aroca and Fernández Anta, "Bisection (band)width of product networks", arXiv 1202.6291. */
function gridFigures(all: readonly number[], wraps: boolean): Figures {
  const sides = all.filter((side) => side > 1).sort((a, b) => b - a)
  const nodes = product(sides)
  const rings = wraps ? sides.filter((side) => side > 2) : []
  const links = sides.reduce((sum, side) => sum + (nodes / side) * (wraps && side > 2 ? side : side - 1), 0)
  const firstEven = sides.findIndex((side) => side % 2 === 0)
  const terms = sides.slice(0, firstEven < 0 ? sides.length : firstEven + 1).map((_, i) => product(sides.slice(i + 1)))
  const meshWidth = terms.reduce((sum, term) => sum + term, 0)
  // Sides of two are single cables: twice the mesh's width holds where every side that is cut is a real ring.
  const width = rings.length === 0 ? meshWidth : rings.length === sides.length || firstEven === 0 ? 2 * meshWidth : null
  const steps = sides.map((side) => (wraps && side > 2 ? Math.floor(side / 2) : side - 1))
  const ways = multinomial(steps) * 2 ** rings.filter((side) => side % 2 === 0).length
  return {
    switches: nodes, terminals: 0, links,
    degree: {
      least: sides.reduce((sum, side) => sum + (wraps && side > 2 ? 2 : 1), 0),
      most: sides.reduce((sum, side) => sum + (side > 2 ? 2 : 1), 0),
    },
    diameter: steps.reduce((sum, step) => sum + step, 0), bisectionWidth: nodes < 2 ? null : width,
    paths: Number.isSafeInteger(ways) ? ways : null, oversubscription: null, blocking: 'blocking',
  }
}

/** The orders in which so many steps along each side can be taken. */
function multinomial(steps: readonly number[]): number {
  let ways = 1
  let taken = 0
  for (const step of steps) for (let i = 1; i <= step; i++) ways = (ways * ++taken) / i
  return Math.round(ways)
}

export const meshGrid: FabricKind = gridKind(false)
export const torus: FabricKind = gridKind(true)

const dimensionOf = (fabric: Fabric): number => (fabric.numbers.has('size') ? Math.log2(numberOf(fabric, 'size')) : numberOf(fabric, 'dimensions'))

/** The sides of the grid that a mesh, torus or hypercube is; a hypercube's are all two. */
export const sidesOfCube = (fabric: Fabric): readonly number[] => range(dimensionOf(fabric)).map(() => 2)

export const hypercube: FabricKind = {
  needs: [],
  faults(fabric) {
    const size = fabric.numbers.get('size')
    if (!size && numberOf(fabric, 'dimensions') < 1) {
      return [{ code: 'missing-key', at: fabric.at, fatal: true, message: t`fabric ${fabric.name} needs size, a power of two` }]
    }
    const d = dimensionOf(fabric)
    if (size && !Number.isInteger(d)) return [{ code: 'wrong-type', at: size.at, fatal: true, message: t`a hypercube has a power of two of nodes: ${size.value} is none` }]
    return size && fabric.numbers.has('dimensions') && numberOf(fabric, 'dimensions') !== d
      ? [{ code: 'wrong-type', at: size.at, fatal: true, message: t`${numberOf(fabric, 'dimensions')} dimensions are ${2 ** numberOf(fabric, 'dimensions')} nodes, and size says ${size.value}` }] : []
  },
  count: (fabric) => 2 ** dimensionOf(fabric),
  subnets: (fabric) => 2 ** dimensionOf(fabric),
  blueprint(fabric) {
    const d = dimensionOf(fabric)
    const elements = range(2 ** d).map((i) => switchAt(`${fabric.name}-n${i}`, i))
    // By dimension first, so that everybody's port p<b> crosses dimension b.
    const cables = range(d).flatMap((bit) => elements.flatMap((lower, i): Cable[] => {
      const upper = elements[i ^ (1 << bit)]
      return upper && (i & (1 << bit)) === 0 ? [{ lower, upper }] : []
    }))
    return { elements, cables }
  },
  figures: (fabric) => gridFigures(range(dimensionOf(fabric)).map(() => 2), false),
}
