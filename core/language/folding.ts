/** Which lines of a YAML text can be folded: what is indented below a line, and comments that stand together. */

export interface Fold {
  /** Zero-based, the last one included. */
  readonly first: number
  readonly last: number
  readonly kind: 'part' | 'comment'
}

export function foldsOf(text: string): readonly Fold[] {
  const lines = text.split(/\r\n|\n|\r/)
  const folds: Fold[] = []
  const open: { line: number; indent: number }[] = []
  let last = -1
  let comment = -1
  const endComment = (before: number): void => {
    if (comment >= 0 && before > comment) folds.push({ first: comment, last: before, kind: 'comment' })
    comment = -1
  }
  for (const [i, line] of lines.entries()) {
    if (/^\s*#/.test(line)) {
      if (comment < 0) comment = i
      continue
    }
    endComment(i - 1)
    if (line.trim() === '') continue
    // A list may stand at the indentation of its key.
    const indent = (/^\s*/.exec(line)?.[0].length ?? 0) + (/^\s*-(\s|$)/.test(line) ? 0.5 : 0)
    for (let top = open.at(-1); top && top.indent >= indent; top = open.at(-1)) {
      open.pop()
      if (last > top.line) folds.push({ first: top.line, last, kind: 'part' })
    }
    open.push({ line: i, indent })
    last = i
  }
  endComment(lines.length - 1)
  for (const { line } of open.reverse()) if (last > line) folds.push({ first: line, last, kind: 'part' })
  return folds.sort((a, b) => a.first - b.first || b.last - a.last)
}
