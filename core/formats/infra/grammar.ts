/** The grammar of the whole file: its sections and what stands in them. */
import { expectationKinds, fabricTypes, migrationModes, migrationProfiles, networkTypes } from '../../infra/parts.ts'
import { amount, boolean, either, kind, list, map, naming, number, oneOf, oneOrList, record, text, type RecordTable } from './kinds.ts'
import { containerTable, externalTable, routerTable, serverTable, switchTable, vmTable } from './grammar-nodes.ts'

export const linkTable: RecordTable = {
  title: 'a link',
  keys: {
    ends: { doc: 'The two ends, each `node:interface`.', kind: list(kind('end')), required: true },
    mtu: { doc: 'Default of the devices at both ends.', kind: number(68, 65575) },
    bandwidth: { doc: 'Like `10Gbps`.', kind: kind('bit-rate') },
    latency: { doc: 'One way, like `50us`.', kind: kind('time') },
    loss: { doc: 'Share of packets lost, like `0.1%`.', kind: kind('ratio') },
    up: { doc: '`false` is loss of carrier; static routes stay.', kind: boolean },
  },
}
export const tenantTable: RecordTable = { title: 'a tenant', keys: { color: { doc: 'Its colour in the picture, like `"#2f6fde"`.', kind: kind('color') } } }
export const gatewayTable: RecordTable = {
  title: 'a gateway',
  keys: {
    address: { doc: 'The gateway’s address in the subnet.', kind: oneOrList(kind('ip')), required: true },
    on: { doc: 'The node that has it, or `each`: every member’s host.', kind: naming('gateway-node') },
  },
}
export const dhcpTable: RecordTable = {
  title: 'a DHCP service',
  keys: { range: { doc: 'First and last address, like `10.0.0.100-10.0.0.200`.', kind: kind('range') } },
}
export const networkTable: RecordTable = {
  title: 'a network',
  keys: {
    tenant: { doc: 'Its owner.', kind: naming('tenant') },
    type: { doc: 'How the wish is realised.', kind: oneOf(...networkTypes), required: true },
    id: { doc: 'VNI, VLAN id, VSID or key.', kind: number(0) },
    subnet: { doc: 'Its prefix.', kind: oneOrList(kind('prefix')) },
    subnets: { doc: 'Its prefixes, IPv4 and IPv6.', kind: oneOrList(kind('prefix')) },
    gateway: { doc: 'An address alone lives elsewhere; `{ address, on }` is put on a node.', kind: either(kind('ip'), record(() => gatewayTable)) },
    dhcp: { doc: 'Addresses handed out in file order.', kind: record(() => dhcpTable) },
    uplink: { doc: 'The underlay device on the servers, or one per server.', kind: either(naming('uplink'), map(naming('uplink'), 'server')) },
    mtu: { doc: 'Of the derived devices.', kind: number(68, 65575) },
    port: { doc: 'UDP port of a vxlan or geneve network.', kind: number(1, 65535) },
  },
}
export const storageTable: RecordTable = {
  title: 'a storage',
  keys: {
    type: { doc: 'shared or local.', kind: oneOf('shared', 'local') },
    protocol: { doc: 'nfs, iscsi, fc, ceph, lvm.', kind: oneOf('nfs', 'iscsi', 'fc', 'ceph', 'lvm') },
    kind: { doc: 'block, file or object.', kind: oneOf('block', 'file', 'object') },
    tier: { doc: 'Any word.', kind: text },
    capacity: { doc: 'Like `10TiB`.', kind: kind('size') },
    servers: { doc: 'Servers that reach it.', kind: oneOrList(naming('server')) },
  },
}
export const securityRuleTable: RecordTable = {
  title: 'a security rule',
  keys: {
    from: { doc: '`any`, a prefix, `group:name` or `tenant:name`.', kind: text },
    to: { doc: 'Of egress: `any`, a prefix, `group:name` or `tenant:name`.', kind: text },
    proto: { doc: 'icmp, tcp, udp; default any.', kind: { is: 'text', open: true, enum: ['icmp', 'tcp', 'udp', 'any'] } },
    ports: { doc: 'Destination ports, like `443/tcp`.', kind: oneOrList(kind('ports')) },
  },
}
export const securityGroupTable: RecordTable = {
  title: 'a security group',
  keys: {
    ingress: { doc: 'What may come in; all else is dropped.', kind: list(record(() => securityRuleTable)) },
    egress: { doc: 'What may go out; default any.', kind: list(record(() => securityRuleTable)) },
  },
}
export const serviceTable: RecordTable = {
  title: 'a service',
  keys: {
    type: { doc: 'How load is spread.', kind: oneOf('l4', 'dns', 'anycast', 'application') },
    vip: { doc: 'The address that clients use.', kind: kind('ip') },
    port: { doc: 'The port that clients use.', kind: kind('ports') },
    backends: { doc: 'Each `node:port`.', kind: oneOrList(text) },
    persistence: { doc: 'What keeps a client on its backend.', kind: text },
    ttl: { doc: 'Of dns: how long an answer is kept.', kind: either(kind('time'), number(0)) },
    on: { doc: 'The node that balances.', kind: naming('node') },
  },
}
const fabricServerTable: RecordTable = {
  title: 'a fabric’s servers',
  keys: { cpus: { doc: 'CPUs each.', kind: amount(0) }, memory: { doc: 'Memory each.', kind: kind('size') } },
}
export const fabricNumbers = ['k', 'leaves', 'spines', 'hosts', 'access', 'distribution', 'core', 'size'] as const
export const fabricTable: RecordTable = {
  title: 'a fabric',
  keys: {
    type: { doc: 'The topology.', kind: oneOf(...fabricTypes), required: true },
    k: { doc: 'Of a fat tree: ports per switch, even.', kind: number(1) },
    leaves: { doc: 'Leaf switches.', kind: number(1) },
    spines: { doc: 'Spine switches.', kind: number(1) },
    hosts: { doc: 'Servers per leaf or access switch.', kind: number(0) },
    access: { doc: 'Access switches.', kind: number(1) },
    distribution: { doc: 'Distribution switches.', kind: number(1) },
    core: { doc: 'Core switches.', kind: number(1) },
    size: { doc: 'Nodes, or terminals.', kind: number(1) },
    dimensions: { doc: 'Of torus and mesh: how many, or the length of each.', kind: either(number(1), list(number(1))) },
    base: { doc: 'The prefix that addresses are cut from.', kind: kind('prefix') },
    layer: { doc: '2: switches with spanning tree; 3 (default): routers running ospf.', kind: number(2, 3) },
    bandwidth: { doc: 'Of every link.', kind: kind('bit-rate') },
    latency: { doc: 'Of every link.', kind: kind('time') },
    mtu: { doc: 'Of every link.', kind: number(68, 65575) },
    server: { doc: 'Capacity of every server.', kind: record(() => fabricServerTable) },
  },
}
export const migrationTable: RecordTable = {
  title: 'migration defaults',
  keys: {
    profile: { doc: 'Whose defaults; default qemu.', kind: oneOf(...migrationProfiles) },
    mode: { doc: 'Default pre-copy.', kind: oneOf(...migrationModes) },
    'downtime-limit': { doc: 'Like `300ms`.', kind: kind('time') },
    'max-bandwidth': { doc: 'Caps the rounds, like `1Gbps` or `128MiB/s`.', kind: kind('byte-rate') },
    'auto-converge': { doc: 'Slow the guest down until it converges.', kind: boolean },
    parallel: { doc: 'How many at once.', kind: number(1) },
    network: { doc: 'The device on the servers that carries migrations.', kind: naming('uplink') },
  },
}

const selectors = oneOrList(kind('selector'))
const between = { from: { doc: 'Who sends.', kind: selectors, required: true }, to: { doc: 'Who should get it.', kind: selectors, required: true } }
const portKey = { doc: 'Without it ICMP echo.', kind: kind('ports') }
export const expectTables: Readonly<Record<string, RecordTable>> = {
  reach: { title: 'a reach expectation', keys: { ...between, port: portKey } },
  block: { title: 'a block expectation', keys: { ...between, port: portKey } },
  mtu: { title: 'an MTU expectation', keys: { ...between, 'at-least': { doc: 'Bytes.', kind: number(1), required: true } } },
  path: { title: 'a path expectation', keys: { ...between, through: { doc: 'Nodes that the packet must pass.', kind: oneOrList(naming('node')), required: true } } },
  migrate: {
    title: 'a migration expectation',
    keys: {
      vm: { doc: 'Who moves.', kind: naming('guest'), required: true },
      to: { doc: 'Where to.', kind: naming('host'), required: true },
      downtime: { doc: 'At most, like `300ms`.', kind: kind('time') },
      total: { doc: 'At most, like `60s`.', kind: kind('time') },
      keep: { doc: 'What must stay.', kind: oneOrList(oneOf('address', 'sessions')) },
      mode: { doc: 'How.', kind: oneOf(...migrationModes) },
    },
  },
  survive: {
    title: 'a survival expectation',
    keys: {
      any: { doc: 'What may fail, one at a time.', kind: oneOf('link', 'switch', 'router', 'server'), required: true },
      keep: { doc: 'What must still hold.', kind: oneOrList(record(() => expectationTable)), required: true },
    },
  },
}
export const expectationTable: RecordTable = {
  title: 'an expectation',
  keys: Object.fromEntries(expectationKinds.map((name) => [name, name === 'isolate'
    ? { doc: 'No packet from a member of one reaches a member of another; bare names are tenants.', kind: selectors }
    : { doc: expectDoc(name), kind: record(() => expectTables[name] ?? { title: name, keys: {} }) }])),
}
function expectDoc(name: string): string {
  return {
    reach: 'Packet and answer arrive.', block: 'No first packet of any protocol arrives.', mtu: 'A packet of this size arrives.',
    path: 'The packet passes these nodes.', migrate: 'The VM can move, in this time.', survive: 'This still holds with any one of them failed.',
  }[name] ?? name
}

export const fileTable: RecordTable = {
  title: 'an infra file',
  keys: {
    infra: { doc: 'The version of this language: 1.', kind: number(1) },
    name: { doc: 'What the file describes, in a few words.', kind: text },
    include: { doc: 'Other infra files, as relative paths inside the workspace.', kind: oneOrList(text) },
    tenants: { doc: 'Owners of guests and networks.', kind: map(record(() => tenantTable)) },
    servers: { doc: 'Physical machines; each is a Linux network stack.', kind: map(record(() => serverTable)) },
    switches: { doc: 'They only bridge.', kind: map(record(() => switchTable)) },
    routers: { doc: 'Stacks that forward.', kind: map(record(() => routerTable)) },
    externals: { doc: 'Outside parties: the Internet, a partner.', kind: map(record(() => externalTable)) },
    networks: { doc: 'What tenants ask for; the devices are derived.', kind: map(record(() => networkTable)) },
    vms: { doc: 'Virtual machines.', kind: map(record(() => vmTable)) },
    containers: { doc: 'Containers.', kind: map(record(() => containerTable)) },
    links: { doc: 'Wires between interfaces.', kind: list(either(list(kind('end')), record(() => linkTable))) },
    storage: { doc: 'Where disks are.', kind: map(record(() => storageTable)) },
    'security-groups': { doc: 'Stateful rules; what no rule allows is dropped.', kind: map(record(() => securityGroupTable)) },
    services: { doc: 'Load balancing.', kind: map(record(() => serviceTable)) },
    fabrics: { doc: 'Generated topologies.', kind: map(record(() => fabricTable)) },
    migration: { doc: 'Defaults for migrations.', kind: record(() => migrationTable) },
    expect: { doc: 'What must hold; each entry is a test.', kind: list(record(() => expectationTable)) },
  },
}
