/**
 * Runs real migrations between two QEMU processes and writes down what they report.
 * node measure.mjs --qemu ROOT --kernel VMLINUZ --out measured.json [--only NAME]
 * ROOT is a folder in which Debian's qemu-system-x86 (10 or later) and what it depends on are unpacked.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRelay } from './relay.mjs'

const MiB = 2 ** 20
const here = fileURLToPath(new URL('.', import.meta.url))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const { values: given } = parseArgs({ options: { qemu: { type: 'string' }, kernel: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' } } })
if (!given.qemu || !given.kernel || !given.out) {
  console.error('skipped: give --qemu ROOT, --kernel VMLINUZ and --out FILE')
  process.exit(0)
}

/** One entry of a cpio archive in the `newc` form, which is what the kernel unpacks. */
function entry(name, mode, body = Buffer.alloc(0), major = 0, minor = 0) {
  const hex = (value) => value.toString(16).padStart(8, '0')
  const head = '070701' + [1, mode, 0, 0, 1, 0, body.length, 0, 0, major, minor, name.length + 1, 0].map(hex).join('')
  const pad = (buffer) => Buffer.concat([buffer, Buffer.alloc((4 - buffer.length % 4) % 4)])
  return Buffer.concat([pad(Buffer.from(head + name + '\0')), pad(body)])
}

function makeInitrd(folder) {
  execFileSync('gcc', ['-O2', '-static', '-o', join(folder, 'init'), join(here, 'guest.c')])
  const archive = Buffer.concat([
    entry('proc', 0o40755), entry('dev', 0o40755), entry('dev/console', 0o20600, undefined, 5, 1),
    entry('init', 0o100755, readFileSync(join(folder, 'init'))), entry('TRAILER!!!', 0),
  ])
  writeFileSync(join(folder, 'initrd'), archive)
}

/** A QMP connection: `ask` runs one command, `events` are what came by itself. */
async function qmp(path) {
  for (let i = 0; i < 100 && !existsSync(path); i++) await sleep(100)
  const socket = connect(path)
  const events = []
  const waiting = []
  let rest = ''
  socket.on('data', (bytes) => {
    rest += bytes
    const lines = rest.split('\n')
    rest = lines.pop()
    for (const line of lines.filter((one) => one.trim() !== '')) {
      const message = JSON.parse(line)
      if (message.event) events.push(message)
      else if ('return' in message || message.error) waiting.shift()?.(message)
    }
  })
  socket.on('error', () => undefined)
  const ask = (execute, args) => new Promise((resolve, reject) => {
    waiting.push((message) => (message.error ? reject(new Error(`${execute}: ${message.error.desc}`)) : resolve(message.return)))
    socket.write(JSON.stringify({ execute, ...(args && { arguments: args }) }) + '\n')
  })
  await ask('qmp_capabilities')
  return { ask, events, end: () => socket.destroy() }
}

const lib = join(given.qemu, 'usr/lib/x86_64-linux-gnu')
const loader = [join(given.qemu, 'usr/lib64/ld-linux-x86-64.so.2'), join(given.qemu, 'lib64/ld-linux-x86-64.so.2'), join(lib, 'ld-linux-x86-64.so.2')].find(existsSync)

function startQemu(folder, name, setting, more) {
  const data = ['usr/share/qemu', 'usr/share/seabios', 'usr/lib/ipxe/qemu'].flatMap((path) => ['-L', join(given.qemu, path)])
  return spawn(loader, [
    '--library-path', `${lib}:${lib}/pulseaudio`, join(given.qemu, 'usr/bin/qemu-system-x86_64'), ...data, '-accel', 'tcg,thread=multi', '-M', 'q35',
    '-cpu', 'qemu64', '-m', String(setting.memoryMiB), '-nodefaults', '-no-user-config', '-display', 'none', '-kernel', given.kernel, '-initrd', join(folder, 'initrd'),
    '-serial', `file:${join(folder, name)}.log`, '-qmp', `unix:${join(folder, name)}.qmp,server=on,wait=off`,
    '-append', `console=ttyS0 quiet panic=1 wss=${setting.workingSetMiB} rate=${setting.dirtyMiB} fill=${setting.fillMiB}`, ...more,
  ], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const seconds = ({ timestamp }) => timestamp.seconds + timestamp.microseconds / 1e6

async function measure(setting) {
  const folder = mkdtempSync(join(tmpdir(), 'measured-'))
  makeInitrd(folder)
  const incoming = 40000 + Math.floor(process.pid % 20000)
  const children = [startQemu(folder, 'source', setting, []), startQemu(folder, 'target', setting, ['-incoming', `tcp:127.0.0.1:${incoming}`])]
  let relay
  try {
    const [source, target] = [await qmp(join(folder, 'source.qmp')), await qmp(join(folder, 'target.qmp'))]
    const log = () => readFileSync(join(folder, 'source.log'), 'utf8')
    for (let i = 0; i < 1200 && !log().includes('ready'); i++) await sleep(100)
    if (!log().includes('ready')) throw new Error('the guest did not start')
    await sleep(3000)
    const postCopy = setting.postCopyMs !== undefined
    const capabilities = ['events', ...(postCopy ? ['postcopy-ram', 'return-path'] : [])].map((capability) => ({ capability, state: true }))
    for (const side of [source, target]) await side.ask('migrate-set-capabilities', { capabilities })
    await source.ask('migrate-set-parameters', { 'max-bandwidth': setting.relay ? 16 * 2 ** 30 : setting.rateMiB * MiB, 'downtime-limit': setting.limitMs })
    if (setting.relay) relay = await startRelay(incoming, setting.rateMiB * MiB)
    const before = log().length
    const begun = Date.now()
    await source.ask('migrate', { uri: `tcp:127.0.0.1:${relay?.port ?? incoming}` })
    let asked = false
    let state
    for (;;) {
      await sleep(50)
      state = await source.ask('query-migrate')
      if (postCopy && !asked && Date.now() - begun >= setting.postCopyMs) {
        asked = true
        await source.ask('migrate-start-postcopy')
      }
      if (['completed', 'failed', 'cancelled'].includes(state.status)) break
      if (Date.now() - begun > 90000) throw new Error('it does not end')
    }
    await sleep(1500)
    const stop = source.events.find(({ event }) => event === 'STOP')
    const resume = target.events.find(({ event }) => event === 'RESUME')
    const rates = [...log().slice(before).matchAll(/rate ([\d.]+)/g)].map((match) => Number(match[1]))
    const alive = /rate/.test(readFileSync(join(folder, 'target.log'), 'utf8'))
    const { ram } = state
    return {
      ...setting, status: state.status, totalMs: state['total-time'], downtimeMs: state.downtime, setupMs: state['setup-time'],
      gapMs: stop && resume ? Math.round((seconds(resume) - seconds(stop)) * 1000) : null, syncs: ram['dirty-sync-count'], sentKiB: Math.round(ram.transferred / 1024),
      memoryKiB: ram.total / 1024, zeroPages: ram.duplicate, normalPages: ram.normal, postCopyKiB: Math.round((ram['postcopy-bytes'] ?? 0) / 1024),
      effectiveMiB: rates.length > 0 ? Math.round(rates.reduce((sum, rate) => sum + rate, 0) / rates.length * 100) / 100 : null, aliveAtTarget: alive,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    relay?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const settings = JSON.parse(readFileSync(join(here, 'settings.json'), 'utf8')).filter(({ name }) => given.only === undefined || name === given.only)
const results = existsSync(given.out) ? JSON.parse(readFileSync(given.out, 'utf8')) : []
for (const setting of settings) {
  if (results.some(({ name }) => name === setting.name)) continue
  try {
    const result = await measure(setting)
    console.log(JSON.stringify(result))
    results.push(result)
    writeFileSync(given.out, '[\n' + results.map((one) => '  ' + JSON.stringify(one)).join(',\n') + '\n]\n')
  } catch (error) {
    console.error(`${setting.name}: ${error.message}`)
  }
}
process.exit(0)
