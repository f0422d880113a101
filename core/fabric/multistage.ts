/** Multistage networks: the three-stage Clos and the butterfly. Terminals send into the first stage and receive from the last. */
import type { Fabric } from '../infra/parts.ts'
import { mesh, numberAt, numberOf, range, switchAt, type Blueprint, type Cable, type Element, type FabricKind } from './kind.ts'
import { t } from '../words.ts'

/** Terminals `n<i>`, so many to a switch of the first and the last stage; `between` are the cables of the stages. */
function staged(fabric: Fabric, stages: readonly (readonly Element[])[], perSwitch: number, between: readonly Cable[]): Blueprint {
  const first = stages[0] ?? []
  const last = stages.at(-1) ?? []
  const terminals = range(first.length * perSwitch).map((i): Element => ({ name: `${fabric.name}-n${i}`, role: 'terminal', own: 0 }))
  const into = (stage: readonly Element[]): Cable[] => terminals.flatMap((lower, i): Cable[] => {
    const upper = stage[Math.floor(i / perSwitch)]
    return upper ? [{ lower, upper }] : []
  })
  return { elements: [...stages.flat(), ...terminals], cables: [...into(first), ...into(last), ...between] }
}

interface ClosNumbers {
  /** Terminals a switch of the outer stages, switches of the outer stages, switches of the middle stage: Clos's n, r and m. */
  readonly n: number
  readonly r: number
  readonly m: number
}

/** n is `hosts`, else the divisor of `size` nearest below its root; m is `spines`, else n, the least that does not block. */
function closOf(fabric: Fabric): ClosNumbers {
  const size = numberOf(fabric, 'size')
  let n = numberOf(fabric, 'hosts')
  if (n === 0) for (n = Math.max(1, Math.floor(Math.sqrt(size))); size % n !== 0;) n--
  return { n, r: size / n, m: numberOf(fabric, 'spines') || n }
}

export const clos: FabricKind = {
  needs: ['size'],
  faults(fabric) {
    const { n, r } = closOf(fabric)
    if (!Number.isInteger(r)) {
      return [{ code: 'wrong-type', at: numberAt(fabric, 'hosts'), fatal: true, message: t`${numberOf(fabric, 'size')} terminals do not divide into switches of ${n}` }]
    }
    return n > 126 ? [{ code: 'wrong-type', at: numberAt(fabric, 'size'), fatal: true, message: t`a switch's /24 has room for 126 terminals, not ${n}` }] : []
  },
  count(fabric) {
    const { r, m } = closOf(fabric)
    return numberOf(fabric, 'size') + 2 * r + m
  },
  subnets(fabric) {
    const { r, m } = closOf(fabric)
    return 2 * r + m
  },
  blueprint(fabric) {
    const { n, r, m } = closOf(fabric)
    const stage = (s: number, count: number, before: number): Element[] => range(count).map((i) => switchAt(`${fabric.name}-s${s}-${i}`, before + i))
    const stages = [stage(0, r, 0), stage(1, m, r), stage(2, r, r + m)] as const
    return staged(fabric, stages, n, [...mesh(stages[0], stages[1]), ...mesh(stages[2], stages[1])])
  },
  figures(fabric) {
    const { n, r, m } = closOf(fabric)
    const size = n * r
    return {
      switches: 2 * r + m, terminals: size, links: 2 * size + 2 * r * m, degree: { least: Math.min(n + m, 2 * r), most: Math.max(n + m, 2 * r) },
      diameter: 3, bisectionWidth: r % 2 === 0 ? Math.min(size, r * m) / 2 : null, paths: m, oversubscription: n / m,
      blocking: m >= 2 * n - 1 ? 'strict' : m >= n ? 'rearrangeable' : 'blocking',
    }
  },
}

export const butterfly: FabricKind = {
  needs: ['size'],
  faults(fabric) {
    const size = numberOf(fabric, 'size')
    return size >= 2 && Number.isInteger(Math.log2(size)) ? []
      : [{ code: 'wrong-type', at: numberAt(fabric, 'size'), fatal: true, message: t`a butterfly of 2×2 switches has a power of two of terminals: ${size} is none` }]
  },
  count: (fabric) => numberOf(fabric, 'size') * (1 + Math.log2(numberOf(fabric, 'size')) / 2),
  subnets: (fabric) => (numberOf(fabric, 'size') * Math.log2(numberOf(fabric, 'size'))) / 2,
  blueprint(fabric) {
    const size = numberOf(fabric, 'size')
    const rows = size / 2
    const depth = Math.log2(size)
    const stages = range(depth).map((s) => range(rows).map((i) => switchAt(`${fabric.name}-s${s}-${i}`, s * rows + i)))
    // Each stage decides one bit of the row, the highest first.
    const between = range(depth - 1).flatMap((s) => range(rows).flatMap((i) => [i, i ^ (1 << (depth - 2 - s))].flatMap((row): Cable[] => {
      const lower = stages[s]?.[i]
      const upper = stages[s + 1]?.[row]
      return lower && upper ? [{ lower, upper }] : []
    })))
    return staged(fabric, stages, 2, between)
  },
  figures(fabric) {
    const size = numberOf(fabric, 'size')
    const depth = Math.log2(size)
    return {
      switches: (size / 2) * depth, terminals: size, links: size * (depth + 1), degree: { least: 4, most: 4 },
      diameter: depth, bisectionWidth: size / 2, paths: 1, oversubscription: 1, blocking: 'blocking',
    }
  },
}
