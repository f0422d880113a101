/** What is asked beside every pair of nodes: addresses that an external answers for, and services' own, with what stands behind them. */
import { printIp, type Ip, type Prefix } from '../../core/address/ip.ts'
import type { Plane } from '../../core/forwarding/index.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { isStack } from '../../core/infra/node.ts'
import { virtualAddresses } from '../../core/infra/virtual-addresses.ts'
import { addressesOf, reachOne } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'

/** Somebody in the middle of a prefix, whom no file names. */
const inside = ({ ip, length }: Prefix): Ip => ({ family: ip.family, value: ip.value | (0x4d2n & ((1n << BigInt((ip.family === 4 ? 32 : 128) - length)) - 1n)) })

// One of each family in the Internet.
const everybody: readonly Ip[] = [{ family: 4, value: 0x08080404n }, { family: 6, value: 0x20014860486000000000000000008888n }]

/** Pairs that `reach` leaves out, as their addresses stand on no interface: from every stack to externals and to whoever holds a service. */
export function askedBeside(plane: Plane): readonly ReachPair[] {
  const { infra } = plane
  const stacks = [...infra.nodes.values()].filter(isStack)
  const held = virtualAddresses(infra)
  return stacks.flatMap((to) => {
    const outside = to.kind !== 'external' ? [] : to.answers?.map(({ value }) => inside(value)) ?? everybody
    const spoken = new Set(addressesOf(to).map(({ family }) => family))
    return [...outside.filter(({ family }) => spoken.has(family)), ...(held.get(to.name) ?? [])].flatMap((address) =>
      stacks.filter((from) => from !== to).map((from) => reachOne(plane, from.name, to.name, address)))
  })
}

export interface Balancer {
  readonly on: string
  readonly vip: Ip
  readonly port: number
  /** ADDRESS/PORT of each. */
  readonly backends: readonly string[]
}

/** Services that open a connection of their own, and whose kernel can be told to. */
export const balancersOf = (infra: Infra): readonly Balancer[] => [...infra.services.values()].flatMap(({ type, vip, port, on, backends }) => {
  if ((type?.value !== 'l4' && type?.value !== 'application') || !vip || !on || port?.value.protocol !== 'tcp') return []
  const places = backends.flatMap(({ node: name, port: own }) => {
    const node = infra.nodes.get(name)
    const address = node && isStack(node) ? addressesOf(node).find(({ family }) => family === vip.value.family) : undefined
    return address ? [`${printIp(address)}/${own ?? port.value.first}`] : []
  })
  return places.length === 0 ? [] : [{ on: on.value, vip: vip.value, port: port.value.first, backends: places }]
})

export const isBalanced = (infra: Infra, address: Ip, port: number): boolean =>
  balancersOf(infra).some((one) => one.vip.family === address.family && one.vip.value === address.value && one.port === port)
