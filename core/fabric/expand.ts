/** A blueprint becomes nodes and links: names, addresses, bridges, routing. */
import { addToIp, bitsOf, parsePrefix, type Ip, type Prefix } from '../address/ip.ts'
import type { Interface, InterfaceType } from '../infra/interface.ts'
import type { Node, Origin, Routing } from '../infra/node.ts'
import type { Fabric, Link } from '../infra/parts.ts'
import type { Span, Written } from '../text/span.ts'
import type { Blueprint, Element } from './kind.ts'

export interface Expansion {
  readonly nodes: readonly Node[]
  readonly links: readonly Link[]
}

/** RFC 1918's largest block. */
export const defaultBase: Prefix = parsePrefix('10.0.0.0/8') ?? { ip: { family: 4, value: 10n << 24n }, length: 8 }

interface Port {
  readonly name: string
  /** Of a switch: a terminal is at the other end. */
  readonly toTerminal: boolean
  /** Of a terminal: the switch it is wired to and its number among that switch's terminals. */
  readonly at?: { readonly upper: Element; readonly n: number }
}

export function expand(fabric: Fabric, { elements, cables }: Blueprint): Expansion {
  const { at } = fabric
  const origin: Origin = { by: 'fabric', name: fabric.name }
  const base = fabric.base?.value ?? defaultBase
  const bridging = fabric.layer?.value === 2
  const ports = new Map<string, Port[]>(elements.map(({ name }) => [name, []]))
  const terminalsOf = new Map<string, number>()
  const plugIn = (element: Element, port: Omit<Port, 'name'>): string => {
    const list = ports.get(element.name) ?? []
    const name = `p${list.length}`
    list.push({ name, ...port })
    return name
  }
  const links = cables.map(({ lower, upper }): Link => {
    let place: Port['at']
    if (lower.role === 'terminal') {
      const n = terminalsOf.get(upper.name) ?? 0
      terminalsOf.set(upper.name, n + 1)
      place = { upper, n }
    }
    const from = plugIn(lower, { toTerminal: false, ...(place && { at: place }) })
    const to = plugIn(upper, { toTerminal: lower.role === 'terminal' })
    return {
      ends: [{ node: lower.name, interface: from, at }, { node: upper.name, interface: to, at }], at, origin,
      ...(fabric.mtu && { mtu: fabric.mtu }), ...(fabric.bandwidth && { bandwidth: fabric.bandwidth }), ...(fabric.latency && { latency: fabric.latency }),
    }
  })
  const make = (element: Element): Node => {
    const own = ports.get(element.name) ?? []
    if (element.role === 'terminal') return terminalNode(fabric, element, own, base, bridging, origin)
    if (bridging) return { ...nodeBase(element, at, origin, own.map(({ name }) => device(name, 'ethernet', at, origin))), kind: 'switch', stp: written(true, at) }
    return routerNode(element, own, base, at, origin)
  }
  return { nodes: elements.map(make), links }
}

const written = <T>(value: T, at: Span): Written<T> => ({ value, at })
const device = (name: string, type: InterfaceType, at: Span, origin: Origin, more: Partial<Interface> = {}): Interface =>
  ({ name, at, body: at, type: written(type, at), addresses: [], gateways: [], flows: [], origin, ...more })
const nodeBase = (element: Element, at: Span, origin: Origin, interfaces: readonly Interface[]) =>
  ({ name: element.name, at, body: at, origin, interfaces: new Map(interfaces.map((one) => [one.name, one])) })
const noStack = { routes: [], sysctl: {}, nat: [] }

/** A switch's terminals share its last eight bits' worth of addresses, over IPv6 as over IPv4. */
const edgeLength = (base: Prefix): number => bitsOf(base.ip.family) - 8

/** The switching element as a router: what faces terminals is bridged, and everything else goes by an address on `lo`. */
function routerNode(element: Element, ports: readonly Port[], base: Prefix, at: Span, origin: Origin): Node {
  const address = (length: number): Partial<Interface> => ({ addresses: [written({ ip: addToIp(base.ip, element.own), length }, at)] })
  const routing: Routing = { protocol: written('ospf', at), cost: new Map(), passive: [], advertise: [], at }
  const faces = ports.some(({ toTerminal }) => toTerminal)
  const home = faces ? device('br0', 'bridge', at, origin, address(edgeLength(base))) : device('lo', 'loopback', at, origin, address(bitsOf(base.ip.family)))
  const master = { master: written('br0', at) }
  const wired = ports.map(({ name, toTerminal }) => device(name, 'ethernet', at, origin, toTerminal ? master : {}))
  return { ...nodeBase(element, at, origin, [home, ...wired]), ...noStack, kind: 'router', routing }
}

/**
 * A server. Behind routers it has an address in its switch's subnet and goes by its first port; where everything bridges, all
 * servers are on one segment and have the base's own prefix length and no gateway.
 */
function terminalNode(fabric: Fabric, element: Element, ports: readonly Port[], base: Prefix, bridging: boolean, origin: Origin): Node {
  const { at, server } = fabric
  const interfaces = ports.map(({ name, at: place }, i) => {
    if (!place || (bridging && i > 0)) return device(name, 'ethernet', at, origin)
    const gateway: Ip = addToIp(base.ip, place.upper.own)
    return device(name, 'ethernet', at, origin, {
      addresses: [written({ ip: addToIp(gateway, place.n + 1), length: bridging ? base.length : edgeLength(base) }, at)],
      gateways: bridging || i > 0 ? [] : [written(gateway, at)],
    })
  })
  return {
    ...nodeBase(element, at, origin, interfaces), ...noStack, kind: 'server',
    ...(server.cpus && { cpus: server.cpus }), ...(server.memory && { memory: server.memory }),
  }
}
