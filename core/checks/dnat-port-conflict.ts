/** One outer port that leads to two places. */
import { printIp, sameIp, type Ip } from '../address/ip.ts'
import { printPortRange, type PortRange } from '../address/port.ts'
import type { Span } from '../text/span.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'dnat-port-conflict',
  title: 'Port is forwarded twice',
  severity: 'error',
  explanation: explain({
    what: 'Two rules forward the same address and port of a stack, or two containers publish the same port of their host.',
    why: 'The first rule wins and the second is never used; docker refuses to start the second container ("port is already allocated").',
    mend: 'Take another outer port for one of them.',
    wrong: 'web1: { host: s1, ports: ["8080:80"] }\nweb2: { host: s1, ports: ["8080:80"] }',
    right: 'web1: { host: s1, ports: ["8080:80"] }\nweb2: { host: s1, ports: ["8081:80"] }',
  }),
  run(context, report) {
    interface Taken { readonly ip: Ip | undefined; readonly ports: PortRange; readonly dev: string | undefined; readonly at: Span; readonly who: string; readonly subject: string; readonly published?: PortRange }
    const byHost = new Map<string, Taken[]>()
    const see = (host: string, one: Taken): void => {
      const list = byHost.get(host) ?? []
      byHost.set(host, list)
      const other = list.find((each) =>
        each.at !== one.at && each.ports.protocol === one.ports.protocol && each.ports.first <= one.ports.last && one.ports.first <= each.ports.last
        && (!each.ip || !one.ip || sameIp(each.ip, one.ip)) && (each.dev === undefined || one.dev === undefined || each.dev === one.dev))
      list.push(one)
      if (!other) return
      report({
        at: one.at, subject: one.subject, message: t`port ${printPortRange(one.ports)}${one.ip ? t` of ${printIp(one.ip)}` : ''} on ${host} is taken by ${other.who} and by ${one.who}`,
        related: [{ message: t`${other.who} has it first`, at: other.at }],
        fixes: one.published ? nextPort(one, list, one.published) : [],
      })
    }
    for (const node of stacksOf(context.written)) {
      for (const rule of node.nat) {
        if (rule.kind !== 'dnat' || !rule.ports) continue
        see(node.name, { ip: rule.ip?.value, ports: rule.ports.value, dev: rule.in?.value, at: rule.at, who: t`the rule to ${printIp(rule.to.value.ip)}`, subject: node.name })
      }
      if (node.kind !== 'container' || !node.host) continue
      for (const { host, hostIp, container, at } of node.ports) {
        if (host) see(node.host.value, { ip: hostIp, ports: host, dev: undefined, at, who: node.name, subject: node.name, published: container })
      }
    }
  },
}

/** The next port of the host that none of the others has. */
function nextPort(one: { readonly ip: Ip | undefined; readonly ports: PortRange; readonly at: Span }, taken: readonly { readonly ports: PortRange }[], container: PortRange): readonly Fix[] {
  if (one.ports.first !== one.ports.last || container.first !== container.last) return []
  let free = one.ports.first + 1
  while (taken.some(({ ports }) => ports.first <= free && free <= ports.last)) free++
  if (free > 65535) return []
  const value = `${one.ip ? `${printIp(one.ip)}:` : ''}${free}:${container.first}${container.protocol === 'tcp' ? '' : `/${container.protocol}`}`
  return [{ title: t`Publish port ${free}`, preferred: true, change: { kind: 'correct', at: one.at, value } }]
}
