/** Runs the command in this process, on files of a folder that is made for it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../../extension/cli/run.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly written: ReadonlyMap<string, string>
  /** Standard output as JSON. */
  json<T = Record<string, unknown>>(): T
}

export const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-cli-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export async function underlay(cwd: string, argv: readonly string[], input = ''): Promise<Ran> {
  let out = ''
  let err = ''
  const written = new Map<string, string>()
  const code = await run(argv, {
    out: (text) => { out += text }, note: (text) => { err += text }, cwd, colours: false, watched: false, input: () => input,
    write: (path, text) => void written.set(path, text),
  })
  return { code, out, err, written, json: <T>() => JSON.parse(out) as T }
}
