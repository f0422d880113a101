/** Pre-flight: whether the target has room, a processor, a hypervisor and neighbours that suit the guest. */
import { printSize } from '../address/quantity.ts'
import { block, pass, warn, type Rule } from './candidate.ts'
import { compareCpus } from './cpu.ts'
import { appetiteOf, noUsage, serversOf } from './placement.ts'
import type { PreflightFinding } from './report.ts'
import { t } from '../words.ts'

// format.md's defaults.
const cpuRatio = 4
const memoryRatio = 1
/** What one server holds in practice, the densest of the sources: 10 to 100 VMs, 100 to 1000 containers. */
const density = { vm: 100, container: 1000 } as const

const round = (value: number): string => String(Math.round(value * 100) / 100)

export const capacity: Rule = ({ infra, placement, guest, target }) => {
  const needs = appetiteOf(guest)
  const used = placement.usageOf.get(target.name) ?? noUsage
  const found: PreflightFinding[] = []
  const { cpus, memory } = target
  const where = guest.kind === 'vm' ? guest.memory?.at ?? guest.at : guest.limits?.memory?.at ?? guest.at
  if (memory) {
    const allowed = memory.value * (target.overcommit?.memory?.value ?? memoryRatio)
    if (needs.memory > memory.value) {
      const any = serversOf(infra).every((server) => needs.memory > (server.memory?.value ?? Infinity)) ? t(', and than any host of this file') : ''
      found.push(block('capacity', t`${guest.name} has ${printSize(needs.memory)} of memory, more than all of ${target.name} (${printSize(memory.value)})${any}`, where))
    } else if (used.memory + needs.memory > allowed) {
      found.push(block('capacity', t`${target.name} has ${printSize(Math.max(0, allowed - used.memory))} of ${printSize(allowed)} memory left, ${guest.name} needs ${printSize(needs.memory)}`, memory.at))
    }
  }
  if (cpus) {
    const ratio = target.overcommit?.cpus?.value ?? cpuRatio
    const allowed = cpus.value * ratio
    const whereCpus = guest.kind === 'vm' ? guest.vcpus?.at ?? guest.at : guest.limits?.cpus?.at ?? guest.at
    if (needs.vcpus > cpus.value) {
      found.push(block('capacity', t`${guest.name} has ${round(needs.vcpus)} vcpus, ${target.name} only ${round(cpus.value)} cpus`, whereCpus))
    } else if (used.vcpus + needs.vcpus > allowed) {
      found.push(block('capacity', t`${target.name} has ${round(Math.max(0, allowed - used.vcpus))} of ${round(allowed)} vcpus left (${round(cpus.value)} cpus × ${round(ratio)}), ${guest.name} needs ${round(needs.vcpus)}`, cpus.at))
    }
  }
  const count = (guest.kind === 'vm' ? used.vms : used.containers) + 1
  if (count > density[guest.kind]) found.push(warn('capacity', t`${guest.name} would be the ${count}th ${guest.kind} on ${target.name}`, target.at))
  if (found.length > 0) return found
  if (!memory && !cpus) return [pass('capacity', t`${target.name} states neither cpus nor memory, so its room is unknown`, target.at)]
  return [pass('capacity', t`${target.name} has room for ${guest.name}`, (memory ?? cpus)?.at)]
}

export const cpuModel: Rule = ({ guest, source, target, live }) => {
  const needed = (guest.kind === 'vm' ? guest.cpuModel : undefined) ?? source.cpuModel
  const has = target.cpuModel
  if (!needed || !has) return [pass('cpu-model', t`${needed ? target.name : source.name} states no cpu-model, so nothing speaks against it`, (needed ?? has)?.at)]
  const at = has.at
  switch (compareCpus(needed.value, has.value)) {
    case 'same': return [pass('cpu-model', t`${needed.value} on both`, at)]
    case 'newer': return [pass('cpu-model', t`${has.value} of ${target.name} is newer than ${needed.value}`, at)]
    case 'older':
      return [live
        ? block('cpu-model', t`${has.value} of ${target.name} is older than ${needed.value}, which ${guest.name} was started with`, at)
        : warn('cpu-model', t`${has.value} of ${target.name} is older than ${needed.value}; ${guest.name} starts anew there`, at)]
    case 'other':
      return [live
        ? block('cpu-model', t`${has.value} of ${target.name} is another make than ${needed.value}, which ${guest.name} was started with`, at)
        : warn('cpu-model', t`${has.value} of ${target.name} is another make than ${needed.value}; ${guest.name} starts anew there`, at)]
    case 'unknown': return [warn('cpu-model', t`whether ${has.value} of ${target.name} can do what ${needed.value} can is not known`, at)]
  }
}

/** QEMU is what KVM is driven with: one state format. */
const kindOf = (hypervisor: string): string => (hypervisor.toLowerCase() === 'qemu' ? 'kvm' : hypervisor.toLowerCase())

export const hypervisor: Rule = ({ guest, source, target }) => {
  const [here, there] = [source.hypervisor, target.hypervisor]
  if (!here || !there) return [pass('hypervisor', t`${here ? target.name : source.name} states no hypervisor, so nothing speaks against it`, (here ?? there)?.at)]
  if (kindOf(here.value) === kindOf(there.value)) return [pass('hypervisor', t`${there.value} on both`, there.at)]
  return [block('hypervisor', t`${guest.name} runs under ${here.value} on ${source.name}; ${target.name} has ${there.value}`, there.at)]
}

export const antiAffinity: Rule = ({ infra, placement, guest, target }) => {
  const found: PreflightFinding[] = []
  const avoided = new Map(guest.apartFrom.map((name) => [name.value, name.at]))
  for (const name of placement.guestsOf.get(target.name) ?? []) {
    if (name === guest.name) continue
    const other = infra.nodes.get(name)
    const theirs = other && (other.kind === 'vm' || other.kind === 'container') ? other.apartFrom.find(({ value }) => value === guest.name)?.at : undefined
    const at = avoided.get(name) ?? theirs
    if (at) found.push(block('anti-affinity', t`${guest.name} and ${name} are to stay apart, and ${name} runs on ${target.name}`, at))
  }
  return found.length > 0 ? found : [pass('anti-affinity', t`nothing on ${target.name} is to stay apart from ${guest.name}`)]
}
