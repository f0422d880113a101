/** Older texts of a file, from the Git repository that it is in: Git is asked for them, nothing is fetched and nothing is written. */
import { execFileSync } from 'node:child_process'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mostBytes } from '../server/includes.ts'
import { Misuse, type Streams } from './streams.ts'

const gitIn = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: mostBytes })

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

/** Texts at a revision by their uri; null for a file that was not there. Refused where there is no such revision, or no history. */
export function textsAt(path: string, revision: string, streams: Streams): (uri: string) => string | null {
  if (path === '-') throw new Misuse('standard input has no revisions: name a file, or two')
  const folder = dirname(resolve(streams.cwd, path))
  try {
    gitIn(folder, 'rev-parse', '--show-toplevel')
  } catch (error) {
    throw new Misuse(codeOf(error) === 'ENOENT' ? 'Git is not there: name the older file, too' : `${path} is in no Git repository: name the older file, too`)
  }
  let commit: string
  try {
    // A name that begins with a dash would be an option.
    if (revision.startsWith('-') || revision === '') throw new Misuse(revision)
    commit = gitIn(folder, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`).trim()
  } catch {
    throw new Misuse(`there is no revision ${revision} in this repository`)
  }
  return (uri) => {
    const way = relative(folder, fileURLToPath(uri)).replaceAll('\\', '/')
    try {
      return gitIn(folder, 'cat-file', 'blob', `${commit}:${way.startsWith('../') ? way : `./${way}`}`)
    } catch {
      return null
    }
  }
}
