/**
 * Looks where in memory the guest of each setting keeps what: zero pages, others, its working set in the order of its writing.
 * node layout.mjs --qemu ROOT --kernel VMLINUZ --out layouts.json
 * The loop of a migration goes through memory by address, so this decides what is sent before it is written again.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeInitrd, qmp, sleep, startQemu, untilReady } from './machine.mjs'

const page = 4096
/** Pages of one stretch: a mebibyte, fine enough beside the 1.6 MiB that go between two looks at 32 MiB/s. */
const stretch = 256
const { values: given } = parseArgs({ options: { qemu: { type: 'string' }, kernel: { type: 'string' }, out: { type: 'string' } } })
if (!given.qemu || !given.kernel || !given.out) {
  console.error('skipped: give --qemu ROOT, --kernel VMLINUZ and --out FILE')
  process.exit(0)
}

async function look(setting) {
  const folder = mkdtempSync(join(tmpdir(), 'layout-'))
  makeInitrd(folder)
  const child = startQemu({ root: given.qemu, kernel: given.kernel, folder, name: 'source', setting, more: [] })
  try {
    const monitor = await qmp(join(folder, 'source.qmp'))
    const log = await untilReady(folder, 'source')
    await sleep(3000)
    await monitor.ask('stop')
    const dump = join(folder, 'memory')
    await monitor.ask('pmemsave', { val: 0, size: setting.memoryMiB * 2 ** 20, filename: dump })
    const bytes = readFileSync(dump)
    const none = Buffer.alloc(page)
    const hot = new Map()
    const written = [...log().matchAll(/^set (\d+) (\d+)\r?$/gm)].map((match) => [Number(match[1]), Number(match[2])])
    for (const [first, count] of written) for (let i = 0; i < count; i++) hot.set(first + i, hot.size)
    const stretches = []
    for (let at = 0; at < bytes.length / page; at++) {
      const index = Math.floor(at / stretch)
      const one = (stretches[index] ??= [0, 0, 0])
      if (hot.has(at)) one[2]++
      else if (bytes.compare(none, 0, page, at * page, (at + 1) * page) === 0) one[0]++
      else one[1]++
    }
    // How much of the working set's order is by address: 1 where its next page is always the next higher one.
    const frames = [...hot.keys()]
    const ascending = frames.slice(1).filter((frame, i) => frame > frames[i]).length / Math.max(1, frames.length - 1)
    return { zero: stretches.map(([zero]) => zero).join(' '), written: stretches.map(([, , set]) => set).join(' '), ascending: Math.round(ascending * 1e4) / 1e4, pieces: written.length }
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

const recorded = JSON.parse(readFileSync(new URL('settings.json', import.meta.url), 'utf8'))
const results = existsSync(given.out) ? JSON.parse(readFileSync(given.out, 'utf8')) : {}
for (const setting of recorded) {
  const key = `${setting.memoryMiB} ${setting.fillMiB} ${setting.workingSetMiB}`
  if (key in results) continue
  try {
    results[key] = await look({ ...setting, tell: true })
    console.log(key, results[key].ascending, results[key].pieces)
    writeFileSync(given.out, '{\n' + Object.entries(results).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n') + '\n}\n')
  } catch (error) {
    console.error(`${key}: ${error.message}`)
  }
}
process.exit(0)
