/** The house rules, executable: who may import whom, what every file says first, how long it may be. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

// Each room may import the rooms and packages on its row, itself, and nothing else.
const rooms: Readonly<Record<string, readonly string[]>> = {
  'core/text': [],
  'core/address': [],
  'core/infra': ['core/text', 'core/address'],
  'core/tunnels': ['core/infra', 'core/address', 'core/text'],
  'core/fabric': ['core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/realize': ['core/infra', 'core/tunnels', 'core/address', 'core/text', 'core/fabric'],
  'core/formats': ['core/infra', 'core/address', 'core/text', 'yaml'],
  'core/forwarding': ['core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/reach': ['core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/traffic': ['core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/migration': ['core/reach', 'core/traffic', 'core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/checks': ['core/realize', 'core/fabric', 'core/migration', 'core/reach', 'core/traffic', 'core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/expect': ['core/checks', 'core/migration', 'core/reach', 'core/traffic', 'core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/language': ['core/checks', 'core/forwarding', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/diagram': ['core/fabric', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/difference': ['core/diagram', 'core/reach', 'core/forwarding', 'core/infra', 'core/address', 'core/text'],
  'core/marks': ['core/diagram', 'core/infra', 'core/protocol.ts', 'core/viewed.ts'],
  'core/gestures': ['core/diagram', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core/layout': ['core/diagram', 'elkjs'],
  'core/sidecar': ['core/diagram', 'core/text', 'jsonc-parser'],
  'core/export': ['core/diagram', 'core/infra', 'core/tunnels', 'core/address', 'core/text'],
  'core': ['core/*', 'elkjs', '@vscode/l10n'],
  'extension/client': ['core', 'core/infra', 'core/text', 'extension', 'vscode', 'vscode-languageclient'],
  'extension/server': ['core', 'core/infra', 'core/text', 'extension', 'node:*', 'vscode-languageserver', 'vscode-languageserver-textdocument', 'vscode-uri'],
  'extension/cli': ['core', 'core/infra', 'core/text', 'extension', 'extension/server', 'node:*', '@resvg/resvg-wasm'],
  'extension': ['core', 'core/infra', 'core/text', 'extension/client', 'vscode'],
  'webview': ['core/protocol.ts', 'core/marks', 'core/migration-sentence.ts', 'core/migration/study-text.ts', 'core/diagram', 'core/difference/ghosts.ts', 'core/export/svg.ts', 'core/export/drawio.ts', 'core/layout', 'core/sidecar/drift.ts', 'core/sidecar/sidecar.ts', 'core/infra', 'core/tunnels', 'core/text/source.ts', 'react', 'react-dom', '@xyflow/react', 'zustand', 'recharts'],
}
const onlyImporter: Readonly<Record<string, string>> = { '@vscode/webview-ui-toolkit': 'webview/controls.ts', '@vscode/l10n': 'core/words.ts' }
/** Whoever says something to a person says it in their language. */
const everyones: readonly string[] = ['core/words.ts']
/** Siblings here do not know each other; what they share is named. */
const isolated: Readonly<Record<string, readonly string[]>> = {
  'core/formats': ['format.ts', 'yaml-tree', 'index.ts'],
  'core/checks': ['check.ts', 'shared', 'index.ts'],
  'core/tunnels': ['tunnel.ts', 'cipher.ts', 'index.ts'],
  'core/expect': ['expectation.ts', 'shared', 'index.ts'],
}
const impure = /\b(Date\.now|new Date\(|Math\.random|performance\.now|setTimeout|setInterval)\b/
const maxLines = 400

const roomOf = (file: string): string | undefined =>
  Object.keys(rooms).sort((a, b) => b.length - a.length).find((room) => file.startsWith(room + '/'))
const allows = (list: readonly string[], target: string): boolean =>
  list.some((entry) => entry === target || (entry.endsWith('*') && target.startsWith(entry.slice(0, -1))))
const packageOf = (name: string): string =>
  name.startsWith('node:') ? name : name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')

function faultsOf(file: string, text: string): string[] {
  const faults: string[] = []
  const say = (what: string): void => void faults.push(`${file}: ${what}`)
  const room = roomOf(file)
  if (room === undefined) return [`${file}: stands in no room`]
  const list = rooms[room] ?? []
  if (!text.startsWith('/**') && !text.startsWith('//')) say('the first line should say what this file is for')
  if (text.split('\n').length > maxLines + 1) say(`longer than ${maxLines} lines`)
  if (room.startsWith('core') && room !== 'core/layout' && impure.test(text)) say('core takes time and chance as arguments')
  if (/(^|\/)(utils?|helpers?|common|misc)(\.tsx?|\/)/.test(file)) say('name the file after what it does')
  if (/acquireVsCodeApi\(/.test(text) && file !== 'webview/host.ts') say('only webview/host.ts calls acquireVsCodeApi')
  for (const { fileName: spec } of ts.preProcessFile(text).importedFiles) {
    if (!spec.startsWith('.')) {
      const name = packageOf(spec)
      if (onlyImporter[name] !== undefined ? onlyImporter[name] !== file : !allows(list, name)) say(`may not import package '${name}'`)
      continue
    }
    const target = posix.join(posix.dirname(file), spec)
    const to = roomOf(target)
    if (everyones.includes(target)) continue
    if (to === undefined) say(`imports '${spec}', which stands in no room`)
    else if (to !== room && !allows(list, to) && !allows(list, target)) say(`'${room}' may not import '${to}'`)
    else if (to === room && isolated[room] && file !== `${room}/index.ts`) {
      const mine = file.slice(room.length + 1).split('/')[0] ?? ''
      const theirs = target.slice(room.length + 1).split('/')[0] ?? ''
      const shared = isolated[room] ?? []
      if (theirs !== mine && !shared.includes(theirs) && !shared.includes(mine)) say(`siblings in '${room}' may not import each other (${theirs})`)
    }
  }
  return faults
}

const sources = (): string[] =>
  ['core', 'extension', 'webview'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !file.includes('node_modules'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)).sort()

describe('the house rules', () => {
  it('hold in every file', () => {
    expect(sources().flatMap((file) => faultsOf(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  it('find what is planted', () => {
    expect(faultsOf('core/text/x.ts', `import { a } from 'vscode'\n`)).toHaveLength(2)
    expect(faultsOf('core/infra/x.ts', `/** x */\nimport { a } from '../checks/index.ts'\nconst t = Date.now()\n`)).toHaveLength(2)
    expect(faultsOf('core/checks/one.ts', `/** x */\nimport { a } from './two.ts'\n`)).toHaveLength(1)
    expect(faultsOf('webview/x.tsx', `/** x */\nimport { a } from '../core/forwarding/index.ts'\n`)).toHaveLength(1)
    expect(faultsOf('webview/utils.ts', '/** x */\n')).toHaveLength(1)
    expect(faultsOf('webview/x.ts', `/** x */\nimport '@vscode/webview-ui-toolkit'\n`)).toHaveLength(1)
  })
})
