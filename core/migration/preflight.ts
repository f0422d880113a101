/** The pre-flight of a migration: every rule, and the catalogue's code of each. */
import { printBitRate } from '../address/quantity.ts'
import { capacity, antiAffinity, cpuModel, hypervisor } from './room-rules.ts'
import { passthrough, publishedPorts, securityGroups, storage } from './belongings-rules.ts'
import { addressStays, deviceMtu, duplicateAddress, gatewayReachable, networkPresent } from './network-rules.ts'
import { block, pass, warn, type Rule } from './candidate.ts'
import { orchestrator } from './orchestrator-rules.ts'
import { pathBetween } from './path.ts'
import type { PreflightFinding } from './report.ts'
import { t } from '../words.ts'

/** The way the memory would go. A cold move with shared disks needs none. */
const migrationPath: Rule = ({ infra, plane, source, target, live }) => {
  const code = 'migration-path'
  const path = pathBetween(plane, source.name, target.name)
  const at = infra.migration.network?.at ?? target.at
  if (path.verdict === 'delivered') {
    return [path.bandwidth === null
      ? pass(code, t`${source.name} reaches ${target.name}; no link or device on the way states a bandwidth, so times are unknown`, at)
      : pass(code, t`${source.name} reaches ${target.name} at ${printBitRate(path.bandwidth * 8)}`, path.narrowest?.at ?? at)]
  }
  const because = path.because ?? t`${source.name} does not reach ${target.name}`
  return [path.verdict === 'unknown' || !live ? warn(code, because, at) : block(code, because, at)]
}

/** Those that cost next to nothing, so that a thousand hosts can be ranked. */
const cheapRules: readonly Rule[] = [capacity, cpuModel, hypervisor, antiAffinity, storage, passthrough]
const networkRules: readonly Rule[] = [networkPresent, addressStays, gatewayReachable, duplicateAddress, deviceMtu, securityGroups, publishedPorts, migrationPath, orchestrator]

/** Whether the rules that look at no network already forbid it. */
export const blockedEarly = (candidate: Parameters<Rule>[0]): boolean =>
  cheapRules.some((rule) => rule(candidate).some(({ status }) => status === 'block'))

/** All findings at once, in a fixed order. */
export const preflight: Rule = (candidate) => [...cheapRules, ...networkRules].flatMap((rule) => rule(candidate))

export const isFeasible = (findings: readonly PreflightFinding[]): boolean => !findings.some(({ status }) => status === 'block')

/** The catalogue's code (checks.md, Migration) for each code of a pre-flight finding. */
export const catalogueCodes: Readonly<Record<string, string>> = {
  'capacity': 'migration-no-capacity', 'anti-affinity': 'migration-no-capacity', 'cpu-model': 'migration-cpu-model', 'hypervisor': 'migration-hypervisor',
  'storage-shared': 'migration-storage-unreachable', 'passthrough': 'migration-passthrough', 'network-present': 'migration-network-missing',
  'address-stays': 'migration-address-moves', 'gateway-reachable': 'migration-address-moves', 'duplicate-address': 'migration-address-moves',
  'path-mtu': 'migration-mtu-drops', 'security-groups': 'migration-peers-lost', 'published-ports': 'migration-peers-lost', 'peers-lost': 'migration-peers-lost',
  'migration-path': 'migration-no-path', 'not-converging': 'migration-not-converging', 'downtime-exceeded': 'migration-downtime-exceeded',
}
