/** Every place of a file that names a node, so that a rename leaves none behind. */
import type { Infra } from '../../infra/infra.ts'
import { isGuest, type Node } from '../../infra/node.ts'
import type { Expectation, Selector } from '../../infra/parts.ts'
import type { Span, Written } from '../../text/span.ts'

/** The spans whose text is the name, or begins with it before a colon. */
export function placesNaming(infra: Infra, name: string): readonly Span[] {
  const spans: Span[] = []
  const note = (written: Written<string> | undefined): void => {
    if (written?.value === name) spans.push(written.at)
  }
  const selector = ({ value, at }: Selector): void => {
    if (value.kind === 'node' && value.node === name) spans.push(at)
  }
  for (const node of infra.nodes.values()) nodePlaces(node, name, note, spans)
  for (const link of infra.links) for (const end of link.ends) if (end.node === name) spans.push(end.at)
  for (const network of infra.networks.values()) note(network.gateway?.on)
  for (const storage of infra.storage.values()) storage.servers.forEach(note)
  for (const service of infra.services.values()) {
    note(service.on)
    for (const backend of service.backends) if (backend.node === name) spans.push(backend.at)
  }
  const expectation = (entry: Expectation): void => {
    if (entry.kind === 'migrate') [entry.vm, entry.to].forEach(note)
    else if (entry.kind === 'survive') entry.keep.forEach(expectation)
    else if (entry.kind === 'isolate') entry.groups.forEach(selector)
    else {
      ;[...entry.from, ...entry.to].forEach(selector)
      if (entry.kind === 'path') entry.through.forEach(note)
    }
  }
  infra.expectations.forEach(expectation)
  return spans
}

function nodePlaces(node: Node, name: string, note: (written: Written<string> | undefined) => void, spans: Span[]): void {
  if (node.name === name && node.origin.by === 'text') spans.push(node.at)
  if (isGuest(node)) {
    note(node.host)
    node.apartFrom.forEach(note)
  }
}
