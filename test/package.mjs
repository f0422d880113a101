/** The .vsix can be built, holds what it should and nothing else, and stays under 5 MB. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const file = join(root, `${name}-${version}.vsix`)
execFileSync('npx', ['vsce', 'package', '--no-dependencies', '--skip-license', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, UNDERLAY_BUILT: '1' } })
const listed = execFileSync('npx', ['vsce', 'ls', '--no-dependencies'], { cwd: root, encoding: 'utf8' }).split('\n').filter((line) => line !== '' && !line.startsWith('npm'))
const allowed = /^(dist|media|schemas|l10n|docs\/checks)\/|^(package(\.nls(\.\w+)?)?\.json|README\.md|CHANGELOG\.md|LICENSE(\.txt)?)$/
const strangers = listed.filter((path) => !allowed.test(path))
const megabytes = statSync(file).size / 1e6
console.log(`${listed.length} files, ${megabytes.toFixed(2)} MB`)
if (strangers.length > 0) console.error(`should not be shipped: ${strangers.join(', ')}`)
if (megabytes >= 5) console.error('the .vsix is 5 MB or more')
process.exit(strangers.length > 0 || megabytes >= 5 ? 1 : 0)
