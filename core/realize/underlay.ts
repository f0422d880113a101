/** What a stack's own addresses and static routes say about the way to a tunnel's remote, when the tunnel is created. */
import { contains, defaultPrefix, prefixOf, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Draft } from './draft.ts'

interface Entry {
  readonly to: Prefix
  /** Undefined: the packets of this prefix go nowhere. */
  readonly dev: string | undefined
  readonly metric: number
}

export interface StaticRoutes {
  /** The device that packets to `ip` leave by; undefined without a route. `except` is left out: the tunnel is not up yet. */
  deviceTo(ip: Ip, except: string): string | undefined
}

/** The routes that hold once addresses and written routes are up; what a routing protocol would add is not known here. */
export function staticRoutesOf({ node, interfaces }: Draft): StaticRoutes {
  const connected: Entry[] = []
  const others: Entry[] = []
  const own: { ip: Ip }[] = []
  // What belongs to a vrf stands in that vrf's table; a tunnel asks the main one, unless it names its lower device.
  const isApart = (name: string): boolean => {
    const master = interfaces.get(name)?.master
    return master !== undefined && interfaces.get(master.value)?.type.value === 'vrf'
  }
  for (const device of interfaces.values()) {
    if (isApart(device.name)) continue
    for (const { value } of device.addresses) {
      own.push(value)
      if (device.up?.value === false || value.length === undefined) continue
      connected.push({ to: prefixOf(value.ip, value.length), dev: device.name, metric: 0 })
    }
    if (device.up?.value !== false) {
      for (const { value } of device.gateways) others.push({ to: defaultPrefix(value.family), dev: device.name, metric: 0 })
    }
  }
  if (isStack(node)) {
    for (const route of node.routes) {
      const { to, via, dev, metric, type } = route
      const hop = via[0]?.value
      const device = type !== 'unicast' ? undefined : (dev?.value ?? (hop && longest(connected, hop, '')?.dev))
      if (type === 'unicast' && (device === undefined || isApart(device) || interfaces.get(device)?.up?.value === false)) continue
      others.push({ to: to.value, dev: device, metric: metric?.value ?? 0 })
    }
  }
  const all = [...connected, ...others]
  return {
    deviceTo: (ip, except) => (own.some((address) => sameIp(address.ip, ip)) ? 'lo' : longest(all, ip, except)?.dev),
  }
}

function longest(entries: readonly Entry[], ip: Ip, except: string): Entry | undefined {
  let best: Entry | undefined
  for (const entry of entries) {
    if (entry.dev === except || !contains(entry.to, ip)) continue
    if (!best || entry.to.length > best.to.length || (entry.to.length === best.to.length && entry.metric < best.metric)) best = entry
  }
  return best
}
