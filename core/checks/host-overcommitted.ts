/** More virtual CPUs on a server than its ratio allows, or a guest larger than its host. */
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { t } from '../words.ts'

const defaultRatio = 4

export const check: Check = {
  code: 'host-overcommitted',
  title: 'More virtual CPUs than the host bears',
  severity: 'warning',
  explanation: explain({
    what: 'The guests of a server ask for more virtual CPUs than its CPUs times its overcommit ratio (4 unless `overcommit: { cpus: … }` says otherwise). A single guest with more than the whole host is an error.',
    why: 'Guests wait for each other\'s turns; a guest with more virtual CPUs than there are real ones waits for itself.',
    mend: 'Move a guest to another host, give it fewer `vcpus`, or state a higher ratio if that is meant.',
    wrong: 'servers: { s1: { cpus: 4 } }\nvms: { vm1: { host: s1, vcpus: 64 } }',
    right: 'servers: { s1: { cpus: 4 } }\nvms: { vm1: { host: s1, vcpus: 4 } }',
  }),
  run(context, report) {
    const guests = new Map<string, { guest: GuestNode; cpus: number; at: GuestNode['at'] }[]>()
    for (const node of context.infra.nodes.values()) {
      if (!isGuest(node) || !node.host) continue
      const asked = node.kind === 'vm' ? node.vcpus : node.limits?.cpus
      if (!asked) continue
      const entry = { guest: node, cpus: asked.value, at: asked.at }
      const list = guests.get(node.host.value)
      if (list) list.push(entry)
      else guests.set(node.host.value, [entry])
    }
    for (const [name, list] of guests) {
      const server = context.infra.nodes.get(name)
      if (server?.kind !== 'server' || !server.cpus) continue
      const cpus = server.cpus.value
      const place = { message: t`${name} has ${cpus} CPUs`, at: server.cpus.at }
      const large = list.filter((entry) => entry.cpus > cpus)
      for (const { guest, cpus: asked, at } of large) {
        report({
          at, subject: guest.name, severity: 'error',
          message: t`${guest.name} asks for ${asked} CPUs, its host ${name} has ${cpus}`,
          related: [place],
          fixes: context.written.nodes.has(guest.name) ? [{ title: t`Give ${guest.name} ${cpus} CPUs`, preferred: true, change: { kind: 'correct', at, value: cpus } }] : [],
        })
      }
      const ratio = server.overcommit?.cpus?.value ?? defaultRatio
      const sum = list.reduce((total, entry) => total + entry.cpus, 0)
      // What one guest alone causes is said at that guest.
      const rest = sum - large.reduce((total, entry) => total + entry.cpus - cpus, 0)
      if (rest <= cpus * ratio) continue
      report({
        at: server.cpus.at, subject: name,
        message: t`the ${list.length} guests of ${name} ask for ${sum} CPUs; it has ${cpus}, times ${ratio} is ${cpus * ratio} (${listed(list.map(({ guest }) => guest.name))})`,
        related: list.slice(0, 10).map(({ guest, cpus: asked, at }) => ({ message: t`${guest.name} asks for ${asked}`, at })),
        fixes: context.written.nodes.has(name)
          ? [{ title: t`Allow a ratio of ${Math.ceil(sum / cpus)} on ${name}`, change: { kind: 'set', part: { kind: 'node', node: name }, key: ['overcommit', 'cpus'], value: Math.ceil(sum / cpus) } }]
          : [],
      })
    }
  },
}
