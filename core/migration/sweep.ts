/** Curves of one migration: total time and downtime against the bandwidth and against the dirty rate. Bytes per second and seconds. */
import type { Progress } from '../reach/pair.ts'
import type { Sweep, SweepPoint } from './study-report.ts'
import { transferOf, type Setting } from './setting.ts'
import { t } from '../words.ts'

/** From a quarter to four times what it is, evenly on a logarithmic axis; this migration's own point is the middle one. */
const factors = Array.from({ length: 25 }, (_, i) => 2 ** ((i - 12) / 6))

const pointOf = (setting: Setting, x: number): SweepPoint => {
  const { totalSeconds, downtimeSeconds, converged } = transferOf(setting)
  return { x, totalSeconds, downtimeSeconds, converged }
}

export function* sweep(setting: Setting): Generator<Progress, Sweep> {
  const { bandwidth, load } = setting
  const [byBandwidth, byDirtyRate]: [SweepPoint[], SweepPoint[]] = [[], []]
  for (const [done, factor] of factors.entries()) {
    yield { doing: t('drawing the curves'), done, of: factors.length }
    if (bandwidth === null) break
    byBandwidth.push(pointOf({ ...setting, bandwidth: bandwidth * factor }, bandwidth * factor))
    if (load.dirtyRate <= 0) continue
    const writers = load.writers.map((one) => ({ ...one, rate: one.rate * factor }))
    byDirtyRate.push(pointOf({ ...setting, load: { ...load, dirtyRate: load.dirtyRate * factor, writers } }, load.dirtyRate * factor))
  }
  return { byBandwidth, byDirtyRate, bandwidth, dirtyRate: load.dirtyRate }
}
