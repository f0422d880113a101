/** What `exec` lines do to a stack: `ip address`, `ip link`, `ip route`, `bridge vlan`, `sysctl`, as iproute2 spells them. */
import { defaultPrefix, parseInterfaceAddress, parseIp, prefixOf, type Prefix } from '../../address/ip.ts'
import { parseMac } from '../../address/mac.ts'
import type { Interface, InterfaceAddress, InterfaceType, Sysctl, TunnelSettings } from '../../infra/interface.ts'
import { interfaceTypes, isTunnelType } from '../../infra/interface.ts'
import type { Route } from '../../infra/node.ts'
import type { Span, Written } from '../../text/span.ts'

/** A stack while its commands are read. */
export interface Draft {
  readonly interfaces: Map<string, Interface>
  routes: Route[]
  sysctl: Sysctl
  forwarding: Written<boolean> | undefined
}

/** What became of a command: taken, of no concern to the network, or not understood. */
export type Outcome = 'taken' | 'harmless' | 'unknown'

const harmless = /^(echo|cat|ls|sleep|ping6?|traceroute|tcpdump|curl|wget|nc|iperf3?|date|hostname|touch|mkdir|rm|cp|mv|chmod|chown|true|env|export|apk|apt|apt-get|yum|dnf|pip3?|uname|whoami|id|ps|grep|sed|awk|tail|head|tee|ethtool|service|useradd|adduser|passwd|chpasswd|ln|exit|set|cd|arp|lldpd|lldpcli|ssh-keygen|sshd|\/usr\/sbin\/sshd|nginx|httpd|python3?\s+-m\s+http\.server|ip\s+(-[\w]+\s+)*(a|addr|address|l|link|r|route|neigh|rule|-br)(\s+(show|list|ls|s)\b.*)?$)/

/** Splits a shell line into commands and words; quotes are taken off. What needs a real shell is not understood. */
export function commandsOf(line: string): string[][] {
  const inner = /^\s*(?:\/bin\/|\/usr\/bin\/)?(?:sh|bash|ash)\s+-l?c\s+([\s\S]*)$/.exec(line)
  const script = inner ? unquote((inner[1] ?? '').trim()) : line
  return script.split(/&&|\|\||;|\n/).map((part) => part.trim()).filter((part) => part !== '')
    .map((part) => (part.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(unquote))
}

const unquote = (text: string): string => (/^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text)

export function run(draft: Draft, words: readonly string[], at: Span): Outcome {
  const line = words.join(' ')
  const [command = '', ...rest] = words[0] === 'sudo' ? words.slice(1) : words
  const name = command.replace(/^.*\//, '')
  if (name === 'ip') return ipCommand(draft, rest, at)
  if (name === 'bridge') return bridgeVlan(draft, rest, at)
  if (name === 'sysctl') return sysctl(draft, rest, at)
  if (name === 'ifconfig' && rest.includes('up')) return 'harmless'
  return harmless.test(line) ? 'harmless' : 'unknown'
}

const isPrefixOf = (word: string | undefined, full: string): boolean => word !== undefined && word !== '' && full.startsWith(word)

function ipCommand(draft: Draft, words: readonly string[], at: Span): Outcome {
  const rest = [...words]
  let family: 4 | 6 | undefined
  while (rest[0]?.startsWith('-')) {
    if (rest[0] === '-6') family = 6
    if (rest[0] === '-4') family = 4
    if (['-n', '-netns'].includes(rest[0])) return 'unknown'
    rest.shift()
  }
  const [object, ...args] = rest
  if (isPrefixOf(object, 'address')) return address(draft, args, at)
  if (isPrefixOf(object, 'link')) return link(draft, args, at)
  if (isPrefixOf(object, 'route')) return route(draft, args, family, at)
  if (isPrefixOf(object, 'neighbour') || object === 'neighbor') return 'harmless'
  return 'unknown'
}

const after = (words: readonly string[], key: string): string | undefined => {
  const index = words.indexOf(key)
  return index < 0 ? undefined : words[index + 1]
}

export const blank = (name: string, at: Span, type: InterfaceType = 'ethernet'): Interface =>
  ({ name, at, body: at, type: { value: type, at }, addresses: [], gateways: [], flows: [] })

/** The interface, made when a command is the first to name it. */
function touch(draft: Draft, name: string, at: Span, change: (iface: Interface) => Partial<Interface>): void {
  const iface = draft.interfaces.get(name) ?? blank(name, at, name === 'lo' ? 'loopback' : 'ethernet')
  draft.interfaces.set(name, { ...iface, ...change(iface) })
}

function address(draft: Draft, [verb, ...args]: readonly string[], at: Span): Outcome {
  if (verb === undefined || isPrefixOf(verb, 'show') || isPrefixOf(verb, 'list')) return 'harmless'
  const dev = after(args, 'dev')
  const written = args.find((word) => parseInterfaceAddress(word) !== undefined)
  const parsed = written === undefined ? undefined : parseInterfaceAddress(written)
  if (isPrefixOf(verb, 'flush')) {
    if (dev) touch(draft, dev, at, () => ({ addresses: [] }))
    return dev ? 'taken' : 'unknown'
  }
  if (!dev || !parsed) return 'unknown'
  const value: InterfaceAddress = { ip: parsed.ip, length: parsed.length ?? (parsed.ip.family === 4 ? 32 : 128) }
  const same = (one: Written<InterfaceAddress>): boolean => one.value.ip.family === value.ip.family && one.value.ip.value === value.ip.value
  if (isPrefixOf(verb, 'delete')) touch(draft, dev, at, (iface) => ({ addresses: iface.addresses.filter((one) => !same(one)) }))
  else if (isPrefixOf(verb, 'add') || ['replace', 'change'].some((word) => isPrefixOf(verb, word))) {
    touch(draft, dev, at, (iface) => ({ addresses: [...iface.addresses.filter((one) => !same(one)), { value, at }] }))
  } else return 'unknown'
  return 'taken'
}

function link(draft: Draft, [verb, ...args]: readonly string[], at: Span): Outcome {
  if (verb === undefined || isPrefixOf(verb, 'show')) return 'harmless'
  if (isPrefixOf(verb, 'set')) return setLink(draft, args, at)
  if (isPrefixOf(verb, 'delete')) {
    const name = after(args, 'dev') ?? args[0]
    if (name) draft.interfaces.delete(name)
    return name ? 'taken' : 'unknown'
  }
  return isPrefixOf(verb, 'add') ? addLink(draft, args, at) : 'unknown'
}

function setLink(draft: Draft, args: readonly string[], at: Span): Outcome {
  const named = args[0] === 'dev' ? args[1] : args[0]
  if (!named) return 'unknown'
  const rest = args.slice(args[0] === 'dev' ? 2 : 1)
  const mtu = Number(after(rest, 'mtu') ?? NaN)
  const mac = parseMac(after(rest, 'address') ?? '')
  const master = after(rest, 'master')
  if (rest.includes('netns')) return 'unknown'
  touch(draft, named, at, () => ({
    ...(rest.includes('up') && { up: { value: true, at } }), ...(rest.includes('down') && { up: { value: false, at } }),
    ...(Number.isInteger(mtu) && { mtu: { value: mtu, at } }), ...(mac !== undefined && { mac: { value: mac, at } }),
    ...(master !== undefined && { master: { value: master, at } }), ...(rest.includes('nomaster') && { master: undefined }),
    ...(after(rest, 'vlan_filtering') !== undefined && { vlanAware: { value: after(rest, 'vlan_filtering') === '1', at } }),
  }))
  const name = after(rest, 'name')
  const iface = draft.interfaces.get(named)
  if (name && iface) {
    draft.interfaces.delete(named)
    draft.interfaces.set(name, { ...iface, name })
  }
  return 'taken'
}

function addLink(draft: Draft, args: readonly string[], at: Span): Outcome {
  const type = interfaceTypes.find((word) => word === after(args, 'type'))
  const typeAt = args.indexOf('type')
  const head = args.slice(0, typeAt < 0 ? args.length : typeAt)
  const tail = args.slice(typeAt + 2)
  const name = after(head, 'name') ?? (head[0] === 'dev' ? head[1] : head.find((word, i) => !['link', 'mtu', 'address', 'name'].includes(head[i - 1] ?? '') && !['link', 'mtu', 'address', 'name'].includes(word)))
  if (!type || !name || type === 'veth') return 'unknown'
  const parent = after(head, 'link') ?? after(tail, 'dev')
  const mode = after(tail, 'mode')
  const id = Number(after(tail, 'id') ?? after(tail, 'vni') ?? after(tail, 'key') ?? NaN)
  const local = parseIp(after(tail, 'local') ?? '')
  const remote = parseIp(after(tail, 'remote') ?? '')
  const port = Number(after(tail, 'dstport') ?? NaN)
  const tunnel: TunnelSettings | undefined = isTunnelType(type) ? {
    remotes: remote ? [{ value: remote, at }] : [], fdb: [], peers: [], ...(local && { local: { value: local, at } }),
    ...(Number.isInteger(id) && { id: { value: id, at } }),
    // Linux's own default; the language's is the assigned 4789, so it is said.
    ...(type === 'vxlan' && { port: { value: Number.isInteger(port) ? port : 8472, at } }), ...(tail.includes('nolearning') && { learning: { value: false, at } }),
  } : undefined
  const mtu = Number(after(head, 'mtu') ?? NaN)
  draft.interfaces.set(name, {
    ...blank(name, at, type), ...(parent !== undefined && { link: { value: parent, at } }), ...(mode !== undefined && { mode: { value: mode, at } }),
    ...(tunnel && { tunnel }), ...(!tunnel && Number.isInteger(id) && { id: { value: id, at } }), ...(Number.isInteger(mtu) && { mtu: { value: mtu, at } }),
    ...(after(tail, 'vlan_filtering') === '1' && { vlanAware: { value: true, at } }), ...(after(tail, 'stp_state') === '1' && { stp: { value: true, at } }),
    ...(after(tail, 'table') !== undefined && { table: { value: Number(after(tail, 'table')), at } }),
  })
  return 'taken'
}

function route(draft: Draft, [verb, ...args]: readonly string[], family: 4 | 6 | undefined, at: Span): Outcome {
  if (verb === undefined || isPrefixOf(verb, 'show') || isPrefixOf(verb, 'list') || isPrefixOf(verb, 'get')) return 'harmless'
  const words = args[0] === 'to' ? args.slice(1) : [...args]
  const type = ['blackhole', 'unreachable', 'prohibit'].includes(words[0] ?? '') ? words.shift() : undefined
  const target = words[0]
  const hops = words.includes('nexthop')
    ? words.join(' ').split(/\bnexthop\b/).slice(1).map((part) => after(part.trim().split(/\s+/), 'via'))
    : [after(words, 'via') === 'inet6' ? after(words, 'inet6') : after(words, 'via')]
  const via = hops.flatMap((hop) => {
    const ip = hop === undefined ? undefined : parseIp(hop)
    return ip ? [{ value: ip, at }] : []
  })
  if (after(words, 'table') !== undefined && after(words, 'table') !== 'main') return 'unknown'
  const to = targetOf(target, via[0]?.value.family ?? family ?? 4)
  if (!to) return isPrefixOf(verb, 'flush') ? 'unknown' : 'unknown'
  const same = (one: Route): boolean => one.to.value.length === to.length && one.to.value.ip.family === to.ip.family && one.to.value.ip.value === to.ip.value
  if (isPrefixOf(verb, 'delete')) {
    draft.routes = draft.routes.filter((one) => !same(one))
    return 'taken'
  }
  const metric = Number(after(words, 'metric') ?? NaN)
  const dev = after(words, 'dev')
  const src = parseIp(after(words, 'src') ?? '')
  const made: Route = {
    to: { value: to, at }, via, type: type === 'blackhole' ? 'blackhole' : type === undefined ? 'unicast' : 'unreachable', at,
    ...(dev !== undefined && { dev: { value: dev, at } }), ...(Number.isInteger(metric) && { metric: { value: metric, at } }), ...(src && { src: { value: src, at } }),
    ...(words.includes('onlink') && { onlink: { value: true, at } }),
  }
  if (isPrefixOf(verb, 'replace') || isPrefixOf(verb, 'change')) draft.routes = [...draft.routes.filter((one) => !same(one)), made]
  else if (isPrefixOf(verb, 'add') || isPrefixOf(verb, 'append') || isPrefixOf(verb, 'prepend')) {
    // `ip route add` refuses a second route to the same destination with the same metric (EEXIST); the first one stays.
    if (!draft.routes.some((one) => same(one) && (one.metric?.value ?? 0) === (made.metric?.value ?? 0))) draft.routes = [...draft.routes, made]
  } else return 'unknown'
  return 'taken'
}

function targetOf(word: string | undefined, family: 4 | 6): Prefix | undefined {
  if (word === 'default') return defaultPrefix(family)
  const parsed = word === undefined ? undefined : parseInterfaceAddress(word)
  return parsed && prefixOf(parsed.ip, parsed.length ?? (parsed.ip.family === 4 ? 32 : 128))
}

/** `bridge vlan add dev eth1 vid 10 pvid untagged`. */
function bridgeVlan(draft: Draft, words: readonly string[], at: Span): Outcome {
  if (words[0] !== 'vlan') return words[0] === 'fdb' ? 'unknown' : 'harmless'
  const dev = after(words, 'dev')
  const vid = Number(after(words, 'vid') ?? NaN)
  if (!dev || !Number.isInteger(vid) || words[1] !== 'add') return words[1] === 'del' || words[1] === 'delete' ? 'harmless' : 'unknown'
  touch(draft, dev, at, (iface) => (words.includes('untagged')
    ? (iface.trunk ? { native: { value: vid, at } } : { vlan: { value: vid, at } })
    : { trunk: { value: [...(iface.trunk?.value ?? []), vid], at }, ...(iface.vlan && { native: iface.vlan, vlan: undefined }) }))
  return 'taken'
}

function sysctl(draft: Draft, words: readonly string[], at: Span): Outcome {
  let outcome: Outcome = 'harmless'
  for (const word of words) {
    const match = /^([\w./-]+)=(\d+)$/.exec(word)
    if (match && setSysctl(draft, match[1] ?? '', Number(match[2]), at)) outcome = 'taken'
  }
  return outcome
}

/** A kernel setting by its dotted name; false where it is none that forwarding knows. */
export function setSysctl(draft: Draft, key: string, value: number, at: Span): boolean {
  const name = key.replaceAll('/', '.')
  if (name === 'net.ipv4.ip_forward' || name === 'net.ipv4.conf.all.forwarding') draft.forwarding = { value: value === 1, at }
  else {
    const match = /^net\.ipv4\.conf\.(.+)\.(rp_filter|arp_ignore|arp_announce|proxy_arp)$/.exec(name)
    if (!match) return false
    const written = { value, at }
    const setting: Sysctl = match[2] === 'rp_filter' ? { rpFilter: written } : match[2] === 'arp_ignore' ? { arpIgnore: written }
      : match[2] === 'arp_announce' ? { arpAnnounce: written } : { proxyArp: { value: value === 1, at } }
    const dev = match[1] ?? ''
    if (dev === 'all') draft.sysctl = { ...draft.sysctl, ...setting }
    else if (dev !== 'default') touch(draft, dev, at, (iface) => ({ sysctl: { ...iface.sysctl, ...setting } }))
  }
  return true
}
