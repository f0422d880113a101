/** Replicas that fall together. */
import { isGuest } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'replicas-share-host',
  title: 'Replicas share a host',
  severity: 'warning',
  explanation: explain({
    what: 'All backends of a service run on one host, or two guests that must be apart share theirs.',
    why: 'One failing host takes them all; the redundancy is only on paper.',
    mend: 'Move one of them to another host.',
    wrong: 'web1: { host: s1, apart-from: [web2] }\nweb2: { host: s1 }',
    right: 'web1: { host: s1, apart-from: [web2] }\nweb2: { host: s2 }',
  }),
  run(context, report) {
    const hostOf = (name: string): { readonly value: string; readonly at: Span } | undefined => {
      const node = context.written.nodes.get(name)
      return node && isGuest(node) ? node.host : undefined
    }
    const told = new Set<string>()
    for (const node of context.written.nodes.values()) {
      if (!isGuest(node) || !node.host) continue
      for (const other of node.apartFrom) {
        const theirs = hostOf(other.value)
        const key = [node.name, other.value].sort().join(' ')
        if (theirs?.value !== node.host.value || other.value === node.name || told.has(key)) continue
        told.add(key)
        report({ at: node.host.at, subject: node.name, message: t`${node.name} is to be apart from ${other.value}, and both run on ${node.host.value}`, related: [{ message: t`${other.value} runs there`, at: theirs.at }, { message: t('to be apart'), at: other.at }] })
      }
    }
    for (const service of context.written.services.values()) {
      const names = [...new Set(service.backends.map((backend) => backend.node))]
      const [first, ...rest] = names.map((name) => ({ name, host: hostOf(name) }))
      if (!first?.host || rest.length === 0 || rest.some(({ host }) => host?.value !== first.host?.value)) continue
      const last = rest.at(-1)
      if (!last?.host || told.has([first.name, last.name].sort().join(' '))) continue
      report({ at: last.host.at, subject: last.name, message: t`all ${names.length} backends of service ${service.name} run on ${first.host.value}`, related: [{ message: t`${first.name} runs there`, at: first.host.at }] })
    }
  },
}
