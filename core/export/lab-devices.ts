/** A node's devices as `ip link`, `ip address` and `bridge` take them. */
import { printIp } from '../address/ip.ts'
import { derivedMac, printMac } from '../address/mac.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import { holderOf, virtualAddresses } from '../infra/virtual-addresses.ts'
import type { LabNames } from './lab-names.ts'
import { labTunnel } from './lab-tunnels.ts'

type Lines = Map<string, string[]>

export interface LabDevices {
  /** Run outside all namespaces. */
  readonly wires: readonly string[]
  /** Run inside a node's namespace, phase by phase over all nodes. */
  readonly phases: {
    readonly create: Lines; readonly children: Lines; readonly configure: Lines; readonly addresses: Lines; readonly tunnels: Lines; readonly tunnelsUp: Lines
  }
  readonly vlans: Lines
  readonly fdb: Lines
  /** Of kinds that no kernel here can make. */
  readonly leftOut: readonly LeftOut[]
}

export interface LeftOut {
  readonly node: string
  readonly device: string
  readonly type: string
}

const wireTypes: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap', 'passthrough'])
const childTypes: ReadonlySet<string> = new Set(['macvlan', 'macvtap', 'ipvlan'])

export function labDevices(infra: Infra, names: LabNames): LabDevices {
  const out = {
    wires: [] as string[], leftOut: [] as LeftOut[], vlans: new Map<string, string[]>(), fdb: new Map<string, string[]>(),
    phases: { create: new Map(), children: new Map(), configure: new Map(), addresses: new Map(), tunnels: new Map(), tunnelsUp: new Map() } satisfies LabDevices['phases'],
  }
  const add = (to: Lines, node: string, line: string): void => {
    const list = to.get(node)
    if (list) list.push(line)
    else to.set(node, [line])
  }
  const wired = new Set<string>()
  let count = 0
  const wire = (a: { node: string; interface: string }, b: { node: string; interface: string }, carrier = true): void => {
    const ends = [a, b].map(({ node, interface: name }) => taker(infra, node, name))
    const [left, right] = ends
    if (!left || !right || ends.some((end) => wired.has(`${end?.node}:${end?.interface}`))) return
    const [one, two] = [`ul${count++}`, `ul${count++}`]
    // A link without carrier: each end gets a far end of its own that stays down.
    if (!carrier) {
      for (const [end, name] of [[left, one], [right, two]] as const) loose(end, name)
      return
    }
    out.wires.push(`link add name ${one} netns \${P}${left.node} type veth peer name ${two} netns \${P}${right.node}`)
    for (const [end, name] of [[left, one], [right, two]] as const) {
      wired.add(`${end.node}:${end.interface}`)
      add(out.phases.create, end.node, `link set dev ${name} name ${names.device(end.node, end.interface)}`)
    }
  }
  const loose = (end: { node: string; interface: string }, name: string): void => {
    wired.add(`${end.node}:${end.interface}`)
    out.wires.push(`link add name ${name} netns \${P}${end.node} type veth peer name ${name}x netns \${P}${end.node}`)
    add(out.phases.create, end.node, `link set dev ${name} name ${names.device(end.node, end.interface)}`)
  }
  for (const node of infra.nodes.values()) {
    for (const device of node.interfaces.values()) {
      if (device.hostSide && wireTypes.has(device.type.value) && device.type.value !== 'passthrough') wire({ node: node.name, interface: device.name }, device.hostSide)
    }
  }
  for (const link of infra.links) {
    const known = link.ends.every(({ node, interface: name }) => infra.nodes.get(node)?.interfaces.has(name))
    if (known) wire(link.ends[0], link.ends[1], link.up?.value ?? true)
  }
  for (const node of infra.nodes.values()) {
    for (const device of node.interfaces.values()) {
      const label = `${node.name}:${device.name}`
      if (wireTypes.has(device.type.value) && !wired.has(label) && taker(infra, node.name, device.name).node === node.name) loose({ node: node.name, interface: device.name }, `ul${count++}`)
    }
    nodeDevices(infra, node, names, out, add)
  }
  return out
}

/** Devices that were passed through, as `node:interface`, and to whom. */
function takersOf(infra: Infra): ReadonlyMap<string, { node: string; interface: string }> {
  const takers = new Map<string, { node: string; interface: string }>()
  for (const guest of infra.nodes.values()) {
    for (const device of guest.interfaces.values()) {
      if (device.type.value !== 'passthrough' || !device.hostSide) continue
      const label = `${device.hostSide.node}:${device.hostSide.interface}`
      if (!takers.has(label)) takers.set(label, { node: guest.name, interface: device.name })
    }
  }
  return takers
}

// Every device of every node asks.
const known = new WeakMap<Infra, ReturnType<typeof takersOf>>()

/** Who has the wire of a device: the guest that it was passed through to. */
function taker(infra: Infra, node: string, name: string): { node: string; interface: string } {
  let takers = known.get(infra)
  if (!takers) known.set(infra, (takers = takersOf(infra)))
  return takers.get(`${node}:${name}`) ?? { node, interface: name }
}

const isDefault = (device: Interface): boolean => device.mtu?.at === device.at

function nodeDevices(
  infra: Infra, node: Node, names: LabNames, out: { readonly phases: LabDevices['phases']; readonly vlans: Lines; readonly fdb: Lines; readonly leftOut: LeftOut[] },
  add: (to: Lines, node: string, line: string) => void,
): void {
  const { phases } = out
  const name = (device: string): string => names.device(node.name, device)
  const say = (phase: Lines, line: string): void => add(phase, node.name, line)
  const upLater: string[] = []
  const downLater: string[] = []
  if (!isStack(node)) {
    const aware = node.vlanAware?.value ?? [...node.interfaces.values()].some(({ vlan, trunk, native }) => vlan ?? trunk ?? native)
    // 0 is the default, and a kernel that was built without VLAN filtering does not even take that.
    say(phases.create, `link add name ${names.switchBridge} type bridge${aware ? ' vlan_filtering 1' : ''}${node.stp?.value ? ' stp_state 1 forward_delay 200' : ''}`)
    say(phases.create, `link set dev ${names.switchBridge} address ${printMac(derivedMac(node.name, 'bridge'))} up`)
    for (const device of node.interfaces.values()) {
      const mine = name(device.name)
      if (device.mtu && device.mtu.value !== 1500) say(phases.configure, `link set dev ${mine} mtu ${device.mtu.value}`)
      say(phases.configure, `link set dev ${mine} master ${names.switchBridge}`)
      portFlags(device, mine, (line) => say(phases.configure, line))
      if (aware) for (const line of vlanLines(device, mine, false)) say(out.vlans, line)
      if (device.up?.value ?? true) say(phases.addresses, `link set dev ${mine} up`)
    }
    return
  }
  let table = 1000
  for (const device of node.interfaces.values()) {
    const mine = name(device.name)
    const type = device.type.value
    if (passedOn(infra, node, device)) continue
    const made = isTunnelType(type) ? undefined : creation(device, mine, name, () => ++table)
    if (made === null) {
      out.leftOut.push({ node: node.name, device: device.name, type })
      continue
    }
    if (childTypes.has(type) && device.hostSide) {
      const { node: host, interface: parent } = device.hostSide
      const temporary = `ul-${mine}`.slice(0, 15)
      add(phases.children, host, `link add link ${names.device(host, parent)} name ${temporary} netns \${P}${node.name} type ${childKind(device)}`)
      say(phases.configure, `link set dev ${temporary} name ${mine}`)
    } else if (made !== undefined && made !== '') say(childTypes.has(type) || type === 'vlan' ? phases.children : phases.create, made)
    const tunnel = isTunnelType(type) ? labTunnel(node.name, device, mine, name) : undefined
    if (tunnel === null) {
      out.leftOut.push({ node: node.name, device: device.name, type })
      continue
    }
    if (tunnel?.create === '') {
      for (const line of tunnel.after ?? []) say(phases.tunnels, line)
      continue
    }
    const configure = tunnel ? phases.tunnels : phases.configure
    const addresses = tunnel ? phases.tunnelsUp : phases.addresses
    if (tunnel) {
      say(phases.tunnels, tunnel.create)
      for (const line of tunnel.after ?? []) say(phases.tunnels, line)
      for (const line of tunnel.fdb) say(out.fdb, line)
    }
    if (device.mac && type !== 'ipvlan' && type !== 'loopback' && type !== 'vrf' && !(tunnel && !tunnel.ethernet)) say(configure, `link set dev ${mine} address ${printMac(device.mac.value)}`)
    const master = device.master && node.interfaces.get(device.master.value)
    // Before it is a bridge's port: what stands on the bridge would keep an MTU that is smaller for a while.
    if (tunnel && device.mtu && !isDefault(device)) say(configure, `link set dev ${mine} mtu ${device.mtu.value}`)
    if (master && master !== device) {
      say(configure, `link set dev ${mine} master ${name(master.name)}`)
      // bond_enslave gives a member the bond's MTU; what the file says of the member is said after that.
      if (master.type.value === 'bond' && device.mtu && !isDefault(device)) say(configure, `link set dev ${mine} mtu ${device.mtu.value}`)
      if (master.type.value === 'bridge') {
        portFlags(device, mine, (line) => say(configure, line))
        if (master.vlanAware?.value) for (const line of vlanLines(device, mine, false)) say(tunnel ? out.fdb : out.vlans, line)
      }
    }
    if (type === 'bridge' && device.vlanAware?.value) for (const line of vlanLines(device, mine, true)) say(out.vlans, line)
    // Devices that stand on a wire take its MTU when they are made, so a wire has it before that.
    // A sealed tunnel's device knows nothing of what sealing takes.
    // So has a bond: its members take its MTU, and keep what they are given after that.
    const early = wireTypes.has(type) || type === 'bond'
    // dev_set_mtu does nothing where the value is what it was, and br_change_mtu then does not note that a person has said it.
    if (type === 'bridge' && device.mtu && !isDefault(device) && device.mtu.value < 65535) say(configure, `link set dev ${mine} mtu ${device.mtu.value + 1}`)
    if (device.mtu && ((!isDefault(device) && !tunnel) || wireTypes.has(type) || (type === 'esp' && isDefault(device))) && !(early && device.mtu.value === 1500)) say(early ? phases.create : configure, `link set dev ${mine} mtu ${device.mtu.value}`)
    // A bridge gets its ports, and a tunnel its MTU, after what stands on it was made.
    if (device.mtu && isDefault(device) && device.mtu.value !== 1500 && (childTypes.has(type) || type === 'vlan')) say(addresses, `link set dev ${mine} mtu ${device.mtu.value}`)
    for (const { value } of device.addresses) {
      say(addresses, `address add ${printIp(value.ip)}/${value.length ?? (value.ip.family === 4 ? 32 : 128)} dev ${mine}${value.ip.family === 6 ? ' nodad' : ''}`)
    }
    if (device.up?.value ?? true) {
      if (tunnel) say(addresses, `link set dev ${mine} up`)
      else upLater.push(`link set dev ${mine} up`)
    } else if (master?.type.value === 'bond' || type === 'vlan') {
      // bond_enslave opens whatever joins, and a device that comes up takes its vlan devices with it (vlan_device_event).
      downLater.push(`link set dev ${mine} down`)
    }
  }
  // As keepalived adds them: nobody prefers such an address as a source.
  for (const vip of virtualAddresses(infra).get(node.name) ?? []) {
    const holder = holderOf([...node.interfaces.values()].filter((device) => !passedOn(infra, node, device)), ({ addresses }) => addresses.map(({ value }) => value), vip)
    say(holder && isTunnelType(holder.type.value) ? phases.tunnelsUp : phases.addresses, `address add ${printIp(vip)}/${vip.family === 4 ? 32 : 128} dev ${holder ? name(holder.name) : 'lo'}${vip.family === 6 ? ' nodad preferred_lft 0' : ''}`)
  }
  if (!node.interfaces.has('lo')) upLater.unshift('link set dev lo up')
  for (const line of [...upLater, ...downLater]) say(phases.addresses, line)
}

/** A device that a guest has taken away is not here any more. */
const passedOn = (infra: Infra, node: Node, device: Interface): boolean => {
  const owner = taker(infra, node.name, device.name)
  return owner.node !== node.name || owner.interface !== device.name
}

const childKind = (device: Interface): string => {
  const mode = device.mode?.value
  if (device.type.value === 'ipvlan') return `ipvlan mode ${mode === 'l2' || mode === 'l3s' ? mode : 'l3'}`
  return `macvlan mode ${mode === 'private' || mode === 'bridge' ? mode : mode === 'passthru' || mode === 'passthrough' ? 'passthru' : 'vepa'}`
}

/** The command that makes a device; empty where it is there already or made elsewhere, null where no kernel has it. */
function creation(device: Interface, mine: string, name: (device: string) => string, nextTable: () => number): string | null {
  const link = device.link ? name(device.link.value) : undefined
  switch (device.type.value) {
    case 'ethernet': case 'veth': case 'tap': case 'passthrough': return ''
    case 'loopback': return mine === 'lo' ? '' : `link add name ${mine} type dummy`
    case 'dummy': return `link add name ${mine} type dummy`
    case 'bridge': return `link add name ${mine} type bridge${device.vlanAware?.value ? ' vlan_filtering 1' : ''}${device.stp?.value ? ' stp_state 1 forward_delay 200' : ''}`
    case 'vlan': return link === undefined ? null : `link add link ${link} name ${mine} type vlan protocol ${device.protocol?.value === '802.1ad' ? '802.1ad' : '802.1Q'} id ${device.id?.value ?? 0}`
    case 'bond': return `link add name ${mine} type bond mode ${device.mode?.value ?? 'balance-rr'} miimon 100`
    case 'vrf': return `link add name ${mine} type vrf table ${device.table?.value ?? nextTable()}`
    case 'macvlan': case 'macvtap': case 'ipvlan': return device.hostSide ? '' : link === undefined ? null : `link add link ${link} name ${mine} type ${childKind(device)}`
    default: return null
  }
}

function portFlags(device: Interface, mine: string, say: (line: string) => void): void {
  const flags = [device.hairpin?.value ? 'hairpin on' : '', device.isolated?.value ? 'isolated on' : ''].filter((flag) => flag !== '')
  if (flags.length > 0) say(`link set dev ${mine} type bridge_slave ${flags.join(' ')}`)
}

/** VLAN membership where it is not the default, VLAN 1 untagged. */
function vlanLines(device: Interface, mine: string, self: boolean): readonly string[] {
  const { vlan, trunk, native } = device
  const untagged = native?.value ?? vlan?.value
  if (!trunk && (untagged === undefined || untagged === 1)) return []
  const where = self ? ' self' : ''
  return [
    `vlan del dev ${mine} vid 1${where}`,
    ...(trunk?.value ?? []).filter((id) => id !== untagged).map((id) => `vlan add dev ${mine} vid ${id}${where}`),
    ...(untagged === undefined ? [] : [`vlan add dev ${mine} vid ${untagged} pvid untagged${where}`]),
  ]
}
