/** What would make two halves of a tunnel face each other and agree: each setting that differs, to be changed at either end. */
import { keyOf, printIp, sameIp, type Ip } from './address/ip.ts'
import { printMac } from './address/mac.ts'
import type { Part, Value } from './infra/change.ts'
import type { Infra } from './infra/infra.ts'
import { isTunnelType, type Interface } from './infra/interface.ts'
import type { Node } from './infra/node.ts'
import type { Mend } from './mends.ts'
import type { Written } from './text/span.ts'
import { tunnelSpecs } from './tunnels/index.ts'
import { wiringOf, type Place } from './why-not-wiring.ts'
import { t } from './words.ts'

interface Half {
  readonly node: Node
  readonly device: Interface
  readonly label: string
}

const partOf = ({ node, device }: Half): Part => ({ kind: 'interface', node: node.name, interface: device.name })

/** Bars between the halves, one list for each setting; empty where they agree. */
export function halvesMended(infra: Infra, one: Place, two: Place): (readonly Mend[])[] {
  if (!one.device || !two.device || !isTunnelType(one.device.type.value)) return []
  const a: Half = { node: one.node, device: one.device, label: one.label }
  const b: Half = { node: two.node, device: two.device, label: two.label }
  const [mine, theirs] = [a.device.tunnel, b.device.tunnel]
  const bars: (readonly Mend[])[] = []
  const settings = [['id', mine?.id, theirs?.id], ['csum', mine?.csum, theirs?.csum], ['seq', mine?.seq, theirs?.seq], ['cipher', mine?.cipher, theirs?.cipher], ['mode', a.device.mode, b.device.mode]] as const
  for (const [key, left, right] of settings) {
    if (key === 'mode' && a.device.type.value !== 'esp') continue
    if (left?.value !== right?.value) bars.push([...agree(a, b, key, left, right), ...agree(b, a, key, right, left)])
  }
  const usual = tunnelSpecs[one.device.type.value].port
  const [here, there] = [mine?.port?.value ?? usual, theirs?.port?.value ?? usual]
  if (here !== there && here !== undefined && there !== undefined) bars.push([change(a, 'port', mine?.port, there), change(b, 'port', theirs?.port, here)])
  for (const [near, far] of [[a, b], [b, a]] as const) {
    bars.push(...owned(infra, near, far), ...named(near, far))
  }
  return bars.filter((list) => list.length > 0)
}

function agree(half: Half, other: Half, key: string, mine: Written<string | number | boolean> | undefined, theirs: Written<string | number | boolean> | undefined): readonly Mend[] {
  if (theirs) return [change(half, key, mine, theirs.value)]
  if (!mine) return []
  return [{ title: t`Take ${key} ${`${mine.value}`} away from ${half.label}, as ${other.label} has none`, at: mine.at, change: { kind: 'unset', part: partOf(half), key } }]
}

const change = (half: Half, key: string, now: Written<string | number | boolean> | undefined, value: string | number | boolean): Mend => ({
  title: t`Set ${key} ${`${value}`} on ${half.label}`, at: now?.at ?? half.device.at,
  change: now ? { kind: 'correct', at: now.at, value } : { kind: 'set', part: partOf(half), key, value },
})

/** Addresses that the half's packets can come from, the written one first. */
export function sourcesOf({ node, device }: Pick<Half, 'node' | 'device'>): readonly Ip[] {
  const all = [...node.interfaces.values()].filter((one) => !isTunnelType(one.type.value)).flatMap((one) => one.addresses.map(({ value }) => value.ip))
  const local = device.tunnel?.local?.value
  return local && all.some((ip) => sameIp(ip, local)) ? [local] : all
}

/** `local` is an address of the node: that which the other half sends to, first. */
function owned(infra: Infra, half: Half, other: Half): (readonly Mend[])[] {
  const local = half.device.tunnel?.local
  if (!local || (wiringOf(infra).owners.get(keyOf(local.value)) ?? []).some(({ node }) => node === half.node)) return []
  const wanted = new Set((other.device.tunnel?.remotes ?? []).map(({ value }) => keyOf(value)))
  const candidates = sourcesOf(half).filter((ip) => ip.family === local.value.family).sort((x, y) => Number(wanted.has(keyOf(y))) - Number(wanted.has(keyOf(x))))
  return [candidates.slice(0, 2).map((ip) => change(half, 'local', { value: printIp(local.value), at: local.at }, printIp(ip)))]
}

/** The half sends to an address of the other. */
function named(half: Half, other: Half): (readonly Mend[])[] {
  const { tunnel } = half.device
  if (!tunnel || tunnel.peers.length > 0 || (tunnel.group && other.device.tunnel?.group && sameIp(tunnel.group.value, other.device.tunnel.group.value))) return []
  const family = tunnel.local?.value.family ?? other.device.tunnel?.remotes[0]?.value.family
  const far = sourcesOf(other).filter((ip) => family === undefined || ip.family === family)
  if (tunnel.remotes.some(({ value }) => far.some((ip) => sameIp(ip, value)))) return []
  const [first] = tunnel.remotes
  const list = half.device.type.value === 'vxlan' && first
  return [far.slice(0, 2).map((ip): Mend => {
    const value: Value = printIp(ip)
    return {
      title: t`Let ${half.label} send to ${value} of ${other.node.name}`, at: first?.at ?? half.device.at,
      change: list ? { kind: 'append', part: partOf(half), key: 'remote', value } : first ? { kind: 'correct', at: first.at, value } : { kind: 'set', part: partOf(half), key: 'remote', value },
    }
  })]
}

/** Entries that say behind which end a MAC is: one that names another end, or none where nothing is learned and nothing flooded. */
export function entriesMended(near: Place, far: Place, owner: Place | undefined): (readonly Mend[])[] {
  const { device, node } = near
  const mac = owner?.device?.mac?.value
  if (!device?.tunnel || !far.device || device.type.value !== 'vxlan' || mac === undefined) return []
  const { tunnel } = device
  const ends = sourcesOf({ node: far.node, device: far.device })
  const part: Part = { kind: 'interface', node: node.name, interface: device.name }
  const [first] = ends.filter((ip) => tunnel.local === undefined || ip.family === tunnel.local.value.family)
  if (!first) return []
  const value = printIp(first)
  const title = t`Say on ${near.label} that ${printMac(mac)} is behind ${value}`
  const own = tunnel.fdb.findIndex((entry) => entry.mac === mac)
  const entry = tunnel.fdb[own]
  if (entry) return ends.some((ip) => sameIp(ip, entry.remote)) ? [] : [[{ title, at: entry.at, change: { kind: 'set', part, key: ['fdb', `${own}`, 'remote'], value } }]]
  const unheard = tunnel.learning?.value === false && !tunnel.remotes.some((remote) => ends.some((ip) => sameIp(ip, remote.value)))
  return unheard ? [[{ title, at: device.at, change: { kind: 'append', part, key: 'fdb', value: { mac: printMac(mac), remote: value } } }]] : []
}
