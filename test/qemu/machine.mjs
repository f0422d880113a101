/** The guest of the measured runs and the QEMU that it runs in: its initial RAM disk, its process, its monitor. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** One entry of a cpio archive in the `newc` form, which is what the kernel unpacks. */
function entry(name, mode, body = Buffer.alloc(0), major = 0, minor = 0) {
  const hex = (value) => value.toString(16).padStart(8, '0')
  const head = '070701' + [1, mode, 0, 0, 1, 0, body.length, 0, 0, major, minor, name.length + 1, 0].map(hex).join('')
  const pad = (buffer) => Buffer.concat([buffer, Buffer.alloc((4 - buffer.length % 4) % 4)])
  return Buffer.concat([pad(Buffer.from(head + name + '\0')), pad(body)])
}

/** Compiles the guest and packs it as the file `initrd` of the folder. */
export function makeInitrd(folder) {
  execFileSync('gcc', ['-O2', '-static', '-o', join(folder, 'init'), join(here, 'guest.c')])
  const archive = Buffer.concat([
    entry('proc', 0o40755), entry('dev', 0o40755), entry('dev/console', 0o20600, undefined, 5, 1),
    entry('init', 0o100755, readFileSync(join(folder, 'init'))), entry('TRAILER!!!', 0),
  ])
  writeFileSync(join(folder, 'initrd'), archive)
}

/** A QMP connection: `ask` runs one command, `events` are what came by itself. */
export async function qmp(path) {
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

/**
 * Lets a process and what it starts go before the machine's other work; says whether it may. Linux weighs sessions against each other
 * first (sched(7), autogroup) and processes only within theirs, so that a nice value alone would change nothing.
 */
export function prefer(pid = 'self') {
  try {
    if (pid === 'self') setPriority(-5)
    writeFileSync(`/proc/${pid}/autogroup`, '-15')
    return true
  } catch {
    return false
  }
}

/** Starts the guest of a setting; `root` is a folder in which Debian's QEMU and what it needs are unpacked. */
export function startQemu({ root, kernel, folder, name, setting, more = [] }) {
  const lib = join(root, 'usr/lib/x86_64-linux-gnu')
  const loader = [join(root, 'usr/lib64/ld-linux-x86-64.so.2'), join(root, 'lib64/ld-linux-x86-64.so.2'), join(lib, 'ld-linux-x86-64.so.2')].find(existsSync)
  const data = ['usr/share/qemu', 'usr/share/seabios', 'usr/lib/ipxe/qemu'].flatMap((path) => ['-L', join(root, path)])
  // In a session of its own, so that it can be preferred.
  const child = spawn(loader, [
    '--library-path', `${lib}:${lib}/pulseaudio`, join(root, 'usr/bin/qemu-system-x86_64'), ...data, '-accel', 'tcg,thread=multi', '-M', 'q35',
    '-cpu', 'qemu64', '-m', String(setting.memoryMiB), '-nodefaults', '-no-user-config', '-display', 'none', '-kernel', kernel, '-initrd', join(folder, 'initrd'),
    '-serial', `file:${join(folder, name)}.log`, '-qmp', `unix:${join(folder, name)}.qmp,server=on,wait=off`,
    '-append', `console=ttyS0 quiet panic=1 wss=${setting.workingSetMiB} rate=${setting.dirtyMiB} fill=${setting.fillMiB}${setting.random ? ' random=1' : ''}${setting.hotMiB ? ` hot=${setting.hotMiB} hotrate=${setting.hotDirtyMiB}` : ''}${setting.bound ? ' bound=1' : ''}${setting.every ? ` every=${setting.every}` : ''}${setting.tell ? ' tell=1' : ''}`, ...more,
  ], { stdio: ['ignore', 'ignore', 'inherit'], detached: true })
  prefer(child.pid)
  return child
}

/** Waits until the guest has said that it is ready. */
export async function untilReady(folder, name) {
  const log = () => (existsSync(join(folder, `${name}.log`)) ? readFileSync(join(folder, `${name}.log`), 'utf8') : '')
  for (let i = 0; i < 1200 && !log().includes('ready'); i++) await sleep(100)
  if (!log().includes('ready')) throw new Error('the guest did not start')
  return log
}
