/** npm start: sets up, builds, and opens the designer on an example in a real VS Code. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages, root } from '../setup.mjs'

const say = (text) => console.log(text)
installPackages(say)
execFileSync('node', ['build.mjs', '--production'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })

const folder = join(root, 'examples')
const example = join(folder, process.argv[2] ?? 'tenant-l2-gre.infra.yaml')
// The extension opens the designer on this file once, when it starts; only npm start sets it.
process.env.UNDERLAY_SHOW = example

const code = spawnSync('sh', ['-c', 'command -v code'], { encoding: 'utf8' }).stdout?.trim()
if (code && process.env.UNDERLAY_EMBEDDED === undefined) {
  say(`opening ${example} in VS Code`)
  spawn(code, ['--new-window', `--extensionDevelopmentPath=${root}`, folder, example], { stdio: 'ignore', detached: true }).unref()
} else {
  const { installEditor, startEditor, unpackExtension } = await import('./editor.mjs')
  installEditor(say)
  const home = mkdtempSync(join(tmpdir(), 'underlay-'))
  const extensions = join(home, 'extensions')
  unpackExtension(extensions)
  const port = process.env.PORT ? Number(process.env.PORT) : undefined
  const editor = await startEditor({ workspace: folder, userData: join(home, 'data'), extensions, port })
  say(`\nVS Code with Underlay is at ${editor.url}\nPress Ctrl+C to end it.`)
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  if (process.stdout.isTTY) spawn('sh', ['-c', `command -v ${opener} >/dev/null && ${opener} '${editor.url}'`], { stdio: 'ignore', detached: true }).unref()
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
  await new Promise((resolve) => editor.child.once('exit', resolve))
}
