/** How near two names are: for "did you mean". */
import { t } from '../../words.ts'

/** Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment), case ignored. */
export function distance(left: string, right: string): number {
  const a = left.toLowerCase()
  const b = right.toLowerCase()
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** The nearest of the candidates, the first of equals; undefined where none is near enough to be meant. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.ceil(name.length / 2))
  let best: string | undefined
  let least = limit + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const d = distance(name, candidate)
    if (d < least) {
      least = d
      best = candidate
    }
  }
  return best
}

/** "a", "a and b", "a, b and 3 more": for messages that must stay short. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names[0] ?? t('nothing')
  if (names.length <= most) return t`${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
  return t`${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}
