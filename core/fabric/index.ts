/** Generated topologies: what a `fabrics` entry stands for, what is wrong with it, and its figures. */
import { bitsOf, printPrefix } from '../address/ip.ts'
import type { Fabric, FabricType } from '../infra/parts.ts'
import type { Span } from '../text/span.ts'
import { defaultBase, expand, type Expansion } from './expand.ts'
import { fatTree } from './fat-tree.ts'
import type { Figures } from './figures.ts'
import { hypercube, meshGrid, sidesOf, sidesOfCube, torus } from './grid.ts'
import type { FabricFault, FabricKind } from './kind.ts'
import { butterfly, clos } from './multistage.ts'
import { leafSpine, threeTier } from './tiers.ts'
import { t } from '../words.ts'

const kinds: Readonly<Record<FabricType, FabricKind>> = {
  'fat-tree': fatTree, 'leaf-spine': leafSpine, 'three-tier': threeTier, hypercube, mesh: meshGrid, torus, clos, butterfly,
}

/** More nodes than this are no picture and no simulation in an editor. */
export const mostFabricNodes = 200_000

/** Numbers that are missing or impossible, an odd k, a base without room. */
export function fabricFaults(fabric: Fabric): readonly FabricFault[] {
  const kind = kinds[fabric.type.value]
  const faults: FabricFault[] = []
  for (const key of kind.needs) {
    if (!fabric.numbers.has(key)) faults.push({ code: 'missing-key', at: fabric.at, fatal: true, message: t`fabric ${fabric.name} is a ${fabric.type.value} and needs ${key}` })
  }
  for (const [key, { value, at }] of fabric.numbers) {
    // No hosts is a fabric without servers.
    const least = key === 'hosts' ? 0 : 1
    if (!Number.isInteger(value) || value < least) faults.push({ code: 'wrong-type', at, fatal: true, message: t`${key} of fabric ${fabric.name} is a whole number of ${least} at least, not ${value}` })
    // Before anything is computed with it.
    else if (value > mostFabricNodes) faults.push(tooLarge(fabric, `${key} ${value}`, at))
  }
  if (faults.length > 0) return faults
  faults.push(...kind.faults(fabric))
  if (faults.some(({ fatal }) => fatal)) return faults
  const count = kind.count(fabric)
  if (!(count <= mostFabricNodes)) return [...faults, tooLarge(fabric, t`${count} nodes`, ([...fabric.numbers.values()][0] ?? fabric.dimensions ?? fabric).at)]
  return [...faults, ...roomFaults(fabric)]
}

const tooLarge = (fabric: Fabric, what: string, at: Span): FabricFault =>
  ({ code: 'wrong-type', at, fatal: true, message: t`fabric ${fabric.name} comes to ${what}; ${mostFabricNodes} nodes are the most` })

/** Whether the base holds a /24 for every switch. */
function roomFaults(fabric: Fabric): readonly FabricFault[] {
  const base = fabric.base?.value ?? defaultBase
  const { ip, length } = base
  const { subnets } = kinds[fabric.type.value]
  const addressed = subnets(fabric)
  const needed = BigInt(addressed) * 256n
  const bits = BigInt(bitsOf(ip.family))
  if (needed <= 1n << (bits - BigInt(length))) return []
  const at = fabric.base?.at ?? fabric.at
  // Addresses that leave their family would be none at all.
  const fatal = ip.value + needed > 1n << bits
  return [{ code: 'fabric-address-scheme', at, fatal, message: t`${printPrefix(base)} has no room for the ${addressed} subnets of fabric ${fabric.name}` }]
}

/** Of a mesh, torus or hypercube: the sides of its grid, the last counting fastest in its nodes' numbers; undefined for every other kind and for impossible numbers. */
export function gridSides(fabric: Fabric): readonly number[] | undefined {
  const { value } = fabric.type
  if (!['mesh', 'torus', 'hypercube'].includes(value) || fabricFaults(fabric).some(({ fatal }) => fatal)) return undefined
  return value === 'hypercube' ? sidesOfCube(fabric) : sidesOf(fabric)
}

/** The nodes and links that the fabric stands for; none where its numbers are impossible. */
export function expandFabric(fabric: Fabric): Expansion {
  return fabricFaults(fabric).some(({ fatal }) => fatal) ? { nodes: [], links: [] } : expand(fabric, kinds[fabric.type.value].blueprint(fabric))
}

/** The figures by the kind's own formulas, exact however large it is; undefined where its numbers are impossible. */
export function fabricFigures(fabric: Fabric): Figures | undefined {
  return fabricFaults(fabric).some(({ fatal }) => fatal) ? undefined : kinds[fabric.type.value].figures(fabric)
}

export { figures } from './figures.ts'
export type { Figures } from './figures.ts'
export type { Expansion } from './expand.ts'
export type { FabricFault } from './kind.ts'
