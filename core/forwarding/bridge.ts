/** Bridges and switches: VLAN filtering, learning, flooding. Linux net/bridge; Open vSwitch's NORMAL action. */
import { printMac } from '../address/mac.ts'
import { audienceOf } from './audience.ts'
import { effectsOf, localPort, type Port } from './flows.ts'
import { filterBridged } from './filter.ts'
import { tracksConnections } from './policy.ts'
import { fragmented, isGroup, lengthOf, type Frame, type Tag } from './packet.ts'
import { enter, excessAt } from './receive.ts'
import { drop, note, type Context, type Crossed, type Run } from './run.ts'
import type { Bridge, Device } from './tables.ts'
import { transmit } from './transmit.ts'
import { t } from '../words.ts'

/** In a bridge that filters, a frame's VLAN travels beside it and `tags` are what remains inside. */
interface Inside {
  readonly frame: Frame
  readonly vlan: number
}

const deviceOf = (bridge: Bridge): string => bridge.self?.name ?? bridge.label

/** A frame from one of the bridge's ports: br_handle_frame. */
export function bridgeInput(run: Run, port: Device, frame: Frame, outer: Context): void {
  const { bridge, stack } = port
  if (!bridge) return
  const context = crossing(run, port, bridge, frame, outer)
  if (!context) return
  run.carriers.add(bridge.label)
  if (bridge.self && !bridge.self.admin) return drop(run, context, stack, port, 'no-carrier', frame, { detail: t`the bridge ${bridge.label} is down`, at: bridge.self.iface.up?.at })
  if (bridge.blocked.has(port)) return
  if (bridge.flows) return followFlows(run, bridge, port, frame, context)
  const inside = admit(run, bridge, port, frame, context)
  if (context.role.kind === 'probe') noteAdmission(run, bridge, inside)
  if (inside) switchFrame(run, bridge, port, inside, context)
}

/** In which VLAN a probe is in the bridge: who is plugged in there hears it only by that one. */
function noteAdmission(run: Run, { label, vlanAware }: Bridge, inside: Inside | undefined): void {
  const seen = run.admitted.get(label) ?? new Set()
  run.admitted.set(label, seen)
  if (inside) seen.add(vlanAware ? inside.vlan : inside.frame.tags[0]?.id ?? 0)
}

/** A frame that the host itself sends by the bridge device: br_dev_xmit. */
export function bridgeSend(run: Run, self: Device, frame: Frame, outer: Context): void {
  const bridge = self.owns
  if (!bridge) return
  const context = outer.crossed ? { ...outer, crossed: null } : outer
  run.carriers.add(bridge.label)
  if (bridge.flows) return followFlows(run, bridge, self, frame, context)
  const inside = admit(run, bridge, self, frame, context)
  if (context.role.kind === 'probe') noteAdmission(run, bridge, inside)
  if (inside) switchFrame(run, bridge, self, inside, context)
}

/** A question in a circle is the end of the packet that waits for its answer. */
function storm(run: Run, port: Device, bridge: Bridge, frame: Frame, context: Context): void {
  const waiting = context.role.kind === 'neighbour' ? context.role.resolution.waiting[0] : undefined
  // Where an answer has come before the circle was closed, the packet itself is under way, and drowns.
  const drowning = waiting || context.role.kind !== 'neighbour' ? undefined : run.queue.slice(run.head).find((one) => one.context.role.kind === 'data')
  const at = port.wire?.at ?? port.iface.at
  drop(run, waiting?.context ?? drowning?.context ?? context, port.stack, port, 'loop', waiting?.packet ?? (drowning && ('frame' in drowning ? drowning.frame : drowning.packet)) ?? frame, {
    detail: waiting || drowning ? t`the question for its neighbour goes round in a circle through ${bridge.label} and never ends: a broadcast storm` : t`it goes round in a circle through ${bridge.label} and never ends: a broadcast storm`, at,
  })
  run.storm ??= { trail: run.drops.at(-1)?.trail ?? context.trail, bridge: bridge.label, at }
}

/** The same frame at the same port a second time has gone round in a circle. */
function crossing(run: Run, port: Device, bridge: Bridge, frame: Frame, context: Context): Context | undefined {
  const tags = frame.tags.length === 0 ? '' : frame.tags.map(({ protocol, id }) => `${protocol} ${id}`).join(' ')
  let length = 0
  for (let at = context.crossed; at; at = at.before) {
    length++
    if (at.device === port && at.tags === tags) {
      storm(run, port, bridge, frame, context)
      run.head = run.queue.length
      return undefined
    }
  }
  if (length > 255) return undefined
  const crossed: Crossed = { device: port, tags, before: context.crossed }
  return { role: context.role, trail: context.trail, depth: context.depth, crossed, tunnel: context.tunnel, forwarded: context.forwarded }
}

/** br_allowed_ingress: the VLAN a frame belongs to, or nothing where the port lacks it. */
function admit(run: Run, bridge: Bridge, port: Device, frame: Frame, context: Context): Inside | undefined {
  const { vlans } = port
  if (!vlans) return { frame, vlan: 0 }
  const [tag, ...rest] = frame.tags
  const tagged = tag !== undefined && tag.protocol === '802.1q' && tag.id !== 0
  const inner: Frame = tagged || tag?.id === 0 ? { ...frame, tags: rest } : frame
  const vlan = tagged ? tag.id : vlans.pvid
  if (vlan === undefined || (tagged && vlans.strict) || !(vlans.tagged === 'all' || vlans.tagged.has(vlan) || vlans.untagged.has(vlan))) {
    drop(run, context, port.stack, port, 'vlan', frame, {
      detail: vlan === undefined ? t`${port.name} takes no untagged frames` : tagged && vlans.strict ? t`${port.name} takes no tagged frames` : t`${port.name} is not in VLAN ${vlan}`, at: port.iface.trunk?.at ?? port.iface.vlan?.at ?? port.iface.at,
      table: `vlan ${bridge.label} ${port.name}`,
    })
    return undefined
  }
  return { frame: inner, vlan }
}

/** Open vSwitch: the flows say where the frame goes; NORMAL is what a bridge without any does. */
function followFlows(run: Run, bridge: Bridge, from: Device, frame: Frame, context: Context): void {
  const { stack, flows } = bridge
  if (!flows) return
  // What a flow does may depend on any field.
  run.peculiar = true
  const portOf = (device: Device): Port => ({ number: device === bridge.self ? localPort : bridge.ports.indexOf(device) + 1, name: device.name })
  const effects = effectsOf(flows, frame, portOf(from))
  if (effects.length === 0) return drop(run, context, stack, from, 'filtered', frame, { detail: t`the flows of ${bridge.label} drop it`, table: `flows ${bridge.label}`, at: bridge.self?.iface.flows[0]?.at })
  for (const { rule, to, frame: out } of effects) {
    const said = note(run, context, stack, from, 'bridge', out, () => ({
      detail: t`a flow of ${bridge.label} takes it`, table: `flow ${rule}`, at: bridge.self?.iface.flows.find(({ value }) => value.trim() === rule)?.at,
    }))
    const emit = (port: Device): void => {
      if (port === bridge.self) return enter(run, port, out, said)
      if (bridge.blocked.has(port)) return
      if (!port.running) return drop(run, said, stack, port, 'no-carrier', out, { detail: port.admin ? t`${port.name} has no carrier` : t`${port.name} is down`, at: port.wire?.at ?? port.iface.at })
      const excess = excessAt(port, out)
      if (excess > 0) return tooLong(run, port, out, said, excess)
      transmit(run, port, out, said)
    }
    const all = [...bridge.ports, ...(bridge.self ? [bridge.self] : [])]
    switch (to.kind) {
      case 'unknown': case 'tie': {
        const why = to.kind === 'tie' ? t`${bridge.label}, which has two flows of one priority for it (${rule}; ${to.with}),` : t`the flow ${rule} of ${bridge.label}, which is not understood (${to.why}),`
        if (context.role.kind === 'neighbour') context.role.resolution.opaque.push(why)
        if (context.role.kind === 'probe') run.open = true
        return drop(run, said, stack, from, 'unknown-node', out, { detail: t`what ${why} does is not known`, unknown: true })
      }
      case 'normal': {
        const inside = admit(run, bridge, from, out, said)
        if (inside) switchFrame(run, bridge, from, inside, said)
        break
      }
      case 'in-port': emit(from); break
      case 'flood': case 'all': for (const port of all) if (port !== from) emit(port); break
      case 'port': {
        const port = all.find((one) => one.name === to.port || String(portOf(one).number) === to.port || (to.port === 'LOCAL' && one === bridge.self))
        // do_output: a frame does not go back out of the port it came from unless IN_PORT says so.
        if (port && port !== from) emit(port)
        else drop(run, said, stack, from, 'not-delivered', out, { detail: port ? t`the flow sends it back to ${from.name}, which Open vSwitch leaves out` : t`${bridge.label} has no port ${to.port}`, at: bridge.self?.iface.flows[0]?.at })
      }
    }
  }
}

/** Whether the port is a member; the tag that the frame leaves with. */
function leaving(port: Device, { frame, vlan }: Inside): Frame | undefined {
  const { vlans } = port
  if (!vlans) return frame
  if (vlans.untagged.has(vlan)) return frame
  if (vlans.tagged !== 'all' && !vlans.tagged.has(vlan)) return undefined
  const tag: Tag = { protocol: '802.1q', id: vlan }
  return { ...frame, tags: [tag, ...frame.tags] }
}

/** Local entries of the forwarding database: the bridge's own address and its ports'. */
const isLocal = (bridge: Bridge, frame: Frame): boolean =>
  bridge.self !== undefined && (frame.dst === bridge.self.mac || bridge.ports.some((port) => port.mac === frame.dst))

/** A device on top of the bridge with an address of its own makes the bridge listen to everything (__dev_set_rx_mode). */
const listensToAll = (self: Device): boolean => {
  const { uppers } = self
  return uppers !== undefined && (uppers.macvlans.length > 0 || [...uppers.vlans.values()].some((one) => one.mac !== self.mac))
}

function switchFrame(run: Run, bridge: Bridge, from: Device, inside: Inside, outer: Context): void {
  const { stack } = bridge
  const { frame, vlan } = inside
  if (vlan !== 0 && frame.payload.kind === 'probe') run.passage?.vlans.add(vlan)
  const table = fdbOf(run, bridge, vlan)
  let context = outer
  if (!isGroup(frame.src)) {
    if (from !== bridge.self && table.get(frame.src) !== from) {
      context = note(run, context, stack, from, 'learn', frame, () => ({
        detail: t`${deviceOf(bridge)} learns ${printMac(frame.src)} on ${from.name}`, table: fdbEntry(frame.src, from, vlan), at: from.iface.at,
      }))
    }
    if (from !== bridge.self) table.set(frame.src, from)
  }
  const toHost = (): void => {
    if (from !== bridge.self && bridge.self) passUp(run, bridge, bridge.self, inside, context)
  }
  if (isGroup(frame.dst)) {
    const flooding = note(run, context, stack, from, 'flood', frame, () => ({ detail: t`${deviceOf(bridge)} floods it to all ports` }))
    for (const port of audienceOf(run.world, bridge, frame, run.touched)) if (port !== from || port.iface.hairpin?.value) forward(run, bridge, from, port, inside, flooding)
    return toHost()
  }
  if (from !== bridge.self && isLocal(bridge, frame)) return toHost()
  const known = table.get(frame.dst)
  if (known) {
    const bridged = note(run, context, stack, known, 'bridge', frame, () => ({
      detail: t`${deviceOf(bridge)} knows ${printMac(frame.dst)} behind ${known.name}`, table: fdbEntry(frame.dst, known, vlan), at: known.iface.at,
    }))
    if (known === from && !known.iface.hairpin?.value) {
      return drop(run, bridged, stack, known, 'not-delivered', frame, { detail: t`${deviceOf(bridge)} does not send a frame back out of ${known.name}`, at: known.iface.at })
    }
    forward(run, bridge, from, known, inside, bridged)
  } else {
    const flooding = note(run, context, stack, from, 'flood', frame, () => ({ detail: t`${deviceOf(bridge)} does not know ${printMac(frame.dst)} and floods it`, table: null }))
    for (const port of audienceOf(run.world, bridge, frame, run.touched)) if (port !== from || port.iface.hairpin?.value) forward(run, bridge, from, port, inside, flooding)
  }
  if (bridge.self && listensToAll(bridge.self)) toHost()
}

const fdbEntry = (mac: number, port: Device, vlan: number): string => `fdb ${printMac(mac)} → ${port.name}${vlan === 0 ? '' : ` vlan ${vlan}`}`

function fdbOf(run: Run, bridge: Bridge, vlan: number): Map<number, Device> {
  let tables = run.fdb.get(bridge)
  if (!tables) run.fdb.set(bridge, (tables = new Map()))
  let table = tables.get(vlan)
  if (!table) tables.set(vlan, (table = new Map()))
  return table
}

/** br_pass_frame_up: to the host's own stack, by the bridge device. */
function passUp(run: Run, bridge: Bridge, self: Device, inside: Inside, context: Context): void {
  const frame = leaving(self, inside)
  if (!frame) {
    return drop(run, context, self.stack, self, 'vlan', inside.frame, {
      detail: t`${self.name} itself is not in VLAN ${inside.vlan}`, at: self.iface.vlan?.at ?? self.iface.at, table: `vlan ${bridge.label} self`, out: true,
    })
  }
  enter(run, self, frame, context)
}

/** br_forward to one port: membership, isolation, length, and out. */
function forward(run: Run, bridge: Bridge, from: Device, port: Device, inside: Inside, context: Context): void {
  const { stack } = bridge
  const { frame } = inside
  if (bridge.blocked.has(port)) return
  if (!port.running) {
    return drop(run, context, stack, port, 'no-carrier', frame, {
      detail: port.admin ? t`${port.name} has no carrier` : t`${port.name} is down`, at: port.admin ? port.wire?.at ?? port.iface.at : port.iface.up?.at, out: true,
    })
  }
  if (from.iface.isolated?.value && port.iface.isolated?.value) {
    return drop(run, context, stack, port, 'filtered', frame, { detail: t`${from.name} and ${port.name} are isolated from each other`, at: port.iface.isolated.at, out: true })
  }
  const out = leaving(port, inside)
  if (!out) {
    return drop(run, context, stack, port, 'vlan', frame, {
      detail: t`${port.name} is not in VLAN ${inside.vlan}`, at: port.iface.trunk?.at ?? port.iface.vlan?.at ?? port.iface.at, table: `vlan ${bridge.label} ${port.name}`, out: true,
    })
  }
  if (stack.bridgeNf && out.payload.kind === 'ip' && out.payload.src.family === 4 && from !== bridge.self) {
    return forwardThroughNetfilter(run, bridge, port, out, context)
  }
  const excess = excessAt(port, out)
  if (excess > 0) return tooLong(run, port, out, context, excess)
  transmit(run, port, out, context)
}

const tooLong = (run: Run, port: Device, frame: Frame, context: Context, excess: number): void =>
  drop(run, context, port.stack, port, 'mtu-exceeded', frame, {
    detail: t`${lengthOf(frame)} bytes are more than the MTU ${port.mtu} of ${port.name}: a bridge neither fragments nor says so`, at: port.iface.mtu?.at ?? port.iface.at, excess,
  })

/** br_netfilter: iptables sees the packet, and a long one without DF is cut into pieces that fit (br_nf_ip_fragment). */
function forwardThroughNetfilter(run: Run, bridge: Bridge, port: Device, frame: Frame, context: Context): void {
  if (frame.payload.kind !== 'ip') return
  run.peculiar = true
  const packet = filterBridged(run, bridge, frame.payload, context)
  if (!packet) return
  const passed: Frame = { ...frame, payload: packet }
  // br_nf_ip_fragment: what connection tracking has put together is cut again, by the bridge's own MTU, and not where a piece that came was longer than that.
  const own = bridge.self?.mtu ?? port.mtu
  if (packet.piece < packet.size && packet.piece > own && tracksConnections(bridge.stack.policy)) {
    return drop(run, context, bridge.stack, port, 'mtu-exceeded', passed, {
      detail: t`pieces of ${packet.piece} bytes are more than the MTU ${own} of ${bridge.label}, by which br_netfilter would cut them again: they vanish without a word`, at: bridge.self?.iface.at ?? port.iface.at, excess: packet.piece - own,
    })
  }
  const excess = excessAt(port, passed)
  if (excess > 0 && packet.df) return tooLong(run, port, passed, context, excess)
  if (excess === 0) return transmit(run, port, passed, context)
  const cut: Frame = { ...passed, payload: fragmented(packet, port.mtu) }
  transmit(run, port, cut, note(run, context, bridge.stack, port, 'fragment', cut, () => ({ detail: t`br_netfilter cuts ${packet.size} bytes into pieces of ${port.mtu}`, at: port.iface.mtu?.at })))
}
