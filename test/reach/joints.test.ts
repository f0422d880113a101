/** Wires and what stands on another's device, after an edit: patched, they are what they are from nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jointsOf, type Joints } from '../../core/forwarding/joints.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { build } from '../realize/build.ts'

interface Plan {
  readonly servers: number
  readonly guests: readonly { readonly name: number; readonly host: number; readonly type: 'veth' | 'macvlan' }[]
  /** Between eth0 … eth2 of servers, some of which are not there. */
  readonly links: readonly (readonly [number, number, number, number, boolean])[]
}

const text = ({ servers, guests, links }: Plan): string => `infra: 1
servers:
${Array.from({ length: servers }, (_, i) => `  s${i}: { interfaces: { eth0: {}, eth1: {}, br0: { type: bridge } } }`).join('\n')}
containers:
${[...new Map(guests.map((one) => [one.name, one])).values()].map(({ name, host, type }) => `  c${name}: { host: s${host}, interfaces: { eth0: { attach: ${type === 'macvlan' ? 'eth0' : 'br0'}, type: ${type} } } }`).join('\n')}
links:
${links.map(([a, p, b, q, up]) => `  - { ends: [s${a}:eth${p}, s${b}:eth${q}], up: ${up} }`).join('\n')}
`

/** The later infra, with the objects of the earlier one wherever nothing differs. */
function after(plan: Plan, before: Realised): Realised {
  const infra = build(text(plan))
  const said = (value: unknown): string => JSON.stringify(value, (key, part: unknown) => (key === 'at' || key.endsWith('At') ? undefined : typeof part === 'bigint' ? `${part}n` : part instanceof Map ? [...part] : part))
  const older = new Map(before.infra.links.map((one) => [said(one), one]))
  const now = realize(infra)
  const nodes = new Map([...now.infra.nodes].map(([name, node]) => {
    const old = before.infra.nodes.get(name)
    return [name, old && said(old) === said(node) ? old : node]
  }))
  return { ...now, infra: { ...now.infra, nodes, links: now.infra.links.map((one) => older.get(said(one)) ?? one) } }
}

const shown = ({ wires, leaning }: Joints): unknown => ({
  wires: [...wires].map(([name, row]) => [name, [...row].map(([device, { node, interface: far, carrier }]) => `${device} ${node}:${far} ${carrier}`).sort()] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  leaning: [...leaning].map(([name, row]) => [name, [...row].sort()] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
})

const plans = fc.record<Plan>({
  servers: fc.integer({ min: 3, max: 8 }),
  guests: fc.array(fc.record({ name: fc.nat(9), host: fc.nat(8), type: fc.constantFrom('veth' as const, 'veth' as const, 'veth' as const, 'macvlan' as const) }), { maxLength: 8 }),
  links: fc.array(fc.tuple(fc.nat(8), fc.nat(2), fc.nat(8), fc.nat(2), fc.boolean()), { maxLength: 8 }),
})
const steps = fc.array(fc.tuple(fc.constantFrom('link', 'unlink', 'guest', 'leave', 'move', 'server'), fc.nat(8), fc.nat(8), fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 6 })

function stepped(plan: Plan, [what, a, b, p, q]: readonly [string, number, number, number, number]): Plan {
  const { guests, links } = plan
  switch (what) {
    case 'link': return { ...plan, links: [...links, [a, p, b, q, true]] }
    case 'unlink': return { ...plan, links: links.filter((_, i) => i !== a % Math.max(1, links.length)) }
    case 'guest': return { ...plan, guests: [...guests, { name: 10 + a, host: b, type: p === 2 ? 'macvlan' : 'veth' }] }
    case 'leave': return { ...plan, guests: guests.filter((_, i) => i !== a % Math.max(1, guests.length)) }
    case 'move': return { ...plan, guests: guests.map((one, i) => (i === a % guests.length ? { ...one, host: b } : one)) }
    default: return { ...plan, servers: 3 + (a % 6) }
  }
}

describe('joints after edits', () => {
  it('are those from nothing', () => {
    let patches = 0
    fc.assert(fc.property(plans, steps, (first, edits) => {
      let plan = first
      let state = realize(build(text(plan)))
      let joints = jointsOf(state.infra)
      for (const edit of edits) {
        plan = stepped(plan, edit)
        const next = after(plan, state)
        const again = jointsOf(next.infra, undefined, { infra: state.infra, joints })
        expect(shown(again)).toEqual(shown(jointsOf(next.infra)))
        if (!again.contested && !joints.contested && again !== joints) patches++
        ;[state, joints] = [next, again]
      }
    }), { numRuns: 150 })
    expect(patches).toBeGreaterThan(20)
  })
})
