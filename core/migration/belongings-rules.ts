/** Pre-flight: what a guest holds on to: disks, devices of its host, security groups, published ports. */
import { isIpOf } from './segments.ts'
import { block, pass, warn, type Rule } from './candidate.ts'
import { isShared } from './load.ts'
import type { PreflightFinding } from './report.ts'
import { printSize } from '../address/quantity.ts'
import { t } from '../words.ts'

export const storage: Rule = ({ infra, guest, source, target, live }) => {
  const code = 'storage-shared'
  if (guest.kind === 'container') return [pass(code, t`${guest.name} has no disks of its own; its image must be on ${target.name} too`)]
  if (guest.disks.length === 0) return [pass(code, t`${guest.name} has no disks`)]
  const first = (disk: string): string => (live ? t`${disk} is mirrored to ${target.name} first` : t`${disk} is copied to ${target.name} first`)
  return guest.disks.map((disk): PreflightFinding => {
    const at = disk.on?.at ?? disk.at
    const which = disk.size ? t`a ${printSize(disk.size.value)} disk` : t('a disk')
    const name = disk.on?.value
    if (name === undefined || name === 'local') {
      return warn(code, first(name === undefined ? t`${which} that says not where it is, so counts as local,` : t`${which} local to ${source.name}`), at)
    }
    const known = infra.storage.get(name)
    if (!known) return warn(code, t`storage ${name} is not defined, so whether ${target.name} reaches it is unknown`, at)
    if (isShared(infra, disk, source.name, target.name)) {
      return pass(code, known.servers.length > 0 ? t`${source.name} and ${target.name} both reach ${name}` : t`${name} is shared and names no servers: all reach it`, at)
    }
    const reaches = (host: string): boolean => known.servers.length === 0 || known.servers.some(({ value }) => value === host)
    if (known.type?.value === 'local' && reaches(target.name)) return warn(code, first(t`${which} on ${name}, local to each host,`), at)
    const elsewhere = [...infra.storage.values()].find((one) => one !== known && one.servers.some(({ value }) => value === target.name))
    if (known.type?.value === 'local' && elsewhere) return warn(code, live ? t`${which} on ${name}, which ${target.name} does not reach, is mirrored to ${elsewhere.name} first` : t`${which} on ${name}, which ${target.name} does not reach, is copied to ${elsewhere.name} first`, at)
    const list = known.servers.map(({ value }) => value).join(', ')
    return block(code, reaches(source.name) ? t`${target.name} does not reach storage ${name} (it serves ${list}): move the disk to a storage that both reach first` : t`not even ${source.name} reaches storage ${name} (it serves ${list}): move the disk to a storage that both reach first`, at)
  })
}

export const passthrough: Rule = ({ guest, source, target, live }) => {
  const code = 'passthrough'
  const found: PreflightFinding[] = []
  for (const { passthrough: device } of guest.kind === 'vm' ? guest.devices : []) {
    found.push(live
      ? block(code, t`${guest.name} has ${device.value} of ${source.name} passed through: its state is in hardware that does not move`, device.at)
      : warn(code, t`${guest.name} has ${device.value} of ${source.name} passed through; ${target.name} must have one like it`, device.at))
  }
  for (const { name, type, attach } of guest.interfaces.values()) {
    const at = type.at
    const from = attach ? t`${source.name}'s ${attach.value}` : source.name
    if (type.value === 'passthrough' || type.value === 'vf') {
      found.push(live
        ? block(code, type.value === 'vf' ? t`${guest.name}:${name} is a virtual function of ${from}: its state does not move` : t`${guest.name}:${name} is a device of ${from}: its state does not move`, at)
        : warn(code, type.value === 'vf' ? t`${guest.name}:${name} is a virtual function of ${source.name}; ${target.name} must have one to give` : t`${guest.name}:${name} is a device of ${source.name}; ${target.name} must have one to give`, at))
    }
  }
  return found.length > 0 ? found : [pass(code, t`${guest.name} holds no device of ${source.name}`)]
}

export const securityGroups: Rule = ({ infra, guest, source, target, live }) => {
  const code = 'security-groups'
  if (guest.securityGroups.length === 0) return [pass(code, t`${guest.name} is in no security group`)]
  const missing = guest.securityGroups.filter(({ value }) => !infra.securityGroups.has(value))
  if (missing.length > 0) return missing.map(({ value, at }) => warn(code, t`security group ${value} is not defined, so what ${target.name} should enforce is unknown`, at))
  const at = guest.securityGroups[0]?.at
  const names = guest.securityGroups.map(({ value }) => value).join(', ')
  return [pass(code, t`${names} must be enforced on ${target.name}${live ? t`; the states of open connections stay on ${source.name} unless they are carried along` : ''}`, at)]
}

/** Ports of the source host that lead to the guest do not move with it. */
export const publishedPorts: Rule = ({ guest, source, target }) => {
  const code = 'published-ports'
  const found: PreflightFinding[] = []
  for (const rule of source.nat) {
    if (rule.kind === 'dnat' && isIpOf(guest, rule.to.value.ip)) {
      found.push(warn(code, t`${source.name} forwards ${rule.ports ? t`port ${rule.ports.value.first}` : t('its address')} to ${guest.name}; that stays behind`, rule.at))
    }
  }
  if (guest.kind === 'container') {
    for (const port of guest.ports) {
      found.push(warn(code, t`port ${port.host ? port.host.first : t('of docker\'s choice')} is published on ${source.name}; from then on it is on ${target.name}, under its address`, port.at))
    }
  }
  return found.length > 0 ? found : [pass(code, t`no port of ${source.name} leads to ${guest.name}`)]
}
