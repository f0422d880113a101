/** Disks that go with a running guest: mirrored until the switch-over, or in two steps between sites. Bytes and seconds. */
import { printSize, printTime } from '../address/quantity.ts'
import type { Load } from './load.ts'
import { t } from '../words.ts'

export interface Disks {
  readonly phases: readonly (readonly [string, number])[]
  readonly seconds: number
  readonly bytes: number
  /** Bytes per second that the mirrors go on taking while the memory goes. */
  readonly meanwhile: number
  /** Bytes that are left for the stop, after the memory's rounds took so many seconds. */
  lateOf(seconds: number): number
  readonly endless: boolean
  readonly notes: readonly string[]
}

const none: Disks = { phases: [], seconds: 0, bytes: 0, meanwhile: 0, lateOf: () => 0, endless: false, notes: [] }

/** `rate`: bytes per second of the path. */
export function disksOf(load: Load, rate: number, profile: string): Disks {
  if (load.copied.length === 0) return none
  const notes: string[] = []
  if (load.copied.some(({ size }) => size === undefined)) notes.push(t('a disk that must be copied states no size: its copy is not counted'))
  if (load.copiedBytes === 0) return { ...none, notes }
  const writes = load.diskWrites ?? 0
  const unknown = load.diskWrites === undefined ? t('; what the guest writes to them meanwhile is not stated, so none is counted') : ''
  if (profile === 'opennebula') notes.push(t('OpenNebula resumes the guest only after an rsync of its disks\' snapshots: that is downtime that is not counted'))
  if (load.sites) return twoSteps(load.copiedBytes, load.sites, rate, writes, notes, unknown)
  // Mirrors must be ready before the first page goes, and run until the switch-over; in the background they only catch up with a slower writer.
  if (writes >= rate) {
    return { ...none, endless: true, notes: [...notes, t`does not converge: ${t`the guest writes ${printSize(writes)} a second to its disks and ${printSize(rate)} a second are carried; remedy: writes that wait for the mirror (copy-mode write-blocking)`}`] }
  }
  const seconds = load.copiedBytes / (rate - writes)
  notes.push(t`${printSize(load.copiedBytes)} of disks are mirrored first, in ${printTime(seconds)}${unknown}`)
  return { ...none, phases: [['mirror disks', seconds]], seconds, bytes: load.copiedBytes + writes * seconds, meanwhile: writes, notes }
}

/** The images while it runs; then what was written to them since; what is written after that goes in the stop. */
function twoSteps(bytes: number, [from, to]: readonly [string, string], rate: number, writes: number, notes: readonly string[], unknown: string): Disks {
  const first = bytes / rate
  const since = Math.min(bytes, writes * first)
  const second = since / rate
  return {
    phases: [['copy disks', first], ['copy what was written', second]], seconds: first + second, bytes: bytes + since, meanwhile: 0,
    lateOf: (seconds) => Math.min(bytes, writes * (second + seconds)), endless: false,
    notes: [...notes, t`from ${from} to ${to} in two steps: ${printSize(bytes)} of disks in ${printTime(first)}, then ${printSize(since)} that were written meanwhile in ${printTime(second)}${unknown}`],
  }
}
