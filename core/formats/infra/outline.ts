/** The outline: sections, their entries, and the interfaces of each node. */
import type { Node } from '../../infra/node.ts'
import { isWithin } from '../../text/span.ts'
import type { OutlineItem, Reading } from '../format.ts'
import { parsedOf } from './read.ts'
import { nodeSections } from './read-nodes.ts'
import { t } from '../../words.ts'

const addressed = (node: Node): string => [...node.interfaces.values()].flatMap((item) => item.addresses.map((address) => address.at)).length > 0 ? t`${node.interfaces.size} interfaces` : ''

/** In file order; a section without entries is left out. */
export function outline(reading: Reading): readonly OutlineItem[] {
  const root = parsedOf(reading).root
  return (root?.entries ?? []).flatMap((section): OutlineItem[] => {
    const name = section.key.text
    const { value } = section
    if (value?.kind === 'map' && name !== 'migration') {
      const children = value.entries.map((entry): OutlineItem => {
        const node = nodeSections[name] ? reading.infra.nodes.get(entry.key.text) : undefined
        return {
          name: entry.key.text, detail: node ? addressed(node) : '', kind: nodeSections[name]?.kind ?? name, at: entry.key.at, body: entry.at,
          children: node ? [...node.interfaces.values()].filter((item) => isWithin(item.at, node.body, reading.places)).map((item) => ({
            name: item.name, detail: item.type.value, kind: 'interface', at: item.at, body: item.body, children: [],
          })) : [],
        }
      })
      return children.length === 0 ? [] : [{ name, detail: `${children.length}`, kind: 'section', at: section.key.at, body: section.at, children }]
    }
    if (value?.kind === 'list') {
      const children = value.items.flatMap((item, index): OutlineItem[] => {
        if (!item) return []
        const first = item.kind === 'map' ? item.entries[0] : undefined
        const label = first ? first.key.text : item.kind === 'list' ? item.items.map((end) => (end?.kind === 'scalar' ? end.text : '?')).join(' — ') : `${index + 1}`
        return [{ name: label, detail: '', kind: name === 'expect' ? 'expectation' : 'link', at: item.at, body: item.at, children: [] }]
      })
      return children.length === 0 ? [] : [{ name, detail: `${children.length}`, kind: 'section', at: section.key.at, body: section.at, children }]
    }
    return []
  })
}
