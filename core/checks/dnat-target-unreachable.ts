/** A port that is forwarded to nobody. */
import { contains, parsePrefix, printIp, type Ip } from '../address/ip.ts'
import { traceFlow } from '../forwarding/index.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, ownersOf, prefixesOf, stacksOf } from './shared/model.ts'
import { nearestName } from './shared/names.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'dnat-target-unreachable',
  title: 'Forwarded to nobody',
  severity: 'error',
  explanation: explain({
    what: 'A rule forwards a port to an address that nobody has, or that the translating stack cannot reach.',
    why: 'The outer port answers with silence.',
    mend: 'Correct the target\'s address.',
    wrong: 'nat: [{ dnat: 198.51.100.10:443/tcp, to: 10.0.0.99:443 }]   # nobody has .99',
    right: 'nat: [{ dnat: 198.51.100.10:443/tcp, to: 10.0.0.11:443 }]',
  }),
  run(context, report) {
    const owners = ownersOf(context)
    const opaque = [...context.infra.nodes.values()].some((node) => node.opaque)
    for (const node of stacksOf(context.written)) {
      for (const rule of node.nat) {
        if (rule.kind !== 'dnat') continue
        const { ip, port } = rule.to.value
        const owner = owners.get(keyOf(ip))?.[0]
        if (!owner) {
          const home = [...node.interfaces.values()].find((one) => prefixesOf(one).some(({ prefix }) => contains(prefix, ip)))
          // Off the node's own links a public target may be outside the file; a private one that no route leads to is nobody's.
          if (opaque) continue
          if (!home) {
            if (isPrivate(ip) && ![...context.infra.nodes.values()].some((other) => other.kind === 'external' && other.answers?.some(({ value }) => contains(value, ip)))) {
              const all = [...context.infra.nodes.values()].filter((other) => other.name !== node.name && other.kind !== 'external').flatMap((other) => [...other.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => printIp(value.ip))))
              const best = nearestName(printIp(ip), all)
              report({
                at: rule.to.at, subject: node.name, message: t`${node.name} forwards to ${printIp(ip)}, which nobody in this file has`,
                fixes: best === undefined ? [] : [{ title: t`Forward to ${best}`, change: { kind: 'correct', at: rule.to.at, value: port === undefined ? best : best.includes(':') ? `[${best}]:${port}` : `${best}:${port}` } }],
              })
            }
            continue
          }
          const near = (segmentsByDevice(context).get(`${node.name}:${home.name}`) ?? []).flatMap((view) => view.devices)
            .filter((device) => device.node.name !== node.name).flatMap((device) => device.interface.addresses.map(({ value }) => printIp(value.ip)))
          if (near.length === 0) continue
          const best = nearestName(printIp(ip), near)
          const spell = (text: string): string => (port === undefined ? text : text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`)
          report({
            at: rule.to.at, subject: node.name, message: t`${node.name} forwards to ${printIp(ip)}, which nobody on ${home.name} has`,
            fixes: best === undefined ? [] : [{ title: t`Forward to ${best}`, preferred: true, change: { kind: 'correct', at: rule.to.at, value: spell(best) } }],
          })
          continue
        }
        if (owner.node.name === node.name) continue
        const proto = rule.ports?.value.protocol === 'udp' ? 'udp' : rule.ports ? 'tcp' : 'icmp'
        const trace = traceFlow(context.plane, { from: node.name, to: ip, toNode: owner.node.name, proto, size: 60, df: false, ...(port !== undefined && { port }) })
        if (trace.verdict !== 'dropped' || trace.reason === 'no-return') continue
        // Some filters let others in than the translating node; security groups that name no such port let nobody in.
        if (trace.reason === 'filtered') {
          const closed = rule.ports && isGuest(owner.node) && closedTo(context, owner.node, proto, port ?? rule.ports.value.first)
          if (closed) {
            report({
              at: rule.to.at, subject: node.name, message: t`${node.name} forwards to ${printIp(ip)} of ${owner.node.name}, whose security groups let nobody in by ${port ?? rule.ports?.value.first}/${proto}`,
              related: owner.node.securityGroups.map((group) => ({ message: t`${owner.node.name} is in ${group.value}`, at: group.at })),
              counterexample: { from: node.name, to: printIp(ip), proto, ...(port !== undefined && { port }) },
            })
          }
          continue
        }
        report({
          at: rule.to.at, subject: node.name, message: t`${node.name} forwards to ${printIp(ip)} of ${owner.node.name} and cannot reach it: ${trace.reason ?? t('dropped')} at ${trace.hops.at(-1)?.node ?? node.name}`,
          related: [{ message: t`${owner.node.name}:${owner.interface.name} has it`, at: owner.interface.at }],
          counterexample: { from: node.name, to: printIp(ip), proto, ...(port !== undefined && { port }) },
        })
      }
    }
  },
}

/** No ingress rule of any of the guest's groups names the port, whoever asks. */
function closedTo({ infra }: CheckContext, guest: GuestNode, proto: string, port: number): boolean {
  const groups = guest.securityGroups.flatMap(({ value }) => infra.securityGroups.get(value) ?? [])
  return groups.length > 0 && groups.length === guest.securityGroups.length && groups.every(({ ingress }) => ingress.every((rule) =>
    rule.ports.length > 0 ? !rule.ports.some(({ value }) => value.protocol === proto && value.first <= port && port <= value.last)
      : rule.proto !== undefined && rule.proto.value !== proto && rule.proto.value !== 'any' && rule.proto.value !== 'all'))
}

const own = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].flatMap((text) => parsePrefix(text) ?? [])
/** RFC 1918 and RFC 4193. */
const isPrivate = (ip: Ip): boolean => own.some((prefix) => contains(prefix, ip))
