/** A file of a test's folder, analysed with what it includes, as the command line would. */
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readFileSync } from 'node:fs'
import { analyze, finish, type Analysis } from '../../core/analysis.ts'
import { readFamily, realFolder } from '../../extension/server/includes.ts'

/** `text` in place of what the file holds, where a test has changed it. */
export function analyzeFixture(path: string, text = readFileSync(path, 'utf8')): Analysis {
  const uri = pathToFileURL(path).href
  const family = readFamily({ uri, text, version: 1 }, { roots: [realFolder(dirname(fileURLToPath(uri)))], memory: new Map() })
  if (!family) throw new Error(`no format reads ${path}`)
  return finish(analyze(family.readings))
}

/** Every marked file of a folder's names. */
export const isFixture = (name: string): boolean => /\.(infra|compose)\.yaml$/.test(name)
/** A second file for a code bears a word between. */
export const codeOfFixture = (name: string): string => name.replace(/(\.\w+)?\.(infra|compose)\.yaml$/, '')
