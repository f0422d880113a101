/** What the place under the pointer means, with its numbers, in Markdown. */
import { explanationOf } from '../checks/index.ts'
import { contains } from '../address/ip.ts'
import type { Plane } from '../forwarding/index.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Infra } from '../infra/infra.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { Problem } from '../infra/problem.ts'
import { offsetsOf, type Span } from '../text/span.ts'
import { aboutAddress, aboutIp, aboutSubnet } from './about-address.ts'
import { aboutMtu } from './about-mtu.ts'
import { aboutName } from './about-name.ts'
import { aboutTunnel } from './about-tunnel.ts'
import { covers, mentionAt, type Known } from './look-up.ts'
import { t } from '../words.ts'

/** As much of an analysis as hovers need. */
export interface HoverContext extends Known {
  readonly realised: { readonly infra: Infra }
  readonly plane: Plane
  readonly problems: readonly Problem[]
  /** Where the page of a code can be opened. */
  readonly pageOf?: (code: string) => string | undefined
}

export interface HoverAnswer {
  /** Markdown. */
  readonly text: string
  /** What it is about; undefined for the word at the place. */
  readonly at: Span | undefined
}

/** Undefined where there is nothing to say. */
export function hover(context: HoverContext, uri: string, offset: number): HoverAnswer | undefined {
  const here = (span: Span | undefined): span is Span => span !== undefined && covers(span, uri, offset, context.places)
  const parts: string[] = []
  let at: Span | undefined
  const say = (text: string | undefined, span: Span): void => {
    if (text === undefined || text === '') return
    parts.push(text)
    at ??= span
  }
  for (const node of context.written.nodes.values()) {
    if (node.body.chunk.uri !== uri) continue
    if (!here(node.body) && !here(node.at)) continue
    for (const one of node.interfaces.values()) if (one.body && here(one.body)) inInterface(context, node, one, here, say)
    if (!isStack(node)) continue
    for (const { via, to, at: route } of node.routes) {
      if (!here(route)) continue
      for (const hop of via) if (here(hop.at)) say(aboutIp(context, hop.value, t('next hop')), hop.at)
      if (here(to.at) && to.value.length === (to.value.ip.family === 4 ? 32 : 128)) say(aboutIp(context, to.value.ip, t('destination')), to.at)
    }
  }
  for (const network of context.written.networks.values()) {
    if (network.body.chunk.uri !== uri || !here(network.body)) continue
    for (const subnet of network.subnets) if (here(subnet.at)) say(aboutSubnet(context, network, subnet.value), subnet.at)
    if (network.dhcp && here(network.dhcp.at)) for (const { value } of network.subnets) if (contains(value, network.dhcp.first)) say(aboutSubnet(context, network, value), network.dhcp.at)
    for (const gateway of network.gateway?.addresses ?? []) if (here(gateway.at)) say(aboutIp(context, gateway.value, t`gateway of network ${network.name}`), gateway.at)
  }
  const mention = mentionAt(context, uri, offset)
  if (mention && parts.length === 0) say(aboutName(context, mention), mention.at)
  for (const code of codesAt(context, uri, offset)) {
    const known = explanationOf(code)
    // The explanation's first paragraph; `explain` has the rest.
    const page = context.pageOf?.(code)
    if (known) parts.push(`${page === undefined ? `**${code}**` : `[**${code}**](${page})`} · ${t(known.title)}\n\n${known.text.split('\n\n')[0] ?? ''}`)
  }
  return parts.length > 0 ? { text: parts.join('\n\n---\n\n'), at } : undefined
}

function inInterface(
  context: HoverContext, node: Node, written: Interface, here: (span: Span | undefined) => span is Span,
  say: (text: string | undefined, at: Span) => void,
): void {
  // As it came out: with every default filled in.
  const real = context.realised.infra.nodes.get(node.name)?.interfaces.get(written.name) ?? written
  const isTunnel = isTunnelType(real.type.value)
  for (const address of written.addresses) if (here(address.at)) say(aboutAddress(context, node, real, address.value), address.at)
  for (const gateway of written.gateways) if (here(gateway.at)) say(aboutIp(context, gateway.value, t('gateway')), gateway.at)
  if (written.mtu && here(written.mtu.at)) say(aboutMtu(context, node, real, written.mtu.value), written.mtu.at)
  for (const end of [written.tunnel?.local, ...(written.tunnel?.remotes ?? []), written.tunnel?.group]) {
    if (end && here(end.at)) say(aboutIp(context, end.value, end === written.tunnel?.local ? t('local end of the tunnel') : t('remote end of the tunnel')), end.at)
  }
  const inTunnel = isTunnel ? [written.at, written.type.at, written.tunnel?.id?.at, ...(written.tunnel?.remotes ?? []).map((end) => end.at)].find(here) : undefined
  if (inTunnel) say(aboutTunnel(context, node, real), inTunnel)
  else if (here(written.at)) say(aboutMtu(context, node, real, written.mtu?.value), written.at)
}

const codesAt = (context: HoverContext, uri: string, offset: number): readonly string[] =>
  [...new Set(context.problems.filter(({ at }) => {
    const range = offsetsOf(at, context.places)
    // A problem of a whole entry would follow the pointer everywhere in it.
    return covers(at, uri, offset, context.places) && range !== undefined && range.end - range.start < 120
  }).map(({ code }) => code))]

