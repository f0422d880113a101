/** One network in which every view has something to tell, the questions that are asked of it, and what can be read off a picture. */

export const text = `infra: 1
name: Two racks
tenants: { blue: { color: "#2f6fde" }, red: {} }
servers:
  s1: { rack: a, cpus: 4, memory: 8GiB, forwarding: true, interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 }, br0: { type: bridge, address: 10.1.0.254/24 } } }
  s2: { rack: b, cpus: 16, memory: 64GiB, forwarding: true, interfaces: { eth0: { address: 10.0.1.1/24, gateway: 10.0.1.254 }, br0: { type: bridge, address: 10.2.0.254/24 } } }
  s3: { rack: b, interfaces: { eth0: { address: 10.0.1.2/24, gateway: 10.0.1.254 } } }
routers:
  r1: { interfaces: { p1: { address: 10.0.0.254/24 }, p2: { address: 10.0.1.254/24 } }, routes: [{ to: 10.1.0.0/24, via: 10.0.0.1 }, { to: 10.2.0.0/24, via: 10.0.1.1 }] }
switches: { sw: {} }
vms:
  web: { host: s1, tenant: blue, vcpus: 12, memory: 6GiB, interfaces: { eth0: { attach: br0, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  db: { host: s2, tenant: red, vcpus: 2, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
  # Its gateway is nobody: what reaches it gets no answer.
  log: { host: s2, tenant: red, interfaces: { eth0: { attach: br0, address: 10.2.0.2/24, gateway: 10.2.0.253 } } }
links:
  - { ends: [s1:eth0, r1:p1], bandwidth: 1Gbps }
  - [s2:eth0, sw:a]
  - [s3:eth0, sw:b]
  - { ends: [sw:up, r1:p2], bandwidth: 1Gbps }
expect:
  - reach: { from: web, to: db }
`

/** The same before: \`db\` stood elsewhere, \`old\` is gone since, \`log\` is new, \`web\` had less memory. */
export const before = text
  .replace(/ {2}# Its gateway.*\n {2}log:.*\n/, '  old: { host: s1, interfaces: { eth0: { attach: br0, address: 10.1.0.8/24, gateway: 10.1.0.254 } } }\n')
  .replace('db: { host: s2', 'db: { host: s1').replace('attach: br0, address: 10.2.0.1/24, gateway: 10.2.0.254', 'attach: br0, address: 10.1.0.7/24, gateway: 10.1.0.254').replace('memory: 6GiB', 'memory: 5GiB')

/** How the command line is asked; `before.infra.yaml` stands beside `x.infra.yaml`. */
export const asked = {
  physical: ['x.infra.yaml'],
  tenant: ['x.infra.yaml', '--view', 'tenant'],
  network: ['x.infra.yaml', '--view', 'network', '--network', '10.2.0.0/24', '--from', 'db'],
  packet: ['x.infra.yaml', '--view', 'packet', '--from', 'web', '--to', 'log'],
  reach: ['x.infra.yaml', '--view', 'reach', '--from', 'web'],
  utilisation: ['x.infra.yaml', '--view', 'utilisation', '--each', '800Mbps'],
  failures: ['x.infra.yaml', '--view', 'failures', '--off', 's2'],
  difference: ['before.infra.yaml', 'x.infra.yaml', '--view', 'difference'],
  networks: ['x.infra.yaml', '--networks'],
} as const
export type Asked = keyof typeof asked

export interface ReadOff {
  /** "vm web #cf222e 2 5 3": each box with its rim's colour, width and dashes. */
  readonly boxes: readonly string[]
  /** The same of lines, which have no names. */
  readonly lines: readonly string[]
  /** Signs on boxes. */
  readonly signs: readonly string[]
  /** Numbers of networks. */
  readonly chips: readonly string[]
  readonly legend: readonly string[]
}

const attribute = (tag: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
const stroke = (tag: string): string => ['stroke', 'stroke-width', 'stroke-dasharray'].map((name) => attribute(tag, name)).join(' ').trimEnd()
const plain = (xml: string): string => xml.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

/** Whatever the layout, the same marks are the same here. */
export function readOff(svg: string): ReadOff {
  const [picture = '', legend = ''] = svg.split('<g class="legend">')
  const found = (pattern: RegExp): readonly string[] => [...picture.matchAll(pattern)].map(([, text = '']) => plain(text)).sort()
  return {
    boxes: [...picture.matchAll(/<title>([^<]*)<\/title>(<rect [^>]*>)/g)].map(([, title = '', rect = '']) => `${title} ${stroke(rect)}`).sort(),
    lines: [...picture.matchAll(/<path d="M [^>]*fill="none"[^>]*>/g)].map(([tag]) => stroke(tag)).sort(),
    signs: found(/text-anchor="middle" font-size="11" font-weight="600"[^>]*>([^<]*)</g), chips: found(/font-size="10.5"[^>]*>([^<]*)</g),
    legend: [...legend.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => plain(text)),
  }
}
