/** Nodes: from their entry to what they are. */
import { parseIp } from '../../address/ip.ts'
import { parsePortRange } from '../../address/port.ts'
import type { Interface } from '../../infra/interface.ts'
import type { Container, Disk, External, GuestParts, Node, NodeKind, PassedDevice, PublishedPort, Router, Server, StackParts, Switch, Vm, Workload } from '../../infra/node.ts'
import type { Written } from '../../text/span.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { fields, present, type Fields } from './fields.ts'
import { containerTable, externalTable, routerTable, serverTable, switchTable, vmTable } from './grammar-nodes.ts'
import type { RecordTable } from './kinds.ts'
import { readInterface, readPort } from './read-interface.ts'
import { readStack } from './read-stack.ts'
import { problem, wrongType, type Say } from './report.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

/** The sections that hold nodes, and what each holds. */
export const nodeSections: Readonly<Record<string, { readonly kind: NodeKind; readonly table: RecordTable }>> = {
  servers: { kind: 'server', table: serverTable },
  switches: { kind: 'switch', table: switchTable },
  routers: { kind: 'router', table: routerTable },
  externals: { kind: 'external', table: externalTable },
  vms: { kind: 'vm', table: vmTable },
  containers: { kind: 'container', table: containerTable },
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/** Names of nodes, networks and the rest; a wrong one is said, and nothing can refer to it. */
export function nameIsFine(entry: MapEntry, say: Say): boolean {
  if (namePattern.test(entry.key.text)) return true
  say(problem('wrong-type', entry.key.at, t`${entry.key.text === '' ? t('an empty text') : entry.key.text} is not a name: letters, digits, and after the first _ . -`))
  return false
}

export function readNode(entry: MapEntry, kind: NodeKind, table: RecordTable, say: Say): Node | undefined {
  if (!nameIsFine(entry, say)) return undefined
  const f = fields(entry.value, table, entry.key.at, say) ?? fields(undefined, { title: table.title, keys: {} }, entry.key.at, say)
  if (!f) return undefined
  const base = { name: entry.key.text, at: entry.key.at, body: entry.at, origin: { by: 'text' as const }, ...place(f) }
  if (kind === 'switch') return readSwitch(f, base)
  const interfaces = new Map<string, Interface>()
  for (const item of f.map('interfaces')) {
    const read = readInterface(item, kind === 'vm' || kind === 'container', say)
    if (!read) continue
    const first = interfaces.get(read.name)
    if (first) say(problem('duplicate-name', read.at, t`${base.name} has two interfaces ${read.name}`, { subject: base.name, related: [{ message: t('first here'), at: first.at }] }))
    else interfaces.set(read.name, read)
  }
  return nodeOf[kind](f, { ...base, interfaces, ...readStack(f) })
}

interface Base {
  readonly name: string
  readonly at: Server['at']
  readonly body: Server['body']
  readonly origin: Server['origin']
  readonly site?: Written<string>
  readonly rack?: Written<string>
}
type StackBase = Base & StackParts & { readonly interfaces: ReadonlyMap<string, Interface> }

const place = (f: Fields): Pick<Base, 'site' | 'rack'> => present({ site: f.get('site', values.text), rack: f.get('rack', values.text) })

const hypervisors = ['kvm', 'xen', 'esxi', 'hyper-v', 'lxc', 'docker'] as const

const nodeOf: Readonly<Record<Exclude<NodeKind, 'switch'>, (f: Fields, base: StackBase) => Node>> = {
  server: (f, base) => present<Server>({
    ...base, kind: 'server',
    cpus: f.get('cpus', values.number(later('a number of CPUs'), 0, 1e6, false)),
    memory: f.get('memory', values.size),
    cpuModel: f.get('cpu-model', values.text),
    hypervisor: f.get('hypervisor', values.word(hypervisors)),
    overcommit: readOvercommit(f),
  }),
  router: (_f, base) => ({ ...base, kind: 'router' }) satisfies Router,
  external: (f, base) => present<External>({
    ...base, kind: 'external',
    answers: f.has('answers') ? values.list(values.prefix, 'prefixes')(f.tree('answers'), f.say) : undefined,
  }),
  vm: (f, base) => present<Vm>({
    ...base, kind: 'vm', ...guest(f),
    vcpus: f.get('vcpus', values.number(later('a number of virtual CPUs'), 1)),
    memory: f.get('memory', values.size),
    cpuModel: f.get('cpu-model', values.text),
    disks: f.items('disks').flatMap((item) => readDisk(item, f)),
    devices: f.items('devices').flatMap((item) => readDevice(item, f)),
    workload: readWorkload(f),
  }),
  container: (f, base) => present<Container>({
    ...base, kind: 'container', ...guest(f), limits: readLimits(f), ports: readPublished(f.tree('ports'), f.say),
  }),
}

const tableOf = (f: RecordTable['keys'][string] | undefined): RecordTable | undefined => (f?.kind.is === 'record' ? f.kind.record() : undefined)
const inner = (f: Fields, table: RecordTable, key: string): Fields | undefined => {
  const found = tableOf(table.keys[key])
  return found && f.record(key, found)
}
const itemTable = (table: RecordTable, key: string): RecordTable => {
  const kind = table.keys[key]?.kind
  return kind?.is === 'list' && kind.of.is === 'record' ? kind.of.record() : { title: key, keys: {} }
}

function guest(f: Fields): GuestParts {
  return present<GuestParts>({
    host: f.get('host', values.text),
    tenant: f.get('tenant', values.text),
    image: f.get('image', values.text),
    securityGroups: values.list(values.text, 'names')(f.tree('security-groups'), f.say),
    apartFrom: values.list(values.text, 'names')(f.tree('apart-from'), f.say),
  })
}

function readOvercommit(f: Fields): Server['overcommit'] {
  const record = inner(f, serverTable, 'overcommit')
  const ratio = values.number(later('a ratio'), 0, 1e6, false)
  return record && present({ cpus: record.get('cpus', ratio), memory: record.get('memory', ratio), at: record.at })
}

function readLimits(f: Fields): Container['limits'] {
  const record = inner(f, containerTable, 'limits')
  return record && present({ cpus: record.get('cpus', values.number(later('a number of CPUs'), 0, 1e6, false)), memory: record.get('memory', values.size), at: record.at })
}

function readDisk(tree: Tree, f: Fields): Disk[] {
  const disk = fields(tree, itemTable(vmTable, 'disks'), tree.at, f.say)
  return disk ? [present<Disk>({ size: disk.get('size', values.size), on: disk.get('on', values.text), at: tree.at })] : []
}

function readDevice(tree: Tree, f: Fields): PassedDevice[] {
  const device = fields(tree, itemTable(vmTable, 'devices'), tree.at, f.say)
  const passthrough = device?.get('passthrough', values.text)
  return passthrough ? [{ passthrough, at: tree.at }] : []
}

function readWorkload(f: Fields): Workload | undefined {
  const record = inner(f, vmTable, 'workload')
  return record && present<Workload>({
    dirtyRate: record.get('dirty-rate', values.byteRate),
    workingSet: record.get('working-set', values.size),
    resident: record.get('resident', values.size),
    at: record.at,
  })
}

/** `8080:80/tcp`, `127.0.0.1:8080:80`, `80`, `8000-8010:80-90`: docker's short syntax. */
export function parsePublished(text: string): Omit<PublishedPort, 'at'> | undefined {
  const match = /^(?:(?:\[([0-9a-fA-F:]+)\]|(\d+\.\d+\.\d+\.\d+)):)?(?:(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(\/(?:tcp|udp|sctp))?$/.exec(text.trim())
  if (!match) return undefined
  const protocol = match[5] ?? ''
  const container = parsePortRange(`${match[4] ?? ''}${protocol}`)
  const host = match[3] === undefined ? undefined : parsePortRange(match[3] + protocol)
  const address = match[1] ?? match[2]
  const hostIp = address === undefined ? undefined : parseIp(address)
  // As docker has it: port for port, or many of the host's for one of the container's.
  const wide = container ? container.last - container.first : 0
  if (wide > 0 && host && host.last - host.first !== wide) return undefined
  if (!container || (match[3] !== undefined && !host) || (address !== undefined && !hostIp)) return undefined
  return { host, container, ...(hostIp && { hostIp }) }
}

function readPublished(tree: Tree | undefined, say: Say): PublishedPort[] {
  const items = tree?.kind === 'list' ? tree.items : [tree]
  return items.flatMap((item): PublishedPort[] => {
    if (!item || (item.kind === 'scalar' && item.value === null)) return []
    const read = item.kind === 'scalar' ? parsePublished(item.text) : undefined
    if (!read) {
      say(wrongType(item, t('a published port like 8080:80/tcp')))
      return []
    }
    return [{ ...read, at: item.at }]
  })
}

function readSwitch(f: Fields, base: Base): Switch {
  const interfaces = new Map<string, Interface>()
  for (const item of f.map('ports')) {
    const port = readPort(item, f.say)
    if (port && !interfaces.has(port.name)) interfaces.set(port.name, port)
  }
  return present<Switch>({
    ...base, kind: 'switch', interfaces,
    vlanAware: f.get('vlan-aware', values.boolean),
    stp: f.get('stp', values.boolean),
    mtu: f.get('mtu', values.number(later('an MTU in bytes'), 68, 65575)),
  })
}
