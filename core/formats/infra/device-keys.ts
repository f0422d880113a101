/** Which keys a kind of device needs, and which it has no use for. */
import type { InterfaceType } from '../../infra/interface.ts'
import type { MapEntry } from '../yaml-tree/tree.ts'
import type { Fields } from './fields.ts'
import { problem } from './report.ts'
import { t } from '../../words.ts'

const tunnels: readonly InterfaceType[] = ['gre', 'ipip', 'sit', 'wireguard', 'gretap', 'vxlan', 'geneve', 'nvgre', 'stt', 'esp']
const children: readonly InterfaceType[] = ['macvlan', 'macvtap', 'ipvlan']
const bridges: readonly InterfaceType[] = ['bridge', 'ovs']

/** Keys that only some kinds know what to do with; every other key is everybody's. */
const only: Readonly<Record<string, readonly InterfaceType[]>> = {
  local: tunnels, remote: tunnels, key: tunnels, group: ['vxlan'], port: tunnels, learning: ['vxlan'], fdb: ['vxlan'], df: tunnels, peers: ['wireguard'], cipher: ['esp'],
  csum: ['gre', 'gretap', 'nvgre'], seq: ['gre', 'gretap', 'nvgre'],
  id: [...tunnels, 'vlan'], protocol: ['vlan'], link: [...tunnels, ...children, 'vlan'], mode: [...children, 'bond', 'esp'], table: ['vrf'],
  'vlan-aware': bridges, stp: bridges, ageing: bridges, flows: ['ovs'],
  attach: ['ethernet', 'veth', 'tap', 'passthrough', 'vf', ...children], network: ['ethernet', 'veth', 'tap'],
}

/** Whether a key does anything on such a device. */
export const hasUseFor = (type: InterfaceType, key: string): boolean => only[key]?.includes(type) ?? true

const onePeer: ReadonlySet<InterfaceType> = new Set(['gre', 'ipip', 'sit', 'gretap', 'nvgre', 'geneve', 'stt', 'esp'])

/** ip-link refuses to make these without one. */
const named: ReadonlySet<InterfaceType> = new Set(['vxlan', 'geneve'])

/** Says what is missing, and what will be without effect. `typed`: the kind is written, not implied. */
export function judgeKeys(f: Fields, entry: MapEntry, type: InterfaceType, typed: boolean): void {
  const { say } = f
  const name = entry.key.text
  const vowel = /^[aeiou]/.test(type)
  const missing = (key: string, why: string): void => say(problem('missing-key', entry.key.at, vowel ? t`${name} is an ${type} and needs ${key}: ${why}` : t`${name} is a ${type} and needs ${key}: ${why}`))
  const idle = Object.entries(only).flatMap(([key, kinds]) => {
    const own = f.entry(key)
    return own && !kinds.includes(type) ? [own.key] : []
  })
  for (const key of idle) {
    say(problem('unknown-key', key.at, !typed ? t`${name} says no type, and an ${type} interface has no use for ${key.text}` : vowel ? t`${name} is an ${type} and has no use for ${key.text}` : t`${name} is a ${type} and has no use for ${key.text}`, { severity: 'warning' }))
  }
  if (!typed) return
  if (type === 'vlan' && !f.has('id')) missing('id', t('which VLAN it is'))
  if (type === 'vlan' && !f.has('link')) missing('link', t('the device that it stands on'))
  if (named.has(type) && !f.has('id') && !f.has('key')) missing('id', t('the number of its network, which Linux does not make up'))
  if (children.includes(type) && !f.has('link') && !f.has('attach')) missing(t('link or attach'), t('the device that it stands on'))
  if ((type === 'passthrough' || type === 'vf') && !f.has('attach')) missing('attach', t('the device of the host that it takes'))
  if (onePeer.has(type) && !f.has('remote')) missing('remote', t('the other end'))
}
