/** From afar a large picture is drawn with its machines closed, and from further away with its racks and sites. */
import type { BoxKind, Diagram } from '../../core/diagram/diagram.ts'

/** Smaller pictures are never closed; racks only of really large ones. */
const [many, veryMany] = [300, 1500]
/** Below this zoom a guest's name cannot be read; below the next a server's; below the last a rack's. */
const [zoomOfMachines, zoomOfRacks, zoomOfSites] = [0.3, 0.1, 0.05]

/** The kinds that are drawn closed; undefined from near. */
export type Far = 'machines' | 'racks' | 'sites' | undefined

export function seenFromAfar(diagram: Diagram | undefined, zoom: number): Far {
  if (!diagram || diagram.boxes.length <= many || zoom >= zoomOfMachines) return undefined
  if (diagram.boxes.length <= veryMany || zoom >= zoomOfRacks) return 'machines'
  return zoom >= zoomOfSites ? 'racks' : 'sites'
}

const kinds: Readonly<Record<NonNullable<Far>, ReadonlySet<BoxKind>>> = { machines: new Set(['server']), racks: new Set(['server', 'rack']), sites: new Set(['server', 'rack', 'site']) }

export const closedFromAfar = (diagram: Diagram, far: NonNullable<Far>): ReadonlySet<string> => new Set(diagram.boxes.flatMap(({ id, kind }) => (kinds[far].has(kind) ? [id] : [])))
