/** The nearer way that a router tells a sender of, whose packet leaves by the device that it came in by. RFC 792, RFC 4861 section 8; Linux ip_rt_send_redirect, ndisc_send_redirect. */
import { isLinkLocal, type Ip } from '../address/ip.ts'
import { lookup, speaks, tablesFor } from './fib.ts'
import type { Packet } from './packet.ts'
import type { Run } from './run.ts'
import type { Device, NextHop } from './tables.ts'

/** As Linux does by its defaults (send_redirects 1, shared_media 1); undefined where it says nothing, or where a filter decides. */
export function redirectTo(run: Run, device: Device, { dev, via }: NextHop, { src, dst, about }: Packet): Ip | undefined {
  const { policy } = device.stack
  // Of a vrf the packet came in by the vrf's own device; and nothing is said of what might be translated (nf_nat_icmp_reply_translation).
  if (dev !== device || device.vrf || about || policy?.output || (policy && policy.nat.length > 0)) return undefined
  const back = lookup(run, device.stack, tablesFor(device), src)
  const near = back?.type === 'unicast' ? back.hops[0] : undefined
  if (!near || near.via || !back?.hops.some((hop) => hop.dev === device)) return undefined
  const better = via ?? dst
  return dst.family === 6 && ((via && !isLinkLocal(via)) || !speaks(device, 6)) ? undefined : better
}
