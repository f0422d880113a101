/** The project's own language: `*.infra.yaml`, `*.infra.yml`, `*.infra.json`. */
import type { Format } from '../format.ts'
import { complete } from './complete.ts'
import { describe } from './describe.ts'
import { edit } from './edit.ts'
import { keepingAnchors } from '../yaml-tree/keep-anchors.ts'
import { outline } from './outline.ts'
import { read } from './read.ts'
import { settings } from './settings.ts'
import { entryValue } from './entry-value.ts'

export const infraFormat: Format = {
  id: 'infra',
  title: 'Underlay infra file',
  says: { title: 'an infra file', interfaces: true, links: 'ground' },
  recognizes(source) {
    return /\.infra\.(ya?ml|json)$/i.test(source.uri) || /^\uFEFF?infra:[ \t]*\d/m.test(source.text.slice(0, 20_000))
  },
  read, edit: keepingAnchors(edit), complete, describe, outline, settings, entryValue,
}
