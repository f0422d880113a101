/** Networks whose routes lead round, back and nowhere. */
import { chanceOf } from '../kernel/chance.ts'

/** Stacks on two segments that send each other round by routes that nobody has thought about. */
export function muddle(seed: number): string {
  const { below: chance } = chanceOf(seed)
  const stacks = 4 + chance(7)
  const family = seed % 3 === 0 ? 6 : 4
  const address = (net: number, i: number): string => (family === 4 ? `10.${net}.0.${i + 1}` : `fd00:${net}::${i + 1}`)
  const behind = (i: number): string => (family === 4 ? `10.9.${i}.0/24` : `fd00:9:${i}::/64`)
  let text = 'infra: 1\nservers:\n'
  const links: string[] = []
  for (let i = 0; i < stacks; i++) {
    const here = (net: number): boolean => net === 1 || i % 3 !== 2
    const interfaces = [1, 2].filter(here).map((net) => `e${net}: { address: "${address(net, i)}/${family === 4 ? 24 : 64}" }`)
    for (const net of [1, 2].filter(here)) links.push(`[s${i}:e${net}, sw${net}:p${i}]`)
    const via = (): string => {
      const net = here(2) && chance(2) === 0 ? 2 : 1
      // Now and then a neighbour that is not there, or the stack itself.
      return `"${address(net, chance(12) === 0 ? 77 : chance(stacks))}"`
    }
    const route = (to: string): string => {
      const kind = chance(9)
      return kind === 0 ? `{ to: "${to}", type: blackhole }` : kind === 1 ? `{ to: "${to}", type: unreachable }` : `{ to: "${to}", via: ${kind === 2 ? `[${via()}, ${via()}]` : via()} }`
    }
    const routes = [...(chance(4) === 0 ? [] : [route(family === 4 ? '10.0.0.0/8' : 'fd00::/16')]), ...Array.from({ length: chance(3) }, () => route(behind(chance(stacks))))]
    interfaces.push(`d: { type: dummy, address: "${behind(i).replace(family === 4 ? '.0/' : '::/', family === 4 ? '.1/' : '::1/')}" }`)
    text += `  s${i}: { forwarding: ${chance(4) > 0}, interfaces: { ${interfaces.join(', ')} }, routes: [${routes.join(', ')}] }\n`
  }
  return `${text}switches: { sw1: {}, sw2: {} }\nlinks: [${links.join(', ')}]\n`
}
