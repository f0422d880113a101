/**
 * Runs real migrations between two QEMU processes and writes down what they report.
 * node measure.mjs --qemu ROOT --kernel VMLINUZ --out measured.json [--only NAME] [--trace FILE]
 * --trace keeps what query-migrate answered on the way, every 100 ms: what `underlay migrate --calibrate` reads.
 * ROOT is a folder in which Debian's qemu-system-x86 (10 or later) and what it depends on are unpacked.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeInitrd, qmp, sleep, startQemu, untilReady } from './machine.mjs'
import { startRelay } from './relay.mjs'

const MiB = 2 ** 20
const here = fileURLToPath(new URL('.', import.meta.url))
const { values: given } = parseArgs({ options: { qemu: { type: 'string' }, kernel: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' }, trace: { type: 'string' }, settings: { type: 'string' } } })
if (!given.qemu || !given.kernel || !given.out) {
  console.error('skipped: give --qemu ROOT, --kernel VMLINUZ and --out FILE')
  process.exit(0)
}

const seconds = ({ timestamp }) => timestamp.seconds + timestamp.microseconds / 1e6

async function measure(setting) {
  const folder = mkdtempSync(join(tmpdir(), 'measured-'))
  makeInitrd(folder)
  const incoming = 40000 + Math.floor(process.pid % 20000)
  const start = (name, more) => startQemu({ root: given.qemu, kernel: given.kernel, folder, name, setting, more })
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
    const begun = Date.now()
    await source.ask('migrate', { uri: `tcp:127.0.0.1:${relay?.port ?? incoming}` })
    let asked = false
    let throttle = 0
    let unthrottled
    let state
    const polls = []
    for (;;) {
      await sleep(50)
      state = await source.ask('query-migrate')
      throttle = Math.max(throttle, state['cpu-throttle-percentage'] ?? 0)
      if (throttle > 0) unthrottled ??= log().length
      if (given.trace && polls.length < (Date.now() - begun) / 100) polls.push(state)
      if (postCopy && !asked && Date.now() - begun >= setting.postCopyMs) {
        asked = true
        await source.ask('migrate-start-postcopy')
      }
      if (['completed', 'failed', 'cancelled'].includes(state.status)) break
      if (Date.now() - begun > 90000) throw new Error('it does not end')
    }
    if (given.trace) writeFileSync(given.trace, '[\n' + [...polls, state].map((one) => '  ' + JSON.stringify(one)).join(',\n') + '\n]\n')
    await sleep(1500)
    const stop = source.events.find(({ event }) => event === 'STOP')
    const resume = target.events.find(({ event }) => event === 'RESUME')
    // Of a guest that is slowed down, what it wrote until then.
    const counted = log().slice(setting.autoConverge ? 0 : before, unthrottled)
    const rates = [...counted.matchAll(/rate ([\d.]+)/g)].map((match) => Number(match[1]))
    const alive = /rate/.test(readFileSync(join(folder, 'target.log'), 'utf8'))
    const { ram } = state
    return {
      ...setting, status: state.status, totalMs: state['total-time'], downtimeMs: state.downtime, setupMs: state['setup-time'],
      gapMs: stop && resume ? Math.round((seconds(resume) - seconds(stop)) * 1000) : null, syncs: ram['dirty-sync-count'], sentKiB: Math.round(ram.transferred / 1024),
      memoryKiB: ram.total / 1024, zeroPages: ram.duplicate, normalPages: ram.normal, postCopyKiB: Math.round((ram['postcopy-bytes'] ?? 0) / 1024),
      effectiveMiB: rates.length > 0 ? Math.round(rates.reduce((sum, rate) => sum + rate, 0) / rates.length * 100) / 100 : null, aliveAtTarget: alive,
      ...(setting.autoConverge && { throttlePercent: throttle }),
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    relay?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const settings = JSON.parse(readFileSync(given.settings ?? join(here, 'settings.json'), 'utf8')).filter(({ name }) => given.only === undefined || name === given.only)
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
