/** Several files, one infra: the first owner of a name keeps it, the second is told. */
import type { Infra } from './infra.ts'
import { emptyInfra } from './infra.ts'
import type { Problem } from './problem.ts'
import { fileNameOf } from '../text/source.ts'
import type { Span } from '../text/span.ts'

interface Named {
  readonly at: Span
}

/** Joins the infra of a file with those it includes, in order. One file is returned as it is, the same object. */
export function joinReadings(readings: readonly { readonly infra: Infra }[]): { infra: Infra; problems: readonly Problem[] } {
  const [first, ...rest] = readings
  if (!first) return { infra: emptyInfra, problems: [] }
  if (rest.length === 0) return { infra: first.infra, problems: [] }
  const all = readings.map((reading) => reading.infra)
  const problems: Problem[] = []
  const join = <T extends Named>(maps: readonly ReadonlyMap<string, T>[], what: string): ReadonlyMap<string, T> => {
    const joined = new Map<string, T>()
    for (const map of maps) {
      for (const [name, part] of map) {
        const owner = joined.get(name)
        if (!owner) joined.set(name, part)
        else {
          problems.push({
            code: 'duplicate-name', severity: 'error', at: part.at, subject: name, fixes: [],
            message: `${what} ${name} is already defined in ${fileNameOf(owner.at.chunk.uri)}`,
            related: [{ message: 'first defined here', at: owner.at }],
          })
        }
      }
    }
    return joined
  }
  return {
    infra: {
      ...(first.infra.name && { name: first.infra.name }),
      nodes: join(all.map((infra) => infra.nodes), 'node'),
      links: all.flatMap((infra) => infra.links),
      tenants: new Map(all.flatMap((infra) => [...infra.tenants])),
      networks: join(all.map((infra) => infra.networks), 'network'),
      storage: join(all.map((infra) => infra.storage), 'storage'),
      securityGroups: join(all.map((infra) => infra.securityGroups), 'security group'),
      services: join(all.map((infra) => infra.services), 'service'),
      fabrics: join(all.map((infra) => infra.fabrics), 'fabric'),
      migration: Object.assign({}, ...all.map((infra) => infra.migration).reverse()) as Infra['migration'],
      expectations: all.flatMap((infra) => infra.expectations),
      includes: all.flatMap((infra) => infra.includes),
    },
    problems,
  }
}
