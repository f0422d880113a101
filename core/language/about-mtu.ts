/** An MTU under the pointer: where it comes from, what the tunnels on its segment leave, and the two mends where it is too much. */
import { segmentsOf, tunnelEdgesOf } from '../forwarding/index.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import type { HoverContext } from './hover.ts'
import { t } from '../words.ts'

/** `written` is the value of the file's own `mtu`, undefined where the MTU is derived. */
export function aboutMtu(context: HoverContext, node: Node, device: Interface, written: number | undefined): string {
  const mtu = device.mtu?.value
  if (mtu === undefined) return `\`${node.name}:${device.name}\`, ${device.type.value}`
  const lines = [t`\`${node.name}:${device.name}\`, ${device.type.value}, MTU **${mtu}**${written === undefined ? ` (${reason(node, device)})` : ''}`]
  const limits = tunnelsOnSegment(context, node, device)
  const least = limits.reduce<(typeof limits)[number] | undefined>((best, one) => (!best || one.inner < best.inner ? one : best), undefined)
  if (least) {
    lines.push('', t`- tunnel \`${least.name}\` on this segment: ${least.type} takes ${least.overhead} bytes of the underlay's ${least.outer} and leaves **${least.inner}**`)
    if (mtu > least.inner) lines.push(t`- too much by ${mtu - least.inner}: lower it to ${least.inner} here, or raise the underlay to ${mtu + least.overhead}`)
    else if (mtu < least.inner) lines.push(t`- ${least.inner - mtu} bytes of room are not used`)
    else lines.push(t('- exactly what fits'))
  }
  return lines.join('\n')
}

function reason(node: Node, { type, link, hostSide, master }: Interface): string {
  const kind = type.value
  if (isTunnelType(kind)) return link ? t`the MTU of ${link.value} less the headers` : t('what Linux computes when it creates the device')
  switch (kind) {
    case 'bridge': case 'ovs': return t('the least of its ports')
    case 'vlan': case 'macvlan': case 'macvtap': case 'ipvlan': return t`that of its parent ${link?.value ?? hostSide?.interface ?? ''}`.trim()
    case 'loopback': return t('the kernel’s default for loopback')
    case 'vrf': return t('the kernel’s default for a VRF')
    default: return node.kind === 'switch' ? t('its switch’s, else 1500') : master ? t('the default of Ethernet') : t('the default, or that of its link')
  }
}

interface Limit {
  readonly name: string
  readonly type: string
  readonly overhead: number
  readonly outer: number
  readonly inner: number
}

/** Tunnels that carry the segment of a device, with what each of their directions leaves. */
function tunnelsOnSegment(context: HoverContext, node: Node, device: Interface): readonly Limit[] {
  const carriers = new Set(segmentsOf(context.plane)
    .filter(({ members }) => members.some((one) => one.node === node.name && one.interface === device.name))
    .flatMap((segment) => segment.carriers))
  return tunnelEdgesOf(context.plane).flatMap((edge): Limit[] => {
    const own = edge.node === node.name && edge.interface === device.name
    const tunnel = context.realised.infra.nodes.get(edge.node)?.interfaces.get(edge.interface)
    const port = tunnel?.master ? `${edge.node}:${tunnel.master.value}` : ''
    if (edge.innerMtu === null || edge.outerMtu === null || !tunnel || !isTunnelType(tunnel.type.value)) return []
    if (!own && !carriers.has(`${edge.node}:${edge.interface}`) && !carriers.has(port)) return []
    const facts = factsOf(tunnel)
    return [{
      name: `${edge.node}:${edge.interface}`, type: tunnel.type.value, inner: edge.innerMtu, outer: edge.outerMtu,
      overhead: tunnelSpecs[tunnel.type.value].overhead(facts, outerFamily(facts)),
    }]
  })
}
