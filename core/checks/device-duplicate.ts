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
    why: 'Linux makes the first and refuses the second (vlan_check_real_dev, vxlan_config_validate, geneve_configure, ip_tunnel_newlink: -EEXIST or -EBUSY), since a packet that comes in could be meant for either. As ports of Open vSwitch tunnels are told apart by both of their ends, so that a port for each peer is as it should be there.',
    mend: 'Give one of them another number, or take it away and put its addresses on the other.',
    wrong: 'v1: { type: vlan, link: eth0, id: 5 }\nv2: { type: vlan, link: eth0, id: 5 }',
    right: 'v1: { type: vlan, link: eth0, id: 5 }\nv2: { type: vlan, link: eth0, id: 6 }',
  }),
  run(context, report) {
    const known = new Map<string, Device>()
    for (const device of devicesOf(context.written)) {
      const { name, id, tunnel, at } = device.interface
      const what = portIdentityOf(device) ?? identityOf(device)
      if (what === undefined) continue
      const key = `${device.node.name} ${what.key}`
      const first = known.get(key)
      if (!first) known.set(key, device)
      else {
        report({
          at: (id ?? tunnel?.remotes[0])?.at ?? at, subject: labelOf(device),
          message: what.byOvs
            ? t`${labelOf(device)} is ${what.words}, and so is ${first.interface.name}: Open vSwitch makes the first of them only`
            : t`${labelOf(device)} is ${what.words}, and so is ${first.interface.name}: Linux makes the first of them only`,
          related: [{ message: first.interface.name, at: first.interface.at }],
          fixes: [{ title: t`Take ${name} away`, change: { kind: 'remove', at } }],
        })
      }
    }
  },
}

interface Identity {
  readonly key: string
  readonly words: string
  readonly byOvs?: true
}

/** A port of Open vSwitch is told apart by both ends, whatever its kind (tnl_port_add__: "attempting to add tunnel port … with same config"). */
function portIdentityOf({ node, interface: one }: Device): Identity | undefined {
  const type = one.type.value
  if (!isTunnelType(type) || !one.tunnel || !one.master || node.interfaces.get(one.master.value)?.type.value !== 'ovs') return undefined
  const facts = factsOf(one)
  const kind = type === 'nvgre' ? 'gretap' : type
  const remotes = facts.remotes.map(({ value }) => printIp(value)).join(', ')
  const port = facts.port?.value ?? tunnelSpecs[type].port
  return {
    key: `ovs ${kind} ${facts.local ? printIp(facts.local.value) : 'any'} ${remotes} ${facts.id?.value ?? '-'} ${port ?? '-'}`,
    words: facts.id ? t`${kind} to ${remotes} with key ${facts.id.value}` : t`${kind} to ${remotes}`,
    byOvs: true,
  }
}

/** What Linux knows such a device by; undefined for kinds of which there may be any number. */
function identityOf({ interface: one }: Device): Identity | undefined {
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
