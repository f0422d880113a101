/** Tenants are told apart by a colour each, and by name where colours do not suffice. */
import { describe, expect, it } from 'vitest'
import { mistakable } from '../../core/diagram/owners.ts'
import { draw } from './drawing.ts'

const file = (tenants: readonly string[]): string => `infra: 1\nservers:\n  s1: { interfaces: { br0: { type: bridge } } }\ntenants:\n${tenants.map((rest, i) => `  t${i}: ${rest}\n`).join('')}vms:\n${tenants.map((_, i) => `  v${i}: { host: s1, tenant: t${i}, interfaces: { eth0: { attach: br0, address: 10.0.0.${i + 1}/24 } } }\n`).join('')}`
const drawn = (tenants: readonly string[]): { color: string | undefined; named: boolean; fits: boolean }[] => {
  const { boxes } = draw(file(tenants))
  return tenants.map((_, i) => {
    const box = boxes.find(({ id }) => id === `v${i}`)
    return { color: box?.color, named: box?.details.includes(`t${i}`) === true, fits: (box?.height ?? 0) >= 38 + 15 * (box?.details.length ?? 0) }
  })
}

describe('tenants', () => {
  it('as many as there are colours have one each and need no name', () => {
    const all = drawn(Array.from({ length: 8 }, () => '{}'))
    expect(new Set(all.map(({ color }) => color)).size).toBe(8)
    expect(all.filter(({ named }) => named)).toEqual([])
  })

  it('of which two share a colour are named, the others not', () => {
    const all = drawn(Array.from({ length: 10 }, () => '{}'))
    expect(all.map(({ named }) => named)).toEqual([true, true, false, false, false, false, false, false, true, true])
    expect(all.every(({ fits }) => fits)).toBe(true)
  })

  it('with colours that are written and nearly the same are named', () => {
    expect(drawn(['{ color: "#2f6fde" }', '{ color: "#2f70dc" }', '{ color: "#c0392b" }']).map(({ named }) => named)).toEqual([true, true, false])
    expect(drawn(['{ color: red }', '{ color: Red }', '{ color: "#08f" }']).map(({ named }) => named)).toEqual([true, true, false])
  })

  it('without a written colour take none that is written for another', () => {
    const all = drawn(['{}', '{ color: "#2f6fde" }', '{}'])
    expect(new Set(all.map(({ color }) => color)).size).toBe(3)
  })

  it('of the palette are taken for nobody else', () => {
    const { tenants } = draw(file(Array.from({ length: 8 }, () => '{}')))
    expect([...mistakable(tenants)]).toEqual([])
  })
})
