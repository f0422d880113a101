/** The k-ary fat tree: k pods of k/2 edge and k/2 aggregation switches, (k/2)² cores. Al-Fares, Loukissas, Vahdat, SIGCOMM 2008. */
import { hostsOf, mesh, numberAt, numberOf, range, type Cable, type Element, type FabricKind } from './kind.ts'
import { t } from '../words.ts'

export const fatTree: FabricKind = {
  needs: ['k'],
  faults(fabric) {
    const k = numberOf(fabric, 'k')
    if (k % 2 !== 0) {
      return [{ code: 'fabric-k-odd', at: numberAt(fabric, 'k'), fatal: true, message: t`a fat tree's k is even, as half of a switch's ports go up: ${k} is odd` }]
    }
    return []
  },
  count: (fabric) => (numberOf(fabric, 'k') ** 3 + 5 * numberOf(fabric, 'k') ** 2) / 4,
  // base.pod.switch.id and base.k.j.i: an octet for the pod, the cores' after the last.
  subnets: (fabric) => numberOf(fabric, 'k') * 256 + numberOf(fabric, 'k') / 2 + 1,
  blueprint(fabric) {
    const k = numberOf(fabric, 'k')
    const half = range(k / 2)
    const pods = range(k).map((pod) => {
      const at = (letter: string, i: number, number: number): Element =>
        ({ name: `${fabric.name}-p${pod}-${letter}${i}`, role: 'switch', own: pod * 65536 + number * 256 + 1 })
      return { edges: half.map((i) => at('e', i, i)), aggregations: half.map((i) => at('a', i, k / 2 + i)) }
    })
    // cores[i][j], counted from 1: base.k.j.i
    const cores = half.map((i) => half.map((j): Element => ({
      name: `${fabric.name}-c${i + 1}-${j + 1}`, role: 'switch', own: k * 65536 + (j + 1) * 256 + i + 1,
    })))
    const hosts = pods.map(({ edges }) => hostsOf(edges, k / 2))
    return {
      elements: [...pods.flatMap(({ edges, aggregations }) => [...edges, ...aggregations]), ...cores.flat(), ...hosts.flatMap(({ terminals }) => terminals)],
      cables: [
        ...hosts.flatMap(({ cables }) => cables),
        ...pods.flatMap(({ edges, aggregations }) => mesh(edges, aggregations)),
        // Core i-j is wired to aggregation i-1 of every pod.
        ...pods.flatMap(({ aggregations }) => aggregations.flatMap((lower, i) => (cores[i] ?? []).map((upper): Cable => ({ lower, upper })))),
      ],
    }
  },
  figures(fabric) {
    const k = numberOf(fabric, 'k')
    return {
      switches: (5 * k * k) / 4, terminals: k ** 3 / 4, links: (3 * k ** 3) / 4, degree: { least: k, most: k },
      diameter: 6, bisectionWidth: k ** 3 / 8, paths: (k / 2) ** 2, oversubscription: 1, blocking: 'rearrangeable',
    }
  },
}
