/** Interfaces: from their entry to what they are. */
import type { FdbEntry, Interface, InterfaceAddress, InterfaceType, Sysctl, TunnelSettings, WireguardPeer } from '../../infra/interface.ts'
import { interfaceTypes, isTunnelType } from '../../infra/interface.ts'
import type { Written } from '../../text/span.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { judgeKeys } from './device-keys.ts'
import { fields, present, type Fields } from './fields.ts'
import { fdbTable, interfaceTable, portTable, sysctlTable, wireguardPeerTable } from './grammar-interfaces.ts'
import { problem, type Say } from './report.ts'
import * as values from './values.ts'
import { later, t } from '../../words.ts'

export function readSysctl(f: Fields): Sysctl {
  return present<Sysctl>({
    rpFilter: f.get('rp_filter', values.level),
    proxyArp: f.get('proxy_arp', values.flag),
    arpIgnore: f.get('arp_ignore', values.level),
    arpAnnounce: f.get('arp_announce', values.level),
    bridgeNfCallIptables: f.get('bridge-nf-call-iptables', values.flag),
  })
}

/** `address` and `addresses`, one or a list; `dhcp` among them asks for one. */
function readAddresses(f: Fields, say: Say): { addresses: readonly Written<InterfaceAddress>[]; dhcp: Written<boolean> | undefined } {
  const addresses: Written<InterfaceAddress>[] = []
  let dhcp: Written<boolean> | undefined
  const one = (tree: Tree | undefined): void => {
    if (tree?.kind === 'scalar' && tree.text === 'dhcp') dhcp = { value: true, at: tree.at }
    else {
      const read = values.address(tree, say)
      if (read) addresses.push(read)
    }
  }
  for (const key of ['address', 'addresses']) {
    const tree = f.tree(key)
    if (tree?.kind === 'list') tree.items.forEach(one)
    else one(tree)
  }
  return { addresses, dhcp }
}

function readTunnel(f: Fields, type: InterfaceType, say: Say): TunnelSettings | undefined {
  if (!isTunnelType(type)) return undefined
  const fdb = f.items('fdb').flatMap((item): FdbEntry[] => {
    const entry = fields(item, fdbTable, item.at, say)
    const mac = entry?.get('mac', values.fdbMac)
    const remote = entry?.get('remote', values.ip)
    return mac && remote ? [{ mac: mac.value, remote: remote.value, at: item.at }] : []
  })
  const peers = f.items('peers').flatMap((item): WireguardPeer[] => {
    const entry = fields(item, wireguardPeerTable, item.at, say)
    if (!entry) return []
    return [{
      remote: entry.get('remote', values.ip),
      allowed: values.list(values.address, 'prefixes')(entry.tree('allowed'), say), at: item.at,
    }]
  })
  return present<TunnelSettings>({
    local: f.get('local', values.ip),
    remotes: values.list(values.ip, later('an IP address, or a list'))(f.tree('remote'), say),
    group: f.get('group', values.ip),
    id: f.get('id', values.number('an id')) ?? f.get('key', values.number('a key')),
    port: f.get('port', values.number(later('a UDP port'), 1, 65535)),
    learning: f.get('learning', values.boolean),
    fdb, peers,
    df: f.get('df', values.word(['unset', 'set', 'inherit'] as const)),
    cipher: f.get('cipher', values.text),
    csum: f.get('csum', values.boolean),
    seq: f.get('seq', values.boolean),
  })
}

const vlanList = (f: Fields, say: Say): Written<readonly number[]> | undefined => {
  const tree = f.tree('trunk')
  if (!tree) return undefined
  return { value: values.list(values.vlan, 'VLAN ids')(tree, say).map((item) => item.value), at: tree.at }
}

/** What a port and any other interface share. */
const portParts = (f: Fields, say: Say): Partial<Interface> => present<Partial<Interface>>({
  mtu: f.get('mtu', values.number(later('an MTU in bytes'), 68, 65575)),
  up: f.get('up', values.boolean),
  bandwidth: f.get('bandwidth', values.bitRate),
  vlan: f.get('vlan', values.vlan),
  trunk: vlanList(f, say),
  native: f.get('native', values.vlan),
  hairpin: f.get('hairpin', values.boolean),
  isolated: f.get('isolated', values.boolean),
})

// In the order of their numbers, by which iproute2 takes them, too.
const bondModes = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'] as const

const bondMode: values.Read<string> = (tree, say) => {
  const named = tree?.kind === 'scalar' && /^\d$/.test(tree.text) ? bondModes[Number(tree.text)] : undefined
  return tree && named !== undefined ? { value: named, at: tree.at } : values.word(bondModes)(tree, say)
}

/** What a type takes as its `mode`; of a type that has none, any word. */
function modeOf(type: InterfaceType): values.Read<string> {
  switch (type) {
    case 'macvlan':
    case 'macvtap': return values.word(['private', 'vepa', 'bridge', 'passthru'])
    case 'ipvlan': return values.word(['l2', 'l3', 'l3s'])
    case 'esp': return values.word(['tunnel', 'transport'])
    case 'bond': return bondMode
    default: return values.text
  }
}

/** An interface of a stack. `guest`: its default type is the veth or tap that plugs into the host. */
export function readInterface(entry: MapEntry, guest: boolean, say: Say): Interface | undefined {
  const name = entry.key.text
  if (!nameIsFine(entry, say)) return undefined
  const f = fields(entry.value, interfaceTable, entry.key.at, say)
  const base = { name, at: entry.key.at, body: entry.at }
  if (!f) return { ...base, type: { value: 'ethernet', at: entry.key.at }, addresses: [], gateways: [], flows: [] }
  const plugged = guest && (f.has('attach') || f.has('network'))
  const implied: InterfaceType = name === 'lo' ? 'loopback' : plugged ? 'veth' : 'ethernet'
  const type = f.get('type', values.word(interfaceTypes, later('a kind of device'))) ?? { value: implied, at: entry.key.at }
  // A type that is misspelt has said so; what it needs is not known.
  const typed = type.at !== entry.key.at
  if (typed || !f.has('type')) judgeKeys(f, entry, type.value, typed)
  const { addresses, dhcp } = readAddresses(f, say)
  const sysctl = f.record('sysctl', sysctlTable)
  return present<Interface>({
    ...base, type, addresses, dhcp,
    gateways: values.list(values.ip, later('an IP address'))(f.tree('gateway'), say),
    mac: f.get('mac', values.mac),
    ...portParts(f, say),
    master: f.get('master', values.text),
    link: f.get('link', values.text),
    attach: f.get('attach', values.text),
    network: f.get('network', values.text),
    vlanAware: f.get('vlan-aware', values.boolean),
    stp: f.get('stp', values.boolean),
    ageing: f.get('ageing', values.seconds),
    flows: values.list(values.text, 'flows')(f.tree('flows'), say),
    id: isTunnelType(type.value) ? undefined : f.get('id', type.value === 'vlan' ? values.vlan : values.number('an id')),
    protocol: f.get('protocol', values.word(['802.1q', '802.1ad'] as const)),
    mode: f.get('mode', modeOf(type.value)),
    table: f.get('table', values.number('a table', 1, 4294967295)),
    tunnel: readTunnel(f, type.value, say),
    sysctl: sysctl && readSysctl(sysctl),
  })
}

/** A switch's port. */
export function readPort(entry: MapEntry, say: Say): Interface | undefined {
  if (!nameIsFine(entry, say)) return undefined
  const f = fields(entry.value, portTable, entry.key.at, say)
  return {
    name: entry.key.text, at: entry.key.at, body: entry.at, type: { value: 'ethernet', at: entry.key.at },
    addresses: [], gateways: [], flows: [], ...(f && portParts(f, say)),
  }
}

/** Interface names go into `node:interface`, and the kernel takes no space and no slash (dev_valid_name). */
function nameIsFine(entry: MapEntry, say: Say): boolean {
  const name = entry.key.text
  if (name !== '' && !/[\s/:]/.test(name)) return true
  say(problem('wrong-type', entry.key.at, t`${name === '' ? t('an empty text') : name} cannot name an interface: no space, slash or colon`))
  return false
}
