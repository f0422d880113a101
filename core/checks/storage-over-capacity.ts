/** More disks on a storage than it holds. */
import { printSize } from '../address/quantity.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'storage-over-capacity',
  title: 'Disks exceed the storage',
  severity: 'error',
  explanation: explain({
    what: 'The sizes of the disks on a storage add up to more than its capacity.',
    why: 'With thin provisioning it works until the day it is full, and then all of them stop at once; else the last disk cannot be made.',
    mend: 'Move a disk to another storage, or enlarge this one.',
    wrong: 'storage: { nas: { capacity: 100GiB } }\nvms: { vm1: { disks: [{ size: 80GiB, on: nas }] }, vm2: { disks: [{ size: 80GiB, on: nas }] } }',
    right: 'storage: { nas: { capacity: 200GiB } }',
  }),
  run(context, report) {
    const disks = new Map<string, { vm: string; size: number; at: Span }[]>()
    for (const node of context.written.nodes.values()) {
      if (node.kind !== 'vm') continue
      for (const { size, on, at } of node.disks) {
        if (size && on) disks.set(on.value, [...(disks.get(on.value) ?? []), { vm: node.name, size: size.value, at }])
      }
    }
    for (const storage of context.written.storage.values()) {
      const list = disks.get(storage.name)
      if (!storage.capacity || !list) continue
      const sum = list.reduce((total, { size }) => total + size, 0)
      if (sum <= storage.capacity.value) continue
      report({
        at: storage.capacity.at, message: t`the ${list.length} disks on ${storage.name} add up to ${printSize(sum)}, it holds ${printSize(storage.capacity.value)}`,
        fixes: [{ title: t`Give ${storage.name} ${Math.ceil(sum / 2 ** 30)}GiB`, change: { kind: 'correct', at: storage.capacity.at, value: `${Math.ceil(sum / 2 ** 30)}GiB` } }],
        related: list.slice(0, 10).map(({ vm, size, at }) => ({ message: t`${vm} has ${printSize(size)}`, at })),
      })
    }
  },
}
