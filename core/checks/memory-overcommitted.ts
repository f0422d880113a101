/** More memory promised to guests than a server has, or a guest larger than its host. */
import { printSize } from '../address/quantity.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { t } from '../words.ts'

const defaultRatio = 1

export const check: Check = {
  code: 'memory-overcommitted',
  title: 'More memory than the host has',
  severity: 'warning',
  explanation: explain({
    what: 'The guests of a server ask for more memory than it has, times its overcommit ratio (1 unless `overcommit: { memory: … }` says otherwise). A single guest larger than the whole host is an error.',
    why: 'Without ballooning or swap the last guest does not start; with them all become slow at once.',
    mend: 'Move a guest to another host, give it less memory, or state a higher ratio if ballooning is meant.',
    wrong: 'servers: { s1: { memory: 16GiB } }\nvms: { vm1: { host: s1, memory: 12GiB }, vm2: { host: s1, memory: 12GiB } }',
    right: 'servers: { s1: { memory: 32GiB } }\nvms: { vm1: { host: s1, memory: 12GiB }, vm2: { host: s1, memory: 12GiB } }',
  }),
  run(context, report) {
    const guests = new Map<string, { guest: GuestNode; bytes: number; at: GuestNode['at'] }[]>()
    for (const node of context.infra.nodes.values()) {
      if (!isGuest(node) || !node.host) continue
      const asked = node.kind === 'vm' ? node.memory : node.limits?.memory
      if (!asked) continue
      const entry = { guest: node, bytes: asked.value, at: asked.at }
      const list = guests.get(node.host.value)
      if (list) list.push(entry)
      else guests.set(node.host.value, [entry])
    }
    for (const [name, list] of guests) {
      const server = context.infra.nodes.get(name)
      if (server?.kind !== 'server' || !server.memory) continue
      const bytes = server.memory.value
      const place = { message: t`${name} has ${printSize(bytes)}`, at: server.memory.at }
      const large = list.filter((entry) => entry.bytes > bytes)
      for (const { guest, bytes: asked, at } of large) {
        report({
          at, subject: guest.name, severity: 'error',
          message: t`${guest.name} asks for ${printSize(asked)} of memory, its host ${name} has ${printSize(bytes)}`,
          related: [place],
        })
      }
      const ratio = server.overcommit?.memory?.value ?? defaultRatio
      const sum = list.reduce((total, entry) => total + entry.bytes, 0)
      // One that is too large by itself has its own finding; the others are counted without it.
      const rest = sum - large.reduce((total, entry) => total + entry.bytes, 0)
      if (rest <= bytes * ratio) continue
      const needed = Math.ceil((sum / bytes) * 10) / 10
      report({
        at: server.memory.at, subject: name,
        message: t`the ${list.length} guests of ${name} ask for ${printSize(sum)} of memory; it has ${printSize(bytes)}${ratio === 1 ? '' : t`, times ${ratio} is ${printSize(bytes * ratio)}`} (${listed(list.map(({ guest }) => guest.name))})`,
        related: list.slice(0, 10).map(({ guest, bytes: asked, at }) => ({ message: t`${guest.name} asks for ${printSize(asked)}`, at })),
        fixes: context.written.nodes.has(name)
          ? [{ title: t`Allow a ratio of ${needed} on ${name}`, change: { kind: 'set', part: { kind: 'node', node: name }, key: ['overcommit', 'memory'], value: needed } }]
          : [],
      })
    }
  },
}
