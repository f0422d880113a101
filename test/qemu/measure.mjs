/**
 * Runs real migrations between two QEMU processes and writes down what they report.
 * node measure.mjs --qemu ROOT --kernel VMLINUZ --out measured.json [--only NAME] [--takes N] [--trace FILE]
 * --takes runs each setting so often: where the outcome hangs on chance, as of a guest that is slowed down, one run says little.
 * --trace keeps what query-migrate answered on the way, every 100 ms: what `underlay migrate --calibrate` reads.
 * ROOT is a folder in which Debian's qemu-system-x86 (10 or later) and what it depends on are unpacked.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeInitrd, prefer, qmp, sleep, startQemu, untilReady } from './machine.mjs'
import { progressOf } from './progress.mjs'
import { startRelay } from './relay.mjs'

const MiB = 2 ** 20
const here = fileURLToPath(new URL('.', import.meta.url))
const { values: given } = parseArgs({ options: { qemu: { type: 'string' }, kernel: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' }, trace: { type: 'string' }, settings: { type: 'string' }, takes: { type: 'string' } } })
if (!given.qemu || !given.kernel || !given.out) {
  console.error('skipped: give --qemu ROOT, --kernel VMLINUZ and --out FILE')
  process.exit(0)
}

if (!prefer()) console.error('no right to go before the other work of this machine, which may slow the runs')

const seconds = ({ timestamp }) => timestamp.seconds + timestamp.microseconds / 1e6

/**
 * Whether something else on this machine kept the guest's processor from running, or from being put to sleep: by the guest's own count of
 * the time in which it ran, before it was slowed down and at each step that lasted two seconds, beside what QEMU meant to leave it.
 */
function disturbed({ levels: [first, ...steps] }) {
  if (first?.[0] !== 0 || first[3] < 0.9) return true
  return steps.some(([percent, seconds, , ran]) => seconds >= 2 && Math.abs(ran / first[3] / (1 - percent / 100) - 1) > 0.25)
}

async function measure(setting) {
  const folder = mkdtempSync(join(tmpdir(), 'measured-'))
  makeInitrd(folder)
  const incoming = 40000 + Math.floor(process.pid % 20000)
  const start = (name, more) => startQemu({ root: given.qemu, kernel: given.kernel, folder, name, setting: { ...setting, ...(setting.autoConverge && { every: 100 }) }, more })
  const children = [start('source'), start('target', ['-incoming', `tcp:127.0.0.1:${incoming}`])]
  let relay
  try {
    const [source, target] = [await qmp(join(folder, 'source.qmp')), await qmp(join(folder, 'target.qmp'))]
    const log = await untilReady(folder, 'source')
    await sleep(3000)
    const postCopy = setting.postCopyMs !== undefined
    const capabilities = ['events', ...(setting.autoConverge ? ['auto-converge'] : []), ...(postCopy ? ['postcopy-ram', 'return-path'] : [])].map((capability) => ({ capability, state: true }))
    for (const side of [source, target]) await side.ask('migrate-set-capabilities', { capabilities })
    await source.ask('migrate-set-parameters', { 'max-bandwidth': setting.relay ? 16 * 2 ** 30 : setting.rateMiB * MiB, 'downtime-limit': setting.limitMs })
    if (setting.relay) relay = await startRelay(incoming, setting.rateMiB * MiB, (setting.burstMs ?? 5) / 1000)
    const before = log().length
    const progress = setting.autoConverge ? progressOf(log) : undefined
    const begun = Date.now()
    await source.ask('migrate', { uri: `tcp:127.0.0.1:${relay?.port ?? incoming}` })
    let asked = false
    let throttle = 0
    let state
    const polls = []
    for (;;) {
      await sleep(progress ? 20 : 50)
      state = await source.ask('query-migrate')
      progress?.look(Date.now() - begun, state)
      throttle = Math.max(throttle, state['cpu-throttle-percentage'] ?? 0)
      if (given.trace && polls.length < (Date.now() - begun) / 100) polls.push(state)
      if (postCopy && !asked && Date.now() - begun >= setting.postCopyMs) {
        asked = true
        await source.ask('migrate-start-postcopy')
      }
      if (['completed', 'failed', 'cancelled'].includes(state.status)) break
      if (Date.now() - begun > 240000) throw new Error('it does not end')
    }
    if (given.trace) writeFileSync(given.trace, '[\n' + [...polls, state].map((one) => '  ' + JSON.stringify(one)).join(',\n') + '\n]\n')
    await sleep(1500)
    const stop = source.events.find(({ event }) => event === 'STOP')
    const resume = target.events.find(({ event }) => event === 'RESUME')
    const counted = log().slice(before)
    const rates = [...counted.matchAll(/rate ([\d.]+)/g)].map((match) => Number(match[1]))
    const alive = /rate|wrote/.test(readFileSync(join(folder, 'target.log'), 'utf8'))
    const { ram } = state
    const told = progress?.end(source.events)
    return {
      ...setting, status: state.status, totalMs: state['total-time'], downtimeMs: state.downtime, setupMs: state['setup-time'],
      gapMs: stop && resume ? Math.round((seconds(resume) - seconds(stop)) * 1000) : null, syncs: ram['dirty-sync-count'], sentKiB: Math.round(ram.transferred / 1024),
      memoryKiB: ram.total / 1024, zeroPages: ram.duplicate, normalPages: ram.normal, postCopyKiB: Math.round((ram['postcopy-bytes'] ?? 0) / 1024),
      effectiveMiB: told ? told.levels[0]?.[2] ?? null : rates.length > 0 ? Math.round(rates.reduce((sum, rate) => sum + rate, 0) / rates.length * 100) / 100 : null, aliveAtTarget: alive,
      ...(told && { throttlePercent: throttle, loadAverage: Math.round(loadavg()[0] * 10) / 10, ...told }),
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    relay?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const settings = JSON.parse(readFileSync(given.settings ?? join(here, 'settings.json'), 'utf8')).filter(({ name }) => given.only === undefined || name === given.only)
const results = existsSync(given.out) ? JSON.parse(readFileSync(given.out, 'utf8')) : []
for (const [take, setting] of Array.from({ length: Number(given.takes ?? 1) }, (_, i) => settings.map((one) => [i + 1, one])).flat()) {
  if (results.some((one) => one.name === setting.name && (one.take ?? 1) === take)) continue
  try {
    let result = await measure(setting)
    for (let again = 0; again < 3 && setting.bound && disturbed(result); again++) {
      console.error(`${setting.name}: repeated, its guest was disturbed: ${JSON.stringify(result.levels)}`)
      result = await measure(setting)
    }
    if (setting.bound && disturbed(result)) throw new Error('not recorded, this machine has too much else to do')
    if (given.takes !== undefined) result = { ...result, take }
    console.log(JSON.stringify(result))
    results.push(result)
    writeFileSync(given.out, '[\n' + results.map((one) => '  ' + JSON.stringify(one)).join(',\n') + '\n]\n')
  } catch (error) {
    console.error(`${setting.name}: ${error.message}`)
  }
}
process.exit(0)
