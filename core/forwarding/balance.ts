/**
 * A balancer takes a connection at its virtual address and opens one of its own to a backend, as HAProxy or Envoy in front of
 * `backends` do: the backend sees the balancer's address, and need not know a way to the client.
 */
import { isLinkLocal, isLoopback, printIp, type Ip } from '../address/ip.ts'
import { tupleKey } from './conntrack.ts'
import { answerTo } from './follow.ts'
import { routesOf } from './fib.ts'
import { chooseSource, sendByRoute } from './ip-output.ts'
import { keyOf, type Packet } from './packet.ts'
import { choose, drop, note, type Context, type Run } from './run.ts'
import type { Device, ServiceAt, Stack } from './tables.ts'
import { t } from '../words.ts'

const portFits = ({ service: { port } }: ServiceAt, packet: Packet): boolean =>
  !port || (port.value.protocol === packet.proto && port.value.first <= packet.dport && packet.dport <= port.value.last)

/** Whether a delivered packet is a balancer's business: a client's question, or a backend's answer. */
export function balance(run: Run, device: Device, packet: Packet, context: Context): boolean {
  const { stack } = device
  if (packet.answer) {
    const { src, dst, sport, dport } = packet
    const waiting = run.balanced.get(tupleKey(packet, { src: dst, dst: src, sport: dport, dport: sport }))
    if (waiting?.stack !== stack) return false
    const reply = answerTo(waiting.asked)
    sendByRoute(run, stack, reply, note(run, context, stack, device, 'deliver', packet, () => ({ detail: t`${stack.name} has its answer, and gives it to ${printIp(reply.dst)}` })))
    return true
  }
  if (packet.proto === 'icmp') return false
  run.touched.asked.add(keyOf(packet.dst))
  const here = run.world.services.get(keyOf(packet.dst))?.find((one) =>
    (one.service.type?.value === 'l4' || one.service.type?.value === 'application') && (one.on === undefined || one.on === stack) && portFits(one, packet))
  if (!here) return false
  const { service, backends } = here
  for (const one of backends) if (one.stack) run.touched.stacks.add(one.stack)
  const backend = backends[choose(run, `service ${service.name}`, backends.length, () => t`which backend service ${service.name} asks`)]
  const ip = backend?.stack && addressOf(backend.stack, packet.dst.family)
  if (!backend || !ip) {
    drop(run, context, stack, device, 'unknown-node', packet, { detail: t`service ${service.name} has no backend${backend ? t` ${backend.name} with an address` : ''}`, at: service.at, unknown: true })
    return true
  }
  const question: Packet = {
    ...packet, src: { family: ip.family, value: 0n }, dst: ip, sport: 40001, dport: backend.port ?? packet.dport, ttl: 64, df: false, size: Math.min(packet.size, 60), piece: Math.min(packet.piece, 60),
  }
  const full = chooseSource(run, stack, question, routesOf(stack).main) ?? question
  run.balanced.set(tupleKey(full), { stack, asked: packet })
  sendByRoute(run, stack, full, note(run, context, stack, device, 'nat', full, () => ({
    detail: t`service ${service.name} takes it at ${printIp(packet.dst)} and asks ${backend.name} at ${printIp(ip)}:${full.dport}`, table: `service ${service.name}`, at: service.at,
  })))
  return true
}

function addressOf(stack: Stack, family: 4 | 6): Ip | undefined {
  for (const device of stack.devices.values()) {
    if (device.admin) for (const { ip } of device.addresses) if (ip.family === family && !isLinkLocal(ip) && !isLoopback(ip)) return ip
  }
  return undefined
}
