/** Every place that defines or mentions a name: nodes, interfaces, networks, tenants, storage, groups, services, fabrics. */
import type { Interface } from './interface.ts'
import type { Infra } from './infra.ts'
import { firewallHooks, isGuest, isStack, type Node } from './node.ts'
import type { Expectation, Selector } from './parts.ts'
import type { Span, Written } from '../text/span.ts'

export const symbolKinds = ['node', 'interface', 'network', 'tenant', 'storage', 'security-group', 'service', 'fabric'] as const
export type SymbolKind = (typeof symbolKinds)[number]

export interface Mention {
  /** What is meant: equal for every mention of one thing. `interface s1:eth0`, `node vm1`. */
  readonly symbol: string
  readonly kind: SymbolKind
  /** The name alone, without the node before an interface's. */
  readonly name: string
  /** The name's own characters; where the text says it in other words (an address in a start command, containerlab's `host:`), all of them. */
  readonly at: Span
  /** The text at the place is the name itself. */
  readonly spelled: boolean
  /** This is where it is defined. */
  readonly defines: boolean
}

export const symbolOf = (kind: SymbolKind, name: string): string => `${kind} ${name}`

/** A piece of a span, where a name is part of a longer word like `s1:eth0` or `tenant:blue`, in quotes or not. */
function piece(at: Span, whole: string, start: number, length: number): { readonly at: Span; readonly spelled: boolean } {
  const quoted = at.end - at.start === whole.length + 2 ? 1 : 0
  if (!quoted && at.end - at.start !== whole.length) return { at, spelled: false }
  return { at: { chunk: at.chunk, start: at.start + quoted + start, end: at.start + quoted + start + length }, spelled: true }
}

/** In file order by part; what is generated mentions nothing. */
export function mentionsOf(written: Infra): readonly Mention[] {
  const found: Mention[] = []
  const add = (kind: SymbolKind, symbol: string, name: string, at: Span, defines = false): void =>
    void found.push({ symbol: symbolOf(kind, symbol), kind, name, ...piece(at, name, 0, name.length), defines })
  const mention = (kind: SymbolKind, one: Written<string> | undefined): void => {
    if (one) add(kind, one.value, one.value, one.at)
  }
  const device = (node: string | undefined, one: Written<string> | undefined): void => {
    if (one && node !== undefined) add('interface', `${node}:${one.value}`, one.value, one.at)
  }
  /** `node:interface`, or a node alone. */
  const end = (node: string, name: string | undefined, at: Span): void => {
    const whole = name === undefined ? node : `${node}:${name}`
    found.push({ symbol: symbolOf('node', node), kind: 'node', name: node, ...piece(at, whole, 0, node.length), defines: false })
    if (name !== undefined) {
      found.push({ symbol: symbolOf('interface', whole), kind: 'interface', name, ...piece(at, whole, node.length + 1, name.length), defines: false })
    }
  }
  const prefixed = (kind: SymbolKind, prefix: string, name: string, at: Span): void => {
    const whole = `${prefix}:${name}`
    found.push({ symbol: symbolOf(kind, name), kind, name, ...piece(at, whole, prefix.length + 1, name.length), defines: false })
  }
  const selector = ({ value, at }: Selector, bareIsTenant = false): void => {
    if (value.kind === 'node') {
      if (bareIsTenant && value.interface === undefined && !written.nodes.has(value.node)) add('tenant', value.node, value.node, at)
      else end(value.node, value.interface, at)
    } else if (value.kind !== 'address') prefixed(value.kind, value.kind, value.name, at)
  }
  const expectation = (one: Expectation): void => {
    switch (one.kind) {
      case 'isolate':
        for (const group of one.groups) selector(group, true)
        return
      case 'migrate':
        mention('node', one.vm)
        return mention('node', one.to)
      case 'survive':
        return one.keep.forEach(expectation)
      default:
        for (const each of [...one.from, ...one.to]) selector(each)
        if (one.kind === 'path') for (const each of one.through) mention('node', each)
    }
  }
  const nodeMentions = (node: Node): void => {
    add('node', node.name, node.name, node.at, true)
    const host = isGuest(node) ? node.host?.value : undefined
    for (const one of node.interfaces.values()) interfaceMentions(node, host, one)
    if (isGuest(node)) {
      mention('node', node.host)
      mention('tenant', node.tenant)
      for (const group of node.securityGroups) mention('security-group', group)
      for (const other of node.apartFrom) mention('node', other)
      if (node.kind === 'vm') for (const { on } of node.disks) if (on && on.value !== 'local') mention('storage', on)
    }
    if (!isStack(node)) return
    for (const { dev } of node.routes) device(node.name, dev)
    for (const rule of node.nat) device(node.name, rule.kind === 'dnat' ? rule.in : rule.out)
    for (const hook of firewallHooks) {
      for (const rule of node.firewall?.[hook]?.rules ?? []) {
        device(node.name, rule.in)
        device(node.name, rule.out)
      }
    }
    for (const passive of node.routing?.passive ?? []) device(node.name, passive)
    for (const [name, { key }] of node.routing?.cost ?? []) device(node.name, key && { value: name, at: key })
    for (const [name, { at }] of node.deviceSysctl ?? []) device(node.name, { value: name, at })
  }
  const interfaceMentions = (node: Node, host: string | undefined, one: Interface): void => {
    // A part that nobody wrote has no name in the text.
    if (one.origin) return
    // A port that only a link names is defined by being named there; its own entry says more where it has one.
    found.push({ symbol: symbolOf('interface', `${node.name}:${one.name}`), kind: 'interface', name: one.name, ...lastPart(one, node.name), defines: true })
    device(node.name, one.master)
    device(node.name, one.link)
    device(host, one.attach)
    mention('network', one.network)
  }
  for (const node of written.nodes.values()) if (node.origin.by === 'text') nodeMentions(node)
  for (const link of written.links) if (link.origin.by === 'text') for (const one of link.ends) end(one.node, one.interface, one.at)
  for (const { name, at } of written.tenants.values()) add('tenant', name, name, at, true)
  for (const network of written.networks.values()) {
    add('network', network.name, network.name, network.at, true)
    mention('tenant', network.tenant)
    if (network.gateway?.on && network.gateway.on.value !== 'each') mention('node', network.gateway.on)
    for (const [server, uplink] of network.uplink?.by ?? []) {
      mention('node', uplink.key && { value: server, at: uplink.key })
      device(server, uplink)
    }
  }
  for (const storage of written.storage.values()) {
    add('storage', storage.name, storage.name, storage.at, true)
    for (const server of storage.servers) mention('node', server)
  }
  for (const group of written.securityGroups.values()) {
    add('security-group', group.name, group.name, group.at, true)
    for (const { from } of [...group.ingress, ...(group.egress ?? [])]) {
      if (from.value.kind === 'group') prefixed('security-group', 'group', from.value.name, from.at)
      if (from.value.kind === 'tenant') prefixed('tenant', 'tenant', from.value.name, from.at)
    }
  }
  for (const service of written.services.values()) {
    add('service', service.name, service.name, service.at, true)
    mention('node', service.on)
    for (const { node, port, at } of service.backends) {
      // A port may be spelled with its protocol; the name stands before it.
      const whole = port === undefined ? node : `${node}:${port}`
      const { at: own, spelled } = piece(at, whole, 0, node.length)
      const first = spelled ? own : { chunk: at.chunk, start: at.start, end: at.start + node.length }
      found.push({ symbol: symbolOf('node', node), kind: 'node', name: node, at: first, spelled: spelled || at.end - at.start > whole.length, defines: false })
    }
  }
  for (const fabric of written.fabrics.values()) add('fabric', fabric.name, fabric.name, fabric.at, true)
  written.expectations.forEach(expectation)
  return found
}

/** The span of an interface's own name; where its entry is a link's end, only the part behind the colon. */
function lastPart({ name, at }: Interface, node: string): { readonly at: Span; readonly spelled: boolean } {
  const inEnd = piece(at, `${node}:${name}`, node.length + 1, name.length)
  return inEnd.spelled ? inEnd : piece(at, name, 0, name.length)
}
