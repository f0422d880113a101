/** The grammar of servers, VMs, containers, switches, routers and externals. */
import { amount, boolean, either, kind, list, map, naming, number, oneOrList, record, oneOf, text, type Key, type RecordTable } from './kinds.ts'
import { firewallTable, interfaceTable, natTable, portTable, routeTable, routingTable, sysctlTable } from './grammar-interfaces.ts'

const stackKeys: Readonly<Record<string, Key>> = {
  interfaces: { doc: 'Name to interface.', kind: map(record(() => interfaceTable)) },
  routes: { doc: 'Static routes.', kind: list(record(() => routeTable)) },
  forwarding: { doc: 'The ip_forward sysctl; routers default to true, all others to false, as Linux does.', kind: boolean },
  sysctl: {
    doc: 'Kernel settings, for all interfaces, or per interface by its name.',
    kind: record(() => sysctlTable),
  },
  firewall: { doc: 'Filter rules: input, forward, output.', kind: record(() => firewallTable) },
  nat: { doc: 'Address translation, decided by a flow’s first packet.', kind: list(record(() => natTable)) },
}
const routing: Key = { doc: 'A routing protocol that this node runs.', kind: record(() => routingTable) }
const site: Key = { doc: 'Where it stands; a group in the picture.', kind: text }
const rack: Key = { doc: 'The rack it stands in; a group in the picture.', kind: text }
const host: Key = { doc: 'The server that it runs on; a container’s host may be a VM.', kind: naming('host') }
const guestKeys: Readonly<Record<string, Key>> = {
  host,
  tenant: { doc: 'Its owner.', kind: naming('tenant') },
  image: { doc: 'Shown, not fetched.', kind: text },
  'security-groups': { doc: 'Enforced on the host’s side of every interface.', kind: oneOrList(naming('security-group')) },
  'apart-from': { doc: 'Anti-affinity: guests that must not share its host.', kind: oneOrList(naming('guest')) },
}
const cpuModel: Key = { doc: 'Decides where a running VM can go: the same or newer.', kind: text }

const overcommitTable: RecordTable = {
  title: 'overcommit ratios',
  keys: {
    cpus: { doc: 'vcpus per CPU that are allowed; default 4.', kind: amount(0) },
    memory: { doc: 'Guest memory per memory that is allowed; default 1.', kind: amount(0) },
  },
}
const limitsTable: RecordTable = {
  title: 'cgroup limits',
  keys: { cpus: { doc: 'CPUs.', kind: amount(0) }, memory: { doc: 'Like `512MiB`.', kind: kind('size') } },
}
const diskTable: RecordTable = {
  title: 'a disk',
  keys: {
    size: { doc: 'Like `20GiB`.', kind: kind('size') },
    on: { doc: 'A storage’s name, or `local`.', kind: naming('storage') },
  },
}
const deviceTable: RecordTable = {
  title: 'a passed-through device',
  keys: { passthrough: { doc: 'PCI address or name on the host.', kind: text, required: true } },
}
const workloadTable: RecordTable = {
  title: 'a workload',
  keys: {
    'dirty-rate': { doc: 'How fast it writes to memory, like `50MiB/s`.', kind: kind('byte-rate') },
    'working-set': { doc: 'How much memory it writes to again and again.', kind: kind('size') },
    resident: { doc: 'Memory that is not zero pages; default all of it.', kind: kind('size') },
  },
}

export const serverTable: RecordTable = {
  title: 'a server',
  keys: {
    site, rack,
    cpus: { doc: 'Physical CPUs (threads).', kind: amount(0) },
    memory: { doc: 'Like `64GiB`.', kind: kind('size') },
    'cpu-model': cpuModel,
    hypervisor: { doc: 'The kind of hypervisor.', kind: oneOf('kvm', 'xen', 'esxi', 'hyper-v', 'lxc', 'docker') },
    overcommit: { doc: 'The ratios allowed; default cpus 4, memory 1.', kind: record(() => overcommitTable) },
    ...stackKeys, routing,
  },
}

export const vmTable: RecordTable = {
  title: 'a VM',
  keys: {
    ...guestKeys,
    vcpus: { doc: 'Virtual CPUs.', kind: number(1) },
    memory: { doc: 'Like `4GiB`.', kind: kind('size') },
    'cpu-model': cpuModel,
    disks: { doc: 'Its disks and where they are.', kind: list(record(() => diskTable)) },
    devices: { doc: 'Devices of the host that it was given.', kind: list(record(() => deviceTable)) },
    workload: { doc: 'What a live migration has to chase.', kind: record(() => workloadTable) },
    ...stackKeys,
  },
}

export const containerTable: RecordTable = {
  title: 'a container',
  keys: {
    ...guestKeys,
    limits: { doc: 'Its cgroup limits.', kind: record(() => limitsTable) },
    ports: { doc: 'Published ports as in docker, like `8080:80/tcp`.', kind: oneOrList(either(text, number(1, 65535))) },
    ...stackKeys,
  },
}

export const switchTable: RecordTable = {
  title: 'a switch',
  keys: {
    site, rack,
    'vlan-aware': { doc: 'Whether it filters by VLAN.', kind: boolean },
    stp: { doc: 'Whether it runs spanning tree.', kind: boolean },
    mtu: { doc: 'Of its ports; default 1500.', kind: number(68, 65575) },
    ports: { doc: 'Ports with settings; those that links name need no entry.', kind: map(record(() => portTable)) },
  },
}

export const routerTable: RecordTable = { title: 'a router', keys: { site, rack, ...stackKeys, routing } }

export const externalTable: RecordTable = {
  title: 'an external',
  keys: {
    answers: { doc: 'Prefixes that it answers for; default everything: the Internet.', kind: oneOrList(kind('prefix')) },
    site,
    ...stackKeys,
  },
}
