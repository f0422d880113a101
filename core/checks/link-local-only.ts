/** A guest with nothing but link-local addresses. */
import { isLinkLocal, printIp } from '../address/ip.ts'
import { isGuest } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext, Finding } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { prefixesOf } from './shared/model.ts'
import { oncePerNode } from './shared/once.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'link-local-only',
  title: 'Only link-local addresses',
  severity: 'warning',
  explanation: explain({
    what: 'All addresses that a guest was given are link-local (169.254.0.0/16 or fe80::/10).',
    why: 'Link-local addresses are never forwarded (RFC 3927, RFC 4291): the guest reaches its own segment at most. It is what remains when DHCP fails.',
    mend: 'Give it an address of its network.',
    wrong: 'eth0: { attach: br0, address: 169.254.7.1/16 }',
    right: 'eth0: { attach: br0, address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    for (const node of context.written.nodes.values()) {
      for (const finding of findingsOf(node)) report({ ...finding, fixes: freeOnSegment(context, finding) })
    }
  },
}

const findingsOf = oncePerNode((node): readonly Finding[] => {
  if (!isGuest(node)) return []
  const interfaces = [...node.interfaces.values()]
  const addresses = interfaces.flatMap((one) => one.addresses.map((address) => ({ one, ...address })))
  const [first] = addresses
  if (!first || interfaces.some((one) => one.dhcp?.value) || !addresses.every(({ value }) => isLinkLocal(value.ip))) return []
  return [{ at: first.at, subject: `${node.name}:${first.one.name}`, message: t`${node.name} has only link-local addresses (${printIp(first.value.ip)}), which nobody forwards` }]
})

/** The next free address of a subnet that others on the segment have. */
function freeOnSegment(context: CheckContext, { at, subject = '' }: Finding): readonly Fix[] {
  for (const view of segmentsByDevice(context).get(subject) ?? []) {
    for (const other of view.devices) {
      const subnet = prefixesOf(other.interface).find(({ ip, prefix }) => !isLinkLocal(ip) && prefix.length < (ip.family === 4 ? 31 : 127))
      const free = subnet && freeAddress(context, subnet.prefix, subnet.prefix.ip)
      if (subnet && free) return [{ title: t`Use ${spelled(free, subnet.prefix.length)}`, preferred: true, change: { kind: 'correct', at, value: spelled(free, subnet.prefix.length) } }]
    }
  }
  return []
}
