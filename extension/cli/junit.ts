/** Expectations, and errors beside them, as JUnit XML: one suite a file, one case an expectation. */
import type { ExpectationJson, FileJson } from '../../core/shown.ts'

/** `unread` says which files could not be read, and why: each is a suite whose one case is in error. */
export function junit(files: readonly FileJson[], unread: readonly string[]): string {
  const suites = [...files.map(suite), ...unread.map(unreadable)]
  const sum = (pick: (one: Suite) => number): number => suites.reduce((total, one) => total + pick(one), 0)
  return '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="underlay" tests="${sum(({ tests }) => tests)}" failures="${sum(({ failures }) => failures)}" errors="${sum(({ errors }) => errors)}" skipped="${sum(({ skipped }) => skipped)}">\n` +
    suites.map(({ xml }) => xml).join('') + '</testsuites>\n'
}

interface Suite {
  readonly tests: number
  readonly failures: number
  readonly errors: number
  readonly skipped: number
  readonly xml: string
}

/** The reading itself is a case, too: it fails with what is in error. */
function suite(file: FileJson): Suite {
  const wrong = file.problems.filter(({ severity, code }) => severity === 'error' && code !== 'expectation-failed')
  const failures = file.expectations.filter(({ status }) => status === 'fail').length
  const skipped = file.expectations.filter(({ status }) => status === 'undecided').length
  const tests = file.expectations.length + 1
  const errors = wrong.length > 0 ? 1 : 0
  const check = `    <testcase classname="${xml(file.path)}" name="check"` + (wrong.length === 0 ? '/>\n' :
    `>\n      <error message="${wrong.length} error${wrong.length === 1 ? '' : 's'}">${xml(wrong.map((problem) => `${file.path}:${problem.range.start.line + 1}:${problem.range.start.character + 1} ${problem.message} [${problem.code}]`).join('\n'))}</error>\n    </testcase>\n`)
  return {
    tests, failures, errors, skipped,
    xml: `  <testsuite name="${xml(file.path)}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}">\n` +
      check + file.expectations.map((one, i) => testcase(file, one, i)).join('') + '  </testsuite>\n',
  }
}

const unreadable = (why: string): Suite => {
  const path = why.slice(0, why.indexOf(': '))
  return {
    tests: 1, failures: 0, errors: 1, skipped: 0,
    xml: `  <testsuite name="${xml(path)}" tests="1" failures="0" errors="1" skipped="0">\n` +
      `    <testcase classname="${xml(path)}" name="check">\n      <error message="${xml(why)}"/>\n    </testcase>\n  </testsuite>\n`,
  }
}

function testcase(file: FileJson, { kind, status, message, range, counterexample }: ExpectationJson, i: number): string {
  const head = `    <testcase classname="${xml(file.path)}" name="${xml(`${i + 1} ${kind} (line ${range.start.line + 1})`)}" file="${xml(file.path)}" line="${range.start.line + 1}"`
  if (status === 'pass') return `${head}/>\n`
  const inner = status === 'fail'
    ? `<failure message="${xml(message)}">${counterexample ? xml(JSON.stringify(counterexample)) : ''}</failure>`
    : `<skipped message="${xml(message)}"/>`
  return `${head}>\n      ${inner}\n    </testcase>\n`
}

/** XML 1.0 has no way to write most control characters; they are left out. */
const xml = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"'\n\r\t]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[c] ?? `&#${c.charCodeAt(0)};`)
