/** Sizes, rates, times and ratios as format.md spells them: parse and print. */

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15,
  KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50,
  kB: 1e3, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40,
}
const bitRateUnits: Readonly<Record<string, number>> = { bps: 1, kbps: 1e3, Kbps: 1e3, Mbps: 1e6, Gbps: 1e9, Tbps: 1e12 }
const timeUnits: Readonly<Record<string, number>> = {
  ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600,
}

function scaled(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-zµ]+)$/.exec(text.trim())
  const unit = match && Object.hasOwn(units, match[2] ?? '') ? units[match[2] ?? ''] : undefined
  return match && unit !== undefined ? Number(match[1]) * unit : undefined
}

/** Bytes of `64GiB`, `20GB` or a plain number. */
export function parseSize(text: string): number | undefined {
  return /^\d+$/.test(text.trim()) ? Number(text) : scaled(text, sizeUnits)
}

/** Bits per second of `10Gbps`; a rate of bytes, `50MiB/s`, is taken as well. */
export function parseBitRate(text: string): number | undefined {
  const match = /^(.*)\/s$/.exec(text.trim())
  if (!match) return scaled(text, bitRateUnits)
  const bytes = scaled(match[1] ?? '', sizeUnits)
  return bytes === undefined ? undefined : bytes * 8
}

/** Bytes per second of `50MiB/s` or `10Gbps`. */
export function parseByteRate(text: string): number | undefined {
  const bits = parseBitRate(text)
  return bits === undefined ? undefined : bits / 8
}

/** Seconds of `300ms`. */
export const parseTime = (text: string): number | undefined => scaled(text, timeUnits)

/** `0.1%` or `0.001` as a ratio; more than all of it is none. */
export function parseRatio(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim())
  const ratio = match ? Number(match[1]) / (match[2] === '%' ? 100 : 1) : undefined
  return ratio !== undefined && ratio <= 1 ? ratio : undefined
}

const trimmed = (value: number): string => (Math.round(value * 100) / 100).toString()

export function printSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const one = sizeUnits[unit] ?? 1
    if (bytes >= one) return `${trimmed(bytes / one)} ${unit}`
  }
  return `${trimmed(bytes)} B`
}

export function printBitRate(bits: number): string {
  for (const unit of ['Tbps', 'Gbps', 'Mbps', 'kbps']) {
    const one = bitRateUnits[unit] ?? 1
    if (bits >= one) return `${trimmed(bits / one)} ${unit}`
  }
  return `${trimmed(bits)} bps`
}

export function printTime(seconds: number): string {
  if (seconds === 0) return '0 s'
  if (seconds < 1e-3) return `${trimmed(seconds * 1e6)} µs`
  if (seconds < 1) return `${trimmed(seconds * 1e3)} ms`
  if (seconds < 120) return `${trimmed(seconds)} s`
  return `${trimmed(seconds / 60)} min`
}
