/** How diagrams.net writes what a cell looks like and says. */

/** Within a label, which is HTML inside an XML attribute: what the file says is text in both. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Shapes that are named before all else, without a value. */
const bare: ReadonlySet<string> = new Set(['text', 'line', 'ellipse', 'triangle'])

/** `key=value;` pairs; what could end one is never part of a value: colours are checked when they are read. */
export const styleOf = (pairs: Readonly<Record<string, string | number>>): string =>
  Object.entries(pairs).map(([key, value]) => (bare.has(key) ? `${key};` : `${key}=${String(value).replace(/[;=]/g, '')};`)).join('')
