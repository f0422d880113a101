/** Containerlab topologies: `*.clab.yml`, `*.clab.yaml`. */
import type { Format, OutlineItem } from '../format.ts'
import { entriesOf, get } from '../yaml-tree/access.ts'
import { edit } from './edit.ts'
import { keepingAnchors } from '../yaml-tree/keep-anchors.ts'
import { parsedOf, read } from './read.ts'
import { settings } from './settings.ts'

export const containerlab: Format = {
  id: 'containerlab',
  title: 'containerlab topology',
  says: { title: 'a containerlab file', adds: ['container', 'switch'], gestures: ['add', 'connect', 'delete', 'delete-all', 'rename', 'duplicate', 'copy', 'link-many', 'edit'], interfaces: false, links: 'guests' },
  recognizes: ({ uri, text }) => /\.clab(\.\w+)?\.ya?ml(\.gotmpl|\.tmpl)?$/i.test(uri) || (/^topology:/m.test(text) && /^\s+(nodes|kinds):/m.test(text) && /\bkind:/.test(text)),
  read, edit: keepingAnchors(edit), settings,
  outline(reading) {
    const root = parsedOf(reading).root
    return ['nodes', 'links'].flatMap((section): OutlineItem[] => {
      const tree = get(get(root, 'topology'), section)
      const children: OutlineItem[] = section === 'nodes'
        ? entriesOf(tree).map((entry) => ({ name: entry.key.text, detail: '', kind: 'container', at: entry.key.at, body: entry.at, children: [] }))
        : reading.infra.links.map((link) => ({ name: link.ends.map((end) => `${end.node}:${end.interface}`).join(' — '), detail: '', kind: 'link', at: link.at, body: link.at, children: [] }))
      return tree && children.length > 0 ? [{ name: section, detail: `${children.length}`, kind: 'section', at: tree.at, body: tree.at, children }] : []
    })
  },
}
