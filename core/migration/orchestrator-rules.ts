/** What each orchestrator itself refuses or warns of before it moves a running guest, as far as the file can tell. Sources: their own code and manuals. */
import { printBitRate, printTime } from '../address/quantity.ts'
import type { MigrationProfile } from '../infra/parts.ts'
import { block, warn, type Candidate, type Rule } from './candidate.ts'
import { isShared } from './load.ts'
import { pathBetween } from './path.ts'
import type { PreflightFinding } from './report.ts'
import { t } from '../words.ts'

const copied = ({ infra, guest, source, target }: Candidate): readonly (readonly [string, PreflightFinding['at']])[] =>
  guest.kind === 'vm' ? guest.disks.filter((disk) => !isShared(infra, disk, source.name, target.name)).map((disk) => [disk.on?.value ?? 'local', disk.at]) : []

/** VMware's documented limits for vMotion: 250 Mbit/s for each migration, 150 ms there and back; below 1 Gbit/s it warns. */
function vsphere(candidate: Candidate): readonly PreflightFinding[] {
  const { plane, source, target } = candidate
  const path = pathBetween(plane, source.name, target.name)
  const at = path.narrowest?.at ?? target.at
  const found: PreflightFinding[] = []
  if (path.bandwidth !== null && path.bandwidth * 8 < 250e6) found.push(block('migration-path', t`vSphere wants 250 Mbps for each migration, and ${printBitRate(path.bandwidth * 8)} are there`, at))
  else if (path.bandwidth !== null && path.bandwidth * 8 < 1e9) found.push(warn('migration-path', t`vSphere warns below 1 Gbps, and ${printBitRate(path.bandwidth * 8)} are there`, at))
  if (2 * path.latency > 0.15) found.push(block('migration-path', t`vSphere wants 150 ms there and back at most, and it is ${printTime(2 * path.latency)}`, at))
  return found
}

/** vm.go and vmispec/interface.go: volumes that every node can write, a pod network that is translated or a plugin that can move. */
function kubevirt(candidate: Candidate): readonly PreflightFinding[] {
  const { guest, infra } = candidate
  const bridged = [...guest.interfaces.values()].find(({ attach, network, type }) =>
    (attach !== undefined && !['macvtap', 'vf', 'passthrough'].includes(type.value)) || (network !== undefined && infra.networks.get(network.value)?.type.value === 'flat'))
  return [
    ...copied(candidate).map(([name, at]) => block('storage-shared', t`KubeVirt moves only guests whose volumes every node can write (ReadWriteMany): ${name} is not shared`, at)),
    ...(bridged ? [warn('network-present', t`KubeVirt moves a guest that is bridged (${guest.name}:${bridged.name}) only where that is allowed by annotation; it wants masquerade on the pod network`, (bridged.attach ?? bridged.network)?.at)] : []),
  ]
}

/** VirtualMachineAPI.cc: capacity is checked only where it is asked to enforce it. */
function opennebula(candidate: Candidate): readonly PreflightFinding[] {
  return copied(candidate).map(([name, at]) => warn('storage-shared', t`OpenNebula suspends the guest, copies its disk on ${name} and resumes it after an rsync of the snapshots: all of that is downtime`, at))
}

/** QemuMigrate.pm: the processors' models are not compared; local disks go along. Helpers.pm names what is bound to the host. */
function proxmox({ guest, source, target }: Candidate): readonly PreflightFinding[] {
  const needed = (guest.kind === 'vm' ? guest.cpuModel : undefined) ?? source.cpuModel
  return needed && target.cpuModel && needed.value !== target.cpuModel.value
    ? [warn('cpu-model', t`Proxmox does not compare ${needed.value} with ${target.cpuModel.value}: a guest with cpu type host may crash there`, target.cpuModel.at)] : []
}

/** driver.py: a disk that is local makes it a block migration, which volumes on shared storage beside it refuse without libvirt's help. */
function nova(candidate: Candidate): readonly PreflightFinding[] {
  const { guest } = candidate
  const local = copied(candidate)
  const [first] = local
  return first && guest.kind === 'vm' && local.length < guest.disks.length
    ? [warn('storage-shared', t`Nova moves ${first[0]} by block migration while others of ${guest.name}'s disks are shared: it must be told which to copy`, first[1])] : []
}

const byProfile: { readonly [profile in MigrationProfile]?: (candidate: Candidate) => readonly PreflightFinding[] } = { vsphere, kubevirt, opennebula, proxmox, nova }

/** Of a running guest only: what is shut down, every orchestrator moves alike. */
export const orchestrator: Rule = (candidate) => {
  const profile = candidate.profile ?? candidate.infra.migration.profile?.value ?? 'qemu'
  return candidate.live && candidate.guest.kind === 'vm' ? byProfile[profile]?.(candidate) ?? [] : []
}
