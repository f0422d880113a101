/** Whose a guest is, in words, where colours do not tell: more tenants than colours, or two of nearly the same. */
import type { Box, Diagram } from './diagram.ts'
import { heightOf, widthOf } from './sizes.ts'

/** Nearer than this in the weighted distance below, two colours are taken for the same; those of the palette are twice as far apart. */
const near = 48

type Rgb = readonly [red: number, green: number, blue: number]

/** Of a name of a colour: undefined. */
function rgbOf(color: string): Rgb | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color)
  const digits = short ? short.slice(1).map((digit) => digit + digit) : /^#(..)(..)(..)$/.exec(color)?.slice(1)
  const [red, green, blue] = digits?.map((pair) => parseInt(pair, 16)) ?? []
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue]
}

/** Red and blue weigh by how red the two are, as the eye does: Riemersma, "Colour metric". */
function alike(a: string, b: string): boolean {
  const [x, y] = [rgbOf(a), rgbOf(b)]
  if (!x || !y) return a.toLowerCase() === b.toLowerCase()
  const red = (x[0] + y[0]) / 512
  return Math.sqrt((2 + red) * (x[0] - y[0]) ** 2 + 4 * (x[1] - y[1]) ** 2 + (3 - red) * (x[2] - y[2]) ** 2) < near
}

/** Tenants that another one's colour could be taken for. */
export const mistakable = (tenants: Diagram['tenants']): ReadonlySet<string> =>
  new Set(tenants.filter((one) => tenants.some((other) => other.name !== one.name && alike(one.color, other.color))).map(({ name }) => name))

/** The diagram with the names of such tenants on what is theirs. */
export function nameOwners(diagram: Diagram): Diagram {
  const named = mistakable(diagram.tenants)
  return named.size === 0 ? diagram : { ...diagram, boxes: diagram.boxes.map((box) => nameOwner(box, named)) }
}

/** One box of it. */
export function nameOwner(box: Box, named: ReadonlySet<string>): Box {
  if (box.tenant === undefined || box.color === undefined || !named.has(box.tenant)) return box
  const details = [...box.details, box.tenant]
  return { ...box, details, width: Math.max(box.width, widthOf(box.label, details)), height: Math.max(box.height, heightOf(details)) }
}
