/** Tunnel devices as `ip link add` takes them. */
import { printIp } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import type { Interface } from '../infra/interface.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'

export interface LabTunnel {
  readonly create: string
  readonly ethernet: boolean
  /** For `bridge fdb`. */
  readonly fdb: readonly string[]
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
    case 'gretap': case 'nvgre': return l2(`link add name ${mine} type ${six ? 'ip6gretap' : 'gretap'}${ends}${flags}${dev}`)
    case 'geneve':
      if (remotes[0] === undefined || !facts.id) return null
      return l2(`link add name ${mine} type geneve id ${facts.id.value} remote ${remotes[0]} dstport ${facts.port?.value ?? tunnelSpecs.geneve.port}${facts.df ? ` df ${facts.df.value}` : ''}`)
    case 'vxlan': {
      if (!facts.id) return null
      const local = facts.local ? ` local ${printIp(facts.local.value)}` : ''
      const to = facts.group ? ` group ${printIp(facts.group.value)}` : remotes.length === 1 ? ` remote ${remotes[0]}` : ''
      return l2(
        `link add name ${mine} type vxlan id ${facts.id.value}${local}${to}${dev} dstport ${facts.port?.value ?? tunnelSpecs.vxlan.port}${facts.learning?.value === false ? ' nolearning' : ''}${facts.df ? ` df ${facts.df.value}` : ''}`,
        [
          ...(remotes.length > 1 || facts.group ? remotes.map((remote) => `fdb append 00:00:00:00:00:00 dev ${mine} dst ${remote}`) : []),
          ...facts.fdb.map(({ mac, remote }) => `fdb append ${printMac(mac)} dev ${mine} dst ${printIp(remote)}`),
        ],
      )
    }
    default: return null
  }
}
