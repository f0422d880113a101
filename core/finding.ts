/** Front door: finding what a picture holds closed, which whoever shows it does not have. */
import type { Analysis } from './analysis.ts'
import { interfaceLine } from './diagram/facts.ts'
import { mostOpen } from './diagram/index.ts'
import { bestOf, type Findable, type Found } from './diagram/search.ts'
import type { Infra } from './infra/infra.ts'
import { isGuest, type GuestNode } from './infra/node.ts'

export type { Found } from './diagram/search.ts'

/** Guests of servers that are drawn closed, best first; none of a network that is drawn whole. */
export function findHidden({ realised: { infra } }: Pick<Analysis, 'realised'>, words: string, most = 40): readonly Found[] {
  return infra.nodes.size <= mostOpen ? [] : bestOf(guestsOf(infra), words, most)
}

function* guestsOf(infra: Infra): Generator<Findable> {
  for (const node of infra.nodes.values()) {
    const server = isGuest(node) ? serverOf(infra, node) : undefined
    if (!isGuest(node) || server === undefined) continue
    const facts = [...node.interfaces.values()].map(interfaceLine).filter((line) => line !== '')
    yield { id: node.name, name: node.name, kind: node.kind, says: server, inside: server, names: [], facts, kinds: [] }
  }
}

/** A guest may stand in a guest. */
function serverOf(infra: Infra, guest: GuestNode): string | undefined {
  let at: GuestNode = guest
  for (let depth = 0; at.host && depth < 8; depth++) {
    const host = infra.nodes.get(at.host.value)
    if (host?.kind === 'server') return host.name
    if (!host || !isGuest(host)) return undefined
    at = host
  }
  return undefined
}
