/** Texts as a person might have changed them. */

/** Numbers from a seed: mulberry32. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** What a person might type: a number, a switch, a word of another place, a line less, a line again. */
export function edited(text: string, roll: (below: number) => number): string {
  const pick = (pattern: RegExp): RegExpMatchArray | undefined => {
    const found = [...text.matchAll(pattern)]
    return found[roll(Math.max(1, found.length))]
  }
  const put = (at: RegExpMatchArray | undefined, word: string): string => (at?.index === undefined ? text : text.slice(0, at.index) + word + text.slice(at.index + at[0].length))
  const lines = text.split('\n')
  switch (roll(11)) {
    case 0: case 1: {
      const at = pick(/(?<=[ .:])\d+(?=[^\d.])/g)
      return put(at, String(Number(at?.[0] ?? 0) + ([1, -1, 7, 100, -300][roll(5)] ?? 1)))
    }
    case 2: return put(pick(/\b(true|false)\b/g), roll(2) === 0 ? 'true' : 'false')
    case 3: return put(pick(/\d+\.\d+\.\d+\.\d+\/\d+/g), pick(/\d+\.\d+\.\d+\.\d+\/\d+/g)?.[0] ?? '10.0.0.1/24')
    case 4: return put(pick(/\d+\.\d+\.\d+\.\d+(?!\/|\d)/g), pick(/\d+\.\d+\.\d+\.\d+/g)?.[0] ?? '10.0.0.1')
    case 5: return put(pick(/"?interfaces"?: \{\s+(?="?\w+"?: \{)/g), '"interfaces": { "dummy9": { "type": "dummy", "address": "10.99.0.1/24" }, ')
    case 6: return put(pick(/\{\s+(?="?(address|master|attach|network|type))/g), `{ ${['"mtu": 1300', '"mtu": 900', '"up": false', '"isolated": true', '"mac": "02:00:00:00:99:01"'][roll(5)]}, `)
    case 8: return put(pick(/\b(t0|t1|inner|outer|v\d|c\d|s\d)\b(?=[,\]} ])/g), pick(/\b(t0|t1|inner|outer|v\d|c\d|s\d)\b(?=[,\]} ])/g)?.[0] ?? 't0')
    case 7: {
      const at = roll(lines.length)
      return lines.filter((line, i) => i !== at || !/\[.*\]|\{.*\}/.test(line)).join('\n')
    }
    case 9: {
      // A port of a switch that nothing was said of.
      const ports = [...text.matchAll(/"(\w+):(\w+)"/g)].filter(([, name]) => text.includes(`"${name}": {}`))
      const [, name, port] = ports[roll(Math.max(1, ports.length))] ?? []
      return name ? text.replace(`"${name}": {}`, `"${name}": { "ports": { "${port}": { "up": false } } }`) : text
    }
    default: return put(pick(/(?<=: "?|, )(vxlan|geneve|gre|gretap|bridge|ovs|ethernet|veth|private|vepa|l2|l3)\b/g), pick(/(?<=: "?|, )(vxlan|geneve|gre|gretap|bridge|ovs|ethernet|veth|private|vepa|l2|l3)\b/g)?.[0] ?? 'bridge')
  }
}
