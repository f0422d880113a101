/** What a machine's entry says in another file: names of what that file has stay, those of what it lacks are left out. */
import type { Value } from '../infra/change.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Scene } from './gesture.ts'
import { t } from '../words.ts'

export interface Landing {
  /** Where they are pasted, and where they come from. */
  readonly scene: Scene
  readonly source: Scene
  /** Those that are pasted: what each is called there, and what it is called here. */
  readonly names: ReadonlyMap<string, string>
  /** Tells what is left out. */
  readonly leave: (what: string) => void
}

/** What of a machine is settled for all of them together. */
export interface Settled {
  /** Addresses, with and without their length, that become others. */
  readonly values: Readonly<Record<string, string>>
  /** Devices that send to others now: to whom; nobody, where nobody is known. */
  readonly gateways: ReadonlyMap<string, readonly string[]>
  readonly ports: { readonly [first: number]: number }
  /** Of a tunnel device: whether it comes along, and its number. */
  readonly tunnel: (device: string) => { readonly kept: boolean; readonly id: number | undefined } | undefined
}

type ValueMap = { readonly [key: string]: Value }
const isMap = (value: Value): value is ValueMap => typeof value === 'object' && !Array.isArray(value)
const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

export function adapted(landing: Landing, node: Node, value: Value, settled: Settled): Value {
  if (!isMap(value)) return value
  const { scene: { infra }, names, leave } = landing
  const host = isGuest(node) ? hostOf(landing, node) : undefined
  const gone = new Set([...node.interfaces.keys()].filter((device) => settled.tunnel(device)?.kept === false))
  const out: Record<string, Value> = {}
  for (const [key, own] of Object.entries(value)) {
    if (key === (node.kind === 'switch' ? 'ports' : 'interfaces') && isMap(own)) out[key] = devicesOf(landing, node, own, settled, host)
    else if (key === 'ports') out[key] = renumbered(own, settled.ports)
    else if (key === 'host' && isGuest(node)) {
      if (host !== undefined) out[key] = host
      else leave(t`host ${String(own)}`)
    } else if (key === 'tenant' && isGuest(node)) keep(infra.tenants.has(String(own)), t`tenant ${String(own)}`)
    else if (key === 'security-groups') listed(own, (name) => (infra.securityGroups.has(name) ? name : undefined), (name) => t`security group ${name}`)
    else if (key === 'apart-from') listed(own, (name) => names.get(name) ?? (infra.nodes.has(name) ? name : undefined), (name) => name)
    else if (key === 'disks' && isList(own)) out[key] = own.map((disk) => stored(landing, disk))
    else {
      const rest = withoutDevices(replaced(own, settled.values), gone)
      if (!isList(rest) || rest.length > 0) out[key] = rest
    }

    function keep(there: boolean, what: string): void {
      if (there) out[key] = own
      else leave(what)
    }
    function listed(list: Value, known: (name: string) => string | undefined, said: (name: string) => string): void {
      const kept = (isList(list) ? list : [list]).flatMap((one) => {
        const next = known(String(one))
        if (next === undefined) leave(said(String(one)))
        return next ?? []
      })
      if (kept.length > 0) out[key] = isList(list) ? kept : kept[0] ?? ''
    }
  }
  return out
}

/** The host's name here: its copy's, or that of a machine of this name and kind. */
function hostOf({ scene, source, names }: Landing, node: Node): string | undefined {
  if (!isGuest(node) || !node.host) return undefined
  const { value } = node.host
  const copy = names.get(value)
  if (copy !== undefined) return copy
  const [here, there] = [scene.infra.nodes.get(value), source.infra.nodes.get(value)]
  return here && here.kind === there?.kind ? value : undefined
}

function devicesOf(landing: Landing, node: Node, devices: ValueMap, { values, gateways, tunnel }: Settled, host: string | undefined): ValueMap {
  const { scene: { infra }, source, names, leave } = landing
  const comesAlong = isGuest(node) && node.host !== undefined && names.has(node.host.value)
  const out: Record<string, Value> = {}
  for (const [name, device] of Object.entries(devices)) {
    const ended = tunnel(name)
    if (ended && !ended.kept) continue
    if (!isMap(device)) {
      out[name] = replaced(device, values)
      continue
    }
    const own: Record<string, Value> = {}
    for (const [key, value] of Object.entries(device)) {
      if (key === 'network') {
        const [here, there] = [infra.networks.get(String(value)), source.infra.networks.get(String(value))]
        if (here && here.type.value === there?.type.value) own[key] = value
        else leave(t`network ${String(value)}`)
      } else if (key === 'attach' && isGuest(node)) {
        const at = infra.nodes.get(host ?? '')?.interfaces.get(String(value))
        if (comesAlong || at) own[key] = value
        // Without its host nobody expects its bridge.
        else if (host !== undefined) leave(t`bridge ${`${node.host?.value ?? '?'}:${String(value)}`}`)
      } else if (key === 'mac') {
        if (!hasMac(landing, node, name)) own[key] = value
      } else if ((key === 'id' || key === 'key') && ended?.id !== undefined) own[key] = ended.id
      else if (key === 'gateway' && gateways.has(name)) {
        const next = gateways.get(name) ?? []
        if (next.length > 0) own[key] = next.length === 1 ? next[0] ?? '' : [...next]
      } else own[key] = replaced(value, values)
    }
    out[name] = own
  }
  return out
}

/** Whether somebody here has the device's Ethernet address already. */
function hasMac({ scene: { infra } }: Landing, node: Node, device: string): boolean {
  const mac = node.interfaces.get(device)?.mac?.value
  if (mac === undefined) return false
  for (const { interfaces } of infra.nodes.values()) for (const item of interfaces.values()) if (item.mac?.value === mac) return true
  return false
}

/** A disk on storage that is not here is local. */
function stored({ scene: { infra }, leave }: Landing, disk: Value): Value {
  if (!isMap(disk) || disk['on'] === undefined || disk['on'] === 'local' || infra.storage.has(String(disk['on']))) return disk
  leave(t`storage ${String(disk['on'])}`)
  return Object.fromEntries(Object.entries(disk).filter(([key]) => key !== 'on'))
}

/** Routes and rules of devices that are left out go with them. */
const withoutDevices = (value: Value, gone: ReadonlySet<string>): Value => {
  if (gone.size === 0 || typeof value !== 'object') return value
  if (isList(value)) return value.filter((one) => !(isMap(one) && ['dev', 'in', 'out'].some((key) => gone.has(String(one[key]))))).map((one) => withoutDevices(one, gone))
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutDevices(one, gone)])) : value
}

const replaced = (value: Value, values: Readonly<Record<string, string>>): Value => {
  if (typeof value === 'string') return Object.hasOwn(values, value) ? values[value] ?? value : value
  if (isList(value)) return value.map((one) => replaced(one, values))
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, values)])) : value
}

/** Published ports: `8080:80`, on a host's port that nobody here publishes. */
const renumbered = (value: Value, ports: { readonly [first: number]: number }): Value => {
  if (isList(value)) return value.map((one) => renumbered(one, ports))
  if (typeof value !== 'string') return value
  return value.replace(/^((?:\[[0-9a-fA-F:]+\]:|[\d.]+:)?)(\d+)(?:-(\d+))?(?=:\d)/, (whole, before: string, first: string, last: string | undefined) => {
    const next = ports[Number(first)]
    return next === undefined ? whole : `${before}${next}${last === undefined ? '' : `-${Number(last) - Number(first) + next}`}`
  })
}
