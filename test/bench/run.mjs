/**
 * npm run bench: bundles each benchmark and runs it alone; prints ratios against a peer or a baseline measured in the same run.
 * In the JavaScript engine of the embedded editor's server, as the extension runs there: an older one compiles less of what runs
 * a few times for each edit. UNDERLAY_BENCH_NODE names another.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { installEditor, nodeForEditor } from '../editor/editor.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', '..', 'out', 'bench')
mkdirSync(out, { recursive: true })
const only = process.argv.slice(2)
const node = process.env.UNDERLAY_BENCH_NODE ?? installed()

function installed() {
  try {
    installEditor(console.log)
  } catch (error) {
    console.log(`the embedded editor could not be installed: ${error.message}`)
    return process.execPath
  }
  return nodeForEditor()
}

console.log(execFileSync(node, ['-p', '`Node.js ${process.version}, V8 ${process.versions.v8}`'], { encoding: 'utf8' }).trim())
for (const file of readdirSync(here).filter((name) => name.endsWith('.bench.ts')).sort()) {
  if (only.length > 0 && !only.some((word) => file.includes(word))) continue
  const outfile = join(out, file.replace('.ts', '.mjs'))
  await build({ entryPoints: [join(here, file)], bundle: true, platform: 'node', format: 'esm', outfile, packages: 'external', logLevel: 'error' })
  console.log(`\n${file}`)
  spawnSync(node, ['--expose-gc', outfile], { stdio: 'inherit', cwd: join(here, '..', '..') })
}

const launcherApart = { name: 'launcher-apart', setup: ({ onResolve }) => void onResolve({ filter: /\/editor\.mjs$/ }, () => ({ path: '../editor/editor.mjs', external: true })) }
// Benchmarks in the real editor take minutes: only by name. They stand beside its launcher, which finds its files by its own place.
for (const file of readdirSync(here).filter((name) => name.endsWith('.editor.ts') && only.some((word) => name.includes(word)))) {
  const outfile = join(here, '..', 'artifacts', file.replace('.ts', '.mjs'))
  await build({ entryPoints: [join(here, file)], bundle: true, platform: 'node', format: 'esm', outfile, packages: 'external', plugins: [launcherApart], logLevel: 'error' })
  console.log(`\n${file}`)
  spawnSync('node', [outfile], { stdio: 'inherit', cwd: join(here, '..', '..') })
}
