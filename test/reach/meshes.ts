/** Texts of networks with many ways from one end to another. */
import { chanceOf } from '../kernel/chance.ts'

/** Routers joined at random at costs of their own, some twice; every other one has a server. */
export const mesh = (seed: number, least = 5): string => {
  const { below } = chanceOf(seed)
  const size = least + below(4)
  const interfaces = Array.from({ length: size }, (_, i) => [`lo: { address: 10.255.0.${i}/32 }`])
  const costs = Array.from({ length: size }, (): string[] => [])
  const links: string[] = []
  const join = (a: number, b: number): void => {
    const n = links.length
    const mtu = 1300 + 20 * below(11)
    links.push(`  - [r${a}:p${n}, r${b}:p${n}]`)
    for (const [one, at] of [[a, 0], [b, 1]] as const) {
      interfaces[one]?.push(`p${n}: { address: 172.16.${n}.${at}/31, mtu: ${mtu}, up: true }`)
      if (below(2) === 0) costs[one]?.push(`p${n}: ${[5, 10, 20][below(3)] ?? 10}`)
    }
  }
  for (let i = 1; i < size; i++) join(below(i), i)
  for (let i = 0; i < size; i++) join(i, (i + 1 + below(size - 1)) % size)
  const routers = interfaces.map((own, i) => `  r${i}: { routing: { protocol: ospf, cost: { ${costs[i]?.join(', ') ?? ''} } }, interfaces: { ${own.join(', ')}${i % 2 === 0 ? `, down: { address: 10.${i}.0.254/24 }` : ''} } }`)
  const servers = Array.from({ length: Math.ceil(size / 2) }, (_, i) => `  s${2 * i}: { interfaces: { p0: { address: 10.${2 * i}.0.1/24, gateway: 10.${2 * i}.0.254 } } }`)
  return ['infra: 1', 'servers:', ...servers, 'routers:', ...routers, 'links:', ...links, ...servers.map((_, i) => `  - [s${2 * i}:p0, r${2 * i}:down]`), ''].join('\n')
}

/** The same with tunnels over it: what carries them comes and goes, whole or in pieces. */
export function tunnelled(seed: number): string {
  const text = seed % 2 === 0 ? mesh(seed) : mesh(seed).replaceAll(/mtu: 1(\d+)/g, 'mtu: 9$1')
  const servers = [...text.matchAll(/ {2}(s\d+): /g)].map(([, name]) => name ?? '')
  const guests = servers.flatMap((server, i) => [0, 1].map((n) => `  v${i}${n}: { host: ${server}, interfaces: { eth0: { network: ${n === 0 ? 'n' : 'm'}, address: 10.20${n}.0.${i + 1}/24 } } }`))
  const ends = servers.map((server) => `10.${server.slice(1)}.0.1`)
  const inTunnel = (own: string, i: number): string => `p0: { address: ${own}/24, gateway: ${own.replace(/1$/, '254')} }, g: { type: gre, id: 5, local: ${own}, remote: ${ends[(i + 1) % 2] ?? own}, address: 10.250.0.${i + 1}/30 }`
  const withTunnel = ends.slice(0, 2).reduce((all, own, i) => all.replace(`p0: { address: ${own}/24, gateway: ${own.replace(/1$/, '254')} }`, inTunnel(own, i)), text)
  return `${withTunnel}networks:
  n: { type: vxlan, id: 7, uplink: p0, subnet: 10.200.0.0/24 }
  m: { type: geneve, id: 8, uplink: p0, subnet: 10.201.0.0/24 }
vms:
${guests.join('\n')}
`
}
