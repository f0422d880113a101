/** Open vSwitch flows as ovs-ofctl(8) spells them: which rule matches a frame, and what its actions make of it. ovs-fields(7), ovs-actions(7). */
import { contains, parseIp, parsePrefix, type Ip, type Prefix } from '../address/ip.ts'
import { parseMac, type Mac } from '../address/mac.ts'
import type { Frame, Packet } from './packet.ts'

/** What a flow sees of a frame. */
type Match = (frame: Frame, inPort: Port) => boolean

/** A port by its OpenFlow number or its name; `LOCAL` is the bridge's own device. */
export interface Port {
  readonly number: number
  readonly name: string
}

/** OFPP_LOCAL. */
export const localPort = 0xfffe

interface Rule {
  readonly text: string
  readonly priority: number
  readonly match: Match
  readonly actions: readonly Action[]
}

type Action =
  | { readonly kind: 'output'; readonly port: string }
  | { readonly kind: 'normal' | 'flood' | 'all' | 'in-port' | 'drop' | 'pop-vlan' | 'push-vlan' }
  | { readonly kind: 'vlan'; readonly id: number }
  | { readonly kind: 'eth-src' | 'eth-dst'; readonly mac: Mac }
  | { readonly kind: 'ip-src' | 'ip-dst'; readonly ip: Ip }
  | { readonly kind: 'port-src' | 'port-dst'; readonly port: number }
  | { readonly kind: 'dec-ttl' }
  | { readonly kind: 'table'; readonly table: number }
  | { readonly kind: 'unknown'; readonly text: string }

/** Rules by table, in the order in which they are tried. */
export interface Pipeline {
  readonly tables: ReadonlyMap<number, readonly Rule[]>
}

/** What a frame's way through the tables comes to, in the order of the actions. */
export interface Effect {
  readonly rule: string
  readonly to: { readonly kind: 'port'; readonly port: string } | { readonly kind: 'normal' | 'flood' | 'all' | 'in-port' } | { readonly kind: 'unknown'; readonly why: string }
    /** Another flow of the same priority matches, too. */
    | { readonly kind: 'tie'; readonly with: string }
  readonly frame: Frame
}

// OFPP_NORMAL at the lowest priority is what a bridge begins with (ofproto fail-mode standalone); flows are added to it.
const standalone = 'priority=0,actions=NORMAL'

/** Never throws: what cannot be read is a rule of unknown actions, or, where its match cannot be, unknown to every frame. */
export function readFlows(texts: readonly string[]): Pipeline {
  const tables = new Map<number, Rule[]>()
  for (const text of [...texts, standalone]) {
    const { table, rule } = readFlow(text)
    const list = tables.get(table)
    // The same match and priority replace the older flow; the standing one yields to any that matches everything.
    if (text === standalone && list?.some((one) => one.priority === 0 && keyOf(one.text) === '')) continue
    const older = list?.findIndex((one) => one.priority === rule.priority && keyOf(one.text) === keyOf(rule.text)) ?? -1
    if (list && older >= 0) list[older] = rule
    else if (list) list.push(rule)
    else tables.set(table, [rule])
  }
  for (const list of tables.values()) list.sort((a, b) => b.priority - a.priority)
  return { tables }
}

/** What it does, word for word. */
const deedsOf = (text: string): string => text.split(/,?\s*actions?\s*=/).slice(1).join('=').replace(/\s+/g, '')

/** The match's own words, without priority and what does not select. */
const keyOf = (text: string): string =>
  (text.split(/,?\s*actions?\s*=/)[0] ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '' && !/^(priority|table|cookie|idle_timeout|hard_timeout|send_flow_rem|check_overlap)\b/.test(part)).sort().join(',')

function readFlow(text: string): { table: number; rule: Rule } {
  const [head = '', ...rest] = text.split(/,?\s*actions?\s*=/)
  let table = 0
  // OFP_DEFAULT_PRIORITY
  let priority = 32768
  const matches: Match[] = []
  let bad: string | undefined
  for (const part of head.split(/[,\s]+/).map((one) => one.trim()).filter((one) => one !== '')) {
    const [name = '', ...words] = part.split('=')
    const value = words.join('=')
    const number = Number(value)
    switch (name) {
      case 'table': table = number; break
      case 'priority': priority = number; break
      case 'cookie': case 'idle_timeout': case 'hard_timeout': case 'send_flow_rem': case 'check_overlap': break
      default: {
        const match = matchOf(name, value)
        if (match) matches.push(match)
        else bad ??= part
      }
    }
  }
  const actions = bad === undefined && rest.length > 0 ? splitActions(rest.join('=')).map(actionOf) : [{ kind: 'unknown', text: bad ?? text } as const]
  return { table: Number.isInteger(table) ? table : 0, rule: { text: text.trim(), priority: Number.isFinite(priority) ? priority : 32768, actions, match: (frame, port) => matches.every((one) => one(frame, port)) } }
}

const packetOf = ({ payload }: Frame): Packet | undefined => (payload.kind === 'ip' ? payload : undefined)
const isArp = ({ payload }: Frame): boolean => payload.kind === 'probe' || (payload.kind === 'neighbour' && payload.target.family === 4)
const isIp = (frame: Frame, family: 4 | 6): boolean => packetOf(frame)?.src.family === family || (family === 6 && frame.payload.kind === 'neighbour' && frame.payload.target.family === 6)

/** IP protocol numbers (IANA). */
function protocolOf(frame: Frame): number | undefined {
  const packet = packetOf(frame)
  if (!packet) return frame.payload.kind === 'neighbour' && frame.payload.target.family === 6 ? 58 : undefined
  switch (packet.proto) {
    case 'icmp': return packet.src.family === 4 ? 1 : 58
    case 'tcp': return 6
    case 'udp': return 17
    case 'tunnel': {
      switch (packet.carried?.kind) {
        case 'vxlan': case 'geneve': case 'wireguard': return 17
        case 'ipip': return 4
        case 'sit': return 41
        case 'esp': return 50
        case 'stt': return 6
        default: return 47
      }
    }
  }
}

const outermost = ({ tags }: Frame): number | undefined => tags[0]?.id

function macMatch(value: string, of: (frame: Frame) => Mac): Match | undefined {
  const [text = '', mask] = value.split('/')
  const mac = parseMac(text)
  if (mac === undefined) return undefined
  if (mask === undefined) return (frame) => of(frame) === mac
  const bits = parseMac(mask)
  if (bits === undefined) return undefined
  const masked = (one: Mac): bigint => BigInt(one) & BigInt(bits)
  return (frame) => masked(of(frame)) === masked(mac)
}

function ipMatch(value: string, of: (frame: Frame) => Ip | undefined): Match | undefined {
  const prefix: Prefix | undefined = value.includes('/') ? parsePrefix(value) : whole(parseIp(value))
  if (!prefix) return undefined
  return (frame) => {
    const ip = of(frame)
    return ip !== undefined && ip.family === prefix.ip.family && contains(prefix, ip)
  }
}
const whole = (ip: Ip | undefined): Prefix | undefined => ip && { ip, length: ip.family === 4 ? 32 : 128 }

/** A set of frames by one field; undefined for a field that is not known here. */
function matchOf(name: string, value: string): Match | undefined {
  const number = Number(value)
  const proto = (wanted: number, family: 4 | 6): Match => (frame) => isIp(frame, family) && protocolOf(frame) === wanted
  switch (name) {
    case 'in_port': return (_, port) => port.name === value.replace(/^"|"$/g, '') || port.number === number || (value.toUpperCase() === 'LOCAL' && port.number === localPort)
    case 'dl_src': case 'eth_src': return macMatch(value, ({ src }) => src)
    case 'dl_dst': case 'eth_dst': return macMatch(value, ({ dst }) => dst)
    case 'dl_vlan': return number === 0xffff ? (frame) => frame.tags.length === 0 : Number.isInteger(number) ? (frame) => outermost(frame) === number : undefined
    case 'vlan_tci': return /^0(x0+)?$/.test(value) ? (frame) => frame.tags.length === 0 : undefined
    case 'dl_type': case 'eth_type': {
      if (number === 0x0800) return (frame) => isIp(frame, 4)
      if (number === 0x86dd) return (frame) => isIp(frame, 6)
      return number === 0x0806 ? isArp : undefined
    }
    case 'ip': return value === '' ? (frame) => isIp(frame, 4) : undefined
    case 'ipv6': return value === '' ? (frame) => isIp(frame, 6) : undefined
    case 'arp': return value === '' ? isArp : undefined
    case 'icmp': return proto(1, 4)
    case 'tcp': return proto(6, 4)
    case 'udp': return proto(17, 4)
    case 'icmp6': return proto(58, 6)
    case 'tcp6': return proto(6, 6)
    case 'udp6': return proto(17, 6)
    case 'nw_proto': case 'ip_proto': return Number.isInteger(number) ? (frame) => protocolOf(frame) === number : undefined
    case 'nw_src': case 'ip_src': case 'ipv6_src': return ipMatch(value, (frame) => packetOf(frame)?.src ?? (name === 'nw_src' ? arpOf(frame)?.sender : undefined))
    case 'nw_dst': case 'ip_dst': case 'ipv6_dst': return ipMatch(value, (frame) => packetOf(frame)?.dst ?? (name === 'nw_dst' ? arpOf(frame)?.target : undefined))
    case 'arp_spa': return ipMatch(value, (frame) => arpOf(frame)?.sender)
    case 'arp_tpa': return ipMatch(value, (frame) => arpOf(frame)?.target)
    case 'arp_op': return (frame) => arpOf(frame) !== undefined && (arpOf(frame)?.ask ? 1 : 2) === number
    case 'tp_src': case 'tcp_src': case 'udp_src': return Number.isInteger(number) ? (frame) => hasPorts(frame) && packetOf(frame)?.sport === number : undefined
    case 'tp_dst': case 'tcp_dst': case 'udp_dst': return Number.isInteger(number) ? (frame) => hasPorts(frame) && packetOf(frame)?.dport === number : undefined
    default: return undefined
  }
}

/** The ARP fields as they are on the wire: an answer's target is who asked. */
function arpOf({ payload }: Frame): { sender: Ip; target: Ip; ask: boolean } | undefined {
  return payload.kind === 'neighbour' && payload.target.family === 4 ? payload : undefined
}
const hasPorts = (frame: Frame): boolean => {
  const packet = packetOf(frame)
  return packet !== undefined && (packet.proto === 'tcp' || packet.proto === 'udp' || packet.carried?.port !== undefined)
}

/** Commas within parentheses do not part actions. */
function splitActions(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const letter of text) {
    if (letter === '(') depth++
    if (letter === ')') depth--
    if (letter === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '')
}

function actionOf(text: string): Action {
  const unknown: Action = { kind: 'unknown', text }
  const [, name = text, value = ''] = /^([A-Za-z_]+)(?:[:(]\s*(.*?)\)?)?$/.exec(text) ?? []
  const setter = (field: string, given: string): Action => {
    const mac = parseMac(given)
    const ip = parseIp(given)
    const number = Number(given)
    switch (field) {
      case 'eth_src': case 'dl_src': return mac === undefined ? unknown : { kind: 'eth-src', mac }
      case 'eth_dst': case 'dl_dst': return mac === undefined ? unknown : { kind: 'eth-dst', mac }
      case 'ip_src': case 'nw_src': case 'ipv6_src': return ip ? { kind: 'ip-src', ip } : unknown
      case 'ip_dst': case 'nw_dst': case 'ipv6_dst': return ip ? { kind: 'ip-dst', ip } : unknown
      case 'vlan_vid': return Number.isInteger(number) ? { kind: 'vlan', id: number & 0xfff } : unknown
      case 'tcp_src': case 'udp_src': case 'tp_src': return Number.isInteger(number) ? { kind: 'port-src', port: number } : unknown
      case 'tcp_dst': case 'udp_dst': case 'tp_dst': return Number.isInteger(number) ? { kind: 'port-dst', port: number } : unknown
      default: return unknown
    }
  }
  switch (name.toLowerCase()) {
    case 'normal': return { kind: 'normal' }
    case 'flood': return { kind: 'flood' }
    case 'all': return { kind: 'all' }
    case 'in_port': return { kind: 'in-port' }
    case 'drop': return { kind: 'drop' }
    case 'local': return { kind: 'output', port: 'LOCAL' }
    case 'output': return value === '' ? unknown : { kind: 'output', port: value.replace(/^port=/, '').replace(/^"|"$/g, '') }
    case 'strip_vlan': case 'pop_vlan': return { kind: 'pop-vlan' }
    case 'push_vlan': return Number(value) === 0x8100 ? { kind: 'push-vlan' } : unknown
    case 'mod_vlan_vid': return setter('vlan_vid', value)
    case 'mod_dl_src': return setter('eth_src', value)
    case 'mod_dl_dst': return setter('eth_dst', value)
    case 'mod_nw_src': return setter('ip_src', value)
    case 'mod_nw_dst': return setter('ip_dst', value)
    case 'mod_tp_src': return setter('tp_src', value)
    case 'mod_tp_dst': return setter('tp_dst', value)
    case 'set_field': {
      const [given = '', field = ''] = value.split('->')
      return setter(field.trim(), given.trim())
    }
    case 'dec_ttl': return { kind: 'dec-ttl' }
    case 'goto_table': return Number.isInteger(Number(value)) ? { kind: 'table', table: Number(value) } : unknown
    case 'resubmit': {
      const table = /^,\s*(\d+)$/.exec(value)?.[1]
      return table === undefined ? unknown : { kind: 'table', table: Number(table) }
    }
    default: return /^"?[\w.-]+"?$/.test(text) && !otherActions.has(text.toLowerCase()) ? { kind: 'output', port: text.replace(/^"|"$/g, '') } : unknown
  }
}

// Actions of one word that are no port's name.
const otherActions: ReadonlySet<string> = new Set(['controller', 'exit', 'clear_actions', 'pop_queue', 'dec_mpls_ttl', 'dec_nsh_ttl', 'pop_mpls', 'table', 'ct', 'ct_clear', 'decap', 'none', 'any', 'debug_recirc', 'debug_slow'])

// ofproto-dpif-xlate.c MAX_DEPTH of resubmits.
const deepest = 64

/** Sends a frame through the tables. Pure: what is to be sent where is the answer. */
export function effectsOf(pipeline: Pipeline, frame: Frame, inPort: Port): readonly Effect[] {
  const effects: Effect[] = []
  let now = frame
  const through = (table: number, depth: number): boolean => {
    const rules = pipeline.tables.get(table) ?? []
    const rule = rules.find((one) => one.match(now, inPort))
    if (!rule || depth > deepest) return true
    // ovs-ofctl(8) leaves open which of two that match with one priority is taken: no guess, unless both do the same.
    const rival = rules.find((one) => one !== rule && one.priority === rule.priority && deedsOf(one.text) !== deedsOf(rule.text) && one.match(now, inPort))
    if (rival) {
      effects.push({ rule: rule.text, to: { kind: 'tie', with: rival.text }, frame: now })
      return false
    }
    for (const action of rule.actions) {
      const to = (target: Effect['to']): void => void effects.push({ rule: rule.text, to: target, frame: now })
      switch (action.kind) {
        case 'output': to({ kind: 'port', port: action.port }); break
        case 'normal': case 'flood': case 'all': case 'in-port': to({ kind: action.kind }); break
        case 'drop': break
        case 'unknown': to({ kind: 'unknown', why: action.text }); return false
        case 'table': if (!through(action.table, depth + 1)) return false; break
        default: now = changed(now, action)
      }
    }
    return true
  }
  through(0, 0)
  return effects
}

function changed(frame: Frame, action: Action): Frame {
  const withPacket = (change: (packet: Packet) => Packet): Frame => (frame.payload.kind === 'ip' ? { ...frame, payload: change(frame.payload) } : frame)
  const [tag, ...rest] = frame.tags
  switch (action.kind) {
    case 'pop-vlan': return { ...frame, tags: rest }
    case 'push-vlan': return { ...frame, tags: [{ protocol: '802.1q', id: tag?.id ?? 0 }, ...frame.tags] }
    case 'vlan': return { ...frame, tags: [{ protocol: tag?.protocol ?? '802.1q', id: action.id }, ...rest] }
    case 'eth-src': return { ...frame, src: action.mac }
    case 'eth-dst': return { ...frame, dst: action.mac }
    case 'ip-src': return withPacket((packet) => (packet.src.family === action.ip.family ? { ...packet, src: action.ip } : packet))
    case 'ip-dst': return withPacket((packet) => (packet.dst.family === action.ip.family ? { ...packet, dst: action.ip } : packet))
    case 'port-src': return withPacket((packet) => ({ ...packet, sport: action.port }))
    case 'port-dst': return withPacket((packet) => ({ ...packet, dport: action.port }))
    case 'dec-ttl': return withPacket((packet) => ({ ...packet, ttl: packet.ttl - 1 }))
    default: return frame
  }
}
