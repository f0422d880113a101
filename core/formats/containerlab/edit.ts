/** What can be changed safely in a topology: a scalar in its place, a node's name with its links, a link's MTU, one link more. */
import type { Change } from '../../infra/change.ts'
import type { TextEdit } from '../../text/edit.ts'
import type { Source } from '../../text/source.ts'
import type { Reading, Refusal } from '../format.ts'
import { get, itemsOf, textOf } from '../yaml-tree/access.ts'
import { entryOf, isRefusal, refuse, treeEditor } from '../yaml-tree/edit-tree.ts'
import { inTurn } from '../yaml-tree/in-turn.ts'
import { respell } from '../yaml-tree/spell.ts'
import { parsedOf, read } from './read.ts'

export function edit(source: Source, change: Change, reading: Reading): readonly TextEdit[] | Refusal {
  const parsed = parsedOf(reading)
  const editor = treeEditor(parsed)
  const topology = entryOf(parsed.root, 'topology')
  const links = entryOf(topology?.value, 'links')
  switch (change.kind) {
    case 'correct': {
      const at = editor.extent(change.at)
      return at ? editor.replace(at.start, at.end, respell(editor.text.slice(at.start, at.end), change.value)) : []
    }
    case 'erase': return editor.erase(change.at)
    case 'set': {
      if (change.part.kind !== 'link' || change.key !== 'mtu' || links?.value?.kind !== 'list') return readOnly
      const item = links.value.items[change.part.link]
      return item ? editor.setIn({ key: links.key, value: item, at: item.at }, ['mtu'], change.value) : []
    }
    case 'add-link': return links ? editor.appendItem(links, { endpoints: [...change.ends] }) : refuse('the topology has no links yet; add the section by hand')
    case 'rename-node': {
      const edits: TextEdit[] = []
      const rename = (start: number): void => void edits.push({ uri: source.uri, start, end: start + change.from.length, newText: change.to })
      const key = entryOf(get(topology?.value, 'nodes'), change.from)?.key
      const at = key && editor.extent(key.at)
      if (!at) return []
      rename(/["']/.test(editor.text[at.start] ?? '') ? at.start + 1 : at.start)
      for (const link of itemsOf(links?.value)) {
        for (const end of [...itemsOf(get(link, 'endpoints')), get(link, 'endpoint')]) {
          const place = end?.kind === 'map' ? textOf(get(end, 'node')) : textOf(end)
          const extent = place && editor.extent(place.at)
          if (!place || !extent || place.value.split(':')[0] !== change.from) continue
          rename(/["']/.test(editor.text[extent.start] ?? '') ? extent.start + 1 : extent.start)
        }
      }
      return edits.sort((a, b) => a.start - b.start)
    }
    case 'several': {
      const answers = change.changes.map((one) => edit(source, one, reading))
      return answers.find(isRefusal) ?? answers.flatMap((answer) => (isRefusal(answer) ? [] : answer))
    }
    case 'in-turn': return inTurn(reading, change, edit, read)
    default: return readOnly
  }
}

const readOnly = refuse('in a containerlab file this can only be changed in the text')
