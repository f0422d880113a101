/** Each direction of each tunnel, judged by sending an outer packet over the underlay. */
import { isMulticast, printIp, type Ip } from '../address/ip.ts'
import { isTunnelType } from '../infra/interface.ts'
import { factsOf, tunnelSpecs } from '../tunnels/index.ts'
import { sealOf, sourcePortOf, wireKind } from './encapsulate.ts'
import { clear, drain, outcomeOf } from './follow.ts'
import { sendByRoute } from './ip-output.ts'
import { lookup, routesOf, sourceFor, tablesFor } from './fib.ts'
import { devicesWith } from './owners.ts'
import { keyOf, type Packet } from './packet.ts'
import { dataContext, startRun, type Run } from './run.ts'
import type { Device, World } from './tables.ts'
import { nothingTouched, type Touched } from './touched.ts'
import type { TunnelEdge } from './trace.ts'

/** Who knows an edge already, by whose it is, or has it made and notes what it is made of. */
type Known = (key: string, make: (touched: Touched) => TunnelEdge) => TunnelEdge

/** One after the other, in file order; `measured` false: nobody asks how large a packet fits. */
export function* eachTunnelEdge(world: World, measured = true, known: Known = (_key, make) => make(nothingTouched())): Generator<TunnelEdge, undefined> {
  for (const stack of world.stacks.values()) {
    for (const device of stack.tunnels) {
      if (!device.admin) continue
      const { tunnel } = device.iface
      const remotes = [...(tunnel?.remotes ?? []), ...(tunnel?.peers ?? []).flatMap(({ remote }) => remote ?? [])]
      for (const { value } of remotes) if (!isMulticast(value)) yield known(`${device.label} ${printIp(value)}`, (touched) => edgeOf(world, device, value, measured, touched))
    }
  }
  return undefined
}

/** One direction of one tunnel. */
export function edgeOf(world: World, device: Device, remote: Ip, measured = true, touched: Touched = nothingTouched()): TunnelEdge {
  touched.stacks.add(device.stack)
  const base = { node: device.stack.name, interface: device.name, remote: printIp(remote) }
  if (!isTunnelType(device.type)) return { ...base, to: undefined, verdict: 'unknown', reason: null, outerMtu: null, innerMtu: null }
  const spec = tunnelSpecs[device.type]
  const facts = factsOf(device.iface)
  const send = (run: Run, size: number, df: boolean): boolean => {
    const linked = device.iface.link && device.stack.devices.get(device.iface.link.value)
    const found = lookup(run, device.stack, linked ? tablesFor(linked) : routesOf(device.stack).main, remote, linked)
    const hop = found?.hops[0]
    if (hop?.dev === device) return false
    const src = facts.local?.value ?? (hop && sourceFor(device.stack, hop, found.route, remote)) ?? remote
    const packet: Packet = {
      kind: 'ip', src, dst: remote, proto: 'tunnel', answer: false, sport: sourcePortOf(spec, facts.port?.value ?? spec.port), dport: facts.port?.value ?? spec.port ?? 0, ttl: 64, df, size, piece: size,
      // Empty: the far end's device takes it in, and there is nothing inside to go on.
      carried: {
        kind: spec.type, id: facts.id?.value, csum: facts.csum?.value ?? false, seq: facts.seq?.value ?? false, port: spec.port === undefined ? undefined : facts.port?.value ?? spec.port,
        labels: spec.labels(facts), seal: sealOf(spec.type, facts), sender: device.stack.name, frame: undefined, packet: undefined,
      },
    }
    sendByRoute(run, device.stack, packet, dataContext, linked || undefined)
    drain(run)
    return true
  }
  const run = startRun(world, false, undefined, touched)
  if (!send(run, 100, false)) return { ...base, to: undefined, verdict: 'dropped', reason: 'loop', outerMtu: null, innerMtu: null }
  const taken = [...run.carriers].map((label) => farDevice(world, label)).find((one) => one && one !== device && wireKind(one.iface.type.value as typeof device.type) === wireKind(spec.type))
  const outcome = outcomeOf(run, () => false)
  if (!taken) {
    const owner = devicesWith(world, keyOf(remote))[0]
    touched.asked.add(keyOf(remote))
    if (owner) touched.stacks.add(owner.stack)
    const far = owner?.stack.tunnels.find((one) => one.type === device.type && one.iface.tunnel?.remotes.some(({ value }) => routesOf(device.stack).main.locals.has(keyOf(value))))
    const words = far ? spec.disagreements(facts, factsOf(far.iface)) : []
    return {
      ...base, to: undefined, verdict: outcome.verdict === 'unknown' ? 'unknown' : 'dropped',
      reason: words.length > 0 && outcome.reason === 'tunnel' ? words.join('; ') : outcome.reason, outerMtu: null, innerMtu: null,
    }
  }
  const outerMtu = measured ? outerMtuBy(run, send) : null
  const family = remote.family
  return {
    ...base, to: { node: taken.stack.name, interface: taken.name }, verdict: 'delivered', reason: null, outerMtu,
    innerMtu: outerMtu === null ? null : spec.innerMtu(outerMtu, facts, family),
  }
}

function farDevice(world: World, label: string): Device | undefined {
  const at = label.indexOf(':')
  return at < 0 ? undefined : world.stacks.get(label.slice(0, at))?.devices.get(label.slice(at + 1))
}

function outerMtuBy(run: Run, send: (run: Run, size: number, df: boolean) => boolean): number | null {
  let size = 65535
  for (let tries = 0; tries < 48 && size > 0; tries++) {
    clear(run)
    run.carriers.clear()
    send(run, size, true)
    const { excess } = outcomeOf(run, () => false)
    const [lost] = run.drops
    if (!lost) return size
    if (excess <= 0) return null
    size -= excess
  }
  return null
}
