/** Pre-flight: whether the guest's interfaces find at the target what they are plugged into here. */
import { bitsOf, isLinkLocal, isLoopback, printIp, sameIp, type Ip } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import type { Network } from '../infra/parts.ts'
import type { Written } from '../text/span.ts'
import { attachmentsOf, type Attachment } from './attachment.ts'
import { block, pass, warn, type Candidate, type Host, type Rule } from './candidate.ts'
import type { PreflightFinding } from './report.ts'
import { macOwnerOn, ownerOn } from './segments.ts'
import { t } from '../words.ts'

const needsUplink = (network: Network): boolean => !['routed', 'nat', 'isolated'].includes(network.type.value)

export const networkPresent: Rule = (candidate) => {
  const code = 'network-present'
  const { infra, guest, target } = candidate
  const found = attachmentsOf(candidate).flatMap((one): readonly PreflightFinding[] => {
    const { device } = one
    const where = `${guest.name}:${device.name}`
    switch (one.kind) {
      case 'apart': return []
      case 'missing':
        return device.attach
          ? [block(code, t`${target.name} has no ${device.attach.value}, which ${where} attaches to`, device.attach.at)]
          : [warn(code, t`network ${device.network?.value ?? ''} is not defined, so what ${where} needs on ${target.name} is unknown`, device.network?.at)]
      case 'network': return [networkOn(infra, one.network, target, where, device)]
      case 'attach': {
        const vlan = device.vlan
        if (vlan && one.place === 'other' && one.to.type.value !== 'ethernet' && !carriesVlan(target, one.to, vlan.value)) {
          return [block(code, t`VLAN ${vlan.value}, which ${where} needs, is on no port of ${target.name}:${one.to.name}`, vlan.at)]
        }
        if (one.to.up?.value === false) return [block(code, t`${target.name}:${one.to.name}, which ${where} attaches to, is down`, one.to.up.at)]
        const taken = takenOver(candidate, one.to, device)
        if (taken) return [block(code, t`${where} cannot stand on ${target.name}:${one.to.name} beside ${taken.name}: one of them takes the device over`, taken.at)]
        return [pass(code, t`${target.name} has ${one.to.name} for ${where}`, one.to.at)]
      }
    }
  })
  return found.length > 0 ? found : [pass(code, t`${guest.name} is plugged into nothing of its host`)]
}

/** Who stands on the target's device already, where that is for one alone: macvlan_common_newlink refuses a second beside one that is passthru, whichever came first. */
function takenOver({ infra, guest, target }: Candidate, to: Interface, device: Interface): { readonly name: string; readonly at: Interface['at'] } | undefined {
  const kindOf = ({ type }: Interface): 'macvlan' | 'device' | undefined =>
    type.value === 'macvlan' || type.value === 'macvtap' ? 'macvlan' : type.value === 'passthrough' ? 'device' : undefined
  const kind = kindOf(device)
  if (!kind) return undefined
  const alone = (one: Interface): boolean => kindOf(one) === 'device' || one.mode?.value === 'passthru'
  const refused = (one: Interface): boolean => kindOf(one) !== undefined && (alone(one) || alone(device))
  for (const node of infra.nodes.values()) {
    if (!('host' in node) || node.host?.value !== target.name || node.name === guest.name) continue
    for (const one of node.interfaces.values()) if (one.attach?.value === to.name && refused(one)) return { name: `${node.name}:${one.name}`, at: one.at }
  }
  for (const one of target.interfaces.values()) if (one.link?.value === to.name && refused(one)) return { name: one.name, at: one.at }
  return undefined
}

/** Whether a port of the bridge that is not another guest's takes part in the VLAN. */
const carriesVlan = (host: Host, bridge: Interface, vlan: number): boolean =>
  [...host.interfaces.values()].some(({ master, guestSide, trunk, vlan: access }) =>
    master?.value === bridge.name && !guestSide && ((trunk?.value.includes(vlan) ?? false) || access?.value === vlan || (vlan === 1 && !trunk && !access)))

function networkOn(infra: Infra, network: Network, target: Host, where: string, device: Interface): PreflightFinding {
  const code = 'network-present'
  const at = device.network?.at
  const type = network.type.value
  if (!needsUplink(network)) return pass(code, t`${type} network ${network.name} is made on ${target.name} when ${where} arrives`, at)
  const uplink = network.uplink?.by.get(target.name) ?? network.uplink?.all
  if (!uplink) {
    return network.uplink
      ? block(code, t`network ${network.name} names no uplink for ${target.name}, so it cannot be made there for ${where}`, network.uplink.at)
      : warn(code, t`network ${network.name} names no uplink, so whether it can be made on ${target.name} is unknown`, network.at)
  }
  const underlay = target.interfaces.get(uplink.value)
  if (!underlay) return block(code, t`${target.name} has no ${uplink.value}, the uplink of network ${network.name} that ${where} needs`, uplink.at)
  if (type !== 'flat' && type !== 'vlan') {
    const master = underlay.master && target.interfaces.get(underlay.master.value)
    if (underlay.addresses.length === 0 && !(master && master.addresses.length > 0)) {
      return block(code, t`${target.name}:${underlay.name} has no address to end the tunnels of network ${network.name} at`, underlay.at)
    }
  }
  const missing = type === 'vlan' && network.id ? trunkWithout(infra, target, underlay, network.id) : undefined
  return missing ?? pass(code, t`network ${network.name} is made on ${target.name} over ${underlay.name}`, at)
}

/** The switch port at the other end of the uplink must carry the VLAN tagged. */
function trunkWithout(infra: Infra, target: Host, uplink: Interface, id: Written<number>): PreflightFinding | undefined {
  for (const { ends: [a, b] } of infra.links) {
    const far = a.node === target.name && a.interface === uplink.name ? b : b.node === target.name && b.interface === uplink.name ? a : undefined
    const node = far && infra.nodes.get(far.node)
    if (!far || node?.kind !== 'switch' || node.vlanAware?.value === false) continue
    const port = node.interfaces.get(far.interface)
    if (!port || (!port.trunk && !port.vlan && !node.vlanAware) || port.trunk?.value.includes(id.value)) continue
    return block('network-present', t`VLAN ${id.value} is not on the trunk ${far.node}:${far.interface} that leads to ${target.name}`, (port.trunk ?? port.vlan)?.at ?? port.at)
  }
  return undefined
}

const sessionAddresses = (device: Interface): Interface['addresses'] =>
  device.addresses.filter(({ value }) => !isLoopback(value.ip) && !isLinkLocal(value.ip))

export const addressStays: Rule = (candidate) => {
  const code = 'address-stays'
  const { guest, source, target } = candidate
  const found = attachmentsOf(candidate).flatMap((one): readonly PreflightFinding[] => {
    const [address] = sessionAddresses(one.device)
    if (!address || one.kind === 'missing') return []
    const ip = printIp(address.value.ip)
    if (one.kind === 'apart') return [pass(code, t`${ip} does not hang on ${source.name}`, address.at)]
    if (one.kind === 'network') {
      const { name, type } = one.network
      if (one.spans) return [pass(code, t`${ip} stays on network ${name}, which spans both hosts`, address.at)]
      return [warn(code, t`${type.value} network ${name} is a segment of its own on each host: ${ip} leaves those it shares ${source.name} with`, address.at)]
    }
    if (one.place === 'same') return [pass(code, t`${ip} stays on its segment`, address.at)]
    if (one.place === 'unknown') return [warn(code, t`whether ${target.name}:${one.to.name} is on the segment of ${ip} cannot be told`, address.at)]
    if (isRoutedAlone(address.value.ip, address.value.length, candidate)) return [pass(code, t`${ip} is routed by itself and announced from ${target.name}`, address.at)]
    return [warn(code, t`${ip} would leave its segment: ${target.name}:${one.to.name} is on another one`, address.at)]
  })
  return found.length > 0 ? found : [pass(code, t`${guest.name} has no address to keep`)]
}

/** A /32 or /128 whose hosts both run the routing protocol that carries it. */
export const isRoutedAlone = (ip: Ip, length: number | undefined, { source, target }: Pick<Candidate, 'source' | 'target'>): boolean =>
  length === bitsOf(ip.family) && source.routing !== undefined && source.routing.protocol.value === target.routing?.protocol.value

export const gatewayReachable: Rule = (candidate) => {
  const code = 'gateway-reachable'
  const { plane, guest, source, target } = candidate
  const attachments = attachmentsOf(candidate)
  const found: PreflightFinding[] = []
  const judge = (one: Attachment, gateway: Written<Ip>): void => {
    const ip = printIp(gateway.value)
    if (one.kind === 'missing' || one.kind === 'apart') return
    if (one.kind === 'network') {
      const on = one.network.gateway?.on?.value
      if (one.spans || on === 'each' || on === undefined) found.push(pass(code, t`gateway ${ip} is reached on network ${one.network.name}`, gateway.at))
      else if (on === target.name) found.push(pass(code, t`gateway ${ip} is on ${target.name}`, gateway.at))
      else found.push(warn(code, t`gateway ${ip} is on ${on}, and ${one.network.type.value} network ${one.network.name} does not reach from there to ${target.name}`, gateway.at))
      return
    }
    const owner = one.segments.map((segment) => ownerOn(plane, segment, gateway.value, guest.name)).find((member) => member)
    const own = [...target.interfaces.values()].some((device) => device.name === one.to.name && device.addresses.some(({ value }) => sameIp(value.ip, gateway.value)))
    if (owner || own) {
      const left = owner?.node === source.name ? t`: it stays on ${source.name}, so traffic goes back through it` : ''
      found.push(pass(code, t`gateway ${ip} is on the segment${left}`, gateway.at))
    } else if (one.place === 'other') found.push(warn(code, t`nobody on the segment of ${target.name}:${one.to.name} has the gateway ${ip}`, gateway.at))
    else found.push(one.place === 'same' ? pass(code, t`gateway ${ip} is as near as it was: the segment stays`, gateway.at) : warn(code, t`whether gateway ${ip} is reached from ${target.name} cannot be told`, gateway.at))
  }
  for (const one of attachments) for (const gateway of one.device.gateways) judge(one, gateway)
  return found.length > 0 ? found : [pass(code, t`${guest.name} has no gateway to lose`)]
}

export const duplicateAddress: Rule = (candidate) => {
  const code = 'duplicate-address'
  const { plane, guest, target } = candidate
  const found: PreflightFinding[] = []
  for (const one of attachmentsOf(candidate)) {
    if (one.kind !== 'attach' || one.place !== 'other') continue
    for (const segment of one.segments) {
      for (const { value, at } of sessionAddresses(one.device)) {
        const owner = ownerOn(plane, segment, value.ip, guest.name)
        if (owner) found.push(block(code, t`${printIp(value.ip)} is ${owner.node}:${owner.interface}'s on the segment of ${target.name}:${one.to.name}`, at))
      }
      const { mac } = one.device
      const owner = mac && macOwnerOn(plane, segment, mac.value, guest.name)
      if (mac && owner) found.push(block(code, t`${printMac(mac.value)} is ${owner.node}:${owner.interface}'s on the segment of ${target.name}:${one.to.name}`, mac.at))
    }
    for (const { value, at } of sessionAddresses(one.device)) {
      if (one.segments.length === 0 && one.to.addresses.some(({ value: theirs }) => sameIp(theirs.ip, value.ip))) found.push(block(code, t`${printIp(value.ip)} is ${target.name}:${one.to.name}'s own`, at))
    }
  }
  return found.length > 0 ? found : [pass(code, t`no address or MAC of ${guest.name} is taken on ${target.name}`)]
}

/**
 * What the target's devices take; what each peer's path takes is measured when the migration is simulated. A bridge's own MTU
 * limits only its host: a frame that is forwarded is held to that of the port it leaves by.
 */
export const deviceMtu: Rule = (candidate) => {
  const code = 'path-mtu'
  const { guest, target } = candidate
  const found = attachmentsOf(candidate).flatMap((one): readonly PreflightFinding[] => {
    const mine = one.device.mtu
    if (one.kind !== 'attach' || !mine) return []
    const isBridge = one.to.type.value === 'bridge' || one.to.type.value === 'ovs'
    const ways = isBridge ? [...target.interfaces.values()].filter(({ master, guestSide }) => master?.value === one.to.name && !guestSide) : [one.to]
    const widest = [...ways].sort((a, b) => (b.mtu?.value ?? Infinity) - (a.mtu?.value ?? Infinity))[0]
    if (!widest?.mtu || mine.value <= widest.mtu.value) return []
    return [warn(code, t`${guest.name}:${one.device.name} sends up to ${mine.value} bytes, ${target.name}:${widest.name} takes ${widest.mtu.value}`, widest.mtu.at)]
  })
  return found.length > 0 ? found : [pass(code, t`the devices of ${target.name} take what ${guest.name} sends`)]
}
