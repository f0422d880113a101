/**
 * Servers that may be swapped with all that is on them. Simple guests do not matter to what others send, so that of two servers
 * only what is left without them is compared: their own devices, what these are plugged into, and who names their addresses.
 */
import { keyOf, type IpKey } from '../address/ip.ts'
import type { Node, StackNode } from '../infra/node.ts'
import { hasSilentMtu, isKnown, numberOf, parentsIn, placeOf, plain, routesOf, wordsOf, type View } from './end-sign.ts'
import { alwaysCarried } from './sayings.ts'
import { settingsButMtu, settingsOf, spelled } from './spelled.ts'

/** Spanning trees choose by Ethernet addresses, which no swap leaves as they are. */
export function runsStp(node: Node): boolean {
  if ('stp' in node && node.stp?.value) return true
  for (const { stp } of node.interfaces.values()) if (stp?.value) return true
  return false
}

/** Of a node's bridges: whether one has a carrier whatever its guests do. */
function alwaysIn(node: Node): (master: string) => boolean {
  const known = new Map<string, boolean>()
  return (master) => {
    let answer = known.get(master)
    if (answer === undefined) known.set(master, (answer = alwaysCarried(node, master)))
    return answer
  }
}

/** Equal numbers for servers that are alike; undefined for what is like nobody. */
export function hostSign(view: View, node: StackNode): number | undefined {
  const { mentions } = view
  if (node.kind !== 'server' || node.opaque || node.firewall || node.nat.length > 0 || node.routing || mentions.served.has(node.name)) return undefined
  // Docker's rules follow from who is plugged in.
  if (node.hypervisor?.value === 'docker') return undefined
  const own = new Map<IpKey, number>()
  for (const { addresses } of node.interfaces.values()) for (const { value } of addresses) own.set(keyOf(value.ip), own.size)
  const words = [`${numberOf(view, wordsOf(node))} ${routesOf(node)}`]
  const carried = new Set<string>()
  const parents = parentsIn(node)
  const always = alwaysIn(node)
  for (const device of node.interfaces.values()) {
    const { type, guestSide, flows, mac, addresses, tunnel } = device
    // A simple guest's port, which its own sign describes.
    if (guestSide) {
      if (addresses.length > 0 || parents.has(device.name)) return undefined
      if (!device.master || carried.has(device.master.value)) continue
      const far = view.infra.nodes.get(guestSide.node)?.interfaces.get(guestSide.interface)
      if ((device.up?.value ?? true) && (far?.up?.value ?? true) && !always(device.master.value)) carried.add(device.master.value)
      continue
    }
    if (device.hostSide || flows.length > 0 || (mac && isKnown(mentions, mac.value))) return undefined
    const settings = settingsOf(device)
    words.push(device.name, String(numberOf(view, hasSilentMtu(node, device) ? settingsButMtu(settings) : settings)))
    for (const { value: { ip, length } } of addresses) {
      if (type.value === 'loopback' && !plain(ip)) continue
      const among = mentions.holdingAmong(ip)
      if (among === undefined || mentions.owners(ip) !== 1) return undefined
      words.push(`${ip.family}/${length ?? 'host'} ${among}`)
    }
    if (tunnel) {
      if (tunnel.fdb.length > 0 || tunnel.peers.length > 0) return undefined
      const mesh = mentions.meshOf(node, device)
      words.push(tunnel.local ? `from ${own.get(keyOf(tunnel.local.value)) ?? spelled(tunnel.local)}` : '', mesh === undefined ? spelled(tunnel.remotes) : `in ${mesh}`)
    }
    if (!view.links.has(`${node.name}:${device.name}`)) continue
    const place = placeOf(view, node, device)
    // A cable of its own to somebody's port is like no other.
    if (!place) return undefined
    words.push(place.owner, place.words)
  }
  // A bridge has a carrier while one of its ports has, though it were a guest's.
  words.push(...[...carried].sort())
  return numberOf(view, words.join('\n'))
}
