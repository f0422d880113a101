/** Tenants' colours: as the file gives them where that is a colour and nothing else, else from a palette. */
import type { Infra } from '../infra/infra.ts'

/** Told apart in light and dark, and by people who do not see red and green apart (after Okabe and Ito). */
const palette = ['#2f6fde', '#d9822b', '#2e8b57', '#b0529b', '#c0392b', '#1f9aa5', '#8a6d1d', '#6a5acd']

/** CSS Color Module Level 4, section 6.1: the named colours. */
const named: ReadonlySet<string> = new Set((
  'aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse chocolate coral ' +
  'cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid ' +
  'darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick ' +
  'floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender ' +
  'lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen ' +
  'lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple ' +
  'mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive ' +
  'olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red ' +
  'rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal ' +
  'thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen'
).split(' '))

export const isColor = (text: string): boolean => /^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text) || named.has(text.toLowerCase())

/** The first of the palette that nobody has yet; when all are taken, the first again. */
export const freeColor = (taken: ReadonlySet<string>): string => palette.find((color) => !taken.has(color)) ?? palette[0] ?? '#888888'

export function tenantColors(infra: Infra): ReadonlyMap<string, string> {
  const names = new Set(infra.tenants.keys())
  for (const node of infra.nodes.values()) if ('tenant' in node && node.tenant) names.add(node.tenant.value)
  for (const network of infra.networks.values()) if (network.tenant) names.add(network.tenant.value)
  const written = (name: string): string | undefined => {
    const color = infra.tenants.get(name)?.color?.value
    return color !== undefined && isColor(color) ? color : undefined
  }
  // What somebody has written for one is given to no other, as long as there are others.
  const given = new Set([...names].flatMap((name) => written(name)?.toLowerCase() ?? []))
  const free = palette.filter((color) => !given.has(color))
  const offered = free.length > 0 ? free : palette
  const colors = new Map<string, string>()
  let next = 0
  for (const name of names) colors.set(name, written(name) ?? offered[next++ % offered.length] ?? '#888888')
  return colors
}
