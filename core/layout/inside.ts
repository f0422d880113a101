/** Where the inside of a box begins and how large a box must be for it. */
import type { Size } from './pack.ts'
import type { StructureBox } from './structure.ts'

/** Room around what a box holds, in units. */
export const padding = 18
/** Below a box's own words, above what it holds: tunnels pass there. */
const underHeader = 24

export const insideOf = (box: StructureBox | undefined): { readonly x: number; readonly y: number } => ({ x: padding, y: Math.min(box?.height ?? 38, 54) + underHeader })

export function sizeAround(box: StructureBox, inner: Size): Size {
  return { width: Math.max(box.width, inner.width + 2 * padding), height: Math.max(box.height, insideOf(box).y + inner.height + padding) }
}
