/** Transport ports as format.md spells them: `80`, `80/tcp`, `8000-8100/tcp`. */

export type Protocol = 'icmp' | 'tcp' | 'udp'

/** A range of ports of one protocol; a single port is a range of one. */
export interface PortRange {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly first: number
  readonly last: number
}

/** Undefined when it is none. Without a protocol it is tcp. */
export function parsePortRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text.trim())
  if (!match) return undefined
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  if (first > 65535 || last > 65535 || last < first) return undefined
  return { protocol: (match[3]?.toLowerCase() ?? 'tcp') as PortRange['protocol'], first, last }
}

export function printPortRange({ protocol, first, last }: PortRange): string {
  return `${first === last ? first : `${first}-${last}`}/${protocol}`
}

/** 802.1Q identifiers that a frame can carry (0 is priority only, 4095 reserved). */
export const isVlanId = (id: number): boolean => Number.isInteger(id) && id >= 1 && id <= 4094

/** The first port from here with `more` behind it that nobody has; undefined where the numbers end. */
export function nextPorts(from: number, more: number, taken: readonly (readonly [number, number])[]): number | undefined {
  const clash = (first: number): readonly [number, number] | undefined => taken.find(([low, high]) => low <= first + more && first <= high)
  let first = from
  for (let one = clash(first); one; one = clash(first)) first = one[1] + 1
  return first + more > 65_535 ? undefined : first
}
