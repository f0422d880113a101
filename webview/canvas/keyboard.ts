/** Moving through the picture without a mouse: to the nearest element in a direction. */
import type { Rect } from '../../core/diagram/rects.ts'

const directions: Readonly<Record<string, readonly [number, number]>> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }

/** The element that a person means with this arrow: near, and more that way than aside. Undefined at the rim. */
export function neighbour(rects: ReadonlyMap<string, Rect>, from: string | undefined, key: string): string | undefined {
  const direction = directions[key]
  if (!direction) return undefined
  const start = from === undefined ? undefined : rects.get(from)
  if (!start) return [...rects.keys()][0]
  const [dx, dy] = direction
  const at = { x: start.x + start.width / 2, y: start.y + start.height / 2 }
  let best: string | undefined
  let bestCost = Infinity
  for (const [id, rect] of rects) {
    // What holds the element is not beside it.
    if (id === from || (rect.x <= start.x && rect.y <= start.y && rect.x + rect.width >= start.x + start.width && rect.y + rect.height >= start.y + start.height)) continue
    const [x, y] = [rect.x + rect.width / 2 - at.x, rect.y + rect.height / 2 - at.y]
    const along = x * dx + y * dy
    const aside = Math.abs(x * dy) + Math.abs(y * dx)
    if (along <= 4) continue
    const cost = along + 2.5 * aside
    if (cost < bestCost) {
      best = id
      bestCost = cost
    }
  }
  return best
}
