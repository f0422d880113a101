/** Docker compose files. */
import type { Format, OutlineItem } from '../format.ts'
import { entriesOf, get } from '../yaml-tree/access.ts'
import { isRefusal, refuse, treeEditor, type Edits } from '../yaml-tree/edit-tree.ts'
import { respell } from '../yaml-tree/spell.ts'
import { parsedOf, read } from './read.ts'

const readOnly = refuse('in a compose file this can only be changed in the text')

export const compose: Format = {
  id: 'compose',
  title: 'docker compose file',
  says: { title: 'a compose file', adds: ['container', 'network'], interfaces: false, links: 'none' },
  recognizes: ({ uri, text }) => /(^|[/\\_.-])(docker-)?compose([.-][\w.-]+)?\.ya?ml$/i.test(uri) || (/^services:/m.test(text) && /^\s+(image|build|ports|networks):/m.test(text)),
  read,
  edit(source, change, reading) {
    const editor = treeEditor(parsedOf(reading))
    const answer = (one: typeof change): Edits => {
      if (one.kind === 'correct') {
        const at = editor.extent(one.at)
        return at ? editor.replace(at.start, at.end, respell(editor.text.slice(at.start, at.end), one.value)) : []
      }
      if (one.kind === 'erase') return editor.erase(one.at)
      if (one.kind !== 'several') return readOnly
      const answers = one.changes.map(answer)
      return answers.find(isRefusal) ?? answers.flatMap((each) => (isRefusal(each) ? [] : each))
    }
    return source.uri === reading.source.uri ? answer(change) : []
  },
  outline(reading) {
    const root = parsedOf(reading).root
    return ['services', 'networks'].flatMap((section): OutlineItem[] => {
      const tree = get(root, section)
      const children = entriesOf(tree).map((entry): OutlineItem => ({ name: entry.key.text, detail: '', kind: section === 'services' ? 'container' : 'network', at: entry.key.at, body: entry.at, children: [] }))
      return tree && children.length > 0 ? [{ name: section, detail: `${children.length}`, kind: 'section', at: tree.at, body: tree.at, children }] : []
    })
  },
}
