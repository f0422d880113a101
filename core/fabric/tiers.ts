/** Trees of tiers: leaf-spine (a folded Clos) and the three-tier design of access, distribution and core. */
import type { Fabric } from '../infra/parts.ts'
import { hostsOf, mesh, numberAt, numberOf, range, switchAt, type Cable, type Element, type FabricFault, type FabricKind } from './kind.ts'
import { t } from '../words.ts'

/** A /24 holds its gateway and 253 hosts. */
const mostHosts = 253
const tooManyHosts = (fabric: Fabric): readonly FabricFault[] => {
  const hosts = numberOf(fabric, 'hosts')
  return hosts <= mostHosts ? [] : [{
    code: 'wrong-type', at: numberAt(fabric, 'hosts'), fatal: true, message: t`a switch's /24 has room for ${mostHosts} hosts, not ${hosts}`,
  }]
}

/** Half of an even whole; of an odd one the smaller half is what two equal sides can exchange. */
const half = (n: number): number => Math.floor(n / 2)

export const leafSpine: FabricKind = {
  needs: ['leaves', 'spines'],
  faults: tooManyHosts,
  count: (fabric) => numberOf(fabric, 'leaves') * (1 + numberOf(fabric, 'hosts')) + numberOf(fabric, 'spines'),
  subnets: (fabric) => numberOf(fabric, 'leaves') + numberOf(fabric, 'spines'),
  blueprint(fabric) {
    const leaves = range(numberOf(fabric, 'leaves')).map((i) => switchAt(`${fabric.name}-leaf${i}`, i))
    const spines = range(numberOf(fabric, 'spines')).map((j) => switchAt(`${fabric.name}-spine${j}`, leaves.length + j))
    const { terminals, cables } = hostsOf(leaves, numberOf(fabric, 'hosts'))
    return { elements: [...leaves, ...spines, ...terminals], cables: [...cables, ...mesh(leaves, spines)] }
  },
  figures(fabric) {
    const [leaves, spines, hosts] = [numberOf(fabric, 'leaves'), numberOf(fabric, 'spines'), numberOf(fabric, 'hosts')]
    return {
      switches: leaves + spines, terminals: leaves * hosts, links: leaves * spines + leaves * hosts,
      degree: { least: Math.min(leaves, spines + hosts), most: Math.max(leaves, spines + hosts) },
      diameter: hosts === 0 ? (leaves > 1 || spines > 1 ? 2 : 1) : leaves > 1 ? 4 : hosts > 1 ? 2 : 0,
      // An odd number of leaves splits one of them, so that no formula is exact.
      bisectionWidth: hosts === 0 || leaves % 2 !== 0 ? null : Math.min((leaves * hosts) / 2, (leaves * spines) / 2),
      paths: leaves > 1 ? spines : 1,
      oversubscription: hosts === 0 ? null : hosts / spines,
      // Clos 1953 on the folded network: n = hosts, m = spines.
      blocking: hosts === 0 ? null : spines >= 2 * hosts - 1 ? 'strict' : spines >= hosts ? 'rearrangeable' : 'blocking',
    }
  },
}

/** Access switches are dual-homed to a pair of distribution switches; every distribution switch goes to every core. */
function threeTierOf(fabric: Fabric): { access: Element[]; distribution: Element[]; core: Element[]; pairs: Element[][]; pairOf: (i: number) => number } {
  const [a, d, c] = [numberOf(fabric, 'access'), numberOf(fabric, 'distribution'), numberOf(fabric, 'core')]
  // Name order: access, core, distribution.
  const access = range(a).map((i) => switchAt(`${fabric.name}-access${i}`, i))
  const core = range(c).map((i) => switchAt(`${fabric.name}-core${i}`, a + i))
  const distribution = range(d).map((i) => switchAt(`${fabric.name}-distribution${i}`, a + c + i))
  const count = Math.max(1, half(d))
  // An odd one out makes its pair a triple.
  const pairs = range(count).map((i) => distribution.slice(2 * i, i === count - 1 ? d : 2 * i + 2))
  return { access, distribution, core, pairs, pairOf: (i) => Math.floor((i * count) / a) }
}

export const threeTier: FabricKind = {
  needs: ['access', 'distribution', 'core'],
  faults: tooManyHosts,
  count: (fabric) => numberOf(fabric, 'access') * (1 + numberOf(fabric, 'hosts')) + numberOf(fabric, 'distribution') + numberOf(fabric, 'core'),
  subnets: (fabric) => numberOf(fabric, 'access') + numberOf(fabric, 'distribution') + numberOf(fabric, 'core'),
  blueprint(fabric) {
    const { access, distribution, core, pairs, pairOf } = threeTierOf(fabric)
    const { terminals, cables } = hostsOf(access, numberOf(fabric, 'hosts'))
    const up = access.flatMap((lower, i) => (pairs[pairOf(i)] ?? []).map((upper): Cable => ({ lower, upper })))
    return { elements: [...access, ...distribution, ...core, ...terminals], cables: [...cables, ...up, ...mesh(distribution, core)] }
  },
  figures(fabric) {
    const { access, distribution, core, pairs, pairOf } = threeTierOf(fabric)
    const hosts = numberOf(fabric, 'hosts')
    const width = pairs[0]?.length ?? 0
    const up = access.reduce((sum, _, i) => sum + (pairs[pairOf(i)]?.length ?? 0), 0)
    const blocks = range(pairs.length).map((pair) => access.filter((_, i) => pairOf(i) === pair).length)
    // Blocks alike and of an even number halve without a switch being split; else no formula is exact.
    const alike = hosts > 0 && pairs.every((pair, i) => pair.length === width && blocks[i] === blocks[0])
    const block = blocks[0] ?? 0
    const bisection = !alike ? null
      : pairs.length % 2 === 0 ? (pairs.length / 2) * Math.min(block * hosts, block * width, width * core.length)
        : pairs.length === 1 && block % 2 === 0 ? Math.min(block * hosts, block * width) / 2 : null
    const used = blocks.filter((count) => count > 0).length
    // From the bottom up: what a tier takes in over what it can pass on.
    const over = alike ? (hosts / width) * (pairs.length > 1 ? block / core.length : 1) : null
    return {
      switches: access.length + distribution.length + core.length, terminals: access.length * hosts,
      links: access.length * hosts + up + distribution.length * core.length,
      degree: null, diameter: hosts === 0 ? null : used > 1 ? 6 : access.length > 1 ? 4 : 2,
      bisectionWidth: bisection, paths: used > 1 ? (alike ? width * core.length * width : null) : access.length > 1 ? width : 1,
      oversubscription: over, // No theorem covers dual-homed pairs: only too little capacity is certain.
      blocking: over !== null && over > 1 ? 'blocking' : null,
    }
  },
}
