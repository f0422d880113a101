/** Tunnel devices as `ip link add` takes them. */
import { printIp } from '../address/ip.ts'
import { printMac, type Mac } from '../address/mac.ts'
import type { Interface } from '../infra/interface.ts'
import { cipherOf, factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import { numberOf, sealingOf } from './lab-seals.ts'

export interface LabTunnel {
  /** Empty where it is no device at all. */
  readonly create: string
  readonly ethernet: boolean
  /** For `bridge fdb`. */
  readonly fdb: readonly string[]
  /** For `ip`, once the device is there. */
  readonly after?: readonly string[]
}

/** Null where the kernel of a lab has no such device, or it lacks what it cannot be made without. */
export function labTunnel(_node: string, device: Interface, mine: string, name: (device: string) => string): LabTunnel | null {
  const facts = factsOf(device)
  const six = outerFamily(facts) === 6
  const remotes = facts.remotes.map(({ value }) => printIp(value))
  const ends = `${facts.local ? ` local ${printIp(facts.local.value)}` : ''}${remotes[0] === undefined ? '' : ` remote ${remotes[0]}`}`
  const dev = device.link ? ` dev ${name(device.link.value)}` : ''
  const flags = `${facts.id ? ` key ${facts.id.value}` : ''}${facts.csum?.value ? ' csum' : ''}${facts.seq?.value ? ' seq' : ''}`
  const l3 = (create: string): LabTunnel => ({ create, ethernet: false, fdb: [] })
  const l2 = (create: string, fdb: readonly string[] = []): LabTunnel => ({ create, ethernet: true, fdb })
  switch (device.type.value) {
    case 'gre': return l3(`link add name ${mine} type ${six ? 'ip6gre' : 'gre'}${ends}${flags}${dev}`)
    case 'ipip': return l3(six ? `link add name ${mine} type ip6tnl mode any${ends}${dev}` : `link add name ${mine} type ipip${ends}${dev}`)
    case 'sit': return l3(`link add name ${mine} type sit${ends}${dev}`)
    case 'gretap': return l2(`link add name ${mine} type ${six ? 'ip6gretap' : 'gretap'}${ends}${flags}${dev}`)
    // RFC 7637 knows no encapsulation limit, which Linux would put before the GRE header.
    case 'nvgre': return l2(`link add name ${mine} type ${six ? 'ip6gretap' : 'gretap'}${ends}${flags}${six ? ' encaplimit none' : ''}${dev}`)
    case 'geneve':
      if (remotes[0] === undefined || !facts.id) return null
      return l2(`link add name ${mine} type geneve id ${facts.id.value} remote ${remotes[0]} dstport ${facts.port?.value ?? tunnelSpecs.geneve.port}${facts.df ? ` df ${facts.df.value}` : ''}`)
    case 'vxlan': {
      if (!facts.id) return null
      // What the device has learned by now would stay (vxlan_fdb_update_existing), so that an address's first entry takes its place; all zeroes are a list.
      const stated = new Set<Mac>([0])
      const local = facts.local ? ` local ${printIp(facts.local.value)}` : ''
      const to = facts.group ? ` group ${printIp(facts.group.value)}` : remotes.length === 1 ? ` remote ${remotes[0]}` : ''
      return l2(
        `link add name ${mine} type vxlan id ${facts.id.value}${local}${to}${dev} dstport ${facts.port?.value ?? tunnelSpecs.vxlan.port}${facts.learning?.value === false ? ' nolearning' : ''}${facts.df ? ` df ${facts.df.value}` : ''}`,
        [
          ...(remotes.length > 1 || facts.group ? remotes.map((remote) => `fdb append 00:00:00:00:00:00 dev ${mine} dst ${remote}`) : []),
          ...facts.fdb.map(({ mac, remote }) => {
            const verb = stated.has(mac) ? 'append' : 'replace'
            stated.add(mac)
            return `fdb ${verb} ${printMac(mac)} dev ${mine} dst ${printIp(remote)}`
          }),
        ],
      )
    }
    case 'esp': return sealed(device, mine, six)
    default: return null
  }
}

/**
 * Tunnel mode as a virtual tunnel interface, whose mark picks its policies; transport mode as policies between the two addresses.
 * Both directions have keys that follow from the addresses.
 */
function sealed(device: Interface, mine: string, six: boolean): LabTunnel | null {
  const facts = factsOf(device)
  const { local, remotes: [remote] } = facts
  const transport = device.mode?.value === 'transport'
  // Nothing can be routed into a policy.
  if (!local || !remote || (transport && device.addresses.length > 0)) return null
  const cipher = cipherOf(facts)
  const [here, there] = [printIp(local.value), printIp(remote.value)]
  // VTI's mark: any number that is this device's own.
  const mark = 1 + (numberOf(mine) & 0xfffff)
  const way = (src: string, dst: string, direction: 'out' | 'in'): readonly string[] => {
    const algorithms = sealingOf(cipher, `${src} ${dst}`)
    const spi = 256 + (numberOf(`${src} ${dst}`) & 0xffffff)
    if (algorithms === undefined) return []
    return transport ? [
      `xfrm state add src ${src} dst ${dst} proto esp spi ${spi} mode transport ${algorithms}`,
      `xfrm policy add src ${src} dst ${dst} dir ${direction} tmpl src ${src} dst ${dst} proto esp mode transport`,
    ] : [
      `xfrm state add src ${src} dst ${dst} proto esp spi ${spi} mode tunnel mark ${mark} flag af-unspec ${algorithms}`,
      ...['0.0.0.0/0', '::/0'].map((all) => `xfrm policy add src ${all} dst ${all} dir ${direction} mark ${mark} tmpl src ${src} dst ${dst} proto esp mode tunnel`),
    ]
  }
  const after = [...way(here, there, 'out'), ...way(there, here, 'in')]
  if (after.length === 0) return null
  if (transport) return { create: '', ethernet: false, fdb: [], after: device.up?.value === false ? [] : after }
  return { create: `link add name ${mine} type ${six ? 'vti6' : 'vti'} local ${here} remote ${there} key ${mark}`, ethernet: false, fdb: [], after }
}
