/** Everything that decides a transfer, for one guest and one host: what the adviser, the sweep and the study vary. */
import type { Infra } from '../infra/infra.ts'
import type { GuestNode } from '../infra/node.ts'
import type { Candidate } from './candidate.ts'
import { shareOf } from './contention.ts'
import { loadOf, type Load } from './load.ts'
import type { MoveOptions } from './options.ts'
import { pathBetween, type MigrationPath } from './path.ts'
import { settingsOf, type Settings } from './profile.ts'
import { transfer, type Transfer } from './transfer.ts'

export interface Setting {
  readonly candidate: Candidate
  readonly infra: Infra
  readonly guest: GuestNode
  readonly options: MoveOptions
  readonly path: MigrationPath
  readonly load: Load
  readonly settings: Settings
  /** Bytes per second that are left for it; null where unknown, or where there is no way. */
  readonly bandwidth: number | null
  /** What the others on the way get. */
  readonly notes: readonly string[]
}

export function settingOf(candidate: Candidate, options: MoveOptions): Setting {
  const { plane, infra, guest, source, target, mode } = candidate
  const path = pathBetween(plane, source.name, target.name)
  const load = loadOf(infra, guest, source.name, target.name, options)
  const share = shareOf(plane, path, options)
  return {
    candidate, infra, guest, options, path, load, notes: share.notes,
    settings: settingsOf(infra, load.memory ?? 0, { ...options, mode }), bandwidth: path.verdict === 'delivered' ? share.bandwidth : null,
  }
}

/** The transfer of a setting, or of one that is varied; what would end an endless one is looked for only where that is wanted. */
export const transferOf = ({ load, settings, bandwidth, guest, path }: Setting, remedies = false): Transfer =>
  transfer(load, settings, bandwidth, guest.kind, { latency: path.latency, remedies })

/** The same with other options of a person. */
export const withOptions = (setting: Setting, more: MoveOptions): Setting => {
  const options = { ...setting.options, ...more }
  return { ...setting, options, settings: settingsOf(setting.infra, setting.load.memory ?? 0, { mode: setting.settings.mode, ...options }) }
}
