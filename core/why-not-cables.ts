/** The cable that is missing: between sockets where nothing is plugged in, or switches, on either side of the gap. */
import { contains, keyOf, prefixOf, type Ip } from './address/ip.ts'
import type { Infra } from './infra/infra.ts'
import { isStack } from './infra/node.ts'
import type { Mend } from './mends.ts'
import { isJoined, joinedTo, wiringOf, type Place } from './why-not-wiring.ts'
import { t } from './words.ts'

// A cable is more work than a setting, and which one is meant is a guess.
const weight = 1.5
const most = 4

/** Cables that would join this device's segment to the one of whoever has the address. */
export function cablesTo(infra: Infra, start: Place, to: Ip, toNode: string | undefined): readonly Mend[] {
  const wiring = wiringOf(infra)
  const here = joinedTo(wiring, start, isJoined)
  const owners = (wiring.owners.get(keyOf(to)) ?? []).filter(({ node }) => node.name !== start.node.name && (toNode === undefined || node.name === toNode))
  const mine = new Set(here)
  const [owner] = owners
  if (!owner || owners.some((one) => mine.has(one))) return []
  const far = owners.flatMap((one) => joinedTo(wiring, one, isJoined))
  const plugged = new Set(infra.links.flatMap(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`)))
  const mends: Mend[] = []
  for (const a of sockets(here, plugged, to)) {
    for (const b of sockets(far, plugged, to)) {
      if (a.node === b.node || mends.length >= most) continue
      const ends = [a, b].map((place) => (place.device ? place.label : `${place.node.name}:${freePort(place, plugged)}`))
      const [one = '', two = ''] = ends
      mends.push({ title: t`Put a cable between ${one} and ${two}`, at: a.device?.at ?? a.node.at, change: { kind: 'add-link', ends: [one, two] }, weight })
    }
  }
  return mends
}

/** Where a cable fits: an ethernet device with nothing in it, of the wanted subnet first, then a switch. */
function sockets(places: readonly Place[], plugged: ReadonlySet<string>, to: Ip): readonly Place[] {
  const free = places.filter(({ node, device, label }) => device?.type.value === 'ethernet' && isStack(node) && node.kind !== 'vm' && node.kind !== 'container' && !plugged.has(label))
  const near = ({ device }: Place): boolean => device?.addresses.some(({ value: { ip, length } }) => length !== undefined && contains(prefixOf(ip, length), to)) ?? false
  return [...[...free].sort((a, b) => Number(near(b)) - Number(near(a))).slice(0, 2), ...places.filter(({ device }) => device === undefined).slice(0, 2)]
}

function freePort({ node }: Place, plugged: ReadonlySet<string>): string {
  for (let n = 1; ; n++) if (!node.interfaces.has(`p${n}`) && !plugged.has(`${node.name}:p${n}`)) return `p${n}`
}
