/** The address that every IPv6 interface gives itself. */
import type { Ip } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'

/** RFC 4291 appendix A: the link-local address that an Ethernet address makes. */
export const linkLocalOf = (mac: Mac): Ip => {
  const bits = BigInt(mac) ^ 0x020000000000n
  return { family: 6, value: (0xfe80n << 112n) | ((bits >> 24n) << 40n) | (0xfffen << 24n) | (bits & 0xffffffn) }
}
