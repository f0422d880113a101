/** Two devices of one stack that Linux tells apart by nothing. */
import { printIp } from '../address/ip.ts'
import { isTunnelType } from '../infra/interface.ts'
import { factsOf, tunnelSpecs } from '../tunnels/index.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf, type Device } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'device-duplicate',
  title: 'The same device twice',
  severity: 'error',
  explanation: explain({
    what: 'Two devices of one stack are the same VLAN of one parent, the same VNI on the same UDP port, or a tunnel between the same two addresses with the same key.',
    why: 'Linux makes the first and refuses the second (vlan_check_real_dev, vxlan_config_validate, geneve_configure, ip_tunnel_newlink: -EEXIST or -EBUSY), since a packet that comes in could be meant for either.',
    mend: 'Give one of them another number, or take it away and put its addresses on the other.',
    wrong: 'v1: { type: vlan, link: eth0, id: 5 }\nv2: { type: vlan, link: eth0, id: 5 }',
    right: 'v1: { type: vlan, link: eth0, id: 5 }\nv2: { type: vlan, link: eth0, id: 6 }',
  }),
  run(context, report) {
    const known = new Map<string, Device>()
    for (const device of devicesOf(context.written)) {
      const { name, id, tunnel, at } = device.interface
      const what = identityOf(device)
      if (what === undefined) continue
      const key = `${device.node.name} ${what.key}`
      const first = known.get(key)
      if (!first) known.set(key, device)
      else {
        report({
          at: (id ?? tunnel?.remotes[0])?.at ?? at, subject: labelOf(device),
          message: t`${labelOf(device)} is ${what.words}, and so is ${first.interface.name}: Linux makes the first of them only`,
          related: [{ message: first.interface.name, at: first.interface.at }],
          fixes: [{ title: t`Take ${name} away`, change: { kind: 'remove', at } }],
        })
      }
    }
  },
}

/** What Linux knows such a device by; undefined for kinds of which there may be any number. */
function identityOf({ interface: one }: Device): { readonly key: string; readonly words: string } | undefined {
  const type = one.type.value
  if (type === 'vlan') {
    if (!one.link || !one.id) return undefined
    return { key: `vlan ${one.link.value} ${one.protocol?.value ?? '802.1q'} ${one.id.value}`, words: t`VLAN ${one.id.value} of ${one.link.value}` }
  }
  if (!isTunnelType(type) || !one.tunnel) return undefined
  const facts = factsOf(one)
  const port = facts.port?.value ?? tunnelSpecs[type].port
  const remotes = one.tunnel.remotes.map(({ value }) => printIp(value))
  const six = [...one.tunnel.remotes.map(({ value }) => value), ...(facts.local ? [facts.local.value] : [])].some(({ family }) => family === 6)
  switch (type) {
    case 'vxlan': return facts.id && { key: `vxlan ${facts.id.value} ${port} ${six}`, words: t`VNI ${facts.id.value} on port ${port ?? ''}` }
    case 'geneve': return facts.id && { key: `geneve ${facts.id.value} ${port} ${remotes.join(' ')}`, words: t`VNI ${facts.id.value} to ${remotes.join(', ')}` }
    case 'gre': case 'gretap': case 'nvgre': case 'ipip': case 'sit': {
      const [remote] = remotes
      if (remote === undefined) return undefined
      const kind = type === 'nvgre' ? 'gretap' : type
      return {
        key: `${kind} ${facts.local ? printIp(facts.local.value) : 'any'} ${remote} ${facts.id?.value ?? '-'} ${one.link?.value ?? '-'}`,
        words: facts.id ? t`${kind} to ${remote} with key ${facts.id.value}` : t`${kind} to ${remote}`,
      }
    }
    default: return undefined
  }
}
