/** A tunnel between two servers, both halves at once. */
import { printIp } from '../address/ip.ts'
import type { Value } from '../infra/change.ts'
import { isTunnelType, type Interface, type TunnelType } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { refuse, type Field, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { madeBy, spotOf } from './spots.ts'
import { t } from '../words.ts'

type Tunnel = Extract<Gesture, { kind: 'tunnel' }>

/** What iproute2's users call such devices. */
const prefixes: Readonly<Partial<Record<TunnelType, string>>> = { gretap: 'vtun', nvgre: 'vtun', vxlan: 'vxlan', geneve: 'gnv' }
/** Those whose two halves say the same about each other. */
const offered: readonly TunnelType[] = ['vxlan', 'gretap', 'geneve', 'nvgre', 'gre', 'ipip', 'sit']

interface Half {
  readonly node: Node
  readonly bridge: string | undefined
  readonly addresses: readonly { readonly family: 4 | 6; readonly text: string }[]
}

export function planTunnel(scene: Scene, gesture: Tunnel): Plan | NoPlan {
  const halves = [gesture.from, gesture.to].map((id) => halfOf(scene, id))
  for (const half of halves) if ('refused' in half) return half
  const [a, b] = halves as [Half, Half]
  if (a.node === b.node) return refuse(t('a tunnel joins two machines'))
  const pair = a.addresses.flatMap((one) => b.addresses.filter((other) => other.family === one.family).map((other) => [one.text, other.text] as const))[0]
  if (!pair) {
    const bare = a.addresses.length === 0 ? a : b
    return refuse(bare.addresses.length === 0 ? t`${bare.node.name} has no address of its own that a tunnel could start from` : t`${a.node.name} and ${b.node.name} have no addresses of one family`)
  }
  const bridged = a.bridge !== undefined && b.bridge !== undefined
  const types = offered.filter((type) => bridged || tunnelSpecs[type].carries === 'packets' || (a.bridge === undefined && b.bridge === undefined))
  const type = typeOf(gesture.answers?.['type'], types) ?? usualType(scene, bridged)
  const spec = tunnelSpecs[type]
  const numberless = !spec.id || (!spec.id.required && gesture.answers?.['id'] === undefined && !idsInUse(scene, type).length)
  const id = spec.id && !numberless ? gesture.answers?.['id'] ?? String(nextId(scene, type)) : undefined
  const fields: Field[] = [{ key: 'type', label: t('Kind of tunnel'), value: type, options: types }]
  if (spec.id) fields.push({ key: 'id', label: spec.id.name, value: id ?? '' })
  if (id !== undefined && id !== '') {
    if (!/^\d{1,20}$/.test(id) || (spec.id && (BigInt(id) < spec.id.least || BigInt(id) > spec.id.most))) return refuse(t`${id} is no ${spec.id?.name ?? 'id'} of ${spec.title}`)
  } else if (spec.id?.required) return refuse(t`${spec.title} needs its ${spec.id.name}`)
  const name = freeName(a.node, b.node, prefixes[type] ?? 'tun')
  const half = (own: Half, local: string, remote: string): { readonly [key: string]: Value } => ({
    type, ...(id !== undefined && id !== '' && { id: Number(id) }), local, remote, ...(spec.carries === 'frames' && own.bridge !== undefined && bridged && { master: own.bridge }),
  })
  const notes = spec.carries === 'packets' ? [t('Each server still needs a route into it.')] : bridged ? [] : [t('It is on no bridge yet.')]
  return {
    title: t`Tunnel ${a.node.name} to ${b.node.name} (${type})`, fields, notes, selects: `tunnel:${a.node.name}:${name}-${b.node.name}:${name}`,
    change: {
      kind: 'in-turn', home: scene.home, changes: [
        { kind: 'set', part: { kind: 'interface', node: a.node.name, interface: name }, key: [], value: half(a, pair[0], pair[1]) },
        { kind: 'set', part: { kind: 'interface', node: b.node.name, interface: name }, key: [], value: half(b, pair[1], pair[0]) },
      ],
    },
  }
}

const typeOf = (word: string | undefined, types: readonly TunnelType[]): TunnelType | undefined => types.find((type) => type === word)

function halfOf(scene: Scene, id: string): Half | NoPlan {
  const spot = spotOf(scene, id)
  if (spot?.kind !== 'node' && spot?.kind !== 'interface') return refuse(t('a tunnel joins two machines; choose servers or bridges'))
  const { node } = spot
  if (!isStack(node) || node.kind === 'external') return refuse(node.kind === 'switch' ? t`${node.name} is a switch, and ends no tunnel` : t`${node.name} stands for the outside world, and ends no tunnel`)
  const made = madeBy(node)
  if (made !== undefined) return refuse(made)
  const isBridge = (item: Interface): boolean => item.type.value === 'bridge' || item.type.value === 'ovs'
  const bridges = [...node.interfaces.values()].filter(isBridge)
  const bridge = spot.kind === 'interface' && isBridge(spot.item) ? spot.item.name : bridges.length === 1 ? bridges[0]?.name : undefined
  // The card's own address before a bridge's; what other tunnels have is no underlay.
  const underlay = [...node.interfaces.values()].filter((item) => item.name !== 'lo' && !isTunnelType(item.type.value) && item.name !== bridge).sort((x, y) => Number(isBridge(x)) - Number(isBridge(y)))
  const own = node.interfaces.get(bridge ?? '')
  return { node, bridge, addresses: [...underlay, ...(own ? [own] : [])].flatMap((item) => item.addresses.map(({ value: { ip } }) => ({ family: ip.family, text: printIp(ip) }))) }
}

const tunnelsOf = ({ written }: Scene): readonly Interface[] => [...written.nodes.values()].flatMap((node) => [...node.interfaces.values()].filter(({ type }) => isTunnelType(type.value)))

/** The kind that the file has most of, where it fits. */
function usualType(scene: Scene, bridged: boolean): TunnelType {
  const fits = (type: TunnelType): boolean => offered.includes(type) && (tunnelSpecs[type].carries === 'frames') === bridged
  const counts = new Map<TunnelType, number>()
  for (const { type } of tunnelsOf(scene)) if (isTunnelType(type.value) && fits(type.value)) counts.set(type.value, (counts.get(type.value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? (bridged ? 'vxlan' : 'gre')
}

/** Numbers of all tunnels of a kind. */
export const idsInUse = (scene: Scene, type: TunnelType): readonly number[] => tunnelsOf(scene).flatMap((item) => (item.type.value === type && item.tunnel?.id ? [item.tunnel.id.value] : []))

export function nextId(scene: Scene, type: TunnelType, also: readonly number[] = []): number {
  const used = [...also, ...idsInUse(scene, type), ...[...scene.infra.networks.values()].flatMap(({ id }) => (id ? [id.value] : []))]
  return used.length > 0 ? Math.max(...used) + 1 : type === 'vxlan' || type === 'geneve' || type === 'nvgre' ? 5001 : 1
}

function freeName(a: Node, b: Node, prefix: string): string {
  let n = 0
  while (a.interfaces.has(`${prefix}${n}`) || b.interfaces.has(`${prefix}${n}`)) n++
  return `${prefix}${n}`
}
