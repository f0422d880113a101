/** Networks whose stacks have rules about what they forward. */
import { chanceOf } from '../kernel/chance.ts'

/** Rules of all kinds for some of the stacks of a text that has each on a line of its own, about the networks that it names. */
export function ruled(text: string, seed: number, forwarding = /^( {2}\w+: \{ )(?=forwarding: true|routing: )/gm): string {
  const { below } = chanceOf(seed)
  const networks = [...new Set([...text.matchAll(/address: "?([\d.]+|[\da-f:]+)\/\d+/g)].flatMap(([, ip = '']) => (ip.includes(':') ? [`"${ip}/128"`, `"${ip}/62"`, `"${ip}/63"`] : [`${ip}/32`, `${ip}/22`, `${ip}/14`])))]
  const some = (): string => networks[below(networks.length)] ?? '0.0.0.0/0'
  const rule = (): string => {
    const matches = [
      ...(below(3) > 0 ? [`from: ${some()}`] : []), ...(below(3) === 0 ? [`to: ${some()}`] : []), ...(below(3) === 0 ? [`state: [${['established', 'new', 'established, related'][below(3)] ?? ''}]`] : []),
      ...(below(6) === 0 ? [`proto: ${['icmp', 'tcp'][below(2)] ?? ''}`] : []), ...(below(12) === 0 ? ['in: p0'] : []),
    ]
    return `{ ${[...matches, `action: ${below(2) === 0 ? 'accept' : 'drop'}`].join(', ')} }`
  }
  const chain = (): string => `{ policy: ${below(3) === 0 ? 'drop' : 'accept'}, rules: [${Array.from({ length: below(4) }, rule).join(', ')}] }`
  return text.replaceAll(forwarding, (start) => {
    const chains = [...(below(2) === 0 ? [`forward: ${chain()}`] : []), ...(below(6) === 0 ? [`input: ${chain()}`] : []), ...(below(8) === 0 ? [`output: ${chain()}`] : [])]
    return chains.length === 0 ? start : `${start}firewall: { ${chains.join(', ')} }, `
  })
}

/** A rule that says otherwise, asks for something else or comes; all rules of a stack that go. */
export function reruled(text: string, roll: (below: number) => number): string {
  const put = (pattern: RegExp, word: (old: string) => string): string => {
    const found = [...text.matchAll(pattern)]
    const at = found[roll(Math.max(1, found.length))]
    return at?.index === undefined ? text : text.slice(0, at.index) + word(at[0]) + text.slice(at.index + at[0].length)
  }
  switch (roll(6)) {
    case 0: case 1: return put(/(?<=action: |policy: )(accept|drop)/g, (old) => (old === 'drop' ? 'accept' : 'drop'))
    case 2: return put(/(?<=state: \[)(established|new)/g, (old) => (old === 'new' ? 'established' : 'new'))
    case 3: return put(/firewall: \{ .*? \}, (?=forwarding: |routing: )/g, () => '')
    case 4: return put(/(?<=rules: \[)/g, () => `{ from: 10.${roll(9)}.0.0/${[14, 22, 32][roll(3)] ?? 32}, action: drop }, `)
    default: return put(/(?<=^ {2}\w+: \{ )(?=forwarding: |routing: )/gm, () => `firewall: { ${['forward', 'forward', 'input'][roll(3)] ?? ''}: { policy: accept, rules: [${['', '{ in: p1, action: drop }', '{ from: 10.0.0.0/13, action: drop }', '{ to: 10.9.0.0/21, action: drop }'][roll(4)] ?? ''}] } }, `)
  }
}
