/** npm test: sets up what is missing, then runs types, lint, build, house rules, unit, property, corpus, kernel, canvas and editor tests. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installPackages, installTools, root } from './setup.mjs'

const say = (text) => console.log(`\n— ${text}`)
const artifacts = join(root, 'test', 'artifacts')
mkdirSync(artifacts, { recursive: true })
const only = process.argv.slice(2)
const wanted = (name) => only.length === 0 || only.includes(name)
const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []

installPackages(say)
installTools(say)

const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0

/** A step that is one test. */
function step(name, command, args) {
  if (!wanted(name)) return
  say(name)
  if (run(command, args)) total.passed++
  else {
    total.failed++
    failures.push(name)
  }
}

/** A step that is a vitest run, counted by its tests. */
function suite(name, args) {
  if (!wanted(name)) return
  say(name)
  const file = join(artifacts, `${name.replaceAll(' ', '-')}.json`)
  rmSync(file, { force: true })
  const ok = run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args])
  if (!existsSync(file)) {
    total.failed++
    failures.push(`${name}: did not run`)
    return
  }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
  for (const { assertionResults } of report.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status === 'failed') failures.push(`${name}: ${fullName}`)
      if (status === 'pending' || status === 'skipped') console.log(`  skipped: ${fullName}`)
    }
  }
  // A file that cannot even be loaded has no failed test of its own.
  if (!ok && report.numFailedTests === 0) {
    total.failed++
    failures.push(`${name}: a test file could not be run`)
  }
}

step('types', 'npx', ['tsc', '-b'])
step('lint', 'npx', ['eslint', '.'])
step('build', 'node', ['build.mjs', '--production'])
suite('unit', [])
suite('canvas', ['--config', 'test/canvas/vitest.config.ts'])
step('package', 'node', ['test/package.mjs'])
suite('editor', ['--config', 'test/editor/vitest.config.ts'])

if (failures.length > 0) say(`failed:\n  ${failures.join('\n  ')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exit(total.failed > 0 ? 1 : 0)
