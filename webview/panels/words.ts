/** Numbers as a person reads them. */

const trimmed = (value: number): string => (Math.round(value * 100) / 100).toString()

export const seconds = (value: number | null): string =>
  value === null ? 'unknown' : value === 0 ? '0 s' : value < 1e-3 ? `${trimmed(value * 1e6)} µs` : value < 1 ? `${trimmed(value * 1e3)} ms` : value < 120 ? `${trimmed(value)} s` : `${trimmed(value / 60)} min`

export function bytes(value: number | null): string {
  if (value === null) return 'unknown'
  for (const [unit, size] of [['TiB', 2 ** 40], ['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]] as const) if (value >= size) return `${trimmed(value / size)} ${unit}`
  return `${trimmed(value)} B`
}
