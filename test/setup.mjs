/** What a fresh machine lacks: packages, a browser, a kernel to compare with. Only Node's own modules may be used here. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Installs the project's packages when node_modules is missing or older than the lock file. */
export function installPackages(say) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const mark = join(root, 'node_modules', '.underlay-lock')
  const wanted = createHash('sha256').update(lock).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  say('installing packages')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, wanted)
}

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0

/** Debian packages that the tests use, by the command that shows that they are there. */
const debian = { chromium: 'chromium', 'linux.uml': 'user-mode-linux', ip: 'iproute2', ping: 'iputils-ping', tcpdump: 'tcpdump', 'iptables-legacy': 'iptables', 'ovs-vswitchd': 'openvswitch-switch' }

/** Installs what is missing where that is possible: Debian, as root. Elsewhere the tests that need it are skipped by name. */
export function installTools(say) {
  const missing = Object.entries(debian).filter(([command]) => !has(command)).map(([, name]) => name)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    say(`not here, and not installable without root on Debian: ${missing.join(', ')}; the tests that need them will be skipped`)
    return
  }
  say(`installing ${missing.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env }
  if (spawnSync('apt-get', ['update', '-qq'], quiet).status !== 0) say('apt-get update failed; trying with what is known')
  // One by one, so that a package that cannot be had does not take the others with it.
  for (const name of missing) {
    if (spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet).status !== 0) say(`${name} could not be installed; its tests will be skipped`)
  }
}
