/** The lab: a bash script that builds a realised model from network namespaces on a Linux machine, as root. */
import { isLinkLocal, isLoopback, printIp } from '../address/ip.ts'
import { bridgesToNetfilter, guestsByHost } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import { isStack, type Node } from '../infra/node.ts'
import { labDevices, type LabDevices } from './lab-devices.ts'
import { labFilters } from './lab-filters.ts'
import { labNames, type LabNames } from './lab-names.ts'
import { labRoutes, type ExtraRoutes } from './lab-routes.ts'

const heredoc = (command: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`  ${command} <<EOF`, ...lines, 'EOF']

/**
 * The script knows `up`, `down` and `test`. Namespaces are called after the nodes, behind the prefix $P. Kinds of device that
 * the kernel lacks are named in comments and left out. `extra` are routes that a routing protocol would add.
 */
export function labScript(infra: Infra, extra: ExtraRoutes = new Map()): string {
  const names = labNames(infra)
  const devices = labDevices(infra, names)
  const nodes = [...infra.nodes.values()]
  const guests = guestsByHost(infra)
  const space = (node: Node): string => `\${P}${node.name}`
  const gone = new Set(devices.leftOut.map(({ node, device }) => `${node}:${device}`))
  const routesOf = (node: Node): readonly string[] => labRoutes(node, names, extra, (device) => !gone.has(`${node.name}:${device}`))
  const inside = (node: Node, phase: keyof LabDevices['phases']): readonly string[] =>
    heredoc(`ip -n ${space(node)} -force -batch -`, devices.phases[phase].get(node.name) ?? [])
  return [
    '#!/bin/bash',
    `# ${infra.name ? `${infra.name.value.replaceAll('\n', ' ')}: ` : ''}a lab of network namespaces. Run as root: bash lab.sh up, test or down.`,
    'P="${P:-ul-}"',
    ...devices.leftOut.map(({ node, device, type }) => `# left out: ${node}:${device} (${type})`),
    '',
    'up() {',
    ...nodes.map((node) => `  ip netns add ${space(node)}`),
    ...nodes.flatMap((node) => labSysctls(node, space(node))),
    ...heredoc('ip -force -batch -', devices.wires),
    ...nodes.flatMap((node) => inside(node, 'create')),
    ...nodes.flatMap((node) => inside(node, 'children')),
    ...nodes.flatMap((node) => inside(node, 'configure')),
    ...nodes.flatMap((node) => heredoc(`bridge -n ${space(node)} -force -batch -`, devices.vlans.get(node.name) ?? [])),
    ...nodes.flatMap((node) => inside(node, 'addresses')),
    // A tunnel takes its MTU from the route that is there when it is made; routes by tunnels themselves have to wait.
    ...nodes.flatMap((node) => heredoc(`ip -n ${space(node)} -force -batch -${devices.phases.tunnels.has(node.name) ? ' 2>/dev/null' : ''}`, routesOf(node))),
    ...nodes.flatMap((node) => inside(node, 'tunnels')),
    ...nodes.flatMap((node) => inside(node, 'tunnelsUp')),
    ...nodes.flatMap((node) => heredoc(`bridge -n ${space(node)} -force -batch -`, devices.fdb.get(node.name) ?? [])),
    ...nodes.filter((node) => devices.phases.tunnels.has(node.name)).flatMap((node) => [
      `  ip -n ${space(node)} route flush proto static; ip -n ${space(node)} -6 route flush proto static`,
      ...heredoc(`ip -n ${space(node)} -force -batch -`, routesOf(node)),
    ]),
    ...nodes.flatMap((node) => deviceSysctls(node, space(node), names)),
    ...nodes.flatMap((node) => labFilters(infra, node, guests.get(node.name) ?? [], names).flatMap(({ command, lines }) => heredoc(`ip netns exec ${space(node)} ${command}`, lines))),
    '  true',
    '}',
    '',
    'down() {',
    ...nodes.map((node) => `  ip netns del ${space(node)}`),
    '  true',
    '}',
    '',
    ...testFunction(nodes),
    '',
    'case "${1:-}" in up|down|test) "$1" ;; *) echo "usage: $0 up|down|test" >&2; exit 2 ;; esac',
    '',
  ].join('\n')
}

const bridgeNf = '/proc/sys/net/bridge/bridge-nf-call-iptables'

/** Kernel switches first: devices inherit what their namespace says when they are made. */
function labSysctls(node: Node, space: string): readonly string[] {
  const set: string[] = ['net/ipv6/conf/default/accept_dad=0', 'net/ipv6/conf/all/accept_dad=0', 'net/ipv4/conf/all/rp_filter=0', 'net/ipv4/conf/default/rp_filter=0']
  if (isStack(node)) {
    const forwards = node.forwarding?.value ?? node.kind === 'router'
    set.push(`net/ipv4/ip_forward=${forwards ? 1 : 0}`, `net/ipv6/conf/all/forwarding=${forwards ? 1 : 0}`)
    const { rpFilter, proxyArp, arpIgnore, arpAnnounce } = node.sysctl
    if (rpFilter) set.push(`net/ipv4/conf/all/rp_filter=${rpFilter.value}`)
    if (proxyArp) set.push(`net/ipv4/conf/all/proxy_arp=${proxyArp.value ? 1 : 0}`, `net/ipv4/conf/default/proxy_arp=${proxyArp.value ? 1 : 0}`)
    if (arpIgnore) set.push(`net/ipv4/conf/all/arp_ignore=${arpIgnore.value}`)
    if (arpAnnounce) set.push(`net/ipv4/conf/all/arp_announce=${arpAnnounce.value}`)
  }
  const write = set.map((one) => one.split('=')).map(([key, value]) => `echo ${value} > /proc/sys/${key}`)
  // The switches belong to a module, which gives every namespace 1: without br_netfilter they are not there, and nothing is filtered.
  const filtered = `if [ -e ${bridgeNf} ]; then echo ${bridgesToNetfilter(node) ? 1 : 0} > ${bridgeNf}; echo 0 > /proc/sys/net/bridge/bridge-nf-call-ip6tables; echo 0 > /proc/sys/net/bridge/bridge-nf-call-arptables; fi`
  return [`  ip netns exec ${space} sh -c '${[...write, filtered].join('; ')}'`]
}

function deviceSysctls(node: Node, space: string, names: LabNames): readonly string[] {
  const set = [...node.interfaces.values()].flatMap((device) => {
    const { rpFilter, proxyArp, arpIgnore, arpAnnounce } = device.sysctl ?? {}
    const values: readonly (readonly [string, number | undefined])[] = [
      ['rp_filter', rpFilter?.value], ['proxy_arp', proxyArp && (proxyArp.value ? 1 : 0)], ['arp_ignore', arpIgnore?.value], ['arp_announce', arpAnnounce?.value],
    ]
    return values.flatMap(([key, value]) => (value === undefined ? [] : [`echo ${value} > /proc/sys/net/ipv4/conf/${names.device(node.name, device.name)}/${key}`]))
  })
  return set.length === 0 ? [] : [`  ip netns exec ${space} sh -c '${set.join('; ')}'`]
}

/**
 * Every address that `reach` asks for, from every other stack; of one sender all stacks at the same time. Where others may answer for an
 * address, delivered is what its owner has heard, and what was learned of them is forgotten in between.
 */
function testFunction(nodes: readonly Node[]): readonly string[] {
  const stacks = nodes.filter(isStack)
  const targets = stacks.map((node) => ({
    node: node.name, ips: [...node.interfaces.values()].filter(({ up }) => up?.value ?? true).flatMap(({ addresses }) =>
      addresses.filter(({ value: { ip } }) => !isLinkLocal(ip) && !isLoopback(ip)).map(({ value }) => printIp(value.ip))),
  })).filter(({ ips }) => ips.length > 0)
  const ips = targets.flatMap((one) => one.ips)
  const several = new Set(ips).size < ips.length
  // An external answers for whatever it is told to.
  const doubtful = several || stacks.some(({ kind }) => kind === 'external')
  const heard = doubtful ? [
    'heard() {',
    `  ip netns exec "$P$1" awk '/^Icmp: [0-9]/ { n += $10 } /^Icmp6InEchos/ { n += $2 } END { print n + 0 }' /proc/net/snmp /proc/net/snmp6 2>/dev/null`,
    '}',
    '',
  ] : []
  return [
    ...heard,
    'one() {',
    ...(doubtful ? ['  before=$(heard "$2")'] : []),
    `  if ip netns exec "$P$1" ping -c 1 -W 2 "$3" >/dev/null 2>&1 </dev/null${doubtful ? ' && [ "$(heard "$2")" != "$before" ]' : ''}; then echo "$1 $2 $3 delivered"; else echo "$1 $2 $3 dropped"; fi`,
    '}',
    '',
    'all() {',
    '  for address in $3; do one "$1" "$2" "$address"; done',
    '}',
    '',
    'test() {',
    `  for from in ${stacks.map(({ name }) => name).join(' ')}; do`,
    ...(several ? [`    for node in ${nodes.map(({ name }) => name).join(' ')}; do ip -n "$P$node" neigh flush all; done`] : []),
    '    n=0',
    '    while read -r to addresses; do',
    '      [ "$from" = "$to" ] && continue',
    '      all "$from" "$to" "$addresses" &',
    '      n=$((n + 1)); [ $((n % 32)) = 0 ] && wait',
    '    done <<EOF',
    ...targets.map((one) => `${one.node} ${one.ips.join(' ')}`),
    'EOF',
    '    wait',
    '  done',
    '}',
  ]
}

export type { ExtraRoutes, LabNames }
