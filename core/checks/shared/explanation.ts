/** The shape of an explanation: what it means, why it matters, how to mend it, and a small example. */

export interface ExplanationParts {
  readonly what: string
  readonly why: string
  readonly mend: string
  /** A few lines of a file that show the mistake, and the same lines mended. */
  readonly wrong: string
  readonly right: string
}

/** Markdown without a heading. */
export function explain({ what, why, mend, wrong, right }: ExplanationParts): string {
  return `${what}\n\n**Why it matters.** ${why}\n\n**How to mend it.** ${mend}\n\nWrong:\n\n\`\`\`yaml\n${wrong.trim()}\n\`\`\`\n\nRight:\n\n\`\`\`yaml\n${right.trim()}\n\`\`\`\n`
}
