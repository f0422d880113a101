/** Curves of one migration: total time and downtime against the bandwidth and against the dirty rate. Bytes per second and seconds. */
import type { Sweep, SweepPoint } from './report.ts'
import { transferOf, type Setting } from './setting.ts'

/** From a quarter to four times what it is, evenly on a logarithmic axis; this migration's own point is the middle one. */
const factors = Array.from({ length: 25 }, (_, i) => 2 ** ((i - 12) / 6))

const pointOf = (setting: Setting, x: number): SweepPoint => {
  const { totalSeconds, downtimeSeconds, converged } = transferOf(setting)
  return { x, totalSeconds, downtimeSeconds, converged }
}

export function sweep(setting: Setting): Sweep {
  const { bandwidth, load } = setting
  return {
    byBandwidth: bandwidth === null ? [] : factors.map((factor) => pointOf({ ...setting, bandwidth: bandwidth * factor }, bandwidth * factor)),
    byDirtyRate: bandwidth === null || load.dirtyRate <= 0 ? [] : factors.map((factor) => pointOf({
      ...setting,
      load: { ...load, dirtyRate: load.dirtyRate * factor, writers: load.writers.map((one) => ({ ...one, rate: one.rate * factor })) },
    }, load.dirtyRate * factor)),
    bandwidth, dirtyRate: load.dirtyRate,
  }
}
