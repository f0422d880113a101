/** Docker compose files. */
import type { Format, OutlineItem } from '../format.ts'
import { entriesOf, get } from '../yaml-tree/access.ts'
import { edit } from './edit.ts'
import { keepingAnchors } from '../yaml-tree/keep-anchors.ts'
import { parsedOf, read } from './read.ts'
import { settings } from './settings.ts'

export const compose: Format = {
  id: 'compose',
  title: 'docker compose file',
  says: { title: 'a compose file', adds: ['container', 'network'], gestures: ['add', 'connect', 'delete', 'delete-all', 'rename', 'duplicate', 'copy', 'edit'], interfaces: false, links: 'none' },
  recognizes: ({ uri, text }) => /(^|[/\\_.-])(docker-)?compose([.-][\w.-]+)?\.ya?ml$/i.test(uri) || (/^services:/m.test(text) && /^\s+(image|build|ports|networks):/m.test(text)),
  read, edit: keepingAnchors(edit), settings,
  outline(reading) {
    const root = parsedOf(reading).root
    return ['services', 'networks'].flatMap((section): OutlineItem[] => {
      const tree = get(root, section)
      const children = entriesOf(tree).map((entry): OutlineItem => ({ name: entry.key.text, detail: '', kind: section === 'services' ? 'container' : 'network', at: entry.key.at, body: entry.at, children: [] }))
      return tree && children.length > 0 ? [{ name: section, detail: `${children.length}`, kind: 'section', at: tree.at, body: tree.at, children }] : []
    })
  },
}
