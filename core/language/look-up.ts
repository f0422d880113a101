/** What stands at an offset of a text: the mention of a name, and every other mention of the same thing. */
import type { Infra } from '../infra/infra.ts'
import { isWithin, offsetsOf, type Places, type Span } from '../text/span.ts'
import { mentionsOf, type Mention } from '../infra/mentions.ts'

/** As much of an analysis as questions about a text need. */
export interface Known {
  readonly written: Infra
  readonly places: Places
  readonly readings: readonly { readonly source: { readonly uri: string; readonly text: string } }[]
}

/** The text reads the name there: a place may only stand for it, as a compose file's network does for a card's name. */
export function isSpelled(known: Known, { at, name, spelled }: Mention): boolean {
  if (!spelled) return false
  const offsets = offsetsOf(at, known.places)
  const text = known.readings.find(({ source }) => source.uri === at.chunk.uri)?.source.text
  return offsets === undefined || text === undefined || text.slice(offsets.start, offsets.end) === name
}

/** Whether a span covers an offset of a source; its end counts, as the cursor stands behind a word, too. */
export function covers(span: Span, uri: string, offset: number, places: Places): boolean {
  if (span.chunk.uri !== uri) return false
  const range = offsetsOf(span, places)
  return range !== undefined && range.start <= offset && offset <= range.end
}

export const mentionAt = (known: Known, uri: string, offset: number): Mention | undefined =>
  mentionsOf(known.written).filter((mention) => covers(mention.at, uri, offset, known.places) && isSpelled(known, mention))
    // Behind the colon of `s1:eth0` stand both; the later one begins there.
    .sort((a, b) => b.at.start - a.at.start || Number(a.defines) - Number(b.defines))[0]

/** Every mention of the same thing, definitions first. */
export function mentionsLike(known: Known, mention: Mention): readonly Mention[] {
  const all = mentionsOf(known.written).filter((one) => one.symbol === mention.symbol && (one.defines || isSpelled(known, one)))
  // One place may define and mention: an interface that only a link names.
  const seen = new Set<string>()
  return [...all.filter(({ defines }) => defines), ...all.filter(({ defines }) => !defines)].filter(({ at }) => {
    const key = `${at.chunk.uri} ${(offsetsOf(at, known.places) ?? at).start}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The diagram's id of what is written at an offset: the smallest part around it. */
export function elementAt(known: Known, uri: string, offset: number): string | undefined {
  let best: { id: string; size: number } | undefined
  const consider = (id: string, body: Span): void => {
    if (!covers(body, uri, offset, known.places)) return
    const size = body.end - body.start
    if (!best || size < best.size) best = { id, size }
  }
  for (const node of known.written.nodes.values()) {
    if (node.origin.by !== 'text') continue
    consider(node.name, node.body)
    for (const one of node.interfaces.values()) if (!one.origin && isWithin(one.body, node.body, known.places)) consider(`${node.name}:${one.name}`, one.body)
  }
  for (const network of known.written.networks.values()) consider(`network:${network.name}`, network.body)
  for (const fabric of known.written.fabrics.values()) consider(`fabric:${fabric.name}`, fabric.body)
  for (const { ends: [a, b], at, origin } of known.written.links) {
    if (origin.by === 'text') consider(`link:${a.node}:${a.interface}-${b.node}:${b.interface}`, at)
  }
  for (const storage of known.written.storage.values()) consider(`storage:${storage.name}`, storage.at)
  for (const tenant of known.written.tenants.values()) consider(`tenant:${tenant.name}`, tenant.at)
  return best?.id
}

/** Where the thing with a diagram's id is written; of a derived one, the entry that stands for it. */
export function placeOf(known: Known & { readonly realised: { readonly infra: Infra } }, id: string): Span | undefined {
  const { written, realised: { infra } } = known
  if (id.startsWith('link:')) {
    return [...written.links, ...infra.links].find(({ ends: [a, b] }) => id === `link:${a.node}:${a.interface}-${b.node}:${b.interface}`)?.at
  }
  const colon = id.indexOf(':')
  if (colon < 0) return (written.nodes.get(id) ?? infra.nodes.get(id))?.at
  const [head, rest] = [id.slice(0, colon), id.slice(colon + 1)]
  switch (head) {
    case 'network': return written.networks.get(rest)?.at
    case 'tenant': return written.tenants.get(rest)?.at
    case 'storage': return written.storage.get(rest)?.at
    case 'service': return written.services.get(rest)?.at
    case 'fabric': return written.fabrics.get(rest)?.at
    case 'security-group': return written.securityGroups.get(rest)?.at
    case 'site': return [...written.nodes.values()].find(({ site }) => site?.value === rest)?.site?.at
    case 'rack': return [...written.nodes.values()].find(({ rack }) => rack?.value === rest || rack?.value === rest.split('/').at(-1))?.rack?.at
    // A tunnel is its first end: `tunnel:s1:vtun0-s2:vtun0`.
    case 'tunnel': case 'attach': case 'member': return interfaceOf(infra, rest)
    default: return interfaceOf(infra, id) ?? infra.nodes.get(head)?.at
  }
}

function interfaceOf(infra: Infra, id: string): Span | undefined {
  const colon = id.indexOf(':')
  const node = infra.nodes.get(colon < 0 ? id : id.slice(0, colon))
  if (!node || colon < 0) return node?.at
  const rest = id.slice(colon + 1)
  // Interface names may hold dashes, and so may the node that follows: the longest name that fits.
  const names = [...node.interfaces.keys()].filter((name) => rest === name || rest.startsWith(`${name}-`)).sort((a, b) => b.length - a.length)
  return (names[0] === undefined ? undefined : node.interfaces.get(names[0])?.at) ?? node.at
}
