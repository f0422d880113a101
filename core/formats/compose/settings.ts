/** What of a service can be set from the inspector: its image, and its fixed address in each network. */
import type { Part } from '../../infra/change.ts'
import type { Reading, SettingGroup, SettingRow } from '../format.ts'
import { get, textAt } from '../yaml-tree/access.ts'
import { entryOf } from '../yaml-tree/edit-tree.ts'
import { parsedOf } from './read.ts'
import { t } from '../../words.ts'

export function settings(reading: Reading, part: Part): readonly SettingGroup[] | undefined {
  const services = get(parsedOf(reading).root, 'services')
  if (part.kind !== 'node' && part.kind !== 'interface') return undefined
  const service = entryOf(services, part.node)
  if (!service) return undefined
  const own = get(service.value, 'networks')
  const row = (network: string, key: readonly string[]): SettingRow => {
    const settings = own?.kind === 'map' ? get(own, network) : undefined
    return { name: 'address', key, value: textAt(settings, 'ipv4_address')?.value ?? '', doc: t`Its fixed address in ${network}.`, hint: t('address like 172.20.0.10'), as: 'word' }
  }
  const joined = own?.kind === 'map' ? own.entries.map(({ key }) => key.text) : own?.kind === 'list' ? own.items.flatMap((item) => (item?.kind === 'scalar' ? [item.text] : [])) : []
  if (part.kind === 'interface') {
    const network = /^eth\d+$/.test(part.interface) ? joined[Number(part.interface.slice(3))] : undefined
    return network === undefined ? undefined : [{ title: '', key: [], rows: [row(network, ['address'])] }]
  }
  return [{ title: '', key: [], rows: [{ name: 'image', key: ['image'], value: textAt(service.value, 'image')?.value ?? '', doc: t('The container image.'), hint: 'image', as: 'word' }] }]
}
