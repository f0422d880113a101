/** Texts that would cost more than they are worth are refused before anything recursive sees them. */

/** Larger than any description that a person keeps: 5 million characters. */
export const maxLength = 5_000_000
export const maxDepth = 200
/** How many nodes aliases may expand to in all. */
export const maxExpansion = 1_000_000

/**
 * The offset at which a text nests deeper than maxDepth, by brackets, by indentation or by `- - -`; undefined when it does
 * not. Brackets in quotes and comments count as well: it is an upper bound, and nobody writes two hundred.
 */
export function tooDeepAt(text: string): number | undefined {
  const indents: number[] = []
  let brackets = 0
  let i = 0
  while (i < text.length) {
    let indent = 0
    while (text.charCodeAt(i + indent) === 32) indent++
    let dashes = 0
    let column = i + indent
    const first = text[column]
    if (first !== '\n' && first !== '\r' && first !== undefined && first !== '#') {
      while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) indents.pop()
      indents.push(indent)
      // `- - -` and `? ? ?` open a level each without a new line.
      while ((text[column] === '-' || text[column] === '?') && (text[column + 1] === ' ' || text[column + 1] === '\t')) {
        dashes++
        column += 2
        while (text[column] === ' ' || text[column] === '\t') column++
      }
      if (indents.length + dashes > maxDepth) return i
    }
    for (; column < text.length; column++) {
      const c = text.charCodeAt(column)
      if (c === 10 || c === 13) break
      if (c === 91 || c === 123) {
        brackets++
        if (brackets > maxDepth) return column
      } else if ((c === 93 || c === 125) && brackets > 0) brackets--
    }
    i = column + 1
  }
  return undefined
}
