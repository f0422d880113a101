/** What would let two devices hear each other: every setting that stands in the way between them, alone and together. */
import { keyOf, type Ip } from './address/ip.ts'
import { hasVlans, pvidOf, taggedOf } from './why-not-vlans.ts'
import type { Interface } from './infra/interface.ts'
import { isStack } from './infra/node.ts'
import type { Change, Part } from './infra/change.ts'
import type { Mend } from './mends.ts'
import { entriesMended, halvesMended } from './why-not-tunnels.ts'
import { wayBetween, wiringOf, type Joint, type Place, type Way } from './why-not-wiring.ts'
import type { Infra } from './infra/infra.ts'
import { t } from './words.ts'

const partOf = ({ node, device }: Place): Part => ({ kind: 'interface', node: node.name, interface: device?.name ?? '' })
const nameOf = ({ node, device }: Place): string => (device ? `${node.name}:${device.name}` : node.name)

export interface Obstacles {
  readonly way: Way
  /** One of each is enough: what bars one place of the way, and the settings that would let it pass, likeliest first. */
  readonly bars: readonly (readonly Mend[])[]
  /** Tunnels on the way, by the devices at their two ends. */
  readonly tunnels: readonly (readonly [Place, Place])[]
}

/** The cheapest way from a device to whoever has the address, and what bars it; undefined where no wire leads there. */
export function obstaclesTo(infra: Infra, start: Place, to: Ip, toNode: string | undefined): Obstacles | undefined {
  const wiring = wiringOf(infra)
  const owners = new Set((wiring.owners.get(keyOf(to)) ?? []).filter(({ node }) => node !== start.node && (toNode === undefined || node.name === toNode)))
  if (owners.size === 0) return undefined
  // Linux answers for any of its addresses by any of its devices.
  const stacks = new Set([...owners].map(({ node }) => node))
  const way = wayBetween(wiring, start, (place) => owners.has(place)) ?? wayBetween(wiring, start, ({ node, device }) => stacks.has(node) && device !== undefined && device.addresses.length > 0)
  return way && obstaclesOn(infra, way, to.family)
}

export function obstaclesOn(infra: Infra, way: Way, family?: 4 | 6): Obstacles {
  const { places, joints } = way
  const bars: (readonly Mend[])[] = []
  const tunnels: [Place, Place][] = []
  const told = new Set<Interface>()
  for (const [i, place] of places.entries()) {
    const { device } = place
    const before = joints[i - 1]
    if (before?.kind === 'wire' && before.link?.up?.value === false) bars.push([up(before.link.up.at, t`the link ${before.link.ends.map((end) => `${end.node}:${end.interface}`).join(' – ')}`)])
    if (device?.up?.value === false && !told.has(device)) {
      told.add(device)
      bars.push([up(device.up.at, nameOf(place))])
    }
    const last = places[i - 1]
    // addrconf_notify: below 1280 a device has no IPv6.
    if (family === 6 && device?.mtu && device.mtu.value < 1280) bars.push([{ title: t`Raise the MTU of ${nameOf(place)} to ${1280}`, at: device.mtu.at, change: { kind: 'correct', at: device.mtu.at, value: 1280 } }])
    if (before && last) {
      const held = before.kind === 'loose' ? hold(before, last, place) : []
      if (held.length > 0) bars.push(held)
      if (before.kind === 'tunnel') {
        tunnels.push([last, place])
        bars.push(...halvesMended(infra, last, place), ...entriesMended(last, place, places.at(-1)), ...entriesMended(place, last, places[0]))
      }
    }
    const next = places[i + 1]
    if (last && next && before?.kind === 'port' && joints[i]?.kind === 'port') {
      const alone = isolation(last, next)
      if (alone.length > 0) bars.push(alone)
    }
  }
  bars.push(...tagBars(way), ...modeBars(way))
  const end = places.at(-1)
  if (end) bars.push(...silences(end))
  return { way, bars, tunnels }
}

const up = (at: Mend['at'], what: string): Mend => ({ title: t`Set ${what} up`, change: { kind: 'correct', at, value: true }, at })

const isChild = ({ device }: Place): boolean => ['vlan', 'macvlan', 'macvtap', 'ipvlan'].includes(device?.type.value ?? '')

/** The port that nothing holds gets a master, or the guest a place to be plugged into. */
function hold({ key }: Extract<Joint, { kind: 'loose' }>, a: Place, b: Place): readonly Mend[] {
  if (key === 'link') {
    const [child, parent] = isChild(a) && !a.device?.link ? [a, b] : [b, a]
    if (!child.device || !parent.device) return []
    return [{ title: t`Put ${nameOf(child)} on ${parent.device.name}`, at: child.device.at, change: { kind: 'set', part: partOf(child), key: 'link', value: parent.device.name } }]
  }
  const isHolder = ({ device }: Place): boolean => device?.type.value === 'bridge' || device?.type.value === 'ovs'
  const [port, bridge] = isHolder(b) ? [a, b] : [b, a]
  if (!port.device || !bridge.device) return []
  const title = key === 'attach' ? t`Plug ${nameOf(port)} into ${nameOf(bridge)}` : t`Make ${nameOf(port)} a port of ${bridge.device.name}`
  return [{ title, at: port.device.at, change: { kind: 'set', part: partOf(port), key, value: bridge.device.name } }]
}

function isolation(a: Place, b: Place): readonly Mend[] {
  if (a.device?.isolated?.value !== true || b.device?.isolated?.value !== true) return []
  return [a, b].flatMap((place): readonly Mend[] => place.device?.isolated ? [{
    title: t`End the isolation of ${nameOf(place)}`, at: place.device.isolated.at,
    change: place.device.guestSide ? { kind: 'set', part: { kind: 'interface', ...place.device.guestSide }, key: 'isolated', value: false } : { kind: 'correct', at: place.device.isolated.at, value: false },
  }] : [])
}

/** Siblings on one parent that do not hear each other; what stands on a device and the device itself never do. */
function modeBars({ places, joints }: Way): (readonly Mend[])[] {
  return places.flatMap((parent, i): (readonly Mend[])[] => {
    const [one, two] = [places[i - 1], places[i + 1]]
    // Beside each other they are siblings; an ipvlan of layer 3 hears no question at all.
    const siblings = joints[i - 1]?.kind === 'parent' && joints[i]?.kind === 'parent'
    return [...(one && joints[i - 1]?.kind === 'parent' ? [one] : []), ...(two && joints[i]?.kind === 'parent' ? [two] : [])].flatMap((child): (readonly Mend[])[] => {
      const type = child.device?.type.value
      const wanted = siblings && (type === 'macvlan' || type === 'macvtap') ? 'bridge' : type === 'ipvlan' ? 'l2' : undefined
      const { device } = child
      if (!wanted || !device || device.mode?.value === wanted || child.node === parent.node) return []
      return [[{ title: t`Set mode ${wanted} on ${nameOf(child)}`, at: device.mode?.at ?? device.at, change: { kind: 'set', part: partOf(child), key: 'mode', value: wanted } }]]
    })
  })
}

/** Whoever has the address keeps silent: arp_ignore of the device or of the stack, or a reverse path filter that does not take the question. */
function silences({ node, device }: Place): (readonly Mend[])[] {
  if (!isStack(node)) return []
  const found: (readonly Mend[])[] = []
  const setting = device?.sysctl?.arpIgnore?.value ? device.sysctl.arpIgnore : node.sysctl.arpIgnore
  if (setting && setting.value !== 0) found.push([{ title: t`Let ${node.name} answer ARP for its addresses (arp_ignore 0)`, at: setting.at, change: { kind: 'correct', at: setting.at, value: 0 } }])
  const filter = device?.sysctl?.rpFilter?.value ? device.sysctl.rpFilter : node.sysctl.rpFilter
  if (filter?.value === 1) found.push([{ title: t`Make rp_filter loose (2) at ${node.name}`, at: filter.at, change: { kind: 'correct', at: filter.at, value: 2 } }])
  return found
}

/** Follows a frame along the way with its tags, and notes where they are not let through; ways in and out of a VLAN are each put right as the frame comes. */
function tagBars({ places, joints }: Way): (readonly Mend[])[] {
  const bars: (readonly Mend[])[] = []
  const tags: number[] = []
  let vlan: number | undefined
  // The last port that it came in by untagged: that port says what it is in.
  let access: Place | undefined
  for (const [i, place] of places.entries()) {
    const before = joints[i - 1]
    const last = places[i - 1]
    const next = places[i + 1]
    if (!before || !last) continue
    if (before.kind === 'parent') {
      if (last.device?.type.value === 'vlan' && last.device.link?.value === place.device?.name && last.node === place.node) tags.push(last.device.id?.value ?? 0)
      else if (place.device?.type.value === 'vlan' && place.device.link?.value === last.device?.name) {
        const tag = tags.pop()
        const id = place.device.id
        if (tag === undefined && id && access) bars.push([set(access, access.device?.trunk ? 'native' : 'vlan', id.value)])
        if (tag !== undefined && tag !== 0 && id?.value !== tag) bars.push([{ title: t`Make ${nameOf(place)} VLAN ${tag}`, at: id?.at ?? place.device.at, change: id ? { kind: 'correct', at: id.at, value: tag } : { kind: 'set', part: partOf(place), key: 'id', value: tag } }])
      }
    }
    if (before.kind !== 'port') continue
    if (isHolderOf(place, last)) {
      // In by the port `last`.
      if (!hasVlans(place)) { vlan = undefined; continue }
      const tag = tags.at(-1)
      access = tag === undefined ? last : undefined
      if (tag === undefined) vlan = pvidOf(last)
      else if (taggedOf(last).has(tag) || pvidOf(last) === tag) {
        tags.pop()
        vlan = tag
      } else {
        bars.push(carry(last, tag, true))
        tags.pop()
        vlan = tag
      }
      if (vlan === undefined) {
        const wanted = next && isHolderOf(place, next) ? pvidOf(next) : pvidOf(place)
        if (wanted !== undefined) {
          bars.push([set(last, last.device?.trunk ? 'native' : 'vlan', wanted)])
          vlan = wanted
        }
      } else if (!next || !isHolderOf(place, next)) {
        // Up to the bridge's own stack.
        const own = pvidOf(place)
        if (!(next && joints[i]?.kind === 'parent') && own !== vlan) {
          bars.push([...(own === undefined ? [] : [set(last, last.device?.trunk ? 'native' : 'vlan', own)]), ...(place.device ? [set(place, 'vlan', vlan)] : [])])
        } else if (next && joints[i]?.kind === 'parent') tags.push(vlan)
      }
    } else if (isHolderOf(last, place)) {
      // Out by the port `place`, from the bridge or from its own stack.
      if (!hasVlans(last)) continue
      if (vlan === undefined) vlan = tags.length > 0 ? tags.pop() : pvidOf(last)
      if (vlan === undefined) continue
      if (taggedOf(place).has(vlan)) tags.push(vlan)
      else if (pvidOf(place) !== vlan) {
        const came = places[i - 2]
        const here = pvidOf(place)
        const other = came && isHolderOf(last, came) && !came.device?.trunk && here !== undefined && tags.length === 0 ? [set(came, 'vlan', here)] : []
        bars.push([...carry(place, vlan, false), ...other])
        if (place.device?.trunk) tags.push(vlan)
      }
      vlan = undefined
    }
  }
  return bars
}

const isHolderOf = (holder: Place, port: Place): boolean =>
  holder.node === port.node && (holder.device ? port.device?.master?.value === holder.device.name : port.device !== undefined && !isStack(holder.node))

const set = (place: Place, key: 'vlan' | 'native', value: number): Mend => ({
  title: key === 'vlan' ? t`Put ${nameOf(place)} into VLAN ${value}` : t`Carry VLAN ${value} untagged on ${nameOf(place)}`,
  at: place.device?.[key]?.at ?? place.device?.at ?? place.node.at, change: { kind: 'set', part: ownerOf(place), key, value },
})

/** A guest's port is configured on the guest's own interface. */
const ownerOf = (place: Place): Part => (place.device?.guestSide ? { kind: 'interface', ...place.device.guestSide } : partOf(place))

/** The port carries the VLAN: tagged where it is a trunk, or has to be one. */
function carry(place: Place, vlan: number, tagged: boolean): readonly Mend[] {
  const at = place.device?.trunk?.at ?? place.device?.vlan?.at ?? place.device?.at ?? place.node.at
  const trunk = (change: Change): Mend => ({ title: t`Carry VLAN ${vlan} on ${nameOf(place)}`, at, change })
  if (place.device?.trunk) return [trunk({ kind: 'append', part: ownerOf(place), key: 'trunk', value: vlan })]
  if (tagged) return [trunk({ kind: 'set', part: ownerOf(place), key: 'trunk', value: [vlan] })]
  return [set(place, 'vlan', vlan), trunk({ kind: 'set', part: ownerOf(place), key: 'trunk', value: [vlan] })]
}
