/** What can be changed safely in a compose file: services and networks come, go and are renamed; who joins which network, with which address. */
import type { Change, Value } from '../../infra/change.ts'
import { Composed } from '../../text/compose.ts'
import { applyEdits, type TextEdit } from '../../text/edit.ts'
import type { Source } from '../../text/source.ts'
import type { Reading, Refusal } from '../format.ts'
import { entriesOf, get, itemsOf, textAt, textOf } from '../yaml-tree/access.ts'
import { copyEntry, portsMoved } from '../yaml-tree/copy-entry.ts'
import { aliased, entryLines, entryOf, isRefusal, refuse, treeEditor, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import { inTurn } from '../yaml-tree/in-turn.ts'
import { respell, spellFlow } from '../yaml-tree/spell.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { deviceOf } from './networks.ts'
import { parsedOf, read } from './read.ts'
import { t } from '../../words.ts'

const readOnly = (): ReturnType<typeof refuse> => refuse(t('in a compose file this can only be changed in the text'))

export function edit(source: Source, change: Change, reading: Reading): readonly TextEdit[] | Refusal {
  if (source.uri !== reading.source.uri) return []
  const { root } = parsedOf(reading)
  const editor = treeEditor(parsedOf(reading))
  const services = entryOf(root, 'services')
  const networks = entryOf(root, 'networks')
  switch (change.kind) {
    case 'correct': {
      const at = editor.extent(change.at)
      return at ? editor.replace(at.start, at.end, respell(editor.text.slice(at.start, at.end), change.value)) : []
    }
    case 'erase': return editor.erase(change.at)
    case 'add-node': {
      if (!services) return refuse(t('the file has no services yet; add the section by hand'))
      if (entryOf(services.value, change.name)) return refuse(t`${change.name} is already there`)
      const image = entriesOf(services.value).flatMap((entry) => textAt(entry.value, 'image')?.value ?? []).at(-1) ?? 'alpine'
      const device = typeof change.value === 'object' && !Array.isArray(change.value) ? (change.value as { readonly [key: string]: Value })['attach'] : undefined
      const network = device === undefined ? undefined : networkOf(root, String(device))
      return editor.addEntry(services, change.name, { image, ...(network !== undefined && network !== 'default' && { networks: [network] }) })
    }
    case 'add-entry': {
      if (change.section !== 'networks') return readOnly()
      if (networks) return entryOf(networks.value, change.name) ? refuse(t`${change.name} is already there`) : editor.addEntry(networks, change.name, change.value)
      const { text } = editor
      const eol = text.includes('\r\n') ? '\r\n' : '\n'
      // Behind the last line, with the blanks that may end it.
      let end = text.trimEnd().length
      while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
      return editor.replace(end, end, `${end === 0 ? '' : eol + eol}${['networks:', ...entryLines(change.name, change.value, 2)].join(eol)}${text.length === end ? eol : ''}`)
    }
    case 'set': {
      const key = typeof change.key === 'string' ? [change.key] : change.key
      if (change.part.kind === 'node') {
        const service = entryOf(services?.value, change.part.node)
        return service && key.join() === 'image' ? editor.setIn(service, key, change.value) : readOnly()
      }
      if (change.part.kind !== 'interface') return readOnly()
      const service = entryOf(services?.value, change.part.node)
      if (!service) return readOnly()
      const attach = key.length === 0 && typeof change.value === 'object' && !Array.isArray(change.value) ? (change.value as { readonly [key: string]: Value })['attach'] : key.join() === 'attach' ? change.value : undefined
      if (attach !== undefined) return join(editor, root, service, String(attach))
      return key.join() === 'address' ? address(editor, root, service, reading, change.part.interface, String(change.value)) : readOnly()
    }
    case 'unset': return change.part.kind === 'interface' && (change.key === 'attach' || change.key === 'network') ? leave(editor, entryOf(services?.value, change.part.node), change.part.interface) : readOnly()
    case 'remove-part': return change.part.kind === 'interface' ? leave(editor, entryOf(services?.value, change.part.node), change.part.interface) : readOnly()
    case 'copy-node': return copyService(editor, services, change)
    case 'remove-node': return removeService(reading, change.node)
    case 'rename-node': return renameService(editor, root, reading, change.from, change.to)
    case 'in-turn': return inTurn(reading, change, edit, read)
    case 'several': {
      const answers = change.changes.map((one) => edit(source, one, reading))
      return answers.find(isRefusal) ?? answers.flatMap((each) => (isRefusal(each) ? [] : each)).sort((a, b) => a.start - b.start)
    }
    default: return readOnly()
  }
}

/** The network that a bridge of the host stands for. */
const networkOf = (root: Tree | undefined, device: string): string | undefined => ['default', ...entriesOf(get(root, 'networks')).map(({ key }) => key.text)].find((name) => deviceOf(name, get(get(root, 'networks'), name)) === device)

function join(editor: TreeEditor, root: Tree | undefined, service: MapEntry, device: string): Edits {
  const network = networkOf(root, device)
  if (network === undefined) return refuse(t`no network of this file is ${device}`)
  if (get(service.value, 'network_mode')) return refuse(t`${service.key.text} has a network_mode, and joins no network`)
  const own = entryOf(service.value, 'networks')
  if (names(own?.value).includes(network)) return refuse(t`${service.key.text} is in ${network} already`)
  // Without a list it is in the default network, and would leave that.
  if (!own) return editor.setIn(service, ['networks'], network === 'default' ? ['default'] : ['default', network])
  return own.value?.kind === 'map' && own.value.entries.length > 0 ? editor.setIn(own, [network], {}) : editor.appendTo(service, ['networks'], network)
}

const names = (tree: Tree | undefined): readonly string[] => (tree?.kind === 'map' ? tree.entries.map(({ key }) => key.text) : itemsOf(tree).flatMap((item) => textOf(item)?.value ?? []))

/** Interfaces are the networks in their order. */
const indexOf = (device: string): number => (/^eth\d+$/.test(device) ? Number(device.slice(3)) : -1)

function leave(editor: TreeEditor, service: MapEntry | undefined, device: string): Edits {
  const own = entryOf(service?.value, 'networks')
  const index = indexOf(device)
  if (!service || !own?.value || service.value?.kind !== 'map') return refuse(t('a service without networks is in the default one; say `network_mode: none` in the text'))
  const { value } = own
  if (editor.isElsewhere(own)) return aliased()
  if (value.kind === 'list') return value.items.length === 1 ? refuse(t('without a network left it would be in the default one; change it in the text')) : editor.removeItem(value, index)
  const entry = value.kind === 'map' ? value.entries[index] : undefined
  return entry && value.kind === 'map' ? value.entries.length === 1 ? refuse(t('without a network left it would be in the default one; change it in the text')) : editor.removeEntry(value, entry) : []
}

/** A fixed address is a setting of the service in a network: a list of networks becomes a map. */
function address(editor: TreeEditor, root: Tree | undefined, service: MapEntry, reading: Reading, device: string, typed: string): Edits {
  const own = entryOf(service.value, 'networks')
  const name = names(own?.value)[indexOf(device)]
  if (!own?.value || name === undefined) return refuse(t('docker gives fixed addresses in networks of one’s own only: join one first'))
  if (itemsOf(get(get(get(get(root, 'networks'), name), 'ipam'), 'config')).every((config) => get(config, 'subnet') === undefined)) return refuse(t`the network ${name} says no subnet: docker gives no fixed address there`)
  const value = typed.split('/')[0] ?? typed
  const key = value.includes(':') ? 'ipv6_address' : 'ipv4_address'
  if (own.value.kind === 'map') return editor.setIn(own, [name, key], value)
  if (own.value.kind !== 'list' || editor.isElsewhere(own)) return aliased()
  const { uri } = reading.source
  const list = own.value
  if (list.flow) {
    const at = editor.extent(list.at)
    return at ? editor.replace(at.start, at.end, spellFlow(Object.fromEntries(names(list).map((one): [string, Value] => [one, one === name ? { [key]: value } : {}])))) : []
  }
  return list.items.flatMap((item): TextEdit[] => {
    const at = item && editor.ownItem(list, item)
    const dash = at ? editor.text.lastIndexOf('-', at.start) : -1
    const text = item?.kind === 'scalar' ? item.text : ''
    return at && dash >= 0 ? [{ uri, start: dash, end: at.start, newText: '' }, { uri, start: at.end, end: at.end, newText: text === name ? `: { ${key}: ${spellFlow(value)} }` : ':' }] : []
  })
}

/** Names and MACs that docker gives once stay with the first; it takes part in the same networks, under free addresses and ports. */
function copyService(editor: TreeEditor, services: MapEntry | undefined, { from, to, values, ports = {} }: Extract<Change, { kind: 'copy-node' }>): Edits {
  const own = entryOf(services?.value, from)
  if (!services || !own) return []
  if (entryOf(services.value, to)) return refuse(t`${to} is already there`)
  return copyEntry(editor, services, own, {
    to,
    drops: (path) => path.at(-1) === 'mac_address' || (path.length === 1 && path[0] === 'container_name'),
    becomes({ text }, [top, key]) {
      // A variable's own value is the first one's: the copy says its port itself.
      const said = text.replace(/^((?:\[[\da-fA-F:]+\]:|[\d.]+:)?)\$\{\w+:?-(\d+(?:-\d+)?)\}/, '$1$2')
      if (top === 'ports') return key === 'published' ? portsMoved(`${said}:0`, ports)?.slice(0, -2) : key === undefined ? portsMoved(said, ports) : undefined
      return top === 'networks' && Object.hasOwn(values, text) ? values[text] : undefined
    },
  })
}

/** Places that name a service: `depends_on`, `extends`, `network_mode: service:x`, `links`, `volumes_from`, ipc and pid. */
function mentions(root: Tree | undefined, name: string): readonly { readonly holder: MapEntry; readonly key: string; readonly tree: Tree; readonly prefix: string; readonly item?: Tree; readonly entry?: MapEntry }[] {
  return entriesOf(get(root, 'services')).flatMap((service) => {
    const found: { holder: MapEntry; key: string; tree: Tree; prefix: string; item?: Tree; entry?: MapEntry }[] = []
    for (const key of ['depends_on', 'links', 'volumes_from']) {
      const value = get(service.value, key)
      if (value?.kind === 'map') for (const entry of value.entries) if (entry.key.text === name) found.push({ holder: service, key, tree: entry.key, prefix: '', entry })
      if (value?.kind === 'list') for (const item of value.items) if (item && textOf(item)?.value.split(':')[0] === name) found.push({ holder: service, key, tree: item, prefix: '', item })
    }
    for (const key of ['network_mode', 'ipc', 'pid']) {
      const value = get(service.value, key)
      if (value && textOf(value)?.value === `service:${name}`) found.push({ holder: service, key, tree: value, prefix: 'service:' })
    }
    const parent = get(service.value, 'extends')
    const base = parent?.kind === 'map' ? (get(parent, 'file') ? undefined : get(parent, 'service')) : parent
    if (base && textOf(base)?.value === name) found.push({ holder: service, key: 'extends', tree: base, prefix: '' })
    return found
  })
}

function renameService(editor: TreeEditor, root: Tree | undefined, reading: Reading, from: string, to: string): Edits {
  if (reading.infra.nodes.has(to)) return refuse(t`${to} is already there`)
  const key = entryOf(get(root, 'services'), from)?.key
  if (!key) return []
  const edits = new Map<number, TextEdit>()
  for (const { tree, prefix } of [{ tree: key as Tree, prefix: '' }, ...mentions(root, from)]) {
    const at = editor.extent(tree.at)
    const start = at && at.start + (/["']/.test(editor.text[at.start] ?? '') ? 1 : 0) + prefix.length
    if (start !== undefined && editor.text.startsWith(from, start)) edits.set(start, { uri: reading.source.uri, start, end: start + from.length, newText: to })
  }
  return [...edits.values()].sort((a, b) => a.start - b.start)
}

/** A service with its places in others' lists; who cannot be without it is told of first. */
function removeService(first: Reading, name: string): Edits {
  const { source } = first
  const composed = new Composed(source.text.length)
  let reading = first
  for (let steps = 0; steps < 10_000; steps++) {
    const { root } = parsedOf(reading)
    const editor = treeEditor(parsedOf(reading))
    const services = entryOf(root, 'services')
    const mention = mentions(root, name).find(({ holder }) => holder.key.text !== name)
    const own = entryOf(services?.value, name)
    let edits: Edits = []
    if (mention) {
      const entry = entryOf(mention.holder.value, mention.key)
      if (!mention.item && !mention.entry) return refuse(t`${mention.holder.key.text} says ${mention.key}: it cannot be without ${name}`)
      if (!entry || mention.holder.value?.kind !== 'map') return aliased()
      if (editor.isElsewhere(entry)) return aliased()
      const { value } = entry
      if (value?.kind === 'list' && mention.item) edits = value.items.length === 1 ? editor.removeEntry(mention.holder.value, entry) : editor.removeItem(value, value.items.indexOf(mention.item))
      else if (value?.kind === 'map' && mention.entry) edits = value.entries.length === 1 ? editor.removeEntry(mention.holder.value, entry) : editor.removeEntry(value, mention.entry)
    } else if (own && services?.value?.kind === 'map') edits = editor.removeEntry(services.value, own)
    if (isRefusal(edits)) return edits
    if (edits.length === 0) break
    composed.step(edits)
    reading = read({ ...source, text: applyEdits(reading.source, edits) }, reading)
  }
  return composed.edits(source.uri)
}
