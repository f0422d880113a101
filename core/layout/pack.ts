/** Rows of boxes, about as wide as they are high together: for boxes that no line joins, and when there is no time for better. */

interface Size {
  readonly width: number
  readonly height: number
}
export interface Packed extends Size {
  readonly spots: ReadonlyMap<string, Size & { readonly x: number; readonly y: number }>
}

/** In the given order, left to right, top to bottom. */
export function pack(ids: readonly string[], sizes: ReadonlyMap<string, Size>, gap: number): Packed {
  const spots = new Map<string, Size & { x: number; y: number }>()
  const all = ids.map((id) => ({ id, size: sizes.get(id) ?? { width: 100, height: 40 } }))
  const area = all.reduce((sum, { size }) => sum + (size.width + gap) * (size.height + gap), 0)
  const widest = Math.max(0, ...all.map(({ size }) => size.width))
  const target = Math.max(widest, Math.sqrt(area * 1.7))
  let x = 0
  let y = 0
  let row = 0
  let width = 0
  for (const { id, size } of all) {
    if (x > 0 && x + size.width > target) {
      x = 0
      y += row + gap
      row = 0
    }
    spots.set(id, { x, y, ...size })
    width = Math.max(width, x + size.width)
    row = Math.max(row, size.height)
    x += size.width + gap
  }
  return { spots, width, height: all.length === 0 ? 0 : y + row }
}
