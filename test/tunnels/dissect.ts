/** Takes a tunnel's packet apart by the sizes that stand in it, outermost first; throws where one of them does not fit the bytes. */
import { checksum, type Bytes } from './bytes.ts'

export interface Layer { readonly name: string, readonly bytes: number }

/** What is inside at the end: its bytes, as the outermost sizes bound them. */
export interface Dissected { readonly layers: readonly Layer[], readonly inner: Bytes, readonly total: number }

const u16 = (bytes: Bytes, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

export interface Sealing { readonly iv: number, readonly icv: number }

/** `sealing` is what the ends have agreed on, which no ESP packet says. */
export function dissect(packet: Bytes, sealing?: Sealing): Dissected {
  const layers: Layer[] = []
  let at = 0
  let end = packet.length
  const take = (name: string, bytes: number): void => {
    must(at + bytes <= end, `${name} is longer than what is there`)
    layers.push({ name, bytes })
    at += bytes
  }
  const done = (): Dissected => ({ layers, inner: packet.slice(at, end), total: packet.length })
  const ethernetInside = (): Dissected => {
    take('inner Ethernet', 14)
    return done()
  }
  let protocol: number
  if ((packet[0] ?? 0) >>> 4 === 4) {
    must(u16(packet, 2) === packet.length, `IPv4 says ${u16(packet, 2)} bytes, there are ${packet.length}`)
    must(checksum(packet.slice(0, 20)) === 0, 'the IPv4 checksum is wrong')
    protocol = packet[9] ?? 0
    take('IPv4', ((packet[0] ?? 0) & 15) * 4)
  } else {
    must(u16(packet, 4) === packet.length - 40, `IPv6 says ${u16(packet, 4)} bytes of payload, there are ${packet.length - 40}`)
    protocol = packet[6] ?? 0
    take('IPv6', 40)
    if (protocol === 60) {
      protocol = packet[at] ?? 0
      take('encapsulation limit', 8 + (packet[at + 1] ?? 0) * 8)
    }
  }
  switch (protocol) {
    case 4: case 41: return done()
    case 47: {
      const flags = u16(packet, at)
      const type = u16(packet, at + 2)
      if ((flags & 0x8000) !== 0) must(checksum(packet.slice(at, end)) === 0, 'the GRE checksum is wrong')
      take('GRE', 4)
      if ((flags & 0x8000) !== 0) take('GRE checksum', 4)
      if ((flags & 0x2000) !== 0) take('GRE key', 4)
      if ((flags & 0x1000) !== 0) take('GRE sequence number', 4)
      return type === 0x6558 ? ethernetInside() : done()
    }
    case 17: {
      must(u16(packet, at + 4) === end - at, `UDP says ${u16(packet, at + 4)} bytes, there are ${end - at}`)
      const port = u16(packet, at + 2)
      take('UDP', 8)
      if (port === 51820) {
        must(packet[at] === 4, 'no transport data message')
        take('WireGuard data', 16)
        end -= 16
        layers.push({ name: 'Poly1305 tag', bytes: 16 })
        must((end - at) % 16 === 0 || end - at > 0, 'nothing is sealed')
        return done()
      }
      if (port === 4789) {
        must((packet[at] ?? 0) === 8, 'the I flag is not set')
        take('VXLAN', 8)
        return ethernetInside()
      }
      const options = ((packet[at] ?? 0) & 63) * 4
      must(u16(packet, at + 2) === 0x6558, 'no Ethernet inside')
      take('Geneve', 8)
      if (options > 0) {
        const first = at
        take('Geneve options', options)
        for (let one = first; one < at;) one += 4 + ((packet[one + 3] ?? 0) & 31) * 4
      }
      return ethernetInside()
    }
    case 50: {
      must(sealing !== undefined, 'nobody says how it is sealed')
      const { iv, icv } = sealing ?? { iv: 0, icv: 0 }
      take('ESP', 8)
      if (iv > 0) take('IV', iv)
      const padding = packet[end - icv - 2] ?? 0
      for (let n = 0; n < padding; n++) must(packet[end - icv - 2 - padding + n] === n + 1, 'the padding does not count 1, 2, 3…')
      end -= icv + 2 + padding
      layers.push({ name: 'ESP trailer', bytes: 2 }, { name: 'ICV', bytes: icv })
      return done()
    }
    case 6: {
      must((packet[at + 12] ?? 0) >>> 4 === 5, 'STT: the data offset is 20 bytes')
      const [whole, offset] = [u16(packet, at + 4), u16(packet, at + 6)]
      take('TCP-like', 20)
      must(offset + end - at <= whole, 'STT: a segment is beyond its frame')
      if (offset > 0) return done()
      take('STT', 18)
      return ethernetInside()
    }
    default: throw new Error(`protocol ${protocol}`)
  }
}
