/** What each orchestrator does with the same engine: its limits, time-outs and help. Sources: their own code, QEMU 10, Nova 2025.1. */
import type { Infra } from '../infra/infra.ts'
import type { MigrationMode, MigrationProfile } from '../infra/parts.ts'
import { clark2005, qemuThrottle, type AdaptiveRate, type MemoryInput, type Throttle } from './memory.ts'
import type { MoveOptions } from './options.ts'
import { later } from '../words.ts'

export interface Profile {
  readonly name: MigrationProfile
  /** Seconds, by the seconds and rounds passed; a guest's gibibytes decide Nova's steps. */
  limit(gibibytes: number): MemoryInput['downtimeLimit']
  readonly throttle?: Throttle
  readonly stopRule?: MemoryInput['stopRule']
  /** Seconds after which it gives up; undefined: never. */
  timeout(gibibytes: number): number | undefined
  /** Migrations that leave one host at once. */
  readonly parallel: number
  /** That leave all hosts at once, where that is limited. */
  readonly cluster?: number
  /** That leave one host at once over a path of 10 Gbit/s or more. */
  readonly parallelOnFast?: number
  /** What a report should say of it. */
  readonly note?: string
}

const never = (): undefined => undefined

export const profiles: Readonly<Record<MigrationProfile, Profile>> = {
  // options.c: downtime-limit 300 ms; no cap on iterations.
  qemu: { name: 'qemu', limit: () => 0.3, timeout: never, parallel: 1 },
  // xg_sr_save.c: SPP_MAX_ITERATIONS 5, SPP_TARGET_DIRTY_COUNT 50; there is no downtime limit.
  xen: { name: 'xen', limit: () => 0.3, stopRule: { rounds: 5, pages: 50 }, timeout: never, parallel: 1, note: later('Xen stops the guest after 5 rounds or below 50 dirty pages, whatever the downtime') },
  // virsh migrate --live, no time-out.
  opennebula: { name: 'opennebula', limit: () => 0.3, timeout: never, parallel: 1 },
  // live_migration_downtime 500 ms in 10 steps of 75 s per GiB; completion time-out 800 s per GiB, 2 GiB at the least.
  nova: {
    name: 'nova', parallel: 1, timeout: (gibibytes) => 800 * Math.max(2, gibibytes),
    limit: (gibibytes) => (seconds) => 0.05 + 0.045 * Math.min(10, Math.floor(seconds / (75 * Math.max(2, gibibytes)))),
  },
  // QemuMigrate.pm: downtime 100 ms, doubled after more than five polls in which the rest grew; auto-converge on.
  proxmox: {
    name: 'proxmox', parallel: 1, throttle: qemuThrottle, timeout: never,
    limit: () => (_seconds, round) => Math.min(2000, 0.1 * 2 ** Math.max(0, Math.floor((round - 6) / 6))),
    note: later('Proxmox doubles the downtime limit each time the rest has grown more than five times, and slows the guest down'),
  },
  // virt-config.go: 150 s per GiB, two a node, a downtime of 900 ms at most.
  kubevirt: { name: 'kubevirt', limit: () => 0.9, timeout: (gibibytes) => 150 * Math.max(1, gibibytes), parallel: 2, cluster: 5 },
  // vMotion slows the guest's page writes until it converges (SDPS), for a switch-over within a second; 4 at once on 1 GbE, 8 on 10 GbE.
  vsphere: { name: 'vsphere', limit: () => 0.5, throttle: { initial: 0.2, increment: 0.2, most: 0.99 }, timeout: never, parallel: 4, parallelOnFast: 8, note: later('vSphere slows the guest\'s writes until the migration converges') },
}

/** The settings of a file, its profile's defaults filled in. */
export interface Settings {
  readonly profile: Profile
  readonly mode: MigrationMode
  readonly limit: MemoryInput['downtimeLimit']
  /** Bytes per second. */
  readonly maxBandwidth: number | undefined
  readonly throttle: Throttle | undefined
  readonly adaptive: AdaptiveRate | undefined
  readonly headroom: number | undefined
}

export function settingsOf({ migration }: Infra, memory: number, options: MoveOptions = {}): Settings {
  const profile = profiles[options.profile ?? migration.profile?.value ?? 'qemu']
  const auto = options.autoConverge ?? migration.autoConverge?.value
  const cap = options.maxBandwidth ?? migration.maxBandwidth?.value
  return {
    profile,
    mode: options.mode ?? migration.mode?.value ?? 'pre-copy',
    limit: options.downtimeLimit ?? migration.downtimeLimit?.value ?? profile.limit(memory / 2 ** 30),
    maxBandwidth: cap !== undefined && cap > 0 ? cap : undefined,
    headroom: options.headroom,
    adaptive: options.adaptiveRate ? clark2005 : undefined,
    throttle: auto === false ? undefined : auto === true ? qemuThrottle : profile.throttle,
  }
}

/** How many moves a plan runs at once: what the file says, else what its orchestrator allows over so many bytes a second. */
export function concurrencyOf({ migration }: Infra, bandwidth: number | null, profile?: MigrationProfile): { readonly parallel: number; readonly cluster?: number } {
  const { parallel, parallelOnFast, cluster } = profiles[profile ?? migration.profile?.value ?? 'qemu']
  const said = profile ? undefined : migration.parallel?.value
  if (said !== undefined) return { parallel: Math.max(1, Math.floor(said)) }
  return { parallel: bandwidth !== null && bandwidth * 8 >= 10e9 ? parallelOnFast ?? parallel : parallel, ...(cluster !== undefined && { cluster }) }
}
