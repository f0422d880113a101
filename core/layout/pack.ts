/** Rows and columns of boxes: for boxes that no line joins, that hang on the same one, and when there is no time for better. */

export interface Size {
  readonly width: number
  readonly height: number
}
export type Spot = Size & { readonly x: number; readonly y: number }
export interface Packed extends Size {
  readonly spots: ReadonlyMap<string, Spot>
}

/** In the given order, left to right, top to bottom, in columns as wide as their widest; about `shape` times as wide as high. */
export function pack(ids: readonly string[], sizes: ReadonlyMap<string, Size>, gap: number, shape = 1.7): Packed {
  const all = ids.map((id) => ({ id, size: sizes.get(id) ?? { width: 100, height: 40 } }))
  if (all.length === 0) return { spots: new Map(), width: 0, height: 0 }
  let best: Packed | undefined
  let bestMiss = Infinity
  // The number of columns comes out of the areas; those beside it are tried, too, since boxes differ in size.
  const area = all.reduce((sum, { size }) => sum + (size.width + gap) * (size.height + gap), 0)
  const mean = all.reduce((sum, { size }) => sum + size.width + gap, 0) / all.length
  const guess = Math.max(1, Math.round(Math.sqrt(area * shape) / mean))
  for (let columns = Math.max(1, guess - 1); columns <= Math.min(all.length, guess + 1); columns++) {
    const packed = inColumns(all, columns, gap)
    const miss = Math.abs(Math.log(packed.width / packed.height / shape)) + (all.length % columns === 0 ? 0 : 0.15)
    if (miss < bestMiss) [best, bestMiss] = [packed, miss]
  }
  return best ?? inColumns(all, all.length, gap)
}

/** All in one row. */
export const row = (ids: readonly string[], sizes: ReadonlyMap<string, Size>, gap: number): Packed =>
  inColumns(ids.map((id) => ({ id, size: sizes.get(id) ?? { width: 100, height: 40 } })), Math.max(1, ids.length), gap)

/** Boxes that hold others stand further apart than others: lines between them have to be seen. */
const tall = 110

function inColumns(all: readonly { readonly id: string; readonly size: Size }[], columns: number, small: number): Packed {
  const gap = all.some(({ size }) => size.height > tall) ? Math.max(small, 46) : small
  const widths: number[] = []
  all.forEach(({ size }, i) => { widths[i % columns] = Math.max(widths[i % columns] ?? 0, size.width) })
  const spots = new Map<string, Spot>()
  let y = 0
  for (let start = 0; start < all.length; start += columns) {
    const line = all.slice(start, start + columns)
    let x = 0
    line.forEach(({ id, size }, i) => {
      spots.set(id, { x, y, ...size })
      x += (widths[i] ?? 0) + gap
    })
    y += Math.max(0, ...line.map(({ size }) => size.height)) + gap
  }
  return { spots, width: widths.reduce((sum, width) => sum + width + gap, -gap), height: y - gap }
}
