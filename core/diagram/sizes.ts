/** How large a box must be for its words, in units. */
export const widthOf = (label: string, details: readonly string[]): number => Math.min(300, Math.max(112, 62 + label.length * 7.6, ...details.map((detail) => 24 + detail.length * 6.2)))
export const heightOf = (details: readonly string[]): number => 38 + details.length * 15
