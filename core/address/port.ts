/** Transport ports as format.md spells them: `80`, `80/tcp`, `8000-8100/tcp`. */

export type Protocol = 'icmp' | 'tcp' | 'udp'

/** A range of ports of one protocol; a single port is a range of one. */
export interface PortRange {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly first: number
  readonly last: number
}

/** Undefined when it is none. Without a protocol of its own it is of the one that stands beside it, else tcp. */
export function parsePortRange(text: string, beside: PortRange['protocol'] = 'tcp'): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text.trim())
  if (!match) return undefined
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  if (first > 65535 || last > 65535 || last < first) return undefined
  return { protocol: (match[3]?.toLowerCase() ?? beside) as PortRange['protocol'], first, last }
}

export function printPortRange({ protocol, first, last }: PortRange): string {
  return `${first === last ? first : `${first}-${last}`}/${protocol}`
}

/** 802.1Q identifiers that a frame can carry (0 is priority only, 4095 reserved). */
export const isVlanId = (id: number): boolean => Number.isInteger(id) && id >= 1 && id <= 4094

type Ports = readonly [first: number, last: number]

/**
 * For each of these ranges that is taken once more, by its first port: where the next range of its length begins of which nobody has a port. What
 * is given is added to `taken`; a range for which the numbers end is left out.
 */
export function nextPorts(ranges: readonly Ports[], taken: Ports[]): Readonly<Record<number, number>> {
  const found: Record<number, number> = {}
  for (const [low, high] of ranges) {
    if (Object.hasOwn(found, low)) continue
    let first = low + 1
    const clash = (): Ports | undefined => taken.find(([one, other]) => one <= first + high - low && first <= other)
    for (let other = clash(); other; other = clash()) first = other[1] + 1
    if (first + high - low > 65_535) continue
    found[low] = first
    taken.push([first, first + high - low])
  }
  return found
}
