/** A name under the pointer: what it names, in a few lines. */
import { printIp, printPrefix } from '../address/ip.ts'
import { printSize } from '../address/quantity.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { HoverContext } from './hover.ts'
import type { Mention } from '../infra/mentions.ts'
import { t } from '../words.ts'

export function aboutName(context: HoverContext, { kind, name, symbol }: Mention): string | undefined {
  const { written, realised: { infra } } = context
  switch (kind) {
    case 'node': {
      const node = infra.nodes.get(name)
      return node && aboutNode(context, node)
    }
    case 'interface': {
      const [node = '', device = ''] = symbol.slice('interface '.length).split(':')
      const one = infra.nodes.get(node)?.interfaces.get(device)
      if (!one) return undefined
      const addresses = one.addresses.map(({ value }) => `${printIp(value.ip)}/${value.length ?? '?'}`)
      return `\`${node}:${device}\`, ${one.type.value}${one.mtu ? t`, MTU ${one.mtu.value}` : ''}${addresses.length > 0 ? `\n\n- ${addresses.join(', ')}` : ''}`
    }
    case 'network': {
      const network = written.networks.get(name)
      if (!network) return undefined
      const members = [...written.nodes.values()].filter((node) => [...node.interfaces.values()].some((one) => one.network?.value === name))
      const subnets = network.subnets.map(({ value }) => printPrefix(value))
      return [`${t`**network ${name}**`}, ${network.type.value}${network.id ? ` ${network.id.value}` : ''}`, '',
        ...(subnets.length > 0 ? [`- ${subnets.join(', ')}`] : []), ...(network.tenant ? [t`- tenant ${network.tenant.value}`] : []),
        t`- ${members.length} members${members.length > 0 ? `: ${members.slice(0, 8).map((node) => node.name).join(', ')}${members.length > 8 ? ', …' : ''}` : ''}`].join('\n')
    }
    case 'tenant': {
      const guests = [...infra.nodes.values()].filter((node) => isGuest(node) && node.tenant?.value === name)
      return t`**tenant ${name}**\n\n- ${guests.length} guests${guests.length > 0 ? `: ${guests.slice(0, 8).map((node) => node.name).join(', ')}${guests.length > 8 ? ', …' : ''}` : ''}`
    }
    case 'storage': {
      const storage = written.storage.get(name)
      return storage && t`**storage ${name}**, ${storage.type?.value ?? 'local'}${storage.capacity ? `, ${printSize(storage.capacity.value)}` : ''}\n\n- servers: ${storage.servers.map(({ value }) => value).join(', ') || t('none')}`
    }
    default: return undefined
  }
}

function aboutNode({ realised: { infra } }: HoverContext, node: Node): string {
  const lines = [`**${node.kind} ${node.name}**`, '']
  if (isGuest(node)) lines.push(t`- on ${node.host?.value ?? t('no host')}${node.tenant ? t`, tenant ${node.tenant.value}` : ''}`)
  if (node.kind === 'vm') lines.push(t`- ${node.vcpus?.value ?? 1} vCPUs${node.memory ? `, ${printSize(node.memory.value)}` : ''}`)
  if (node.kind === 'server') {
    const guests = [...infra.nodes.values()].filter((one) => isGuest(one) && one.host?.value === node.name)
    lines.push(`- ${[node.cpus ? t`${node.cpus.value} CPUs` : undefined, node.memory ? printSize(node.memory.value) : undefined, node.hypervisor?.value, t`${guests.length} guests`].flatMap((part) => part ?? []).join(', ')}`)
  }
  if (node.opaque) lines.push(t`- what it forwards cannot be known: ${node.opaque.value}`)
  for (const one of [...node.interfaces.values()].filter(({ type }) => type.value !== 'loopback').slice(0, 10)) {
    const addresses = one.addresses.map(({ value }) => `${printIp(value.ip)}/${value.length ?? '?'}`)
    lines.push(`- \`${one.name}\` ${one.type.value}${addresses.length > 0 ? ` ${addresses.join(', ')}` : ''}`)
  }
  return lines.join('\n')
}
