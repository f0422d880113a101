/** Bundles the extension, the language server, the command line, the webview and the layout worker into dist/. */
import { build, context } from 'esbuild'
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync, readFileSync, chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const production = process.argv.includes('--production')
const watch = process.argv.includes('--watch')
// What packs an extension runs this script first; it need not when everything was built just now.
if (process.argv.includes('--unless-built') && process.env.UNDERLAY_BUILT) process.exit(0)

const shared = {
  absWorkingDir: root, bundle: true, minify: production, sourcemap: production ? false : 'linked', logLevel: 'warning',
  legalComments: 'none', define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
}
// A bundle knows its folder as __dirname.
const nodeDefine = { ...shared.define, 'import.meta.url': '"file:///"' }
const node = { ...shared, define: nodeDefine, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'], external: ['vscode'] }
const browser = { ...shared, platform: 'browser', format: 'iife', target: 'es2022', jsx: 'automatic', loader: { '.ttf': 'dataurl', '.svg': 'dataurl' } }

/** The client's library is a file of its own, read when the first of our files opens: activation stays short. */
const clientApart = {
  name: 'client-apart',
  setup: ({ onResolve }) => void onResolve({ filter: /^vscode-languageclient/ }, () => ({ path: './language-client.cjs', external: true })),
}

/** The editor's own module is asked for once, not by every file of ours: its host looks up who asks each time, and that costs far more than all our code. */
const vscodeOnce = {
  name: 'vscode-once',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^vscode$/ }, ({ namespace }) => (namespace === 'vscode-once' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'vscode-once' }))
    onLoad({ filter: /./, namespace: 'vscode-once' }, () => ({ contents: 'module.exports = require("vscode")' }))
  },
}

/** Plots come in a file of their own, read when the first is shown; React stays one, the page's. */
const oneReact = {
  name: 'one-react',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^react(-dom)?(\/jsx-runtime)?$/ }, ({ path }) => ({ path, namespace: 'one-react' }))
    onLoad({ filter: /./, namespace: 'one-react' }, ({ path }) => ({ contents: `module.exports = globalThis.underlayShared[${JSON.stringify(path)}]` }))
  },
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const bundles = [
  { ...node, entryPoints: { extension: 'extension/activate.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, plugins: [clientApart, vscodeOnce], supported: { 'dynamic-import': false } },
  { ...node, entryPoints: { 'language-client': 'node_modules/vscode-languageclient/node.js' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, plugins: [vscodeOnce] },
  { ...node, entryPoints: { server: 'extension/server/main.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' } },
  {
    ...node, entryPoints: { cli: 'extension/cli/main.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' },
    banner: { js: '#!/usr/bin/env node' }, define: { ...nodeDefine, 'process.env.UNDERLAY_VERSION': JSON.stringify(version) },
  },
  { ...browser, entryPoints: { webview: 'webview/main.tsx' }, outdir: 'dist' },
  { ...browser, entryPoints: { 'webview-charts': 'webview/recharts.ts' }, outdir: 'dist', globalName: 'underlayCharts', plugins: [oneReact] },
  { ...browser, entryPoints: { 'layout-worker': 'core/layout/worker.ts' }, outdir: 'dist' },
].filter(({ entryPoints }) => {
  const [entry] = Object.values(entryPoints)
  if (existsSync(join(root, entry))) return true
  console.warn(`${entry} is not there; left out`)
  return false
})

mkdirSync(join(root, 'dist'), { recursive: true })
// The project's own files are modules; what is bundled for editors and for Node is not.
writeFileSync(join(root, 'dist', 'package.json'), '{ "type": "commonjs" }\n')

// What the command line draws PNG with, beside it; the editor draws with what it has, and ships none of this.
mkdirSync(join(root, 'dist', 'png'), { recursive: true })
for (const [from, to] of [['@resvg/resvg-wasm/index_bg.wasm', 'resvg.wasm'], ['dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'sans.ttf'], ['dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf', 'sans-bold.ttf']]) {
  copyFileSync(join(root, 'node_modules', from), join(root, 'dist', 'png', to))
}

if (watch) {
  for (const bundle of bundles) await (await context(bundle)).watch()
  console.log('watching')
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)))
  const cli = join(root, 'dist', 'cli.cjs')
  if (existsSync(cli)) chmodSync(cli, 0o755)
  for (const name of ['extension.cjs', 'language-client.cjs', 'server.cjs', 'cli.cjs', 'webview.js', 'webview-charts.js', 'webview.css', 'layout-worker.js']) {
    const file = join(root, 'dist', name)
    if (existsSync(file)) console.log(`${name.padEnd(20)} ${(statSync(file).size / 1024).toFixed(0).padStart(6)} KB`)
  }
}
