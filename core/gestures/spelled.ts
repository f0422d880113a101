/** Quantities as the infra file spells them, without loss: what is read back is the same number. */
import type { Value } from '../infra/change.ts'
import type { Link } from '../infra/parts.ts'

/** The largest unit in which a person would write the number; units fall in size, the last is one. */
function inUnits(value: number, units: readonly (readonly [word: string, size: number])[]): string {
  for (const [word, size] of units) {
    const count = Number((value / size).toPrecision(12))
    if (count >= 1 && /^\d+(\.\d{1,3})?$/.test(String(count))) return `${count}${word}`
  }
  const [word, size] = units.at(-1) ?? ['', 1]
  return `${Number((value / size).toPrecision(12))}${word}`
}

/** Bits per second. */
export const spellBitRate = (bits: number): string => inUnits(bits, [['Tbps', 1e12], ['Gbps', 1e9], ['Mbps', 1e6], ['kbps', 1e3], ['bps', 1]])
/** Seconds. */
export const spellTime = (seconds: number): string => inUnits(seconds, [['s', 1], ['ms', 1e-3], ['us', 1e-6]])
export const spellRatio = (ratio: number): string => `${Number((ratio * 100).toPrecision(12))}%`

/** Everything that a cable says beside its ends. */
export function cableValue({ mtu, bandwidth, latency, loss, up }: Link): Value | undefined {
  const value: Record<string, Value> = {
    ...(mtu && { mtu: mtu.value }), ...(bandwidth && { bandwidth: spellBitRate(bandwidth.value) }), ...(latency && { latency: spellTime(latency.value) }), ...(loss && { loss: spellRatio(loss.value) }), ...(up && { up: up.value }),
  }
  return Object.keys(value).length > 0 ? value : undefined
}
